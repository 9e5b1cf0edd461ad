"""Ties: who has to do with whom.

Contract: in - actors, and counts from one to another; out - an Altair chart. Actors stand on a ring, those with ties among them near each
other; one that has a tie with all others stands in the middle. A line is as thick as its occurrences are many in both directions; its
colour says their mean intensity, and below zero it is dashed. The same rows give the same picture. Raises `InputError` for a table without
a column that is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import cos, pi, sin
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from communique.charts.layers import Layer, drawn, intensity_colour, layer, nothing, opened
from communique.charts.rows import Row, href, name_of, rows_of, signed

NODES, EDGES = ("code", "occurrences"), ("source", "target", "occurrences", "intensity")
HEIGHT = 440
MOST = 40  # ties among others than the one in the middle; more would be a ball of wool
BEND = 0.55  # how far a tie keeps from the middle, of the way there
SAID = 10  # ties in the description
REACH = alt.Scale(domain=[-1.08, 1.08], nice=False)
Place = tuple[float, float]


def network(nodes: Any, edges: Any, *, link: str | None = None, height: int = HEIGHT, theme: str = "light") -> alt.LayerChart:
    """Actors (`code`, `occurrences`) and what they do to each other (`source`, `target`, `occurrences`, `intensity`).

    `link` is the address behind an actor, such as `/actor/{code}`.
    """
    actors = {row["code"]: row for row in rows_of("network", nodes, NODES)}
    if not actors:
        return nothing(theme)
    ties = _ties([row for row in rows_of("network", edges, EDGES) if row["source"] in actors and row["target"] in actors])
    middle = _middle(list(actors), ties)
    ring = _order([code for code in actors if code != middle], ties)
    places = {code: _on_ring(number, len(ring)) for number, code in enumerate(ring)} | ({middle: (0.0, 0.0)} if middle else {})
    spokes, chords = ([tie for tie in ties if (middle in tie["who"]) == near] for near in (True, False))
    shown = {"chord": chords[:MOST], "spoke": spokes}
    marks = [{"x": places[code][0], "y": places[code][1], **_mark(row, link)} for code, row in actors.items()]
    axes = {"x": alt.X("x:Q", axis=None, scale=REACH), "y": alt.Y("y:Q", axis=None, scale=REACH)}
    size = alt.Size("occurrences:Q", legend=None, scale=alt.Scale(type="linear", domainMin=0, range=[30, 500]))
    drawn_as = {**axes, "size": size, "tooltip": "told:N", "description": "told:N", **opened(link)}
    layers = [
        *(
            _tie_layer([point for number, tie in enumerate(some) for point in _line(number, tie, places)], style, axes)
            for style, some in shown.items()
        ),
        layer(marks, "point", "node", drawn_as, aria=True, filled=True, shape="circle"),
        *_name_layers(marks, axes),
    ]
    said = "; ".join(tie["told"] for tie in ties[:SAID])
    return drawn(layers, height, f"{len(actors)} actors and {len(ties)} ties, the strongest first: {said}.", theme)


def _ties(edges: Sequence[Row]) -> list[Row]:
    """The edges of both directions between two as one tie, the strongest first."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for edge in edges:
        if edge["source"] != edge["target"]:
            found.setdefault(tuple(sorted((edge["source"], edge["target"]))), []).append(edge)
    return sorted((_tie(who, both) for who, both in found.items()), key=lambda tie: (-tie["occurrences"], tie["who"]))


def _tie(who: tuple[str, ...], both: Sequence[Row]) -> Row:
    """A tie: how often and how each did something to the other."""
    count = sum(edge["occurrences"] for edge in both)
    felt = sum((edge["intensity"] or 0.0) * edge["occurrences"] for edge in both) / (count or 1)
    each = ", ".join(f"{name_of(edge['source'])} → {name_of(edge['target'])} {edge['occurrences']:,}" for edge in both)
    return {"who": who, "occurrences": count, "intensity": round(felt, 1), "told": f"{each}, mean intensity {signed(felt)}"}


def _middle(codes: Sequence[str], ties: Sequence[Row]) -> str:
    """The first that has a tie with all others, if any."""
    known = {code: sum(code in tie["who"] for tie in ties) for code in codes}
    return next((code for code in codes if len(codes) > 2 and known[code] == len(codes) - 1), "")


def _order(codes: Sequence[str], ties: Sequence[Row]) -> list[str]:
    """The codes around the ring, those with strong ties near each other: by angle in the two smoothest vectors of the ties' Laplacian."""
    if len(codes) < 4:
        return list(codes)
    place = {code: number for number, code in enumerate(codes)}
    near = np.zeros((len(codes), len(codes)))
    for tie in ties:
        if all(code in place for code in tie["who"]):
            one, other = (place[code] for code in tie["who"])
            near[one, other] = near[other, one] = np.log1p(tie["occurrences"])
    near += 0.01  # so that all hang together
    share = 1 / np.sqrt(near.sum(axis=1))
    _, vectors = np.linalg.eigh(np.eye(len(codes)) - share[:, None] * near * share)
    return [codes[number] for number in np.argsort(np.arctan2(_signed(vectors[:, 2]), _signed(vectors[:, 1])), kind="stable")]


def _signed(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """The vector with its largest part positive: both signs are right, and libraries differ in which they give."""
    turned: NDArray[np.float64] = vector * np.sign(vector[np.argmax(np.abs(vector))])
    return turned.round(6)


def _on_ring(number: int, size: int) -> Place:
    """A place on the ring, from the top to the right."""
    angle = 2 * pi * (number + 0.5) / size
    return round(sin(angle), 3), round(cos(angle), 3)


def _line(number: int, tie: Row, places: Mapping[str, Place]) -> list[Row]:
    """The three points of a tie, which bends towards the middle."""
    (x, y), (to_x, to_y) = (places[code] for code in tie["who"])
    between = (round((x + to_x) * BEND / 2, 3), round((y + to_y) * BEND / 2, 3))
    drawn_as = {
        "tie": number,
        "occurrences": tie["occurrences"],
        "intensity": tie["intensity"],
        "conflict": tie["intensity"] < 0,
        "told": tie["told"],
    }
    return [{"x": at, "y": up, "step": step, **drawn_as} for step, (at, up) in enumerate(((x, y), between, (to_x, to_y)))]


def _mark(row: Row, link: str | None) -> Row:
    """What the mark of an actor shows."""
    name = name_of(row["code"])
    return {"name": name, "occurrences": row["occurrences"], "told": f"{name}: {row['occurrences']:,}", **href(link, row)}


def _tie_layer(points: Sequence[Row], style: str, axes: Mapping[str, Any]) -> Layer:
    width = alt.StrokeWidth("occurrences:Q", legend=None, scale=alt.Scale(type="sqrt", domainMin=0, range=[0.5, 7]))
    dash = alt.StrokeDash("conflict:N", legend=None, scale=alt.Scale(domain=[False, True], range=[[1, 0], [6, 2]]))
    drawn_as = {
        "detail": "tie:N",
        "order": "step:Q",
        "strokeWidth": width,
        "strokeDash": dash,
        "color": intensity_colour(),
        "tooltip": "told:N",
    }
    return layer(points, "line", style, {**axes, **drawn_as}, interpolate="basis")


def _name_layers(marks: Sequence[Row], axes: Mapping[str, Any]) -> Iterator[Layer]:
    """Names outside the ring, and below who stands in the middle."""
    sides: dict[str, dict[str, Any]] = {"left": {"dx": 12}, "right": {"dx": -12}, "center": {"dy": 22}}
    for align, shift in sides.items():
        named = [{"x": one["x"], "y": one["y"], "name": one["name"]} for one in marks if _align(one["x"], one["y"]) == align]
        for style in ("halo", "name"):
            yield layer(named, "text", style, {**axes, "text": "name:N"}, align=align, **shift)


def _align(x: float, y: float) -> str:
    """How the name of a mark is set, so that it stands outside."""
    if x == y == 0:
        return "center"
    return "left" if x >= 0 else "right"
