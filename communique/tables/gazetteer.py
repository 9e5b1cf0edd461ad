"""Gazetteer: what codes are called and where they lie, for those who look at what was coded. Nothing is coded by it.

Contract: in - `codes.csv`, `world.csv` and `world.json` under `shown/`; out - names, places and shapes by code. Raises `TableError`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from communique.errors import TableError
from communique.tables.load import Column, load_csv

QUADS = {1: "verbal cooperation", 2: "material cooperation", 3: "verbal conflict", 4: "material conflict"}
SHOWN = Path(__file__).parent / "shown"
CODES = (Column("code"), Column("name"), Column("source"))
POINTS = (Column("code"), Column("longitude"), Column("latitude"), Column("source"))
Place = tuple[float, float]


@cache
def names() -> Mapping[str, str]:
    """What each code is called in English."""
    return MappingProxyType({row["code"]: row["name"] for row in load_csv(SHOWN / "codes.csv", CODES, ("code",))})


@cache
def places() -> Mapping[str, Place]:
    """The longitude and latitude of each code that has a place on the map."""
    rows = load_csv(SHOWN / "world.csv", POINTS, ("code",))
    try:
        return MappingProxyType({row["code"]: (float(row["longitude"]), float(row["latitude"])) for row in rows})
    except ValueError as fault:
        raise TableError("world.csv", f"a place that is no number ({fault})", "Run tools/build_world.py.") from fault


@cache
def world() -> Mapping[str, str]:
    """The shapes: `land`, `borders` and `disputed`, each a TopoJSON as text, which takes no time to look through."""
    found = json.loads((SHOWN / "world.json").read_text(encoding="utf-8"))
    return MappingProxyType({name: json.dumps(found[name], separators=(",", ":")) for name in ("land", "borders", "disputed")})
