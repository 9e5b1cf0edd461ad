"""Places: what a name means by itself, in its context, and inside a longer expression."""

from __future__ import annotations

import csv

import pytest

from communique.meaning.places import Places, place_key
from communique.tables.load import DATA

PLACES = Places.load()


def country(text: str, *codes: str) -> str | None:
    row = PLACES.resolve_place(text, frozenset(codes))
    return row.country if row else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peru", "PER"), ("the U.S.", "USA"), ("Burma", "MMR"), ("Ivory Coast", "CIV"), ("Gaza", "PSE"), ("Donbas", "UKR"),
        ("Nagorno-Karabakh", "AZE"), ("the Golan Heights", "SYR"), ("Tigray", "ETH"), ("Florida", "USA"), ("Kiev", "UKR"),
        ("al-Hasakah", "SYR"), ("Falluja", "IRQ"), ("Hong Kong", "HKG"), ("Kosovo", "XKX"), ("Taiwan", "TWN"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_its_usual_spellings(text: str, expected: str) -> None:
    assert country(text) == expected


def test_washington_is_the_capital_and_georgia_the_country() -> None:
    washington = PLACES.resolve_place("Washington")

    assert washington and (washington.kind, washington.admin1) == ("capital", "Washington, D.C.")
    assert country("Georgia") == "GEO"
    assert country("Georgia", "USA") == "USA"
    assert country("Georgia", "USA", "GEO") == "GEO"


def test_context_takes_a_namesake_only_if_it_is_not_far_smaller() -> None:
    assert country("Tripoli") == "LBY"
    assert country("Tripoli", "LBN") == "LBN"
    assert country("Paris", "USA") == "FRA"
    assert country("Lebanon", "USA") == "LBN"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lima, Peru", ("Lima", "PER")),
        ("Birmingham, Alabama", ("Birmingham", "USA")),
        ("Pathankot, Punjab", ("Pathānkot", "IND")),
        ("northern Syria", ("Syria", "SYR")),
        ("the Saudi city of Najran", ("Najrān", "SAU")),
        ("a market in the old town of Aleppo", ("Aleppo", "SYR")),
        ("outside the Georgian embassy in Oslo", ("Oslo", "NOR")),
    ],
)
def test_the_name_is_read_out_of_a_longer_expression(text: str, expected: tuple[str, str]) -> None:
    row = PLACES.resolve_place(text)

    assert row and (row.name, row.country) == expected


@pytest.mark.parametrize("text", ["the city", "The city", "Of", "", "'", "a border village", "our own territory", "the State Department"])
def test_what_is_no_name_is_no_place(text: str) -> None:
    assert PLACES.resolve_place(text) is None


def test_a_province_is_not_its_capital() -> None:
    province, city = PLACES.resolve_place("Herat province"), PLACES.resolve_place("Herat")

    assert province and city and (province.kind, city.kind) == ("admin1", "city")


def test_a_sea_belongs_to_no_state() -> None:
    row = PLACES.resolve_place("the South China Sea")

    assert row and (row.kind, row.country) == ("sea", None)


def test_a_border_lies_on_the_side_first_named() -> None:
    assert country("Jordan's border with Syria") == "JOR"
    assert country("Najran near the Yemeni border") == "SAU"
    assert country("the border with Yemen") is None


def test_a_row_can_be_cited() -> None:
    row = PLACES.resolve_place("Oslo")

    assert row and row.table.startswith("places.tsv.gz:")
    assert row.latitude and round(row.latitude) == 60


def test_keys_forget_accents_articles_and_hyphens() -> None:
    assert place_key("The São-Paulo’s") == "sao paulos"
    assert place_key("Saint Petersburg") == place_key("St. Petersburg")
    assert place_key("The") == "the"


def test_regions_are_sorted_and_each_leads_to_a_row() -> None:
    with (DATA / "regions.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert rows == sorted(rows, key=lambda row: (row["name"].casefold(), row["country"]))
    assert [row["name"] for row in rows if not PLACES.find_places(row["name"])] == []
