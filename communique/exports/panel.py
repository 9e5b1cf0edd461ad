"""Panel: a row for each directed dyad and month, with the numbers that other data sets have for both states.

Contract: in - `Chosen`; out - `panel.csv` and `panel.parquet`: what `ledger/panel.py` counts of the occurrences asked for, and for both
sides the ISO 3166-1, Correlates of War and Gleditsch-Ward codes that the state had on the last day of the month. A month without an act has
a row of zeros; rows are made some dyads at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from communique.exports.chosen import Chosen
from communique.exports.states import iso3, state_code
from communique.exports.tidy import write_both
from communique.ledger.coded import days_of
from communique.ledger.filters import span_of
from communique.ledger.panel import count_dyads, count_names, periods_of, with_zeros

SIDES = ("source", "target")
DYADS = 200  # whose rows are held at once
# What counts dyads looks at the occurrences of the connection: a view of the same name stands before the one it is made from.
_ONLY = "CREATE OR REPLACE TEMP VIEW occurrences AS FROM memory.main.occurrences SEMI JOIN chosen USING (occurrence_id)"
_SIDE = (("", pa.string()), ("_iso3", pa.string()), ("_cow", pa.int16()), ("_gw", pa.int16()))
SCHEMA = pa.schema(
    [
        *((f"{side}{name}", kind) for side in SIDES for name, kind in _SIDE),
        *(("year", pa.int16()), ("month", pa.int8()), ("period", pa.date32())),
        *((name, pa.int32()) for name in count_names()),
        ("intensity", pa.float64()),
    ]
)


def write(chosen: Chosen, out: Path) -> None:
    """Write both files."""
    write_both(pa.RecordBatchReader.from_batches(SCHEMA, _batches(chosen)), out / "panel")


def _batches(chosen: Chosen) -> Iterator[pa.RecordBatch]:
    """The rows, those of some dyads at a time."""
    chosen.connection.execute(_ONLY)
    span = span_of(chosen.asked.get("since"), chosen.asked.get("until"))
    found = count_dyads(chosen.connection, "month", "occurrences", span, None)
    periods = [one.astype(object) for one in periods_of(found["period"], "month", span)]
    if not periods:
        return
    names = pc.binary_join_element_wise(found["source"].cast(pa.string()), found["target"].cast(pa.string()), " ")
    dyads = [(one, other) for one, _, other in (name.partition(" ") for name in pc.unique(names).to_pylist())]
    starts = [*pc.index_in(pc.unique(names), names).to_pylist(), len(names)]  # they are sorted, so that the rows of a dyad stand together
    for first in range(0, len(dyads), DYADS):
        some = dyads[first : first + DYADS]
        rows = found.slice(starts[first], starts[first + len(some)] - starts[first])
        table = with_zeros(rows, "month", (periods[0], periods[-1]), some)
        yield from _with_codes(table, some, periods).to_batches()
        chosen.step(first + len(some), len(dyads))


def _with_codes(table: pa.Table, dyads: Sequence[tuple[str, str]], periods: Sequence[date]) -> pa.Table:
    """The same with the codes of both sides, and the parts of the period."""
    columns: list[Any] = []
    for at, side in enumerate(SIDES):
        columns += [table[side].cast(pa.string())]
        columns += [pa.chunked_array([_codes(dyad[at], name, kind, periods) for dyad in dyads], kind) for name, kind in _SIDE[1:]]
    columns += [pc.year(table["period"]).cast(pa.int16()), pc.month(table["period"]).cast(pa.int8())]
    columns += [table[name] for name in ("period", *count_names(), "intensity")]
    return pa.Table.from_arrays(columns, schema=SCHEMA).combine_chunks()


def _codes(code: str, name: str, kind: pa.DataType, periods: Sequence[date]) -> pa.Array:
    """What a system calls the code in each month."""
    if name == "_iso3":
        return pa.array([iso3(code)] * len(periods), kind)
    values = (state_code(code, name.removeprefix("_"), days_of(f"{period:%Y-%m}")[1]) for period in periods)
    return pa.array([None if value is None else int(value) for value in values], kind)
