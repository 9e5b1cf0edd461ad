"""Layers: the parts that charts are put together from.

Contract: in - rows, and heights in pixels; out - layers, and a chart of them that is as wide as the page gives it. A chart has one pair of
axes, since only such a chart can follow the width of a page; several panels are lanes of one vertical scale, whose unit is the pixel. Every
colour comes from the config, by style or range, and nothing needs more than Vega's own expressions, so that a page may forbid `eval`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import altair as alt

from communique.charts.rows import Row
from communique.charts.theme import MEANINGS, QUADS, config

SHAPES = ("circle", "circle", "diamond", "diamond")
TIMES = alt.ExprRef("ceil(width / 80)")
DAY = 24 * 60 * 60 * 1000  # milliseconds
COLUMNS = alt.ExprRef("width < 520 ? 2 : 4")


@dataclass(frozen=True, slots=True)
class Layer:
    """Marks, and the values that they are drawn from."""

    chart: alt.Chart
    values: Any
    format: alt.TopoDataFormat | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A panel: where it begins, how high it is, and the values at its foot and head."""

    top: float
    height: float
    low: float
    high: float

    def y(self, value: float) -> float:
        """Where a value stands, in pixels from the top of the chart."""
        return round(self.top + self.height * (self.high - value) / (self.high - self.low), 1)


def drawn(layers: Iterable[Layer], height: float | str, description: str, theme: str) -> alt.LayerChart:
    """The chart of these layers, the first at the back.

    Values are named and stand beside the layers: within them Altair would look through each one several times.
    """
    named = {f"layer{number}": one for number, one in enumerate(layers)}
    for name, one in named.items():
        one.chart["data"] = alt.NamedData(name, **({"format": one.format} if one.format else {}))
    chart = alt.LayerChart(layer=[one.chart for one in named.values()]).properties(
        width="container", height=height, description=description
    )
    chart["datasets"] = {name: one.values for name, one in named.items()}
    chart["config"] = config(theme)
    return chart


def nothing(theme: str) -> alt.LayerChart:
    """What stands for a chart of no rows."""
    told = "No occurrences."
    text = layer([{"text": told}], "text", "note", {"text": alt.Text("text:N")}, align="left", x=0, y=12)
    return drawn([text], 24, told, theme)


def layer(rows: Sequence[Row], mark: str, style: str, channels: Mapping[str, Any], *, aria: bool = False, **properties: Any) -> Layer:
    """A layer of marks. Only those that stand for something that can be opened are told to a screen reader one by one."""
    definition = alt.MarkDef(type=mark, style=style, aria=aria, **properties)  # type: ignore[arg-type]
    return Layer(alt.Chart(mark=definition).encode(**channels), list(rows))


def shapes(topology: str, style: str, *, filled: bool) -> Layer:
    """The areas or lines of a TopoJSON."""
    mark = alt.MarkDef(type="geoshape", style=style, aria=False, filled=filled)
    return Layer(alt.Chart(mark=mark), topology, alt.TopoDataFormat(type="topojson", feature="shapes"))


def words(rows: Sequence[tuple[float, str]], style: Literal["head", "note"]) -> Layer:
    """Lines of text at the left edge, each at its height."""
    values = [{"y": y, "text": text} for y, text in rows]
    return layer(values, "text", style, {"y": alt.Y("y:Q"), "text": alt.Text("text:N")}, align="left", x=0)


def opened(link: str | None) -> dict[str, alt.Href]:
    """The channel that makes marks open what they stand for, if there is where to go."""
    return {"href": alt.Href("href:N")} if link else {}


def time_axis() -> alt.X:
    """Time from left to right. It is in UTC, since a day must not depend on where the page is read."""
    axis = alt.Axis(tickCount=TIMES, tickMinStep=DAY)
    return alt.X("from:T", title=None, axis=axis, scale=alt.Scale(type="utc", nice=False))


def ends(first: date, last: date) -> Layer:
    """Nothing to be seen: the days that the axis must reach, as Vega-Lite stumbles over a domain beside spans of time."""
    return layer([{"from": str(first)}, {"from": str(last)}], "point", "end", {"x": time_axis()}, opacity=0)


def lane_axis(ticks: Sequence[tuple[float, str]], height: float) -> alt.Y:
    """The vertical scale of several lanes, with a line and a label for each tick."""
    labels = ", ".join(f"'{y:g}': '{label}'" for y, label in ticks)
    axis = alt.Axis(values=[y for y, _ in ticks], labelExpr=f"{{{labels}}}[toString(datum.value)]", labelOverlap=False, title=None)
    return alt.Y("y:Q", axis=axis, scale=alt.Scale(domain=[0, height], reverse=True, nice=False, zero=False))


def quad_colour(offset: int = 12, columns: alt.ExprRef | int = COLUMNS) -> alt.Color:
    """The colours of the quad classes, with a key of so many columns so many pixels above the chart."""
    named = " : ".join(f"datum.value == {number} ? '{words}'" for number, words in enumerate(QUADS, 1)) + " : ''"
    key = alt.Legend(orient="top", title=None, columns=columns, symbolType="square", symbolStrokeWidth=0, labelExpr=named, offset=offset)
    return alt.Color("quad:N", legend=key, scale=alt.Scale(domain=[1, 2, 3, 4], range="category"))


def quad_shape() -> alt.Shape:
    """The shapes of the quad classes."""
    return alt.Shape("quad:N", scale=alt.Scale(domain=[1, 2, 3, 4], range=list(SHAPES)))


def intensity_colour() -> alt.Color:
    """The colours of intensity, from conflict to cooperation."""
    return alt.Color("intensity:Q", legend=None, scale=alt.Scale(domain=list(MEANINGS), range="diverging", interpolate="lab", clamp=True))
