"""Antecedents: whom pronouns and pairs (`both leaders`) take up.

Contract: in - the mentions before a word, the likeliest first, and the parties of the event coded last; out - identities, none where no
rule fits. Knows neither trees nor tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from communique.records import Identity

HE = frozenset("he him his himself she her hers herself".split())
IT = frozenset("it its itself".split())
THEY = frozenset("they them their theirs themselves".split())
WE = frozenset("we us our ours ourselves".split())
PERSONAL = frozenset("leader president minister official diplomat".split())
STATE_NOUNS = frozenset("country nation state".split())
PAIRS = PERSONAL | STATE_NOUNS | frozenset("side government party capital neighbour neighbor".split())
PERSONS = frozenset(("person", "office"))
GROUPS = frozenset(("agent", "demonym"))  # several, unless they have a name


class Found(NamedTuple):
    """A mention in one sentence: head and span in words, whom it means, and by which rule; `loose` where its state is but the nearest."""

    head: int
    start: int
    end: int
    who: tuple[Identity, ...]
    rule: str
    loose: bool = False


def resolve_pronoun(
    text: str, here: Sequence[Found], before: Sequence[Found], talks: tuple[Identity, ...], last: Sequence[Identity]
) -> tuple[tuple[Identity, ...], str]:
    """Whom a personal pronoun means, and the rule. `here` are the mentions of its own sentence, `before` these and earlier ones;
    `talks` are those who met by the meeting told last, `last` the parties of the event coded last."""
    if text in HE:
        return next((f.who for f in before if len(f.who) == 1 and f.who[0].kind in PERSONS and f.who[0].name), ()), "he"
    if text in IT:
        return next((f.who for f in before if len(f.who) == 1 and f.who[0].kind not in ("person", "agent", "demonym")), ()), "it"
    if text in THEY:
        return _they(here, before, talks, last), "they"
    if text in WE:
        return _we(before), "we"
    return (), ""


def resolve_pair(lemma: str, before: Sequence[Found], talks: tuple[Identity, ...], last: Sequence[Identity]) -> tuple[Identity, ...]:
    """`both leaders`, `the two countries`: those who met, else the parties of the last event, else the two of different states named last,
    as the noun says."""
    if talks:
        return tuple(as_state(one) for one in talks) if lemma in STATE_NOUNS else talks
    named = [identity for found in before for identity in found.who]
    if lemma in PERSONAL:
        named.sort(key=lambda one: one.kind not in PERSONS)
    pair = _first_two(last) or _first_two(named)
    return tuple(as_state(one) for one in pair) if lemma in STATE_NOUNS else pair


def as_state(identity: Identity) -> Identity:
    """The state of an actor."""
    return Identity(identity.code, identity.code, None, None, "country", identity.table)


def _they(here: Sequence[Found], before: Sequence[Found], talks: tuple[Identity, ...], last: Sequence[Identity]) -> tuple[Identity, ...]:
    """The two persons of this sentence, those who met, the last plural of this sentence, the parties of the last event, the last plural."""
    persons = {one.actor_id: one for found in here for one in found.who if one.kind in PERSONS}
    if len(persons) > 1:
        return tuple(persons.values())[:2]
    return talks or _plural(here) or _first_two(last) or _plural(before) or (before[0].who if before else ())


def _we(before: Sequence[Found]) -> tuple[Identity, ...]:
    """The speaker's state."""
    return next(((as_state(one),) for found in before for one in found.who if one.kind in PERSONS), ())


def _plural(mentions: Sequence[Found]) -> tuple[Identity, ...]:
    """The first mention that means several, by its number or since it is a group without a name."""
    return next(
        (f.who for f in mentions if len(f.who) > 1 or f.who[0].kind == "group" or (f.who[0].kind in GROUPS and not f.who[0].name)), ()
    )


def _first_two(identities: Sequence[Identity]) -> tuple[Identity, ...]:
    """The first two of different states; none where all are of one."""
    first: dict[str, Identity] = {}
    for identity in identities:
        if identity.code != "UNK":
            first.setdefault(identity.code, identity)
    return tuple(first.values())[:2] if len(first) > 1 else ()
