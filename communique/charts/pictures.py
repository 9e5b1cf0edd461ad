"""Pictures: a chart as a file, drawn without a browser.

Contract: in - a chart; out - SVG, PNG, PDF or its Vega-Lite specification. Raises `InputError` for a name that says no such format.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt
import orjson
import vl_convert

from communique.charts.theme import config
from communique.errors import InputError

WIDTH = 760  # pixels
SHARP = 2.0  # pixels of a PNG to one of the chart
FORMATS = (".svg", ".png", ".pdf", ".json")


def to_svg(chart: alt.TopLevelMixin, *, width: int = WIDTH, theme: str | None = None) -> str:
    """The chart as SVG, by default in its own theme."""
    return str(vl_convert.vegalite_to_svg(_spec(chart, width, theme)))


def to_png(chart: alt.TopLevelMixin, *, width: int = WIDTH, scale: float = SHARP, theme: str | None = None) -> bytes:
    """The chart as PNG, `width * scale` pixels wide."""
    return bytes(vl_convert.vegalite_to_png(_spec(chart, width, theme), scale=scale))


def write(chart: alt.TopLevelMixin, path: Path | str, *, width: int = WIDTH, theme: str | None = None) -> None:
    """Write the chart in the format that the name ends in."""
    path = Path(path)
    form = path.suffix.lower()
    if form not in FORMATS:
        raise InputError(str(path), f"a chart cannot be written as {form or 'this'}", f"Use one of {', '.join(FORMATS)}.")
    if form == ".svg":
        path.write_text(to_svg(chart, width=width, theme=theme), encoding="utf-8")
    elif form == ".png":
        path.write_bytes(to_png(chart, width=width, theme=theme))
    elif form == ".pdf":
        path.write_bytes(vl_convert.vegalite_to_pdf(_spec(chart, width, theme)))
    else:
        path.write_bytes(orjson.dumps(_spec(chart, "container", theme), option=orjson.OPT_INDENT_2))


def _spec(chart: alt.TopLevelMixin, width: int | str, theme: str | None) -> dict[str, Any]:
    """The specification for a page of this width."""
    spec: dict[str, Any] = chart.to_dict(validate=False)  # what is drawn finds its own faults, and validation takes longer than drawing
    changed = {"config": config(theme)} if theme else {}
    return spec | changed | {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
