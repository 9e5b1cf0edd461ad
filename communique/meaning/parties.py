"""Parties: which state an actor or recipient belongs to where its own words do not say.

Contract: in - a sentence with its mentions, an act, and the role to fill; out - the states (or nobody, or unknown) that may be meant, each
with what speaks for it, and the likeliest. What speaks for a state is counted by weights that were fitted on the annotated corpus
(`parties.csv`, made by tools/fit_parties.py), and by what the heads say of the names in the sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from communique.errors import TableError
from communique.meaning import phrases
from communique.meaning.mentions import Mentions
from communique.meaning.odds import logit
from communique.records import Place, Trigger
from communique.tables.load import DATA, Column, Row, load_csv

UNKNOWN: tuple[str, ...] = ("UNK",)
NOBODY: tuple[str, ...] = ()
KINDS = frozenset(("actor", "recipient", "partner", "noun"))
HEAD_WEIGHT, UNKNOWN_WEIGHT, NOBODY_WEIGHT = 1.0, 0.5, 2.0  # what a logit of a head counts beside the fitted weights


class Choice(NamedTuple):
    """The codes that a role may have, and the names of what speaks for them."""

    codes: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """What is to be filled: an actor or recipient for whom the sentence has no words, the partner whom an act of equals does not name, or
    the state of a noun that names none."""

    kind: str  # one of KINDS
    role: str  # actor or recipient
    anchor: int  # the word whose neighbourhood counts
    others: tuple[str, ...]  # codes of the other role, of a partner those of the one who is named
    place: Place | None


class Parties:
    """Fitted weights by kind of gap, event type and reason."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._weights: dict[tuple[str, str], dict[str, float]] = {}
        self._of_acts: dict[tuple[str, str, str | None], dict[str, float]] = {}  # by gap, type and mode, as far as asked for
        for row in rows:
            self._weights.setdefault((row["gap"], row["type"]), {})[row["reason"]] = _number(row)

    @classmethod
    def load(cls) -> Parties:
        """Read `parties.csv`."""
        columns = (
            Column("gap", values=KINDS),
            Column("type", required=False),
            Column("reason"),
            Column("weight"),
            Column("source"),
        )
        return cls(load_csv(DATA / "parties.csv", columns, key=("gap", "type", "reason")))

    def weigh(self, gap: str, trigger: Trigger, reasons: Sequence[str]) -> float:
        """The sum of the weights of reasons: those of all types, of this type, and of this mode."""
        act = (gap, trigger.type, trigger.mode)
        if act not in self._of_acts:
            self._of_acts[act] = self._add_up(gap, trigger)
        weights = self._of_acts[act]
        return sum([weights.get(reason, 0.0) for reason in reasons])

    def _add_up(self, gap: str, trigger: Trigger) -> dict[str, float]:
        weights: dict[str, float] = {}
        for kind in _kinds(trigger.type, trigger.mode):
            for reason, weight in self._weights.get((gap, kind), {}).items():
                if kind in kinds_of(trigger, reason):
                    weights[reason] = weights.get(reason, 0.0) + weight
        return weights

    def total(self, gap: Gap, mentions: Mentions, trigger: Trigger, choice: Choice) -> float:
        """All that speaks for a choice, weights and heads."""
        return self.weigh(gap.kind, trigger, choice.reasons) + head_evidence(gap, mentions, trigger, choice)

    def choose(self, gap: Gap, mentions: Mentions, trigger: Trigger) -> tuple[Choice, str]:
        """The likeliest choice by weights and heads, the first of equals, and what speaks most for it."""
        choices = find_choices(gap, mentions, trigger)
        best = max(choices, key=lambda choice: self.total(gap, mentions, trigger, choice))
        return best, max(best.reasons, key=lambda reason: self.weigh(gap.kind, trigger, (reason,)))


def _number(row: Row) -> float:
    try:
        return float(row["weight"])
    except ValueError:
        raise TableError(row.place, f"weight {row['weight']!r} is no number", "Run tools/fit_parties.py.") from None


def kinds_of(trigger: Trigger, reason: str) -> tuple[str, ...]:
    """What a reason is weighed for: all acts, the type, the mode; what a single word says, for all acts only."""
    return ("",) if ":" in reason else _kinds(trigger.type, trigger.mode)


@cache
def _kinds(kind: str, mode: str | None) -> tuple[str, ...]:
    return "", kind, f"{kind}:{mode or '-'}"


def head_evidence(gap: Gap, mentions: Mentions, trigger: Trigger, choice: Choice) -> float:
    """What the heads add: that nobody knows the actor, that there is no recipient, that a name in the sentence is of the role's state."""
    if choice.codes == UNKNOWN:
        return UNKNOWN_WEIGHT * logit(trigger.flags["actor_unknown"]) if gap.role == "actor" else 0.0
    if choice.codes == NOBODY:
        return NOBODY_WEIGHT * logit(trigger.flags["recipient_none"]) if gap.role == "recipient" else 0.0
    scores = trigger.roles[f"{gap.role}_state"]
    means = [sum(scores[start:end]) / (end - start) for start, end, code in mentions.named_states() if code in choice.codes]
    return HEAD_WEIGHT * logit(max(means)) if means else 0.0


def find_choices(gap: Gap, mentions: Mentions, trigger: Trigger) -> list[Choice]:
    """All that may fill a gap, each with its reasons."""
    discourse, known = mentions.discourse, frozenset(gap.others) - {"UNK"}
    reasons = {UNKNOWN: ["unknown", *_lexical("unknown", gap, mentions, trigger)]}
    if gap.kind in ("recipient", "partner"):
        reasons[NOBODY] = ["nobody", *_lexical("nobody", gap, mentions, trigger)]
    named = mentions.named_states()
    nearest, main = mentions.nearest_state(gap.anchor), discourse.main_state()
    before, after = [code for _, end, code in named if end <= gap.anchor], [code for start, _, code in named if start > gap.anchor]
    last = sorted({identity.code for identity in discourse.last} - {"UNK"})
    for reason, codes in (
        ("here", dict.fromkeys(code for _, _, code in named)),
        ("before", before[-1:]),
        ("after", after[:1]),
        ("first", [code for _, _, code in named[:1]]),
        ("nearest", [nearest]),
        ("nearest_other", [mentions.nearest_state(gap.anchor, known) if nearest in known else nearest]),
        ("main", [main]),
        ("main_other", [discourse.main_state(known) if main in known else main]),
        ("place", [gap.place.country] if gap.place and gap.place.country else []),
        ("same", sorted(known)),
        ("title", discourse.titled),
        ("last", last),
    ):
        for code in codes:
            if code != "UNK":
                reasons.setdefault((code,), []).append(reason)
    if len(last) > 1 and gap.kind in ("actor", "recipient"):
        reasons[tuple(last)] = ["last_pair"]
    return [Choice(codes, tuple(of)) for codes, of in reasons.items()]


def _lexical(reason: str, gap: Gap, mentions: Mentions, trigger: Trigger) -> list[str]:
    """What the words say for unknown or nobody: the noun or the trigger, and who else takes part."""
    tokens = mentions.tokens
    found = [f"{reason}:{tokens.lemmas[gap.anchor]}"]
    if gap.kind == "noun":
        found += [f"{reason}_by_noun"] if mentions.context_state(gap.anchor) == "UNK" else []
    elif phrases.is_passive(tokens, trigger.word):
        found.append(f"{reason}_passive")
    beside = "none" if not gap.others else "unknown" if "UNK" in gap.others else "many" if len(gap.others) > 1 else "one"
    return [*found, f"{reason}_beside_{beside}"]
