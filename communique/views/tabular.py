"""Tabular: the answers of a ledger as CSV, JSON Lines or Parquet.

Contract: in - an Arrow table; out - bytes in a stream, the same for the same table. JSON Lines and Parquet keep nested columns as the
record has them. CSV has their parts in cells that people can read: participants are written `CODE SECTOR NAME`, several joined by `; `.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from communique.exports.sheets import without_formulas

BATCH = 10_000  # rows


def write_jsonl(table: pa.Table, out: IO[bytes]) -> None:
    """One JSON object a row."""
    for batch in table.to_batches(BATCH):
        out.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE, default=str) for row in batch.to_pylist())


def write_csv(table: pa.Table, out: IO[bytes]) -> None:
    """A header and one line a row, in UTF-8. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    flat = flattened(table)
    pa.csv.write_csv(pa.Table.from_arrays(list(map(without_formulas, flat.columns)), schema=flat.schema), out)


def write_parquet(table: pa.Table, out: IO[bytes]) -> None:
    """A Parquet file."""
    pq.write_table(table, out, compression="zstd")


WRITERS: dict[str, Callable[[pa.Table, IO[bytes]], None]] = {"csv": write_csv, "jsonl": write_jsonl, "parquet": write_parquet}


def flattened(table: pa.Table) -> pa.Table:
    """The table without nested columns."""
    columns = dict(column for field in table.schema for column in _flat(field.name, table[field.name].combine_chunks()))
    return pa.table(columns)


def _flat(name: str, column: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    """What a column becomes. The words of a structure keep its name, its other fields are named after both: `trigger`, `trigger_start`."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        yield name, column.cast(kind.value_type)
    elif pa.types.is_struct(kind):
        for field in kind:
            yield from _flat(name if field.name == "text" else f"{name}_{field.name}", pc.struct_field(column, field.name))
    elif pa.types.is_list(kind):
        yield name, _texts(column, _part)
        if _has(kind.value_type, "code"):
            yield f"{name.removesuffix('s')}_codes", _texts(column, lambda one: str(one["code"]))
    else:
        yield name, column


def _texts(column: pa.Array, part: Callable[[Any], str]) -> pa.Array:
    """Each list as one text."""
    return pa.array([None if row is None else "; ".join(map(part, row)) for row in column.to_pylist()], pa.string())


def _part(one: Any) -> str:
    """A participant as `CODE SECTOR NAME`; of another structure the first field, which names it."""
    if not isinstance(one, dict):
        return str(one)
    if "code" in one:
        return " ".join(part for part in (one["code"], one["sector"], one["name"]) if part)
    return str(next(iter(one.values())))


def _has(kind: pa.DataType, field: str) -> bool:
    return bool(pa.types.is_struct(kind)) and kind.get_field_index(field) >= 0
