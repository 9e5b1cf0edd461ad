"""What tests of acts share: triggers, documents and tables made by hand, beside the actors and places that ship."""

from __future__ import annotations

from functools import cache

from communique.meaning.actors import Actors
from communique.meaning.events import Implied, Rules
from communique.meaning.frames import Frames
from communique.meaning.mentions import Discourse
from communique.meaning.parties import Parties
from communique.meaning.places import Places
from communique.meaning.plover import EventType, Plover
from communique.records import Tokens, Trigger
from communique.tables.load import Row

ROLES = ("actor", "recipient", "place", "time", "speaker", "actor_state", "recipient_state")


def row(place: str, **cells: str) -> Row:
    """A row of a table, as if read from a file."""
    made = Row(cells)
    made.place = place
    return made


@cache
def types() -> dict[str, EventType]:
    """The event types that ship."""
    return Plover.load().types


@cache
def tables() -> tuple[Actors, Places]:
    """Actors and places that ship, read once."""
    return Actors.load(), Places.load()


def discourse(date: str | None = "2023-03-13", title: str | None = None) -> Discourse:
    """A document of which no sentence is read yet."""
    return Discourse(*tables(), date, title)


def trigger(
    tokens: Tokens,
    word: int,
    kind: str,
    *,
    mode: str | None = None,
    stance: str = "states",
    chances: dict[str, float] | None = None,
    flags: dict[str, float] | None = None,
    **roles: list[int],
) -> Trigger:
    """A trigger whose type is almost certain, unless `chances` say otherwise, and whose roles are certain of the words given."""
    filled = {role: [1.0 if w in roles.get(role, []) else 0.0 for w in range(len(tokens))] for role in ROLES}
    likely = dict.fromkeys(types(), 0.0) | (chances or {kind: 0.9})
    raised = {"attributed": 0.0, "actor_unknown": 0.5, "recipient_none": 0.5} | (flags or {})
    return Trigger(word, kind, likely[kind], {"actual": 1.0}, {stance: 1.0}, mode, (), raised, filled, likely)


def frames(*rows: tuple[str, ...]) -> Frames:
    """A trigger table of rows `lemma, pos, needs, type, mode` and if need be `seen, right`; row n stands in line n + 1."""
    names = ("lemma", "pos", "needs", "type", "mode", "seen", "right")
    made = [row(f"triggers.csv:{n}", **dict(zip(names, (*cells, "0", "0")[:7], strict=True))) for n, cells in enumerate(rows, 2)]
    return Frames(made, types())


def parties(*rows: tuple[str, str, str, float]) -> Parties:
    """Weights given as `gap, type, reason, weight`."""
    return Parties([row("parties.csv:2", gap=gap, type=kind, reason=reason, weight=str(weight)) for gap, kind, reason, weight in rows])


def implied(*rows: tuple[str, str, str, str, str], equals: tuple[tuple[str, str], ...] = ()) -> Implied:
    """Sectors given as `type, mode, role, words, sector`, and the words that are acts of equals by type."""
    names = ("type", "mode", "role", "words", "sector")
    sectors = [row("implied.csv:2", **dict(zip(names, cells, strict=True))) for cells in rows]
    return Implied(sectors, [row("mutual.csv:2", type=kind, lemma=lemma) for kind, lemma in equals])


def rules(*weights: tuple[str, str, str, float], table: Frames | None = None, sectors: Implied | None = None) -> Rules:
    """Rules with the weights given, without a trigger table or implied sectors unless these are given too."""
    return Rules(table or frames(), parties(*weights), sectors or implied())
