"""Kinds: the types of act in both directions between two actors, back to back.

Contract: in - counts by type and direction; out - an Altair chart. What the first does to the second goes to the right, what the second
does to the first to the left. Raises `InputError` for a table without a column that is needed.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from communique.charts.layers import Layer, drawn, layer, nothing, opened, quad_colour
from communique.charts.rows import Row, Side, head_of, href, rows_of
from communique.errors import InputError

COLUMNS = ("source", "target", "type", "quad", "occurrences")
STEP = 22  # the height of a bar and what parts it from the next, in pixels
ROOM = 0.09  # of the width, for the number beyond the longest bar
ABOVE = 42  # pixels between the key and the bars, for the names of both directions
LIFTED = alt.ExprRef("width < 480 ? -26 : -10")  # where both names are too long for one line


def mix(table: Any, *, link: str | None = None, theme: str = "light") -> alt.LayerChart:
    """Types by quad class in both directions.

    `table` has the columns `source`, `target`, `type`, `quad` and `occurrences`. `link` is the address behind a bar, made from them.
    """
    rows = rows_of("mix", table, COLUMNS)
    if not rows:
        return nothing(theme)
    sides = list(dict.fromkeys((row["source"], row["target"]) for row in rows))
    if len(sides) > 2:
        raise InputError("mix", f"the table has {len(sides)} directions", "Keep to the two directions between two actors.")
    sums = {kind: sum(row["occurrences"] for row in rows if row["type"] == kind) for kind in {row["type"] for row in rows}}
    order = sorted(sums, key=lambda kind: (min(row["quad"] for row in rows if row["type"] == kind), -sums[kind], kind))
    halves = {sign: [row for row in rows if (row["source"], row["target"]) == side] for side, sign in zip(sides, (1, -1), strict=False)}
    reach = [sign * max((row["occurrences"] for row in halves.get(sign, [])), default=0) for sign in (-1, 1)]
    room = ROOM * (reach[1] - reach[0])
    x = alt.X("length:Q", axis=None, scale=alt.Scale(domain=[reach[0] - room * (len(sides) - 1), reach[1] + room], nice=False))
    y = alt.Y("type:N", sort=order, title=None, axis=alt.Axis(grid=False), scale=alt.Scale(paddingInner=0.3, paddingOuter=0.2))
    layers = [part for sign, half in halves.items() for part in _half(half, sign, link, x, y)]
    layers.append(layer([{"length": 0}], "rule", "zero", {"x": x}))
    said = " ".join(f"{head_of(side)}: {_said(rows, side)}." for side in sides)
    return drawn(layers, STEP * len(order), f"Types of act. {said}", theme)


def _half(rows: list[Row], sign: int, link: str | None, x: alt.X, y: alt.Y) -> list[Layer]:
    """The bars of one direction, their numbers, and its name above them."""
    bars = [
        {"type": row["type"], "quad": row["quad"], "length": sign * row["occurrences"], "told": _told(row), **href(link, row)}
        for row in rows
    ]
    numbers = [{"type": row["type"], "length": sign * row["occurrences"], "count": f"{row['occurrences']:,}"} for row in rows]
    outside: dict[str, Any] = {"align": "left" if sign > 0 else "right", "dx": 6 * sign}
    above: dict[str, Any] = {"align": "right", "x": "width", "y": -10} if sign > 0 else {"align": "left", "x": 0, "y": LIFTED}
    drawn_as = {"x": x, "y": y, "color": quad_colour(ABOVE, 2), "tooltip": alt.Tooltip("told:N"), "description": "told:N", **opened(link)}
    return [
        layer(bars, "bar", "count", drawn_as, aria=True),
        layer(numbers, "text", "note", {"x": x, "y": y, "text": "count:N"}, **outside),
        layer([{"text": head_of((rows[0]["source"], rows[0]["target"]))}], "text", "head", {"text": alt.Text("text:N")}, **above),
    ]


def _told(row: Row) -> str:
    return f"{head_of((row['source'], row['target']))}: {row['type']}, {row['occurrences']:,}"


def _said(rows: list[Row], side: Side) -> str:
    """The types of one direction and how many of each, in words."""
    found = sorted((row for row in rows if (row["source"], row["target"]) == side), key=lambda row: -row["occurrences"])
    return ", ".join(f"{row['type']} {row['occurrences']:,}" for row in found)
