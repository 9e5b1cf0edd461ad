"""Compact: recent files become files of one month each, and rows that are no longer current move out of the way.

Contract: in - a writer; out - the same rows in fewer or better files, which every question answers as before. Each step replaces some
files by others in one transaction, so that it can be ended at any moment. A month's full files are left as they are. Rows of superseded
versions and codings move to files of status `history`, which the view `versions` still reads.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from communique.ledger.catalogue import File, drop_history
from communique.ledger.files import ALL, HISTORY, RECENT, find_rows, read_tables, split_by_month, store_table
from communique.ledger.merge import merge
from communique.ledger.schema import CODED, FOUND
from communique.ledger.write import Writer

MAX_ROWS = 100_000  # of one file
BATCH_BYTES = 64_000_000  # of compressed files that are taken up in one step
MANY = 16  # recent files of a table, above which `add` compacts by itself
_CODING = ["document_id", "version", "run"]


def needs_compacting(writer: Writer) -> bool:
    """Are there many small files?"""
    return any(sum(file.month == RECENT for file in writer.catalogue.files(name)) > MANY for name in (*CODED, *FOUND))


def compact(writer: Writer, step: Callable[[int], None] = lambda _: None) -> int:
    """Put every recent row into its month; how many files were replaced. `step` is told of each file that is done."""
    merge(writer)  # which knows the files that it has yet to compare by their paths
    done = 0
    superseded = writer.catalogue.history()
    for name in CODED:
        for batch in _batches([file for file in writer.catalogue.files(name) if file.month == RECENT]):
            done += _take_up(writer, name, batch)
            step(len(batch))
        if superseded:
            done += _set_apart(writer, name, frozenset(superseded))
    for name in FOUND:
        recent = [file for file in writer.catalogue.files(name) if file.month == RECENT]
        if recent:
            retired = [*recent, *_open_files(writer, name, ALL)]
            rows = read_tables(writer.folder, retired, name)
            writer.replace(retired, list(_stored(rows, writer, name, ALL)))
            done += len(retired)
            step(len(recent))
    with writer.catalogue.transaction() as connection:
        drop_history(connection, superseded)
    return done


def _take_up(writer: Writer, name: str, recent: Sequence[File]) -> int:
    """Put the rows of some recent files into the files of their months."""
    retired = list(recent)
    made: list[File] = []
    for month, rows in split_by_month(read_tables(writer.folder, recent, name)).items():
        old = _open_files(writer, name, month)
        retired += old
        made += _stored(pa.concat_tables([read_tables(writer.folder, old, name), rows]), writer, name, month)
    writer.replace(retired, made)
    return len(retired)


def _set_apart(writer: Writer, name: str, superseded: Collection[tuple[str, ...]]) -> int:
    """Move rows that are no longer current into files of their own."""
    done = 0
    for file in writer.catalogue.files(name):
        gone = find_rows(read_tables(writer.folder, [file], name, _CODING), _CODING, superseded)
        if pc.any(gone).as_py():
            rows = read_tables(writer.folder, [file], name)
            kept = _stored(rows.filter(pc.invert(gone)), writer, name, file.month)
            writer.replace([file], [*kept, *_stored(rows.filter(gone), writer, name, file.month, HISTORY)])
            done += 1
    return done


def _open_files(writer: Writer, name: str, month: str) -> list[File]:
    """The files of a month that are not full."""
    return [file for file in writer.catalogue.files(name) if file.month == month and file.rows < MAX_ROWS]


def _stored(rows: pa.Table, writer: Writer, name: str, month: str, status: str = "live") -> Iterator[File]:
    """The rows as files of at most `MAX_ROWS`."""
    for start in range(0, len(rows), MAX_ROWS):
        yield store_table(rows.slice(start, MAX_ROWS), writer.folder, name, month, status)


def _batches(files: Iterable[File]) -> Iterator[list[File]]:
    """The files in lists of some `BATCH_BYTES`."""
    batch: list[File] = []
    for file in files:
        batch.append(file)
        if sum(one.bytes for one in batch) >= BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch
