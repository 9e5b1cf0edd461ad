"""PLOVER: meaning, quad, intensity, modes and examples of the event types, and the CAMEO code of an event.

Contract: in - `types.toml` and `cameo.csv`; out - look-ups. Raises `TableError` when a table names an unknown type or mode,
or an example is ill-formed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from communique.errors import TableError
from communique.tables.load import DATA, Column, Entry, check_value, load_csv, load_toml

CODE = re.compile(r"[A-Z]{3}")
TYPE_COLUMNS = (Column("means"), Column("quad"), Column("intensity"), Column("modes", required=False), Column("examples"))


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that holds one event of a type: its mode if told, and the codes of both sides; `place` is the type's."""

    text: str
    mode: str | None
    actors: frozenset[str]
    recipients: frozenset[str]
    place: str


@dataclass(frozen=True, slots=True)
class EventType:
    """One of the 16 types: what it means, quad class 1-4, intensity -10 to 10, its modes, and examples."""

    name: str
    means: str
    quad: int
    intensity: float
    modes: tuple[str, ...]
    examples: tuple[Example, ...]


class Plover:
    """The event types by name, and CAMEO codes by type, mode and context."""

    def __init__(self, types: dict[str, EventType], codes: dict[tuple[str, str, str], str]) -> None:
        self.types, self._codes = types, codes

    @classmethod
    def load(cls) -> Plover:
        """Read both tables."""
        types = {entry.name: _type(entry) for entry in load_toml(DATA / "types.toml", TYPE_COLUMNS)}
        columns = (
            Column("type", values=frozenset(types)),
            Column("mode", required=False),
            Column("context", required=False),
            Column("cameo"),
            Column("source"),
        )
        rows = load_csv(DATA / "cameo.csv", columns, key=("type", "mode", "context"))
        for row in rows:
            _check_mode(row.place, row["mode"], row["type"], types[row["type"]].modes)
        return cls(types, {(row["type"], row["mode"], row["context"]): row["cameo"] for row in rows})

    def cameo(self, kind: str, mode: str | None, contexts: Sequence[str]) -> str:
        """The code of type, mode and first fitting context, else of type and mode, else of the type."""
        for at in [(kind, mode or "", context) for context in contexts] + [(kind, mode or "", ""), *((kind, "", c) for c in contexts)]:
            if at in self._codes:
                return self._codes[at]
        return self._codes[kind, "", ""]


def _type(entry: Entry) -> EventType:
    modes = tuple(entry.get("modes", ()))
    if not isinstance(entry["examples"], list):
        raise TableError(entry.place, "examples is no list", "Write examples = [...], a sentence each.")
    examples = tuple([_example(entry, line, modes) for line in entry["examples"]])
    return EventType(entry.name, entry["means"], entry["quad"], entry["intensity"], modes, examples)


def _example(entry: Entry, line: object, modes: Sequence[str]) -> Example:
    """Read `SENTENCE | MODE | ACTOR CODES | RECIPIENT CODES`; the last three may be empty."""
    parts = [part.strip() for part in str(line).split("|")]
    if len(parts) != 4:
        raise TableError(entry.place, f"{len(parts)} parts in example {line!r}", "Write SENTENCE | MODE | ACTOR CODES | RECIPIENT CODES.")
    text, mode, actors, recipients = parts
    check_value(entry.place, Column("sentence of an example"), text)
    _check_mode(entry.place, mode, entry.name, modes)
    return Example(text, mode or None, _codes(entry.place, actors), _codes(entry.place, recipients), entry.place)


def _check_mode(place: str, mode: str, kind: str, modes: Sequence[str]) -> None:
    if mode and mode not in modes:
        raise TableError(place, f"'{mode}' is no mode of {kind}", f"Its modes are {', '.join(modes)}" if modes else "It has none.")


def _codes(place: str, cell: str) -> frozenset[str]:
    codes = cell.split()
    for code in codes:
        if not CODE.fullmatch(code):
            raise TableError(place, f"{code!r} in an example is no code", "Write three capitals each, such as NOR FIN or UNO.")
    return frozenset(codes)
