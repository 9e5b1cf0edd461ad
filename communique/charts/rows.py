"""Rows: what a chart is drawn from, whatever form it comes in.

Contract: in - an Arrow table, a pandas or polars frame, or mappings; out - a list of dictionaries that have the columns a chart needs, days
as dates, and what is missing as None. Raises `InputError` for a table without a column, or a value that is no day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from communique.errors import InputError
from communique.tables.gazetteer import names

Row = dict[str, Any]
Side = tuple[str, str]  # who does it, and to whom
_LENGTHS = (("year", 360), ("month", 28), ("week", 7), ("day", 0))  # the fewest days between two periods of a kind
_WORDS = {"day": "{0.day} {0:%B %Y}", "week": "week of {0.day} {0:%B %Y}", "month": "{0:%B %Y}", "year": "{0.year}"}


def rows_of(chart: str, table: Any, columns: Sequence[str]) -> list[Row]:
    """The rows of a table that has these columns."""
    found = [{name: _plain(value) for name, value in row.items()} for row in _rows(table)]
    for row in found[:1]:
        for name in columns:
            if name not in row:
                raise InputError(chart, f"the table has no column {name!r}", f"It needs {', '.join(columns)}.")
    for row in found if "quad" in columns else ():
        if row["quad"] not in (1, 2, 3, 4):
            raise InputError(chart, f"{row['quad']!r} is no quad class", "It is 1, 2, 3 or 4.")
    return found


def day_of(chart: str, value: Any) -> Any:
    """A day, from a date, a time, or text that begins as one."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as fault:
        raise InputError(chart, f"{value!r} is no day", "Write it as YYYY-MM-DD.") from fault


def unit_of(days: Iterable[date]) -> str:
    """What periods that begin on these days are: the longest of year, month, week and day that they can be."""
    known = sorted(set(days))
    least = min((later - earlier for earlier, later in pairwise(known)), default=timedelta(30))
    return next(unit for unit, length in _LENGTHS if least.days >= length)


def end_of(first: date, unit: str) -> date:
    """The day on which the next period begins."""
    if unit in ("day", "week"):
        return first + timedelta(7 if unit == "week" else 1)
    if unit == "year" or first.month == 12:
        return date(first.year + 1, first.month if unit == "year" else 1, 1)
    return date(first.year, first.month + 1, 1)


def in_words(first: date, unit: str = "day") -> str:
    """A period, as people say it."""
    return _WORDS[unit].format(first)


def signed(intensity: float) -> str:
    """An intensity with its sign: conflict has a minus."""
    return f"{intensity:+.1f}".replace("-", "−")


def href(link: str | None, row: Mapping[str, object]) -> Row:
    """The address of what a row tells, as a cell; none without a template such as `/actor/{code}`."""
    if not link:
        return {}
    try:
        return {"href": link.format_map({name: quote(str(value), safe="") for name, value in row.items()})}
    except (KeyError, ValueError, IndexError) as fault:
        raise InputError(link, f"is no address of a row ({fault})", f"Name columns in braces: {', '.join(row)}.") from fault


def head_of(side: Side) -> str:
    """Who does it to whom."""
    return f"{name_of(side[0])} → {name_of(side[1])}"


def name_of(code: str) -> str:
    """The English name of a code, or the code itself where it has none."""
    return names().get(code, code)


def _rows(table: Any) -> Iterable[Mapping[str, Any]]:
    """The rows of any kind of table."""
    if hasattr(table, "to_pylist"):  # pyarrow
        return table.to_pylist()  # type: ignore[no-any-return]
    if hasattr(table, "to_dicts"):  # polars
        return table.to_dicts()  # type: ignore[no-any-return]
    if hasattr(table, "to_dict"):  # pandas
        return table.to_dict("records")  # type: ignore[no-any-return]
    return table  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    """The value, or None for the values of pandas that differ from themselves."""
    return None if isinstance(value, float | date) and value != value else value
