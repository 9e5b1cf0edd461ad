"""Exports: what the filters select, as a file.

Contract: in - an address under /export with filters; out - CSV, Parquet or JSON Lines as `views/tabular.py` writes them, in the order of
days. CSV and JSON Lines are sent while they are written. Raises `QueryError` where the rows are more than `MOST`.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Annotated, Literal

import pyarrow as pa
from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from communique.errors import QueryError
from communique.ledger.filters import check, span_of
from communique.ledger.panel import PERIODS, count_dyads, periods_of, with_zeros
from communique.views.desk.asking import Asking, At, described
from communique.views.desk.choosing import COLUMNS, EVENT, choose_between
from communique.views.desk.filters import Filters
from communique.views.desk.snapshot import Snapshot
from communique.views.tabular import WRITERS

MOST, MOST_ZEROS = 500_000, 5_000_000  # rows; those of zeros are short
BATCH = 10_000  # rows that are written at once
TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet", "jsonl": "application/x-ndjson"}
Form = Literal["csv", "parquet", "jsonl"]
By = Annotated[Literal["day", "week", "month", "year"], Query(description="The period of a row.")]
Count = Annotated[Literal["occurrences", "reports"], Query(description="What is counted.")]
Zeros = Annotated[bool, Query(description="Whether there is a row for each period without events.")]

router = APIRouter(prefix="/export", tags=["files"], default_response_class=Response)


@router.get("/events.{form}", openapi_extra=described())
def events(s: At, filters: Asking, form: Form) -> Response:
    """The events, each with its report and sentence."""
    chosen = choose_between(s, filters.asked, filters.dyads)
    return _file("events", _table(s, f"SELECT {EVENT} FROM {chosen.events} e ORDER BY e.day NULLS LAST, e.number", chosen.events), form)


@router.get("/occurrences.{form}", openapi_extra=described())
def occurrences(s: At, filters: Asking, form: Form) -> Response:
    """The occurrences."""
    table = choose_between(s, filters.asked, filters.dyads).occurrences
    query = f"SELECT {COLUMNS} FROM occurrences o SEMI JOIN {table} c ON o.number = c.number ORDER BY o.day NULLS LAST, o.number"
    return _file("occurrences", _table(s, query, table), form)


@router.get("/panel.{form}", openapi_extra=described())
def panel(s: At, filters: Asking, form: Form, by: By = "month", count: Count = "occurrences", zeros: Zeros = False) -> Response:
    """A row for each directed dyad and period: events, by quad class and type, and mean intensity."""
    return _file("panel", _panel(s, filters, by, count, zeros), form)


def _table(s: Snapshot, query: str, counted: str) -> pa.Table:
    """The rows of a query, if they are not too many."""
    ((rows,),) = s.connection.execute(f"SELECT count(*) FROM {counted}").fetchall()
    _check_size(rows, MOST)
    return s.table(query)


def _check_size(rows: int, most: int) -> None:
    if rows > most:
        raise QueryError("export", f"has {rows:,} rows", f"Narrow it to {most:,} with filters, or write it at the command line with -o.")


def _panel(s: Snapshot, filters: Filters, by: str, count: str, zeros: bool) -> pa.Table:
    """As `communique panel`, of what is chosen; by days and weeks only of dyads that are named."""
    pairs = filters.dyads
    check("by", "period", [by], PERIODS if pairs else PERIODS[2:])
    chosen = choose_between(s, filters.asked, pairs)
    days = span_of(filters.asked.get("since"), filters.asked.get("until"))
    named = {"pairs": [list(one) for one in pairs]}
    only = "SEMI JOIN (SELECT unnest($pairs) AS p) ON source = p[1] AND target = p[2]" if pairs else ""
    s.execute(f"CREATE TEMP TABLE dyads AS SELECT * FROM {chosen.dyads} {only}", named if pairs else None)  # where count_dyads looks
    found = count_dyads(s.connection, by, count, days, chosen.modality)
    if not zeros:
        return found
    size = len(found.group_by(["source", "target"]).aggregate([])) * len(periods_of(found["period"], by, days))
    _check_size(size, MOST_ZEROS)
    return with_zeros(found, by, days, pairs or None)


def _file(name: str, table: pa.Table, form: str) -> Response:
    """The table as a file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    if form == "parquet":
        return Response(_written(table, form), media_type=TYPES[form], headers=headers)
    return StreamingResponse(_parts(table, form), media_type=TYPES[form], headers=headers)


def _parts(table: pa.Table, form: str) -> Iterator[bytes]:
    """The file in parts; only the first has the header that CSV begins with."""
    for start in range(0, max(len(table), 1), BATCH):
        part = _written(table.slice(start, BATCH), form)
        yield part.partition(b"\n")[2] if form == "csv" and start else part


def _written(table: pa.Table, form: str) -> bytes:
    out = BytesIO()
    WRITERS[form](table, out)
    return out.getvalue()
