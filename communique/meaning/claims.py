"""Claims: how far the report stands behind an act, and who else vouches for it.

Contract: in - a draft event with its sentence; out - modality, speakers, stance, and the rule and table row that decided.
"""

from __future__ import annotations

from dataclasses import dataclass

from communique.meaning import phrases
from communique.meaning.events import ROLE_FLOOR, Draft, Role, find_roles, unresolved
from communique.meaning.mentions import UNKNOWN, Mentions
from communique.meaning.odds import logit, sigmoid
from communique.records import Tokens
from communique.tables.load import COUNTS, DATA, Column, Row, load_csv, precision_of

ATTRIBUTED = 0.4
BELIEF = 0.8  # how often an act under a verb of saying has a speaker, where the corpus does not show it
VERB_WEIGHT = 0.5  # what the logit of that share counts beside the head's
STANCES = frozenset(("states", "alleges", "denies", "confirms"))
CHARGES = frozenset(("alleges", "denies"))  # stances that the verb alone decides of what it directly governs


@dataclass(frozen=True, slots=True)
class Claim:
    """Modality, speakers (outermost last) and stance of an event, and what decided them."""

    modality: str
    said_by: tuple[Role, ...]
    stance: str
    rules: tuple[str, ...]
    table: str


@dataclass(frozen=True, slots=True)
class Reporting:
    """The verb of saying above a trigger: the word, its row, and its speaker (None when the passive names none)."""

    verb: int
    row: Row
    speaker: int | None


def load_verbs() -> dict[str, Row]:
    """The verbs of saying by lemma."""
    columns = (Column("lemma"), Column("speaker"), Column("stance", values=STANCES), *COUNTS, Column("source"))
    return {row["lemma"]: row for row in load_csv(DATA / "reporting.csv", columns, key=("lemma",))}


def claim_of(tokens: Tokens, mentions: Mentions, draft: Draft, verbs: dict[str, Row], speaker_before: tuple[Role, ...]) -> Claim:
    """Who says that the act happened, and how. `speaker_before` is whoever spoke in the sentence before, for quotes that run on."""
    trigger = draft.trigger
    modality = max(trigger.modality, key=trigger.modality.__getitem__)
    stance = max(trigger.stance, key=trigger.stance.__getitem__)
    reporting = find_reporting(tokens, trigger.word, verbs)
    if reporting and reporting.verb == tokens.heads[trigger.word] and reporting.row["stance"] in CHARGES:
        return _by_verb(tokens, mentions, modality, reporting.row["stance"], reporting)
    if _attributed(draft, reporting) < ATTRIBUTED:
        return Claim(modality, (), "states", (), "")
    table = reporting.row.place if reporting else ""
    marked = find_roles(tokens, mentions, trigger, "speaker", ROLE_FLOOR["speaker"])
    if marked:
        return Claim(modality, marked, stance, ("speaker_head",), table)
    if reporting:
        return _by_verb(tokens, mentions, modality, stance, reporting)
    if speaker_before and stance != "alleges":
        return Claim(modality, speaker_before, stance, ("quote_runs_on",), "")
    return Claim(modality, (Role(None, (UNKNOWN,)),), stance, ("speaker_unnamed",), "")


def _attributed(draft: Draft, reporting: Reporting | None) -> float:
    """The probability that someone vouches for the act: the head's, and that of the verb of saying above it unless the one who acts is its
    subject (`Chile said it would pay` is Chile's own promise)."""
    head = draft.trigger.flags["attributed"]
    acting = [role.found.head for role in draft.actors if role.found]
    if reporting is None or reporting.speaker is None or reporting.speaker in acting:
        return head
    return sigmoid(logit(head) + VERB_WEIGHT * logit(precision_of(reporting.row, BELIEF)))


def _by_verb(tokens: Tokens, mentions: Mentions, modality: str, stance: str, reporting: Reporting) -> Claim:
    """The subject of the verb speaks; a passive without agent (`is accused of`) leaves the speaker unknown."""
    lemma, speakers = tokens.lemmas[reporting.verb], (_speaker_role(tokens, mentions, reporting),)
    if reporting.speaker is None:
        return Claim(modality, speakers, reporting.row["stance"], (f"{lemma}_passive",), reporting.row.place)
    return Claim(modality, speakers, stance, (f"{lemma}_clause",), reporting.row.place)


def _speaker_role(tokens: Tokens, mentions: Mentions, reporting: Reporting) -> Role:
    """The speaker of a verb of saying, unknown where none is named."""
    if reporting.speaker is None:
        return Role(None, (UNKNOWN,))
    found = mentions.at(reporting.speaker) or unresolved(tokens, mentions, reporting.speaker)
    return Role(found, found.who)


def speakers_of(tokens: Tokens, mentions: Mentions, word: int, verbs: dict[str, Row]) -> tuple[Role, ...]:
    """Who says what a word stands in, by the verb of saying above it; empty where the report says it itself."""
    reporting = find_reporting(tokens, word, verbs)
    return (_speaker_role(tokens, mentions, reporting),) if reporting else ()


def find_reporting(tokens: Tokens, word: int, verbs: dict[str, Row]) -> Reporting | None:
    """Climb from a trigger to the nearest verb of saying whose complement it lies in."""
    seen: set[int] = set()
    while (head := tokens.heads[word]) >= 0 and head not in seen:
        seen.add(head)
        row = verbs.get(tokens.lemmas[head])
        if row and phrases.base(tokens.deprels[word]) in ("ccomp", "xcomp", "csubj", "advcl", "obl", "parataxis", "acl"):
            return Reporting(head, row, _speaker_of(tokens, head))
        if said := _said_beside(tokens, word, verbs):
            return said
        word = head
    return _said_beside(tokens, word, verbs)


def _said_beside(tokens: Tokens, word: int, verbs: dict[str, Row]) -> Reporting | None:
    """A verb of saying that is set beside what it reports (`..., Chile said`)."""
    said = next((c for c in tokens.children[word] if tokens.deprels[c] == "parataxis" and tokens.lemmas[c] in verbs), None)
    return None if said is None else Reporting(said, verbs[tokens.lemmas[said]], phrases.subject_of(tokens, said))


def _speaker_of(tokens: Tokens, verb: int) -> int | None:
    if not phrases.is_passive(tokens, verb):
        return phrases.subject_of(tokens, verb)
    return next((child for child in tokens.children[verb] if tokens.deprels[child] == "obl:agent"), None)
