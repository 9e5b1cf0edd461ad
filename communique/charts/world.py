"""World: where things happen.

Contract: in - counts by country; out - an Altair chart of a map. Each country has a mark whose area says how many occurrences and whose
colour says their mean intensity; below zero it is a diamond, else a circle. Shapes are those of Natural Earth (`tools/build_world.py`):
lines that are disputed are dashed, and the map takes no side in them. Raises `InputError` for a table without a column that is needed.
"""

from __future__ import annotations

from math import cos, floor, hypot, log10, radians
from typing import Any

import altair as alt

from communique.charts.layers import drawn, intensity_colour, layer, nothing, opened, shapes
from communique.charts.rows import Row, href, name_of, rows_of, signed
from communique.tables.gazetteer import places, world

COLUMNS = ("country", "occurrences", "intensity")
HEIGHT = 380
NAMED, APART = 14, 13.0  # how many countries have their name on the map, and how many degrees part two names at least
WIDE = alt.ExprRef("width < 560 ? 0 : 1")  # names only where there is room for them
AREA = "max(240, width * 1.8)"  # of the largest mark, in square pixels
LARGEST, BELOW = alt.ExprRef(AREA), alt.ExprRef(f"sqrt(datum.share * {AREA}) / 2 + 8")


def map(table: Any, *, link: str | None = None, height: int | str = HEIGHT, theme: str = "light") -> alt.LayerChart:  # noqa: A001  what it is
    """Occurrences by country: a row each of `country`, `occurrences` and mean `intensity`.

    `link` is the address behind a country, such as `/actor/{country}`. Codes that are no place, such as UNO, are left out.
    """
    found = [row for row in rows_of("map", table, COLUMNS) if row["country"] in places() and row["occurrences"]]
    if not found:
        return nothing(theme)
    rows = sorted(found, key=lambda row: (-row["occurrences"], row["country"]))
    marks = [_mark(row, link) for row in rows]
    names = _names(marks)
    at = {"longitude": "x:Q", "latitude": "y:Q"}
    size = alt.Size(
        "occurrences:Q", scale=alt.Scale(type="linear", domainMin=0, rangeMin=0, rangeMax=LARGEST), legend=_key(rows[0]["occurrences"])
    )
    signs = alt.Legend(orient="bottom-right", title=None, labelExpr="datum.value ? 'Conflict on average' : 'Cooperation on average'")
    shape = alt.Shape("conflict:N", legend=signs, scale=alt.Scale(domain=[False, True], range=["circle", "diamond"]))
    drawn_as = {"size": size, "shape": shape, "color": intensity_colour(), "tooltip": alt.Tooltip("told:N"), "description": "told:N"}
    layers = [
        shapes(world()["land"], "land", filled=True),
        shapes(world()["borders"], "border", filled=False),
        shapes(world()["disputed"], "disputed", filled=False),
        layer(marks, "point", "act", {**at, **drawn_as, **opened(link)}, aria=True, filled=True),
        *(layer(names, "text", style, {**at, "text": "name:N"}, opacity=WIDE, dy=BELOW) for style in ("halo", "name")),
    ]
    said = ", ".join(f"{one['name']} {one['occurrences']:,}" for one in marks[:NAMED])
    return drawn(layers, height, f"Occurrences by country, the most first: {said}.", theme).project(type="equalEarth")


def _mark(row: Row, link: str | None) -> Row:
    """What the mark of a country shows."""
    x, y = places()[row["country"]]
    name, felt = name_of(row["country"]), row["intensity"] or 0.0
    told = {"name": name, "told": f"{name}: {row['occurrences']:,}, mean intensity {signed(felt)}", **href(link, row)}
    return {"x": x, "y": y, "occurrences": row["occurrences"], "intensity": round(felt, 1), "conflict": felt < 0, **told}


def _names(marks: list[Row]) -> list[Row]:
    """The first countries whose names do not run into each other."""
    named: list[Row] = []
    for one in marks:
        if len(named) < NAMED and all(_apart(one, other) > APART for other in named):
            named.append({"name": one["name"], "x": one["x"], "y": one["y"], "share": one["occurrences"] / marks[0]["occurrences"]})
    return named


def _apart(one: Row, other: Row) -> float:
    """How far two places are from each other on the map, in degrees; names are wide, so that height counts double."""
    return hypot((one["x"] - other["x"]) * cos(radians(one["y"])), 2 * (one["y"] - other["y"]))


def _key(most: int) -> alt.Legend:
    """What two round numbers look like, the larger near the most that there is."""
    power = 10 ** floor(log10(most))
    values = sorted({power, most // power * power})
    return alt.Legend(orient="bottom-left", title="Occurrences", values=values, symbolType="circle", format=",d")
