"""Query: what a ledger is asked, from Python.

Contract: in - a ledger's folder, and questions; out - tables whose columns have the names of the record. Every answer is of one state of
the ledger, the newest. Raises `LedgerError` for a folder that is no ledger and `QueryError` for a question that cannot be asked.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Unpack

import duckdb
import orjson
import pyarrow as pa

from communique.errors import QueryError
from communique.ledger.filters import DAY, FOUND, MODALITIES, Asked, check, check_code, check_limit, condition_of, several, span_of
from communique.ledger.panel import COUNTS, PERIODS, count_dyads, with_zeros
from communique.ledger.read import Connection, Reader
from communique.ledger.schema import EVENTS
from communique.ledger.search import find_texts

FORMS = ("arrow", "pandas", "polars")
VIEWS = "documents sentences events relations versions participants carriers links stories occurrences copies rejects runs".split()
_UNRECORDED = {"version", "reported", "run", "first_day", "last_day"}
RECORD = [name for name in EVENTS.names if name not in _UNRECORDED]
_RECORD = ", ".join(f'e."{name}"' for name in RECORD)
_REPORT = "e.reported, d.title, d.publisher"
_IN_ORDER = f"ORDER BY {DAY}, e.document_id, e.trigger.start, e.event_id"
_SENTENCE = "substr(d.text, e.sentence.start + 1, e.sentence.end - e.sentence.start)"
_REMEDY = "SHOW TABLES lists the views, DESCRIBE a view its columns."
_CHANGES = re.compile("COPY|INSERT|UPDATE|DELETE|EXECUTE")  # in the name of an operator: it would write, or run what is not looked at

_EVENTS = f"SELECT {_RECORD}, {_REPORT}, l.occurrence_id FROM {FOUND} WHERE {{}} {_IN_ORDER}"
_OCCURRENCES = f"""
SELECT * FROM occurrences SEMI JOIN (SELECT DISTINCT l.occurrence_id FROM {FOUND} WHERE {{}}) USING (occurrence_id)
ORDER BY coalesce(first_day, reported), occurrence_id
"""
_OCCURRENCE = f"""
SELECT o.* REPLACE (
    (SELECT list(row ORDER BY day, row.document_id, row.event_id) FROM (
        SELECT {DAY} AS day, struct_pack(
            {", ".join(f'"{name}" := e."{name}"' for name in RECORD)},
            reported := e.reported, title := d.title, publisher := d.publisher, text := {_SENTENCE}, rule := l.rule
        ) AS row
        FROM {FOUND} WHERE l.occurrence_id = $id
    )) AS events
)
FROM occurrences o WHERE occurrence_id = $id
"""
_SHOW = f"""
SELECT {_RECORD}, {_REPORT}, d.url, d.carriers, l.occurrence_id, d.text,
       list_filter(d.parts, lambda part: part.start <= e.sentence.start AND part.end >= e.sentence.end)[1] AS paragraph
FROM {FOUND} WHERE e.event_id = $id
"""
_DOCUMENTS = """
SELECT d.document_id, d.reported, d.title, d.publisher, d.url, d.source, d.carriers, coalesce(n.events, 0) AS events, s.story_id
FROM documents d LEFT JOIN (SELECT document_id, count(*) AS events FROM events GROUP BY ALL) n USING (document_id)
LEFT JOIN stories s ON d.document_id = s.document_id
WHERE coalesce(d.reported >= $since, $since IS NULL) AND coalesce(d.reported <= $until, $until IS NULL)
ORDER BY d.reported, d.document_id
"""
_STORIES = """
SELECT story_id, arg_min(s.document_id, NOT first) AS document_id, arg_min(d.title, NOT first) AS title, min(s.reported) AS reported,
       max(s.reported) AS last_report, count(*) AS documents, list_sort(list_distinct(list(d.publisher))) AS publishers
FROM stories s LEFT JOIN documents d ON s.document_id = d.document_id GROUP BY story_id ORDER BY min(s.reported), story_id
"""
_STORY = """
SELECT s.story_id, s.document_id, s.reported, d.title, d.publisher, [c.name FOR c IN d.carriers IF c.kind = 'agency'] AS agencies,
       s.first, s.linked_to, s.containment
FROM stories s LEFT JOIN documents d ON s.document_id = d.document_id
WHERE story_id = (SELECT story_id FROM stories WHERE document_id = $id)
ORDER BY s.first DESC, s.reported, s.document_id
"""
_COLUMNS = "SELECT table_name AS view, column_name AS column, data_type AS type FROM duckdb_columns() ORDER BY table_name, column_index"


class Ledger:
    """A ledger open for questions; a context. `to` is the form of an answer: `arrow`, `pandas` or `polars`.

    Example:

        with communique.Ledger("ledger/") as ledger:
            frame = ledger.events(actor="IRN", with_="RUS", type="AID", since="2022", to="pandas")
    """

    def __init__(self, folder: Path | str) -> None:
        self._reader = Reader(Path(folder))

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the ledger back."""
        self._reader.close()

    def events(self, *, limit: int | None = None, to: str = "arrow", **asked: Unpack[Asked]) -> Any:
        """The events asked for (`Asked`), by day: the record, and `reported`, `title` and `publisher` of its document."""
        return self._found(_EVENTS, asked, limit, to)

    def occurrences(self, *, limit: int | None = None, to: str = "arrow", **asked: Unpack[Asked]) -> Any:
        """The occurrences of which at least one event is asked for, by day."""
        return self._found(_OCCURRENCES, asked, limit, to)

    def count(self, *, of: str = "events", **asked: Unpack[Asked]) -> int:
        """How many `events` or `occurrences` are asked for."""
        check("count", "table", [of], ("events", "occurrences"))
        condition = condition_of(asked)
        counted = "count(*)" if of == "events" else "count(DISTINCT l.occurrence_id)"
        found = self._ask(f"SELECT {counted} AS count FROM {FOUND} WHERE {condition.sql}", condition.values)
        return int(found["count"][0].as_py())

    def occurrence(self, id: str, *, to: str = "arrow") -> Any:  # noqa: A002  as in `read`
        """One row: the occurrence, and in `events` each event with its report, sentence (`text`) and the rule that linked it.

        A beginning of its id will do where no other begins so.
        """
        return self._one(_OCCURRENCE, "occurrences", "occurrence_id", id, to)

    def show(self, event_id: str, *, to: str = "arrow") -> Any:
        """One row: the event, its document, the stored `text` that all spans count, and the span of the paragraph it stands in."""
        return self._one(_SHOW, "events", "event_id", event_id, to)

    def timeline(
        self,
        one: str,
        other: str,
        since: str | date | None = None,
        until: str | date | None = None,
        *,
        by: str = "month",
        count: str = "occurrences",
        modality: str | None = "actual",
        to: str = "arrow",
    ) -> Any:
        """Both directions between two codes over time, a row for each direction and period: counts, by quad class, and mean intensity."""
        check("by", "period", [by], PERIODS)
        dyads = list(dict.fromkeys([(one, other), (other, one)]))
        found = self._counted(by, count, since, until, modality, dyads[0], one != other)
        table = with_zeros(found, by, span_of(since, until), dyads)
        return given_as(table.select([name for name in table.column_names if not name.isupper()]), to)

    def panel(
        self,
        actors: Sequence[str] | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        *,
        by: str = "month",
        count: str = "occurrences",
        modality: str | None = "actual",
        zeros: bool = True,
        abroad: bool = False,
        to: str = "arrow",
    ) -> Any:
        """A row for each directed dyad of codes and period: events, by quad class and type, and mean intensity (null where none).

        A zero means that no report in the ledger tells of an act in that direction in that period, not that there was none. Rows of zeros
        are there for every dyad with an event in the span, and every period from the first to the last, or from `since` to `until`; without
        `zeros` only periods with events have a row. `actors` keeps to dyads among them; `abroad` leaves out those within one country.
        """
        check("by", "period", [by], PERIODS[2:])
        found = self._counted(by, count, since, until, modality, several(actors) or None, abroad)
        return given_as(with_zeros(found, by, span_of(since, until)) if zeros else found, to)

    def documents(
        self, since: str | date | None = None, until: str | date | None = None, *, limit: int | None = None, to: str = "arrow"
    ) -> Any:
        """The documents reported in a span, by day, with the number of their events."""
        first, last = span_of(since, until)
        return given_as(self._ask(_DOCUMENTS, {"since": first, "until": last}, limit), to)

    def stories(self, *, to: str = "arrow") -> Any:
        """The stories: copies of one text, with the first of them."""
        return given_as(self._ask(_STORIES), to)

    def story(self, document_id: str, *, to: str = "arrow") -> Any:
        """The documents that are copies of one text with this one; the one that each is linked to, and the share of it that it has."""
        found = self._ask(_STORY, {"id": document_id})
        if not found:
            self._resolved("documents", "document_id", document_id)
            raise QueryError(document_id, "is in no story", "No other document of the ledger is a copy of it.")
        return given_as(found, to)

    def search(self, words: str, limit: int = 20, *, to: str = "arrow") -> Any:
        """The documents whose title or text has the words, the best first; `snippet` is a stretch of text with the hits in brackets.

        `"a phrase"`, `AND`, `OR`, `NOT`, `NEAR(a b)` and `begin*` are understood (SQLite FTS5).
        """
        check_limit(limit)
        try:
            return given_as(self._reader.ask(lambda connection: find_texts(connection, self._reader.catalogue, words, limit)), to)
        except sqlite3.OperationalError as fault:
            raise QueryError(words, f"cannot be searched for ({fault})", 'Put words with signs in double quotes: "cease-fire".') from fault

    def sql(self, query: str, parameters: Mapping[str, object] | Sequence[object] | None = None, *, to: str = "arrow") -> Any:
        """The answer to one SELECT, WITH, DESCRIBE or SUMMARIZE statement of DuckDB's SQL over the `views`. Nothing outside is reached."""
        return given_as(self._reader.ask(lambda connection: _selected(connection, query, parameters)), to)

    def rejects(self, *, to: str = "arrow") -> Any:
        """What could not be read or coded, and why."""
        return given_as(self._ask("SELECT * FROM rejects ORDER BY place, reject_id"), to)

    def runs(self, *, to: str = "arrow") -> Any:
        """What coded the documents: versions, model, tables and settings."""
        return given_as(self._ask("SELECT * FROM runs ORDER BY run"), to)

    def views(self, *, to: str = "arrow") -> Any:
        """The views that `sql` can be asked of, and their columns."""
        rows = [row for row in self._ask(_COLUMNS).to_pylist() if row["view"] in VIEWS]
        return given_as(pa.Table.from_pylist(rows), to)

    def _ask(self, query: str, values: Mapping[str, object] | None = None, limit: int | None = None) -> pa.Table:
        """The answer to a query of our own."""
        given = dict(values or {})
        if limit is not None:
            check_limit(limit)
            query, given["most"] = f"{query} LIMIT $most", limit
        return self._reader.ask(lambda connection: connection.sql(query, params=given).to_arrow_table())

    def _found(self, query: str, asked: Asked, limit: int | None, to: str) -> Any:
        condition = condition_of(asked)
        return given_as(self._ask(query.format(condition.sql), condition.values, limit), to)

    def _one(self, query: str, view: str, column: str, given: str, to: str) -> Any:
        """The answer about one thing, by its id or a beginning of it."""
        return given_as(self._ask(query, {"id": self._resolved(view, column, given)}), to)

    def _resolved(self, view: str, column: str, given: str) -> str:
        """The whole id."""
        found = self._ask(f"SELECT {column} FROM {view} WHERE starts_with({column}, $id) ORDER BY 1 LIMIT 3", {"id": given})
        ids: list[str] = found[column].to_pylist()
        if given in ids or len(ids) == 1:
            return ids[0]
        if ids:
            raise QueryError(given, f"begins the {column} {', '.join(ids)}", "Write more of it.")
        raise QueryError(given, f"is no {column} of the ledger", f"The view {view} has them all.")

    def _counted(
        self,
        by: str,
        count: str,
        since: str | date | None,
        until: str | date | None,
        modality: str | None,
        actors: Sequence[str] | None,
        abroad: bool,
    ) -> pa.Table:
        """The dyads and periods that have events."""
        check("count", "unit", [count], COUNTS)
        check("modality", "modality", several(modality), MODALITIES)
        for code in actors or ():
            check_code("actor", code)
        days = span_of(since, until)
        return self._reader.ask(lambda connection: count_dyads(connection, by, count, days, modality, actors, abroad))


def given_as(table: pa.Table, to: str) -> Any:
    """An Arrow table in the form asked for. Raises `QueryError` where the library for it is not installed."""
    check("to", "form", [to], FORMS)
    if to == "arrow":
        return table
    try:
        library = import_module(to)
    except ImportError as fault:
        raise QueryError(f"to={to!r}", f"{to} is not installed", f"Install it (pip install {to}), or take the Arrow table.") from fault
    return table.to_pandas() if to == "pandas" else library.from_arrow(table)


def _selected(connection: Connection, query: str, parameters: Mapping[str, object] | Sequence[object] | None) -> pa.Table:
    """The answer to a query that somebody has written. Raises `QueryError` for one that is not a question, or has a fault."""
    try:
        statements = connection.extract_statements(query)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise QueryError("sql", "is not one question", "Write one SELECT, WITH, DESCRIBE or SUMMARIZE statement.")
        plan = connection.execute(f"EXPLAIN (FORMAT JSON) {statements[0].query}", parameters).fetchall()[0][1]
        for operator in _operators(orjson.loads(plan)):
            if _CHANGES.search(operator):
                raise QueryError("sql", f"would do more than ask ({operator})", "Write to a file with -o, or from Python.")
        return connection.sql(statements[0].query, params=parameters).to_arrow_table()
    except duckdb.IOException:
        raise  # a file was replaced meanwhile: the reader asks again
    except (duckdb.Error, ValueError) as fault:
        raise QueryError("sql", str(fault).strip().partition("\n")[0], _REMEDY) from fault


def _operators(plan: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The names of all operators of a query's plan."""
    for node in plan:
        yield node["name"]
        yield from _operators(node["children"])
