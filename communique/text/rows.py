"""Rows: files of records, cut into one item a record: JSON Lines, JSON arrays, CSV and TSV, Parquet.

Contract: in - a `Container`; out - its items in order, and an `InputError` for each row that is none. Columns are settled once a file, by
the user's mapping or the usual names. All but Parquet are read as streams of any length; no line, row or object is held beyond its limit.
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

import orjson

from communique.errors import InputError
from communique.text.columns import FIELDS, check_mapped, find_columns
from communique.text.containers import Container
from communique.text.intake import MAX_BYTES
from communique.text.items import Item
from communique.text.streams import as_utf8

MAX_LINE_BYTES = 50_000_000  # of one line or object
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}]', re.DOTALL)
_FIRST = 20  # objects that are looked at to see which columns an archive has
_ROWS = 256  # of a Parquet file at a time
_END = "\0"  # a last line of a table, which a cell with an open quotation mark takes in


def cut_lines(container: Container) -> Iterator[Item | InputError]:
    """Each line of JSON Lines."""
    items = (
        line if isinstance(line, InputError) else container.item(number, "json", line)
        for number, line in _lines(container)
        if isinstance(line, InputError) or line.strip()
    )
    yield from _with_columns(container, items)


def _lines(container: Container) -> Iterator[tuple[int, bytes | InputError]]:
    """The lines with their numbers; one over the limit is passed over in pieces."""
    stream = as_utf8(container.stream)
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(1 << 20)
            yield number, InputError(f"{container.place}:{number}", f"is over the limit of {MAX_LINE_BYTES // 1_000_000} MB", "Split it.")
        else:
            yield number, line.removeprefix(BOM_UTF8)


def cut_objects(container: Container) -> Iterator[Item | InputError]:
    """Each object of a JSON array, or of a file of objects one after the other."""
    items = (container.item(number, "json", data) for number, data in enumerate(_objects(container), 1))
    yield from _with_columns(container, items)


def _objects(container: Container) -> Iterator[bytes]:
    """The bytes of each outermost object, an array about them left off."""
    stream = as_utf8(container.stream)
    buffer, at, start, depth = b"", 0, 0, 0
    while more := stream.read(max(1 << 16, len(buffer))):  # as much again as there is, so that a long object is not gone over too often
        buffer += more
        for token in _TOKEN.finditer(buffer, at):
            mark = token[0]
            if mark == b'"':  # a string that goes on in what is not read yet
                at = token.start()
                break
            at = token.end()
            if mark == b"{":
                start = token.start() if depth == 0 else start
                depth += 1
            elif mark == b"}" and depth > 0:
                depth -= 1
                if depth == 0:
                    yield buffer[start:at]
        else:
            at = len(buffer)
        done = start if depth > 0 else at
        buffer, at, start = buffer[done:], at - done, 0
        if len(buffer) > MAX_LINE_BYTES:
            raise InputError(container.place, f"has an object of over {MAX_LINE_BYTES // 1_000_000} MB", "Split it.")
    if depth > 0:
        raise EOFError("an object is not closed")


def _with_columns(container: Container, items: Iterator[Item | InputError]) -> Iterator[Item | InputError]:
    """The items, if their first have all columns that the user maps."""
    first: list[Item | InputError] = []
    if container.mapping:
        names: dict[str, None] = {}
        for item in islice(items, _FIRST):
            first.append(item)
            names |= dict.fromkeys(_names(item)) if isinstance(item, Item) else {}
        if names:
            check_mapped(names, container.mapping, container.place)
    empty = True
    for item in chain(first, items):
        empty = False
        yield item
    if empty:
        raise InputError(container.place, "is empty", 'Write one {"id", "date", "title", "text"} object a line.')


def _names(item: Item) -> list[str]:
    try:
        record = orjson.loads(item.data)
    except orjson.JSONDecodeError:
        return []
    return list(record) if isinstance(record, dict) else []


def cut_table(container: Container) -> Iterator[Item | InputError]:
    """Each row of a CSV or TSV file."""
    csv.field_size_limit(MAX_BYTES)
    lines = (_text_of(line) for _, line in _lines(container))
    header = next(lines, "")
    if not header.strip():
        raise InputError(container.place, "is empty", "Give a first line with the names of the columns.")
    delimiter = max(("\t",) if container.suffix == ".tsv" else ",;\t|", key=lambda mark: _columns_cut(header, mark))
    reader = csv.reader(chain([header], lines, [_END]), delimiter=delimiter)
    names = next(reader)
    if names[-1].endswith(_END):
        raise _never_closed(f"{container.place}:1")
    columns = find_columns(names, container.mapping, container.place)
    indices = {field: names.index(column) for field, column in columns.items()}
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as fault:
            yield InputError(f"{container.place}:{number}", f"is no row ({fault})", "See whether a quotation mark is not closed.")
            continue
        if row is None or row == [_END]:
            return
        if row and row[-1].endswith(_END):
            yield _never_closed(f"{container.place}:{number}")
        elif len(row) > len(names):
            fact = f"{len(row)} cells where the header has {len(names)}"
            yield InputError(f"{container.place}:{number}", fact, f"Quote cells that hold {delimiter!r}.")
        elif any(row):
            cells = {field: row[index] for field, index in indices.items() if index < len(row)}
            yield container.item(number, "record", orjson.dumps(cells))


def _never_closed(place: str) -> InputError:
    return InputError(place, "has a cell that goes on to the end of the file", "Close its quotation mark.")


def _text_of(line: bytes | InputError) -> str:
    """A line of a table; one that is no UTF-8 is taken for windows-1252, as spreadsheets write it."""
    if isinstance(line, InputError):
        raise line
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _columns_cut(header: str, delimiter: str) -> tuple[int, int]:
    """How many names of fields, and how many names, a header has if it is cut there."""
    names = next(csv.reader([header], delimiter=delimiter), [])
    known = {name for names in FIELDS.values() for name in names}
    return sum(name.strip().lower() in known for name in names), len(names)


def cut_parquet(container: Container) -> Iterator[Item | InputError]:
    """Each row of a Parquet file."""
    if container.path is None:
        raise InputError(container.place, "is Parquet, which cannot be read from a stream or archive", "Unpack it to a file.")
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(container.path) as file:
            columns = find_columns(file.schema_arrow.names, container.mapping, container.place)
            number, size, rows = 0, container.path.stat().st_size, file.metadata.num_rows
            for batch in file.iter_batches(_ROWS, columns=list(dict.fromkeys(columns.values()))):
                for row in batch.to_pylist():
                    number += 1
                    cells = orjson.dumps({field: row[column] for field, column in columns.items()}, default=_cell)
                    item = container.item(number, "record", cells)
                    yield replace(item, consumed=container.before + size * number // rows)
    except (pa.ArrowException, OSError) as fault:
        raise InputError(container.place, f"cannot be read as Parquet ({fault})", "Write it anew.") from fault


def _cell(value: object) -> str:
    """A cell of a type that JSON does not have."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
