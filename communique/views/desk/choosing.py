"""Choosing: the events and occurrences that a page is about, as tables that its questions then ask.

Contract: in - a snapshot, filters as `ledger/filters.py` has them, and dyads; out - names of tables that this request alone sees, or of
the whole ledger's where nothing is left out. An occurrence is chosen where at least one of its events is. Raises `QueryError` as the
filters do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from communique.errors import QueryError
from communique.ledger.filters import Asked, check_code, condition_of, span_of
from communique.ledger.query import RECORD
from communique.views.desk.snapshot import Row, Snapshot, Values

OCCURRENCE = (
    "occurrence_id type actors recipients country place first_day last_day reported last_report modality quad intensity reports stories "
    "independent publishers agencies own_voice asserted_by alleged_by denied_by"
).split()
COLUMNS = ", ".join(f"o.{name}" for name in OCCURRENCE)
EVENT = ", ".join(
    [
        *(f'e."{name}"' for name in RECORD),
        *("e.reported", "e.d.title AS title", "e.d.publisher AS publisher", "e.text", "e.l.occurrence_id AS occurrence_id"),
    ]
)
QUADS = "[count_if(quad = 1), count_if(quad = 2), count_if(quad = 3), count_if(quad = 4)] AS quads"
MAX_SIZE = 200
MAX_ROWS = 100_000  # that can be leafed through
_NARROW = "number, day, reported, type, quad, intensity, modality, reports, disputed, country"  # what is counted and ordered by
_SPANS = ((100, "day"), (800, "week"), (15_000, "month"))  # days that are shown by a unit of time
_BETWEEN = "SELECT occurrence AS number FROM dyads SEMI JOIN (SELECT unnest($pairs) AS p) ON source = p[1] AND target = p[2]"
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where to ask: of events, of `told` (the events, by numbers), of occurrences (the columns that are counted), of dyads.

    `modality` is the one that counts are of, if they are of one.
    """

    events: str
    told: str
    occurrences: str
    dyads: str
    modality: str | None

    @property
    def acts(self) -> str:
        """The occurrences that are counted."""
        return self._counted(self.occurrences)

    @property
    def counted_dyads(self) -> str:
        """The dyads that are counted."""
        return self._counted(self.dyads)

    def _counted(self, table: str) -> str:
        return f"(SELECT * FROM {table} WHERE modality = '{self.modality}')" if self.modality else table


def choose(s: Snapshot, asked: Asked, among: str = "", values: Values | None = None, name: str = "chosen") -> Chosen:
    """What is asked for, in tables of that `name`; `among` is a query that narrows it down to occurrences of these numbers.

    Counts are of actual acts, where no modality is asked for.
    """
    given = {option: value for option, value in asked.items() if value or value == 0}
    modality = None if "modality" in given else "actual"
    if not given and not among:
        return Chosen("events", "events", "occurrences", "dyads", modality)
    occurrences, events = f"{name}_occurrences", f"{name}_events"
    near, found = "events", among
    if given:
        condition = condition_of(given)  # type: ignore[arg-type]  # the same options
        if among:
            s.execute(f"CREATE OR REPLACE TEMP TABLE near AS {among}", values)
            near = "(SELECT * FROM events SEMI JOIN near ON occurrence = near.number)"
        columns = "e.number, e.occurrence, e.document, e.d.publisher AS publisher, e.reported"
        s.execute(f"CREATE OR REPLACE TEMP TABLE {events} AS SELECT {columns} FROM {near} e WHERE {condition.sql}", condition.values)
        found, values = f"SELECT occurrence AS number FROM {events}", None
    s.execute(f"CREATE OR REPLACE TEMP TABLE {occurrences} AS SELECT {_NARROW} FROM occurrences SEMI JOIN ({found}) USING (number)", values)
    among_events = f"(SELECT * FROM events SEMI JOIN {occurrences} c ON occurrence = c.number)"
    among_dyads = f"(SELECT * FROM dyads SEMI JOIN {occurrences} c ON occurrence = c.number)"
    if given:
        return Chosen(f"(SELECT * FROM events SEMI JOIN {events} USING (number))", events, occurrences, among_dyads, modality)
    return Chosen(among_events, among_events, occurrences, among_dyads, modality)


def choose_between(s: Snapshot, asked: Asked, dyads: Pairs) -> Chosen:
    """What is asked for of the acts in some directed dyads, or of all where none is named. Raises `QueryError` for an unknown code."""
    for code in {code for dyad in dyads for code in dyad}:
        check_code("dyad", code)
    return choose(s, asked, _BETWEEN, {"pairs": [list(dyad) for dyad in dyads]}) if dyads else choose(s, asked)


def reported_span(s: Snapshot, asked: Asked) -> tuple[date, date] | None:
    """The span to show: the one asked for, else from the month of the first report to the last; None in a ledger without dates."""
    (bounds,) = s.table("SELECT date_trunc('month', min(reported))::DATE AS first, max(reported) AS last FROM documents").to_pylist()
    since, until = span_of(asked.get("since"), asked.get("until"))
    first, last = since or bounds["first"], until or bounds["last"]
    return (first, max(first, last)) if first and last else None


def unit_of(first: date, last: date) -> str:
    """The unit of time by which a span is shown."""
    return next((unit for most, unit in _SPANS if (last - first).days <= most), "year")


def leaf(page: int, size: int) -> str:
    """The rows of a page, from 1, as SQL."""
    if not 1 <= size <= MAX_SIZE:
        raise QueryError("size", f"{size} is no size of a page", f"Give 1 to {MAX_SIZE}.")
    if not 1 <= page <= MAX_ROWS // size:
        raise QueryError("page", f"{page} is no page that can be shown", "Narrow the question with filters, or export the rows.")
    return f"LIMIT {size} OFFSET {(page - 1) * size}"


def numbers(s: Snapshot, query: str, values: Values | None = None) -> list[int]:
    """The numbers that a query finds, in its order."""
    return [number for (number,) in s.connection.execute(query, dict(values or {})).fetchall()]


def occurrences_of(s: Snapshot, found: Sequence[int]) -> list[Row]:
    """The occurrences of these numbers, in their order."""
    return _fetched(s, f"SELECT o.number, {COLUMNS} FROM occurrences o", found)


def events_of(s: Snapshot, found: Sequence[int]) -> list[Row]:
    """The events of these numbers, in their order, each with its report and sentence."""
    return _fetched(s, f"SELECT e.number, e.day, {EVENT}, e.l.rule AS rule FROM events e", found)


def resolve_id(s: Snapshot, table: str, column: str, given: str) -> str:
    """The whole id, of which a beginning is given where no other begins so."""
    found = s.rows(f"SELECT {column} AS id FROM {table} WHERE starts_with({column}, $id) ORDER BY 1 LIMIT 2", {"id": given})
    ids = [row["id"] for row in found]
    if given and (given in ids or len(ids) == 1):
        return str(ids[0])
    raise QueryError(given, f"begins more than one {column}" if ids else f"is no {column} of the ledger", "Look for it on the list.")


def _fetched(s: Snapshot, query: str, found: Sequence[int]) -> list[Row]:
    rows = s.rows(f"{query} WHERE number IN (SELECT unnest($numbers))", {"numbers": list(found)}) if found else []
    by_number = {row.pop("number"): row for row in rows}
    return [by_number[number] for number in found]
