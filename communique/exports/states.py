"""States: the numbers and letters that other data sets have for a country, on a day.

Contract: in - `shown/states.csv`, whose rows say from when and until when a country had a code (no day: always); out - look-ups by code and
day. Raises `TableError` for a row that has no date where one should be, and for two codes of one system on one day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from communique.errors import TableError
from communique.meaning.actors import CODES
from communique.tables.gazetteer import SHOWN
from communique.tables.load import Column, Row, load_csv

SYSTEMS = ("cow", "gw", "fips")  # Correlates of War; Gleditsch and Ward; FIPS 10-4
COLUMNS = (
    Column("code"),
    Column("system", values=frozenset(SYSTEMS)),
    Column("value"),
    Column("since", required=False),
    Column("until", required=False),
    Column("source"),
)
Span = tuple[date, date, str]


def state_code(code: str | None, system: str, day: date | None) -> str | None:
    """What a system calls a country on a day; without a day, what it calls it now."""
    for first, last, value in load_states().get((code or "", system), ()):
        if first <= (day or date.max) <= last:
            return value
    return None


def iso3(code: str) -> str | None:
    """The code, if it is of a country and no other actor."""
    return None if code in CODES else code


@cache
def load_states() -> Mapping[tuple[str, str], Sequence[Span]]:
    """The spans of each code and system, the earliest first."""
    found: dict[tuple[str, str], list[tuple[Span, Row]]] = defaultdict(list)
    for row in load_csv(SHOWN / "states.csv", COLUMNS, ("code", "system", "value")):
        span = (_day(row, "since") or date.min, _day(row, "until") or date.max, row["value"])
        found[row["code"], row["system"]].append((span, row))
    for spans in found.values():
        spans.sort(key=lambda one: one[0])
        for (one, _), (other, row) in pairwise(spans):
            if one[1] >= other[0]:
                raise TableError(row.place, f"{row['code']} has two codes of {row['system']} on {other[0]}", "Mend since or until.")
    return MappingProxyType({key: tuple(span for span, _ in spans) for key, spans in found.items()})


def _day(row: Row, column: str) -> date | None:
    try:
        return date.fromisoformat(row[column]) if row[column] else None
    except ValueError as fault:
        raise TableError(row.place, f"{row[column]!r} is no day", "Write YYYY-MM-DD.") from fault
