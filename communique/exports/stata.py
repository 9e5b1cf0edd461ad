"""Stata: the events as a data set of Stata 14 and later, with labels of variables and values, and days as Stata's dates.

Contract: in - `Chosen`; out - a `.dta` file of release 118. Type, quad class, modality and stance are numbers with labels; days are counted
from 1960. A text of more than 2,045 bytes is cut, as Stata's fixed texts hold no more. The file is written a batch at a time; how wide its
texts are is asked beforehand.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from communique.exports.chosen import Chosen
from communique.exports.columns import EVENT, SOURCES, Column
from communique.exports.tidy import selected
from communique.ledger.filters import MODALITIES, STANCES, types
from communique.tables.gazetteer import QUADS

WIDEST = 2045  # bytes of a text
LABELS: dict[str, Mapping[int, str]] = {
    "quad": QUADS,
    **{name: dict(enumerate(values, 1)) for name, values in (("type", types()), ("modality", MODALITIES), ("stance", STANCES))},
}
# By kind of number: the code of its type, what numpy calls it, its missing value, its format.
_NUMBERS: dict[str, tuple[int, str, Any, str]] = {
    "byte": (65530, "<i1", 101, "%8.0g"),
    "long": (65528, "<i4", 2147483621, "%12.0g"),
    "day": (65528, "<i4", 2147483621, "%td"),
    "double": (65526, "<f8", struct.unpack("<d", bytes.fromhex("000000000000e07f"))[0], "%10.0g"),
}
_KINDS = {"int8": "byte", "int32": "long", "int64": "long", "date32[day]": "day", "double": "double"}
_EPOCH = (date(1970, 1, 1) - date(1960, 1, 1)).days
_TAGS = ("map", "variable_types", "varnames", "sortlist", "formats", "value_label_names", "variable_labels", "characteristics")


@dataclass(frozen=True, slots=True)
class Variable:
    """A column of the file; a text has a width in bytes, a number a kind."""

    column: Column
    width: int
    kind: str

    @property
    def name(self) -> str:
        """As in the tidy export."""
        return self.column.name

    @property
    def code(self) -> int:
        """Of its type, as the file has it."""
        return self.width or _NUMBERS[self.kind][0]

    @property
    def dtype(self) -> str:
        """As numpy has it."""
        return f"S{self.width}" if self.width else _NUMBERS[self.kind][1]

    @property
    def format(self) -> str:
        """How Stata shows it."""
        return f"%{min(self.width, 40)}s" if self.width else _NUMBERS[self.kind][3]


def write(chosen: Chosen, out: Path) -> None:
    """Write the file."""
    query = f"SELECT {selected(EVENT)} FROM {SOURCES['events']}"
    variables = _variables(chosen, query)
    record = np.dtype([(one.name, one.dtype) for one in variables])
    with out.open("wb") as file:
        places = _write_head(file, variables, chosen.events)
        file.write(b"<data>")
        for batch in chosen.batches(query, chosen.events):
            rows = np.zeros(batch.num_rows, record)
            for one in variables:
                rows[one.name] = _values(one, batch[one.name])
            file.write(rows.tobytes())
        file.write(b"</data>")
        places.append(file.tell())
        file.write(b"<strls></strls>")
        places.append(file.tell())
        file.write(b"<value_labels>" + b"".join(_labels(name, labels) for name, labels in LABELS.items()) + b"</value_labels>")
        places.append(file.tell())
        file.write(b"</stata_dta>")
        places.append(file.tell())
        file.seek(places[1])
        file.write(b"<map>" + struct.pack("<14Q", *places))


def _variables(chosen: Chosen, query: str) -> list[Variable]:
    """The columns, with the widths of texts: one byte at least."""
    schema = chosen.connection.sql(f"{query} LIMIT 0").to_arrow_table().schema
    texts = [one.name for one in EVENT if pa.types.is_string(schema.field(one.name).type) and one.name not in LABELS]
    longest = ", ".join(f'greatest(coalesce(max(strlen("{name}")), 0), 1)' for name in texts)
    (widths,) = chosen.connection.sql(f"SELECT {longest} FROM ({query})").fetchall()
    width = dict(zip(texts, widths, strict=True))
    kinds = {one.name: "byte" if one.name in LABELS else _KINDS.get(str(schema.field(one.name).type), "") for one in EVENT}
    return [Variable(one, min(width.get(one.name, 0), WIDEST), kinds[one.name]) for one in EVENT]


def _write_head(file: IO[bytes], variables: Sequence[Variable], rows: int) -> list[int]:
    """All that comes before the rows; where each part begins, that of the rows last."""
    label = b"Events of a ledger of communique"
    file.write(
        b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>" + struct.pack("<H", len(variables)) + b"</K><N>"
        + struct.pack("<Q", rows) + b"</N><label>" + struct.pack("<H", len(label)) + label + b"</label><timestamp>\0</timestamp></header>"
    )  # fmt: skip
    parts = (
        bytes(14 * 8),
        b"".join(struct.pack("<H", one.code) for one in variables),
        b"".join(_fixed(one.name, 129) for one in variables),
        bytes(2 * (len(variables) + 1)),
        b"".join(_fixed(one.format, 57) for one in variables),
        b"".join(_fixed(one.name if one.name in LABELS else "", 129) for one in variables),
        b"".join(_fixed(one.column.meaning[:80], 321) for one in variables),
        b"",
    )
    places = [0]
    for tag, part in zip(_TAGS, parts, strict=True):
        places.append(file.tell())
        file.write(b"<%b>%b</%b>" % (tag.encode(), part, tag.encode()))
    return [*places, file.tell()]


def _values(one: Variable, column: pa.Array) -> Any:
    """The values of a batch as the file has them."""
    if one.width:
        return np.array([_cut(text or "", one.width) for text in column.to_pylist()], one.dtype)
    if pa.types.is_string(column.type):
        column = pc.add(pc.index_in(column, pa.array(list(LABELS[one.name].values()))), 1)
    if one.kind == "day":
        column = pc.add(column.cast(pa.int32()), _EPOCH)
    return pc.fill_null(column.cast(pa.float64()), _NUMBERS[one.kind][2]).to_numpy(zero_copy_only=False)


def _cut(text: str, width: int) -> bytes:
    """So many bytes of it at most, and no part of a letter."""
    return text.encode()[:width].decode(errors="ignore").encode()


def _fixed(text: str, size: int) -> bytes:
    """The text in a field of so many bytes, with zeros after it."""
    return _cut(text, size - 1).ljust(size, b"\0")


def _labels(name: str, labels: Mapping[int, str]) -> bytes:
    """A table of labels: how many, where in the texts each begins, its number, and the texts."""
    texts = [label.encode() + b"\0" for label in labels.values()]
    starts = [sum(map(len, texts[:at])) for at in range(len(texts))]
    table = struct.pack(f"<2i{2 * len(texts)}i", len(texts), sum(map(len, texts)), *starts, *labels) + b"".join(texts)
    return b"<lbl>" + struct.pack("<i", len(table)) + _fixed(name, 129) + bytes(3) + table + b"</lbl>"
