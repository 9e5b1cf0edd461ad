"""Tables: read CSV and TOML files strictly, so that a fault is named by file and line and a row can be cited.

Contract: in - a path and the columns that the file must have; out - rows that know their place (`offices.csv:41`).
Raises `TableError` for an unknown, missing or doubled column, an empty required cell, a value outside a closed list, and a doubled row.
"""

from __future__ import annotations

import csv
import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from communique.errors import TableError

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: whether a row must fill it, and the values it may take (none named: any)."""

    name: str
    required: bool = True
    values: frozenset[str] = frozenset()


class Row(dict[str, str]):
    """One row of a CSV file by column name; `place` cites it."""

    __slots__ = ("place",)
    place: str


class Entry(dict[str, Any]):
    """One table of a TOML file; `name` is its header, `place` cites it."""

    def __init__(self, cells: Mapping[str, Any], name: str, place: str) -> None:
        super().__init__(cells)
        self.name, self.place = name, place


COUNTS = (Column("seen"), Column("right"))
_BELIEF_WEIGHT = 4.0  # how many sightings a belief is worth


def precision_of(row: Row, belief: float) -> float:
    """How often a row was right by its counts `seen` and `right`, drawn towards a belief where it was seen little."""
    if not (row["seen"].isdecimal() and row["right"].isdecimal() and int(row["right"]) <= int(row["seen"])):
        raise TableError(row.place, "seen and right are no counts", "Run tools/measure_tables.py.")
    return (int(row["right"]) + belief * _BELIEF_WEIGHT) / (int(row["seen"]) + _BELIEF_WEIGHT)


def load_csv(path: Path, columns: Sequence[Column], key: Sequence[str] = ()) -> list[Row]:
    """All rows of a CSV file. Two rows may not agree in all columns, nor in the `key` columns."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader, [])
        check_columns(f"{path.name}:1", header, columns, optional_may_lack=False)
        try:
            rows = [_row(f"{path.name}:{reader.line_num}", header, cells) for cells in reader]
        except csv.Error as fault:
            raise TableError(f"{path.name}:{reader.line_num}", str(fault), "Quote the cell.") from fault
    _check_cells(rows, columns)
    _check_doubles(rows, key or header)
    return rows


def load_toml(path: Path, columns: Sequence[Column]) -> list[Entry]:
    """All tables of a TOML file, `[name]` and `[[name]]` alike, in the order of the file."""
    text = path.read_text(encoding="utf-8")
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"at line (\d+)", str(fault))
        raise TableError(f"{path.name}:{line[1] if line else 1}", str(fault), "Mend the TOML.") from fault
    entries = []
    for name, value in parsed.items():
        tables = value if isinstance(value, list) else [value]
        for table, line_number in zip(tables, _header_lines(text, name, len(tables)), strict=True):
            entries.append(_entry(f"{path.name}:{line_number}", name, table, columns))
    return entries


def check_columns(place: str, found: Iterable[str], columns: Sequence[Column], optional_may_lack: bool = True) -> None:
    """Raise where a column is unknown, doubled or missing; a TOML table may leave out what it need not fill."""
    names = [column.name for column in columns]
    seen: set[str] = set()
    for name in found:
        if name not in names:
            raise TableError(place, f"unknown column {name!r}", did_you_mean(name, names))
        if name in seen:
            raise TableError(place, f"column {name!r} stands twice", "Drop one.")
        seen.add(name)
    for column in columns:
        if column.name not in seen and (column.required or not optional_may_lack):
            raise TableError(place, f"missing column {column.name!r}", f"Columns are {', '.join(names)}.")


def check_value(place: str, column: Column, value: str) -> None:
    """Raise where a required cell is empty, or a value is outside the column's closed list."""
    if not value:
        if column.required:
            raise TableError(place, f"empty {column.name}", "Fill it in.")
    elif column.values and value not in column.values:
        raise TableError(place, f"unknown {column.name} {value!r}", did_you_mean(value, column.values))


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """The remedy for a misspelt value: the nearest known one, or all of them."""
    choices = sorted(known)
    near = difflib.get_close_matches(value, choices, n=1, cutoff=0.6)
    return f"Did you mean {near[0]!r}?" if near else f"Use one of {', '.join(choices)}."


def _row(place: str, header: list[str], cells: list[str]) -> Row:
    if len(cells) != len(header):
        raise TableError(place, f"{len(cells)} cells where the header has {len(header)}", "Quote cells that hold a comma.")
    row = Row(zip(header, cells, strict=True))
    row.place = place
    return row


def _check_cells(rows: Sequence[Row], columns: Sequence[Column]) -> None:
    for column in columns:
        values = {row[column.name] for row in rows}
        if (column.required and "" in values) or (column.values and values - column.values - {""}):
            for row in rows:
                check_value(row.place, column, row[column.name])


def _check_doubles(rows: Sequence[Row], key: Sequence[str]) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for row in rows:
        first = seen.setdefault(tuple([row[name] for name in key]), row.place)
        if first is not row.place:
            raise TableError(row.place, f"doubles {first} in {', '.join(key)}", "Drop one.")


def _entry(place: str, name: str, table: object, columns: Sequence[Column]) -> Entry:
    if not isinstance(table, dict):
        raise TableError(place, f"{name!r} is no table", f"Write [{name}].")
    check_columns(place, table, columns)
    for column in columns:
        for text in _texts(table.get(column.name, "")):
            check_value(place, column, text)
    return Entry(table, name, place)


def _texts(value: object) -> list[str]:
    """What of a TOML value can be held against a column; an empty list counts as an empty text."""
    items = value if isinstance(value, list) else [value]
    return [str(item) for item in items] or [""]


def _header_lines(text: str, name: str, count: int) -> list[int]:
    pattern = re.compile(rf"\s*\[\[?\s*[\"']?{re.escape(name)}[\"']?\s*\]?\]")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)]
    return (lines + [1] * count)[:count]
