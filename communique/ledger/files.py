"""Files: write, read and name the Parquet files of a ledger.

Contract: in - rows or Arrow tables of a table of `SCHEMAS`; out - files sorted by the table's key and named by the hash of their bytes, so
that the same rows lie in a file of the same name. A file is written beside its place and renamed into it, and never changed afterwards.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from communique.ledger.catalogue import File
from communique.ledger.schema import KEYS, SCHEMAS

RECENT, ALL, UNDATED = "recent", "all", "undated"  # months of files that are not of one month
INCOMING = ".incoming"
HISTORY = "history"
ROW_GROUP = 20_000


def table_of(name: str, rows: Sequence[dict[str, Any]]) -> pa.Table:
    """The rows as an Arrow table of the named schema."""
    return pa.Table.from_pylist(list(rows), schema=SCHEMAS[name])


def to_parquet(table: pa.Table, name: str) -> bytes:
    """The bytes of a Parquet file of the table, sorted by its key."""
    out = pa.BufferOutputStream()
    ordered = table.sort_by([(column, "ascending") for column in KEYS[name]])
    pq.write_table(ordered, out, compression="zstd", row_group_size=ROW_GROUP, write_statistics=True)
    return bytes(out.getvalue())


def from_parquet(data: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """The table of which those are the bytes, or some columns of it."""
    return pq.read_table(pa.BufferReader(data), columns=columns)


def rows_in(data: bytes) -> int:
    """How many rows the table has of which those are the bytes."""
    rows: int = pq.read_metadata(pa.BufferReader(data)).num_rows
    return rows


def write_whole(data: bytes, beside: Path, path: Path) -> None:
    """Write a file beside its place, and rename it when it is on disk: it is there whole, or not at all."""
    for one in (beside, path):
        one.parent.mkdir(parents=True, exist_ok=True)
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def store(data: bytes, folder: Path, name: str, month: str, status: str = "live") -> File:
    """Write the bytes of a table to their place in the ledger, under their hash."""
    digest = hashlib.sha256(data).hexdigest()
    place = f"{f'{HISTORY}/' if status == HISTORY else ''}{name}/{month}/{digest[:16]}.parquet"
    write_whole(data, folder / INCOMING / f"{digest[:16]}.parquet", folder / place)
    return File(place, name, month, status, rows_in(data), len(data), digest)


def store_table(table: pa.Table, folder: Path, name: str, month: str, status: str = "live") -> File:
    """Write a table to its place in the ledger."""
    return store(to_parquet(table, name), folder, name, month, status)


def read_tables(folder: Path, files: Iterable[File], name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of several files of one table."""
    found = [pq.read_table(folder / file.path, columns=columns, partitioning=None) for file in files]
    schema = SCHEMAS[name] if columns is None else pa.schema([SCHEMAS[name].field(column) for column in columns])
    return pa.concat_tables(found) if found else schema.empty_table()


def months_of(table: pa.Table) -> pa.Array:
    """The month of each row, by its day of report: YYYY-MM, or `undated`."""
    return pc.fill_null(pc.strftime(table["reported"], format="%Y-%m"), UNDATED)


def split_by_month(table: pa.Table) -> dict[str, pa.Table]:
    """The rows by month."""
    months = months_of(table)
    return {month: table.filter(pc.equal(months, month)) for month in sorted(pc.unique(months).to_pylist())}


def find_rows(table: pa.Table, columns: Sequence[str], wanted: Collection[tuple[str, ...]]) -> pa.Array:
    """For each row, whether its values in the columns are among the wanted ones."""
    return pa.array([row in wanted for row in zip(*(table[column].to_pylist() for column in columns), strict=True)], pa.bool_())
