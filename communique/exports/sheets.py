"""Sheets: cells that a spreadsheet shows as they are.

Contract: in - columns of Arrow; out - the same, but that a text which a spreadsheet would take for a formula has an apostrophe before it.
"""

from __future__ import annotations

from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

Cells = TypeVar("Cells", pa.Array, pa.ChunkedArray)
_FORMULA = r"^([=+\-@\t\r])"


def without_formulas(column: Cells) -> Cells:
    """The column; one of anything but texts is as it was."""
    return pc.replace_substring_regex(column, _FORMULA, r"'\1") if pa.types.is_string(column.type) else column
