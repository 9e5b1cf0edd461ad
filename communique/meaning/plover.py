"""PLOVER: quad, intensity and modes of the event types, and the CAMEO code of an event.

Contract: in - `types.toml` and `cameo.csv`; out - look-ups. Raises `TableError` when a table names an unknown type or mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from communique.errors import TableError
from communique.tables.load import DATA, Column, load_csv, load_toml


@dataclass(frozen=True, slots=True)
class EventType:
    """One of the 16 types: quad class 1-4, intensity -10 to 10, and its modes."""

    name: str
    quad: int
    intensity: float
    modes: tuple[str, ...]


class Plover:
    """The event types by name, and CAMEO codes by type, mode and context."""

    def __init__(self, types: dict[str, EventType], codes: dict[tuple[str, str, str], str]) -> None:
        self.types, self._codes = types, codes

    @classmethod
    def load(cls) -> Plover:
        """Read both tables."""
        entries = load_toml(DATA / "types.toml", (Column("quad"), Column("intensity"), Column("modes", required=False)))
        types = {e.name: EventType(e.name, e["quad"], e["intensity"], tuple(e["modes"])) for e in entries}
        columns = (
            Column("type", values=frozenset(types)),
            Column("mode", required=False),
            Column("context", required=False),
            Column("cameo"),
            Column("source"),
        )
        rows = load_csv(DATA / "cameo.csv", columns, key=("type", "mode", "context"))
        for row in rows:
            if row["mode"] and row["mode"] not in types[row["type"]].modes:
                raise TableError(
                    row.place, f"'{row['mode']}' is no mode of {row['type']}", f"Its modes are {', '.join(types[row['type']].modes)}"
                )
        return cls(types, {(row["type"], row["mode"], row["context"]): row["cameo"] for row in rows})

    def cameo(self, kind: str, mode: str | None, contexts: Sequence[str]) -> str:
        """The code of type, mode and first fitting context, else of type and mode, else of the type."""
        for at in [(kind, mode or "", context) for context in contexts] + [(kind, mode or "", ""), *((kind, "", c) for c in contexts)]:
            if at in self._codes:
                return self._codes[at]
        return self._codes[kind, "", ""]
