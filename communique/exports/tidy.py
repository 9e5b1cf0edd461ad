"""Tidy: a folder of plain tables as CSV and Parquet, with a codebook that says what each column means.

Contract: in - `Chosen`; out - `events`, `participants`, `documents` and `occurrences`, one row each, no nested columns; `codebook.csv` and
`codebook.md`. Documents are those of the events asked for, or all where nothing is. CSV is for people too: a text that a spreadsheet would
take for a formula gets an apostrophe before it. Parquet has it as it is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from communique.exports.chosen import Chosen
from communique.exports.columns import SOURCES, TABLES, TEXT, Column
from communique.exports.sheets import without_formulas

_HEADER = ("table", "column", "type", "meaning", "values")
_TYPES = {"string": "text", "date32[day]": "day", "double": "number", "bool": "true or false"}


def write(chosen: Chosen, out: Path) -> None:
    """Write the folder."""
    only = "" if not chosen.asked else "WHERE d.document_id IN (SELECT e.document_id FROM events e SEMI JOIN chosen USING (event_id))"
    book: list[tuple[str, ...]] = []
    for name, columns in TABLES.items():
        shown = (*columns, *TEXT) if name == "documents" and chosen.texts else columns
        source = SOURCES[name].format(documents=only)
        batches = chosen.batches(f"SELECT {selected(shown)} FROM {source}", chosen.events if name == "events" else 0)
        write_both(batches, out / name)
        book += [(name, one.name, type_of(batches.schema, one), one.meaning, one.values) for one in shown]
    _write_codebook(book, out)


def selected(columns: Iterable[Column]) -> str:
    """What to write after SELECT."""
    return ", ".join(f'{one.sql} AS "{one.name}"' for one in columns)


def write_both(batches: pa.RecordBatchReader, stem: Path) -> None:
    """The rows as CSV and as Parquet."""
    schema = batches.schema
    with (
        pq.ParquetWriter(stem.with_suffix(".parquet"), schema, compression="zstd") as parquet,
        pcsv.CSVWriter(stem.with_suffix(".csv"), schema) as text,
    ):
        for batch in batches:
            parquet.write_batch(batch)
            text.write_batch(pa.RecordBatch.from_arrays(list(map(without_formulas, batch.columns)), schema=batch.schema))


def type_of(schema: pa.Schema, column: Column) -> str:
    """What stands in a column, in a word."""
    kind = str(schema.field(column.name).type)
    return _TYPES.get(kind, "whole number")


def _write_codebook(book: Sequence[tuple[str, ...]], out: Path) -> None:
    """The codebook for programs, and for people."""
    with (out / "codebook.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([_HEADER, *book])
    lines = ["# Codebook", ""]
    for name in TABLES:
        lines += [f"## {name}", "", "| column | type | meaning | values |", "| --- | --- | --- | --- |"]
        lines += [f"| `{column}` | {kind} | {meaning} | {values} |" for table, column, kind, meaning, values in book if table == name]
        lines.append("")
    (out / "codebook.md").write_text("\n".join(lines), encoding="utf-8")
