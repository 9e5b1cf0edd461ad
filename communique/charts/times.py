"""Times: cooperation and conflict by period, and the occurrences behind them.

Contract: in - counts by period, as `Ledger.timeline` gives them, and occurrences, as `Ledger.occurrences` does; out - an Altair chart.
Cooperation is above the line and conflict below it; the lanes of both directions have one scale. Raises `InputError` for a table without a
column that is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

import altair as alt

from communique.charts.layers import (
    Lane,
    Layer,
    drawn,
    ends,
    lane_axis,
    layer,
    nothing,
    opened,
    quad_colour,
    quad_shape,
    time_axis,
    words,
)
from communique.charts.rows import Row, Side, day_of, end_of, head_of, href, in_words, name_of, rows_of, signed, unit_of
from communique.charts.theme import QUADS

TIMELINE = ("source", "target", "period", "quad1", "quad2", "quad3", "quad4", "intensity")
POINTS = ("occurrence_id", "type", "quad", "intensity", "actors", "recipients", "first_day", "reported", "reports")
COUNTED = ("period", "quad", "occurrences")
COOPERATION, CONFLICT = (2, 1), (4, 3)  # quad classes outwards from the line between
BARS_APART = 80  # more periods than these touch each other
HEAD, COUNTS, INTENSITY, BETWEEN, FEET = 22, 96, 88, 24, 34  # heights of what a direction has, in pixels
TOGETHER = HEAD + COUNTS + BETWEEN + INTENSITY + FEET
TALL = 208  # of the counts of everything
STRONGEST = 10.0
LETTERS = 12  # the height of a line of labels
Counts = dict[date, list[int]]


def timeline(table: Any, points: Any = (), *, link: str | None = None, theme: str = "light") -> alt.LayerChart:
    """Counts by quad class in both directions, mean intensity, and occurrences as points.

    `table` is what `Ledger.timeline` gives, `points` what `Ledger.occurrences` does. `link` is the address of a point's page, such as
    `/occurrence/{occurrence_id}`, made from the columns of `points`.
    """
    rows = [row | {"period": day_of("timeline", row["period"])} for row in rows_of("timeline", table, TIMELINE)]
    if not rows:
        return nothing(theme)
    unit = unit_of(row["period"] for row in rows)
    sides = list(dict.fromkeys((row["source"], row["target"]) for row in rows))
    counts = {side: {row["period"]: _counts(row) for row in rows if (row["source"], row["target"]) == side} for side in sides}
    first, last = _span(counts.values(), unit)
    told = [_point(one, link) for one in rows_of("timeline", points, POINTS)]
    high, low = _reach(counts.values())
    parts = []
    for number, side in enumerate(sides):
        many = Lane(number * TOGETHER + HEAD, COUNTS, -low, high)
        felt = Lane(many.top + COUNTS + BETWEEN, INTENSITY, -STRONGEST, STRONGEST)
        means = [(row["period"], row["intensity"]) for row in rows if (row["source"], row["target"]) == side]
        dots = [cells for day, between, cells in told if side in between and day and first <= day < last]
        parts.append(_side(side, unit, counts[side], means, dots, many, felt))
    drawn_as = {name: [one for part in parts for one in part[name]] for name in parts[0]}
    height = len(sides) * TOGETHER - FEET + 8
    x, y = time_axis(), lane_axis(drawn_as["ticks"], height)
    layers = [
        ends(first, last),
        _bar_layer(drawn_as["bars"], x, y),
        _zero_layer(drawn_as["zeros"], y),
        _mean_layer(drawn_as["means"], x, y),
        _dot_layer(drawn_as["dots"], x, y, link),
        words(drawn_as["heads"], "head"),
        words(drawn_as["notes"], "note"),
    ]
    said = " ".join(f"{head_of(side)}: {_summed(counts[side])}" for side in sides)
    return drawn(layers, height, f"Counts and mean intensity by {unit}. {said} {len(drawn_as['dots'])} occurrences as points.", theme)


def quads(table: Any, *, theme: str = "light") -> alt.LayerChart:
    """Counts by quad class over time. `table` has the columns `period`, `quad` and `occurrences`."""
    counts: Counts = {}
    for row in rows_of("quads", table, COUNTED):
        if period := day_of("quads", row["period"]):
            counts.setdefault(period, [0, 0, 0, 0])[row["quad"] - 1] += row["occurrences"]
    if not counts:
        return nothing(theme)
    unit = unit_of(counts)
    high, low = _reach([counts])
    lane = Lane(0, TALL, -low, high)
    x, y = time_axis(), lane_axis(list(_ticks(lane, "{:,.0f}")), TALL)
    layers = [ends(*_span([counts], unit)), _bar_layer(_bars(counts, unit, lane), x, y), _zero_layer([lane.y(0)], y)]
    return drawn(layers, TALL, f"Counts by {unit}. {_summed(counts)}", theme)


def _side(
    side: Side, unit: str, counts: Counts, means: Sequence[tuple[date, float | None]], dots: Sequence[Row], many: Lane, felt: Lane
) -> dict[str, list[Any]]:
    """What both lanes of one direction show: how many, and how intense."""
    return {
        "bars": _bars(counts, unit, many),
        "means": _means(means, unit, felt),
        "dots": [{**cells, "y": felt.y(cells["intensity"])} for cells in dots],
        "heads": [(many.top - HEAD + 6, head_of(side))],
        "notes": [(felt.top - 10, f"Intensity, and its mean by {unit}")],
        "ticks": [*_ticks(many, "{:,.0f}"), *_ticks(felt, "{:+.0f}")],
        "zeros": [many.y(0), felt.y(0)],
    }


def _counts(row: Row) -> list[int]:
    return [row[f"quad{quad}"] for quad in range(1, 5)]


def _reach(several: Iterable[Counts]) -> tuple[int, int]:
    """The most of cooperation, and of conflict, in any period; not both nothing."""
    found = [counts for one in several for counts in one.values()]
    return max(max(one[0] + one[1] for one in found), 1), max(one[2] + one[3] for one in found)


def _span(several: Iterable[Counts], unit: str) -> tuple[date, date]:
    """The first day of the first period, and the day after the last one."""
    days = [day for one in several for day in one]
    return min(days), end_of(max(days), unit)


def _ticks(lane: Lane, form: str) -> Iterator[tuple[float, str]]:
    """The line between, and both ends where they are not too near it; conflict has a sign only where cooperation has one."""
    for value in (lane.high, 0, lane.low):
        text = form.format(value).replace("-", "−" if "+" in form else "")
        near = abs(lane.y(value) - lane.y(0)) < LETTERS
        yield lane.y(value), "" if near and value else text if value else "0"


def _bars(counts: Counts, unit: str, lane: Lane) -> list[Row]:
    """The bars of one lane: material next to the line and verbal beyond."""
    length = 0.88 if len(counts) <= BARS_APART else 1.4  # of the period; more than it leaves no seams
    made = []
    for period, one in sorted(counts.items()):
        until = datetime.combine(period, time()) + (end_of(period, unit) - period) * length
        cells = {"from": str(period), "to": f"{until:%Y-%m-%dT%H:%MZ}", "when": in_words(period, unit)}
        for side, sign in ((COOPERATION, 1), (CONFLICT, -1)):
            reached = 0
            for quad in side:
                if count := one[quad - 1]:
                    made.append(
                        {**cells, "quad": quad, "count": count, "y": lane.y(sign * reached), "y2": lane.y(sign * (reached + count))}
                    )
                reached += count
    return made


def _means(means: Sequence[tuple[date, float | None]], unit: str, lane: Lane) -> list[Row]:
    """A line for the mean intensity of each period that has one."""
    return [
        {"from": str(first), "to": str(end_of(first, unit)), "y": lane.y(mean), "mean": signed(mean), "when": in_words(first, unit)}
        for first, mean in means
        if mean is not None
    ]


def _point(row: Row, link: str | None) -> tuple[date | None, list[Side], Row]:
    """The day of an occurrence, the directions that it counts in, and what its point shows."""
    actors, recipients = list(row["actors"]), list(row["recipients"])
    day = day_of("timeline", row["first_day"]) or day_of("timeline", row["reported"])
    who = ", ".join(map(name_of, actors)) + (f" → {', '.join(map(name_of, recipients))}" if recipients else "")
    told = f"{row['type']} {signed(row['intensity'])}, {who}" + (f", {in_words(day)}" if day else "")
    cells = {"from": str(day), "quad": row["quad"], "intensity": row["intensity"], "told": told, "reports": row["reports"]}
    return day, [(one, other) for one in actors for other in recipients or actors], cells | href(link, row)


def _summed(counts: Counts) -> str:
    """How many of each quad class, in words."""
    sums = [sum(one[quad] for one in counts.values()) for quad in range(4)]
    return ", ".join(f"{count:,} {words.lower()}" for count, words in zip(sums, QUADS, strict=True)) + "."


def _bar_layer(bars: Sequence[Row], x: alt.X, y: alt.Y) -> Layer:
    tips = [alt.Tooltip("when:N", title="Period"), alt.Tooltip("count:Q", title="Occurrences")]
    return layer(bars, "rect", "count", {"x": x, "x2": "to:T", "y": y, "y2": "y2:Q", "color": quad_colour(), "tooltip": tips}, clip=True)


def _zero_layer(zeros: Sequence[float], y: alt.Y) -> Layer:
    return layer([{"y": zero} for zero in zeros], "rule", "zero", {"y": y})


def _mean_layer(means: Sequence[Row], x: alt.X, y: alt.Y) -> Layer:
    tips = [alt.Tooltip("when:N", title="Period"), alt.Tooltip("mean:N", title="Mean intensity")]
    return layer(means, "rule", "mean", {"x": x, "x2": "to:T", "y": y, "tooltip": tips})


def _dot_layer(dots: Sequence[Row], x: alt.X, y: alt.Y, link: str | None) -> Layer:
    size = alt.Size("reports:Q", legend=None, scale=alt.Scale(type="sqrt", domainMin=1, range=[24, 260]))
    tips = [alt.Tooltip("told:N", title="Act"), alt.Tooltip("reports:Q", title="Reports")]
    channels = {"x": x, "y": y, "color": quad_colour(), "shape": quad_shape(), "size": size, "tooltip": tips, "description": "told:N"}
    return layer(dots, "point", "act", {**channels, **opened(link)}, aria=True, filled=True)
