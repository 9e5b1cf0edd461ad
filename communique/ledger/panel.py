"""Panel: how many acts went from one actor to another in each period.

Contract: in - a connection of `ledger/read.py`; out - an Arrow table of the schema `PANEL`, a row for each directed dyad and period. An act
counts on its first day, or where that is not told on the day of its first report; an act of several actors without a recipient, such as a
meeting, counts once in each direction between them. Acts of or to unknown actors (`UNK`), and acts without any date, are in no dyad. A span
that is not told begins with the month of the first report: of acts before it the ledger has but what later reports recall.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from communique.errors import QueryError
from communique.ledger.filters import QUADS, types
from communique.ledger.read import Connection

PERIODS = ("day", "week", "month", "year")
COUNTS = ("occurrences", "reports")
MAX_ROWS = 50_000_000
Days = NDArray[np.datetime64]

# Kept with the connection, that is as long as the ledger does not change: to open some hundred files takes longer than all the counting.
_DYADS = """
CREATE TEMP TABLE IF NOT EXISTS dyads AS
SELECT source, target, day, type, quad, intensity, modality, reports, reported
FROM (
    SELECT * EXCLUDE (targets), unnest(targets) AS target
    FROM (
        SELECT unnest(actors) AS source, len(recipients) = 0 AS mutual, CASE WHEN mutual THEN actors ELSE recipients END AS targets,
               coalesce(first_day, reported) AS day, type, quad, intensity, modality, reports, reported
        FROM occurrences
    )
)
WHERE day IS NOT NULL AND NOT (mutual AND source = target) AND source <> 'UNK' AND target <> 'UNK'
"""
_COUNTED = """
SELECT source, target, date_trunc($by, day)::DATE AS period, {counts}, sum(intensity * count) / sum(count) AS intensity
FROM (SELECT *, CASE WHEN $reports THEN reports ELSE 1 END AS count FROM dyads)
WHERE day BETWEEN coalesce($since::DATE, (SELECT date_trunc('month', min(reported))::DATE FROM dyads), day) AND coalesce($until::DATE, day)
  AND modality = coalesce($modality, modality)
  AND coalesce(list_contains($actors::VARCHAR[], source) AND list_contains($actors::VARCHAR[], target), true)
  AND NOT ($abroad AND source = target)
GROUP BY ALL ORDER BY source, target, period
"""


def count_names() -> list[str]:
    """The columns of counts: all events, those of each quad class, those of each type."""
    return ["events", *(f"quad{quad}" for quad in QUADS), *types()]


def panel_schema() -> pa.Schema:
    """The columns of a panel."""
    code = pa.dictionary(pa.int16(), pa.string())
    counts = [(name, pa.int32()) for name in count_names()]
    return pa.schema([("source", code), ("target", code), ("period", pa.date32()), *counts, ("intensity", pa.float64())])


def count_dyads(
    connection: Connection,
    by: str,
    count: str,
    days: tuple[date | None, date | None],
    modality: str | None,
    actors: Sequence[str] | None = None,
    abroad: bool = False,
) -> pa.Table:
    """The dyads and periods that have events, sorted; between `actors` alone if they are given."""
    connection.execute(_DYADS)
    given = {"by": by, "reports": count == "reports", "since": days[0], "until": days[1], "modality": modality, "abroad": abroad}
    tests = ["true", *(f"quad = {quad}" for quad in QUADS), *(f"type = '{kind}'" for kind in types())]
    named = zip(count_names(), tests, strict=True)
    counts = ", ".join(f'sum(({test})::INTEGER * count)::INTEGER AS "{name}"' for name, test in named)
    rows = connection.sql(_COUNTED.format(counts=counts), params=given | {"actors": actors}).to_arrow_table()
    return rows.cast(panel_schema())


def with_zeros(found: pa.Table, by: str, days: tuple[date | None, date | None], dyads: Sequence[tuple[str, str]] | None = None) -> pa.Table:
    """The same with a row for every period of the span, or from the first to the last found, for `dyads` or each that is found."""
    names = pc.binary_join_element_wise(found["source"].cast(pa.string()), found["target"].cast(pa.string()), " ")
    every = pa.array([" ".join(dyad) for dyad in dyads]) if dyads else pc.unique(names)
    periods = periods_of(found["period"], by, days)
    size = len(every) * len(periods)
    if size > MAX_ROWS:
        raise QueryError("panel", f"would have {size:,} rows", "Narrow it with since, until or actors, or leave out the zeros.")
    at = pc.index_in(names, every).to_numpy() * len(periods) + np.searchsorted(periods, found["period"].to_numpy().astype(periods.dtype))
    counts = [pa.array(_filled(found[name], at, size)) for name in count_names()]
    missing = np.ones(size, bool)
    missing[at] = False
    intensity = pa.array(_filled(found["intensity"], at, size), mask=missing)
    spans = pa.array(np.tile(periods.astype(np.int32), len(every))).view(pa.date32())
    return pa.Table.from_arrays([*_sides(every, len(periods)), spans, *counts, intensity], schema=panel_schema())


def periods_of(found: pa.ChunkedArray, by: str, days: tuple[date | None, date | None]) -> Days:
    """The first day of each period of the span; weeks begin on Monday."""
    bounds = pc.min_max(found).as_py()
    first, last = days[0] or bounds["min"], days[1] or bounds["max"]
    if first is None or last is None or first > last:
        return np.array([], "datetime64[D]")
    if by == "week":
        return np.arange(np.datetime64(first) - first.weekday(), np.datetime64(last) + 1, 7)
    unit = f"datetime64[{by[0].upper()}]"
    return np.arange(np.datetime64(first).astype(unit), np.datetime64(last).astype(unit) + 1).astype("datetime64[D]")


def _sides(dyads: pa.Array, times: int) -> Iterator[pa.Array]:
    """The sources of the dyads, each so many times, and their targets."""
    parts = [name.split(" ") for name in dyads.to_pylist()]
    for side in (0, 1):
        codes = pa.array([part[side] for part in parts], pa.string()).dictionary_encode()
        yield pa.DictionaryArray.from_arrays(np.repeat(codes.indices.to_numpy().astype(np.int16), times), codes.dictionary)


def _filled(values: pa.ChunkedArray, at: NDArray[np.int64], size: int) -> NDArray[np.generic]:
    """Zeros, and the values at their places; memory of zeros costs nothing until it is written to."""
    given = values.to_numpy()
    made = np.zeros(size, given.dtype)
    made[at] = given
    return made
