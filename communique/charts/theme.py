"""Theme: the colours and type of all charts, light and dark, as a Vega-Lite `config`.

Contract: in - `light` or `dark`; out - a config, the only place of a chart that names a colour, so that a page can change it for the other
one. Marks refer to it by style and scales by range: `category` for the quad classes, `diverging` for intensity. Blue is
cooperation, vermilion is conflict, verbal lighter than material: told apart under the usual kinds of colour blindness, and in grey by
lightness. No chart leaves it to colour alone: conflict also stands below a line, has another shape, or is dashed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from communique.errors import QueryError
from communique.tables import gazetteer

QUADS = tuple(words.capitalize() for words in gazetteer.QUADS.values())
MEANINGS = (-10, -4, 0, 4, 10)  # the intensities that the five colours of `diverging` stand for
FONT = '-apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", "Liberation Sans", Arial, sans-serif'
COLOURS: Mapping[str, Mapping[str, Any]] = MappingProxyType({
    "light": {
        "paper": "#fdfcfa", "ink": "#1d1b19", "muted": "#605b54", "rule": "#e4dfd6", "strong": "#8d877d", "land": "#ebe6dd",
        "quads": ["#86b4dc", "#1f5c99", "#f0ac66", "#c2410c"],
        "diverging": ["#c2410c", "#e58a4a", "#a39c91", "#6da0cf", "#1f5c99"],
    },
    "dark": {
        "paper": "#16171a", "ink": "#ebe8e2", "muted": "#a8a39a", "rule": "#303238", "strong": "#74767c", "land": "#2b2d32",
        "quads": ["#86b4dc", "#3f86cc", "#f0ac66", "#e0602a"],
        "diverging": ["#e0602a", "#eb9a5c", "#8b8780", "#7db0dd", "#3f86cc"],
    },
})  # fmt: skip


def config(theme: str = "light") -> dict[str, Any]:
    """The Vega-Lite config of a theme. Raises `QueryError` for an unknown one."""
    if theme not in COLOURS:
        raise QueryError("theme", f"{theme!r} is none", f"Use one of {', '.join(COLOURS)}.")
    colours = COLOURS[theme]
    words = {"labelColor": colours["muted"], "labelFont": FONT, "labelFontSize": 11, "titleColor": colours["muted"], "titleFont": FONT,
             "titleFontSize": 11, "titleFontWeight": "normal"}  # fmt: skip
    return {
        "background": colours["paper"],
        "font": FONT,
        "padding": 8,
        "view": {"stroke": None, "continuousWidth": 720, "continuousHeight": 300},
        "axis": {**words, "domain": False, "ticks": False, "gridColor": colours["rule"], "gridWidth": 1, "labelPadding": 6},
        "legend": {**words, "symbolStrokeColor": colours["strong"], "symbolFillColor": "transparent", "rowPadding": 4, "titlePadding": 8},
        "range": {"category": colours["quads"], "diverging": colours["diverging"]},
        "style": _styles(colours),
    }


def _styles(colours: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What the marks of each style look like."""
    paper, ink, muted, strong = (colours[name] for name in ("paper", "ink", "muted", "strong"))
    letters = {"font": FONT, "fontSize": 12, "baseline": "middle"}
    return {
        "head": {**letters, "color": ink, "fontWeight": 600},
        "note": {**letters, "color": muted, "fontSize": 11},
        "name": {**letters, "color": ink, "fontSize": 11},
        "halo": {**letters, "color": paper, "fontSize": 11, "stroke": paper, "strokeWidth": 3, "strokeJoin": "round"},
        "count": {"strokeWidth": 0},
        "act": {"stroke": paper, "strokeWidth": 0.5, "opacity": 0.85},
        "zero": {"color": strong, "strokeWidth": 1},
        "mean": {"color": strong, "strokeWidth": 2},
        "land": {"color": colours["land"], "strokeWidth": 0},
        "border": {"color": paper, "strokeWidth": 0.75},
        "disputed": {"color": muted, "strokeWidth": 1, "strokeDash": [2, 2]},
        "spoke": {"opacity": 0.9},
        "chord": {"opacity": 0.35},
        "node": {"color": ink, "opacity": 1, "stroke": paper, "strokeWidth": 1},
    }
