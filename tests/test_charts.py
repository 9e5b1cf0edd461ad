"""Charts say what the rows say, in any form, with colours from a theme alone and nothing that a strict page would refuse."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from communique import charts
from communique.charts.ties import _order, _ties
from communique.charts.world import places, world
from communique.errors import InputError, QueryError
from communique.tables.gazetteer import SHOWN

COUNTS = [
    {"source": one, "target": other, "period": date(2024, month, 1), "events": 5, "quad1": 2, "quad2": 1, "quad3": 0, "quad4": month - 1,
     "intensity": None if month == 2 else -1.5}
    for one, other in (("PER", "CHL"), ("CHL", "PER")) for month in (1, 2, 3)
]  # fmt: skip
OCCURRENCES = [
    {"occurrence_id": "a/1", "type": "AID", "quad": 2, "intensity": 7.0, "actors": ["PER"], "recipients": ["CHL"], "reports": 3}
    | {"first_day": date(2024, 2, 3), "reported": date(2024, 2, 4)},
    {"occurrence_id": "b2", "type": "CONSULT", "quad": 1, "intensity": 2.5, "actors": ["PER", "CHL"], "recipients": [], "reports": 1}
    | {"first_day": None, "reported": date(2024, 3, 9)},
]
COUNTRIES = [{"country": "PER", "occurrences": 40, "intensity": -4.0}, {"country": "CHL", "occurrences": 9, "intensity": 2.0}]
TYPES = [
    {"source": "PER", "target": "CHL", "type": "AID", "quad": 2, "occurrences": 7},
    {"source": "CHL", "target": "PER", "type": "ACCUSE", "quad": 3, "occurrences": 2},
]
ACTORS = [
    {"code": code, "occurrences": count} for code, count in (("PER", 30), ("CHL", 20), ("BOL", 9), ("ECU", 5), ("COL", 4), ("BRA", 3))
]
EDGES = [
    *({"source": "PER", "target": one["code"], "occurrences": one["occurrences"], "intensity": 1.0} for one in ACTORS[1:]),
    {"source": "CHL", "target": "PER", "occurrences": 6, "intensity": -9.0},
    {"source": "BOL", "target": "CHL", "occurrences": 12, "intensity": -5.0},
    {"source": "COL", "target": "ECU", "occurrences": 8, "intensity": 4.0},
]
QUADS = [{"period": "2023-01-01", "quad": 1, "occurrences": 3}, {"period": "2024-01-01", "quad": 4, "occurrences": 8}]
DRAWN = {
    "timeline": lambda **given: charts.timeline(COUNTS, OCCURRENCES, **given),
    "quads": lambda **given: charts.quads(QUADS, **given),
    "map": lambda **given: charts.map(COUNTRIES, **given),
    "mix": lambda **given: charts.mix(TYPES, **given),
    "network": lambda **given: charts.network(ACTORS, EDGES, **given),
}


def spec_of(name: str, **given: Any) -> dict[str, Any]:
    return DRAWN[name](**given).to_dict()


def values_of(spec: dict[str, Any], column: str) -> list[dict[str, Any]]:
    """The values of the first layer that has such a column."""
    return next(rows for rows in spec["datasets"].values() if isinstance(rows, list) and rows and column in rows[0])


@pytest.mark.parametrize("name", DRAWN)
def test_every_chart_is_valid_and_can_be_drawn_in_both_themes(name: str):
    light, dark = (charts.to_svg(DRAWN[name](theme=theme)) for theme in ("light", "dark"))

    assert light.startswith("<svg") and dark.startswith("<svg")
    assert light != dark


@pytest.mark.parametrize("name", DRAWN)
def test_all_colours_come_from_the_config_so_that_a_page_can_change_them(name: str):
    light, dark = (spec_of(name, theme=theme) for theme in ("light", "dark"))

    assert light.pop("config") == charts.config("light")
    assert dark.pop("config") == charts.config("dark")
    assert light == dark
    assert not re.search(r'"#[0-9a-fA-F]{3,8}"', json.dumps(light))


@pytest.mark.parametrize("name", DRAWN)
def test_every_chart_follows_the_width_of_its_place_and_says_in_words_what_it_shows(name: str):
    spec = spec_of(name)

    assert spec["width"] == "container"
    assert len(spec["description"]) > 40
    assert "url" not in json.dumps(spec["layer"])


@pytest.mark.parametrize("name", ["quads", "map", "mix", "timeline"])
def test_a_chart_of_no_rows_says_so(name: str):
    svg = charts.to_svg(getattr(charts, name)([]))

    assert "No occurrences." in svg


def test_a_table_may_come_in_any_form():
    forms = [
        COUNTS,
        pa.Table.from_pylist(COUNTS),
        pd.DataFrame(COUNTS),
        pl.DataFrame(COUNTS),
        [{**row, "period": str(row["period"])} for row in COUNTS],
    ]

    first, *others = (charts.timeline(form, OCCURRENCES).to_dict() for form in forms)

    assert all(other == first for other in others)


def test_cooperation_stands_above_the_line_and_conflict_below_it_material_next_to_it():
    bars = [bar for bar in values_of(spec_of("timeline"), "y2") if bar["when"] == "March 2024"][:3]

    material, verbal, conflict = bars
    assert (material["quad"], verbal["quad"], conflict["quad"]) == (2, 1, 4)
    assert verbal["y2"] < verbal["y"] == material["y2"] < material["y"] == conflict["y"] < conflict["y2"]


def test_an_act_of_both_together_is_a_point_in_both_directions():
    points = values_of(spec_of("timeline"), "reports")

    assert [point["told"] for point in points] == [
        "AID +7.0, Peru → Chile, 3 February 2024",
        "CONSULT +2.5, Peru, Chile, 9 March 2024",
        "CONSULT +2.5, Peru, Chile, 9 March 2024",
    ]


def test_a_point_outside_the_span_of_the_counts_is_not_drawn():
    late = {**OCCURRENCES[0], "first_day": date(2031, 1, 1)}

    spec = charts.timeline(COUNTS, [late]).to_dict()

    assert spec["description"].endswith("0 occurrences as points.")


def test_points_open_the_address_that_the_template_makes_of_their_row():
    spec = charts.timeline(COUNTS, OCCURRENCES, link="/occurrence/{occurrence_id}").to_dict()

    assert {point["href"] for point in values_of(spec, "href")} == {"/occurrence/a%2F1", "/occurrence/b2"}


def test_a_period_without_a_mean_has_no_line():
    means = values_of(spec_of("timeline"), "mean")

    assert [line["when"] for line in means] == ["January 2024", "March 2024"] * 2


def test_years_are_told_from_months_by_what_lies_between():
    bars = values_of(spec_of("quads"), "when")

    assert [bar["when"] for bar in bars] == ["2023", "2024"]


def test_a_country_of_conflict_has_another_shape_too():
    marks = values_of(spec_of("map", link="/actor/{country}"), "conflict")

    assert [(mark["name"], mark["conflict"], mark["href"]) for mark in marks] == [
        ("Peru", True, "/actor/PER"),
        ("Chile", False, "/actor/CHL"),
    ]


def test_what_is_no_place_is_not_on_the_map():
    spec = charts.map([*COUNTRIES, {"country": "UNO", "occurrences": 5, "intensity": 1.0}]).to_dict()

    assert len(values_of(spec, "conflict")) == len(COUNTRIES)


def test_the_map_has_every_country_and_fits_a_page():
    codes = [line.split(",")[0] for line in (SHOWN / "codes.csv").read_text(encoding="utf-8").splitlines()[1:]]
    every = [{"country": code, "occurrences": 123, "intensity": -1.5} for code in codes]

    size = len(json.dumps(charts.map(every, link="/actor/{country}").to_dict(), separators=(",", ":")))

    assert {"XKX", "PSE", "TWN", "ESH", "SGP", "GIB"} <= set(places())
    assert size <= 200_000


def test_disputed_lines_are_shapes_of_their_own_and_dashed():
    spec = spec_of("map")

    style = spec["layer"][2]["mark"]["style"]
    assert json.loads(world()["disputed"])["objects"]["shapes"]["geometries"][0]["arcs"]
    assert spec["datasets"]["layer2"] == world()["disputed"]
    assert charts.config("dark")["style"][style]["strokeDash"]


def test_no_area_of_the_map_is_inside_out():
    land = json.loads(world()["land"])
    parts = [ring for one in land["objects"]["shapes"]["geometries"] for part in one["arcs"] for ring in part[:1]]

    areas = []
    for ring in parts:
        steps = [
            s for arc in ring for s in (land["arcs"][arc][1:] if arc >= 0 else [[-x, -y] for x, y in reversed(land["arcs"][~arc][1:])])
        ]
        x = y = area = 0
        for across, up in steps:
            area += x * up - y * across
            x, y = x + across, y + up
        areas.append(area)

    assert max(areas) < 0  # clockwise: the other way round it would cover the world


def test_the_mix_goes_to_the_right_for_the_first_direction_and_to_the_left_for_the_other():
    spec = spec_of("mix")

    lengths = [rows[0]["length"] for rows in spec["datasets"].values() if "quad" in rows[0]]
    assert lengths == [7, -2]


def test_one_who_has_a_tie_with_all_others_stands_in_the_middle():
    marks = {mark["name"]: (mark["x"], mark["y"]) for mark in values_of(spec_of("network"), "name")}

    middle = marks.pop("Peru")

    assert middle == (0.0, 0.0)
    assert all(round(x * x + y * y, 1) == 1 for x, y in marks.values())


def test_those_with_ties_stand_next_to_each_other():
    order = _order(["CHL", "ECU", "BOL", "BRA", "COL"], _ties(EDGES))

    places = {code: place for place, code in enumerate(order)}
    assert {abs(places["CHL"] - places["BOL"]), abs(places["COL"] - places["ECU"])} <= {1, len(order) - 1}


def test_a_tie_sums_both_directions_and_weighs_their_intensity():
    tie = next(tie for tie in _ties(EDGES) if tie["who"] == ("CHL", "PER"))

    assert (tie["occurrences"], tie["intensity"]) == (26, -1.3)
    assert tie["told"] == "Peru → Chile 20, Chile → Peru 6, mean intensity −1.3"


def test_the_same_rows_make_the_same_network():
    assert spec_of("network") == spec_of("network")


@pytest.mark.parametrize(
    ("draw", "place", "fact"),
    [
        (lambda: charts.mix([{"source": "PER", "target": "CHL"}]), "mix", "the table has no column 'type'"),
        (lambda: charts.mix([*TYPES, {**TYPES[0], "target": "BOL"}]), "mix", "the table has 3 directions"),
        (lambda: charts.quads([{**QUADS[0], "quad": 5}]), "quads", "5 is no quad class"),
        (lambda: charts.quads([{**QUADS[0], "period": "May"}]), "quads", "'May' is no day"),
        (lambda: charts.map(COUNTRIES, link="/{nobody}"), "/{nobody}", "is no address of a row ('nobody')"),
        (lambda: charts.write(charts.quads(QUADS), "chart.gif"), "chart.gif", "a chart cannot be written as .gif"),
    ],
)
def test_what_cannot_be_drawn_is_named(draw: Any, place: str, fact: str):
    with pytest.raises(InputError) as fault:
        draw()

    assert (fault.value.place, fault.value.fact) == (place, fact)


def test_an_unknown_theme_is_named():
    with pytest.raises(QueryError, match="'sepia' is none"):
        charts.config("sepia")


def test_a_chart_is_written_in_the_format_of_its_name(tmp_path: Path):
    chart = charts.quads(QUADS)

    for suffix in ("svg", "png", "pdf", "json"):
        charts.write(chart, tmp_path / f"chart.{suffix}", theme="dark")

    assert (tmp_path / "chart.svg").read_text(encoding="utf-8").startswith("<svg")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "chart.pdf").read_bytes().startswith(b"%PDF")
    assert json.loads((tmp_path / "chart.json").read_bytes())["config"] == charts.config("dark")
