"""Chosen: what of a ledger is exported, read a batch at a time.

Contract: in - a connection of `ledger/read.py` and what is asked for; out - Arrow batches, or rows as the record has them, always of the
events asked for. The connection has a table `chosen` (event_id, occurrence_id) of these. Memory holds one batch and what DuckDB sorts,
which spills to disk beyond its limit.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from communique.ledger.filters import DAY, FOUND, Asked, condition_of
from communique.ledger.query import RECORD
from communique.ledger.read import Connection

Row = dict[str, Any]
Step = Callable[[int, int], None]  # rows that are written, and of how many; 0 where that is not known
BATCH = 10_000  # rows
EVENTS = """
chosen c JOIN events e ON c.event_id = e.event_id JOIN documents d ON e.document_id = d.document_id
LEFT JOIN occurrences o ON c.occurrence_id = o.occurrence_id LEFT JOIN runs r ON e.run = r.run
"""
IN_ORDER = f"{DAY}, e.document_id, e.trigger.start, e.event_id"
_CHOSEN = f"CREATE OR REPLACE TEMP TABLE chosen AS SELECT e.event_id, l.occurrence_id FROM {FOUND} WHERE {{}}"
_ROW = f"""
{", ".join(f'e."{name}"' for name in RECORD)}, {DAY} AS day, e.reported, d.title, d.publisher, d.url, d.sha256,
[one.name FOR one IN d.carriers IF one.kind = 'agency'] AS agencies, c.occurrence_id, e.run, r.signature
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The events asked for, and what belongs to them."""

    connection: Connection
    asked: Asked
    events: int
    texts: bool  # whether the texts of reports are wanted
    step: Step

    @classmethod
    def of(cls, connection: Connection, asked: Asked, step: Step, *, texts: bool) -> Chosen:
        """Choose. Raises `QueryError` for what cannot be asked."""
        condition = condition_of(asked)
        connection.execute(_CHOSEN.format(condition.sql), condition.values)
        ((events,),) = connection.execute("SELECT count(*) FROM chosen").fetchall()
        return cls(connection, asked, events, texts, step)

    def batches(self, query: str, total: int = 0) -> pa.RecordBatchReader:
        """The answer to a query, a batch at a time."""
        reader = self.connection.sql(query).to_arrow_reader(BATCH)
        return pa.RecordBatchReader.from_batches(reader.schema, self._counted(reader, total))

    def rows(self, more: str = "", joined: str = "", order: str = IN_ORDER) -> Iterator[Row]:
        """The events in order: the record, what is known of its report, and `more` columns of SQL, of what is `joined`."""
        for batch in self.batches(f"SELECT {_ROW}{more and f', {more}'} FROM {EVENTS} {joined} ORDER BY {order}", self.events):
            yield from batch.to_pylist()

    def _counted(self, reader: Iterable[pa.RecordBatch], total: int) -> Iterator[pa.RecordBatch]:
        done = 0
        for batch in reader:
            yield batch
            done += batch.num_rows
            self.step(done, total)


def write_tabs(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A header and a line a row, cells separated by tabs; a cell that has a tab, quote or line end stands in quotes."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def json_line(value: object) -> bytes:
    """A line of JSON."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE, default=str)
