"""Places: the country, and where known the point on the map, of a name that the entity head calls a place.

Contract: in - a place as a report words it (`the Saudi city of Najran`, `Lima, Peru`, `northern Syria`) and the states that its context
speaks of; out - the `PlaceRow` meant, or None. Countries, capitals and regions in the news come before other places, and of these the
most populous; a namesake in a state of the context is taken instead where it is not far smaller. A row without country is a sea or
a region of several states. Not to be called with words that are no names: the table knows towns called `Of` and `March`.
The table (GeoNames, CC BY 4.0) is made by `tools/build_places.py`: `places.tsv.gz` holds the rows, `place-keys.tsv.gz` for each key,
sorted, the numbers of its rows, the likeliest first. Both are read whole and searched by bisection, for that needs no import.
"""

from __future__ import annotations

import bisect
import gzip
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from anyascii import anyascii

from communique.tables.load import DATA

# A namesake in a state of the context must have this share of the likeliest one's population.
NAMESAKE_SHARE = 0.15
SMALLEST_ALONE = 20_000  # people in a place whose name is trusted inside a longer expression
LONGEST_NAME = 5  # words of a name looked for inside a longer expression
DIRECTIONS = frozenset(
    f"{prefix}{side}{end}"
    for prefix in ("", "far ", "far-")
    for side in (
        "north",
        "south",
        "east",
        "west",
        *(f"{a}{dash}{b}" for a in ("north", "south") for b in ("east", "west") for dash in ("", "-")),
    )
    for end in ("", "ern", "ernmost")
)
LEADING = DIRECTIONS | frozenset(
    "the a an in at on near outside inside central upper lower mid greater downtown outer inner rural occupied neighboring neighbouring "
    "nearby mainland rebel-held government-held disputed war-torn capital city town village port province state region district county "
    "island of".split()
)
KINDS = frozenset(
    "airbase airport and area army avenue bank barracks base bay beach border bridge building camp canal capital castle cathedral catholic "
    "center central centre church city coast college colony congress consulate council county court crossing dam department detention "
    "diocese district eastern east embassy facility forest fort frontier garden gardens gate general governorate government great "
    "hall headquarters high hill hills hospital hotel house international island islands lake line lower market military ministry "
    "mosque mount mountain mountains municipality national naval neighborhood neighbourhood new northern north nuclear oblast of office "
    "old our palace parade park parliament peninsula plant plaza police port power prefecture prison province provinces refuge region "
    "republic river road roman school sea security square stadium state station street strip suburb supreme temple territory the tower "
    "town towns triangle university upper valley village villages western west zone southern south".split()
)
TRAILING = re.compile(
    r"\s+(?:province|provinces|city|town|village|region|state|governorate|district|county|oblast|prefecture|department|municipality"
    r"|territory|area|peninsula|proper|border|suburbs?|capital)$",
    re.IGNORECASE,
)
DIVISION = re.compile(r"\b(?:provinces?|region|state|governorate|oblast|prefecture|department)\b", re.IGNORECASE)
BREAKS = re.compile(r"\s*[,()]\s*|\s+(?:in|near|of|at|from|outside|on|with|and|between|off|into|to|around)\s+|['’]s(?:\s+|$)|\s+-\s+|[–—]")
BORDER = re.compile(r"\b(?:borders?|frontiers?)\b", re.IGNORECASE)
BEFORE_BORDER = re.compile(
    r"\s+(?:(?:near|on|along|at|by|over|across)\s+(?:the|its|their)\s+|['’]s\s+(?:\S+\s+)?)?(?:[A-Z]\S+\s+)?(?:borders?|frontiers?)\b.*"
)
ARTICLE = re.compile(r"^(?:al|el|ad|ar|as|ash|an|at|az)[- ](?=\w{4})", re.IGNORECASE)
QUOTES = " '\"`‘’“”ʿʾ.,;:"
NO_LETTERS = re.compile(r"[^a-z0-9 ]")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A row of the table; `country` is ISO 3166-1 alpha-3, or None for what belongs to no one state."""

    name: str
    country: str | None
    kind: str  # country | capital | region | sea | admin1 | city | admin2 | demonym
    admin1: str | None
    latitude: float | None
    longitude: float | None
    population: int
    table: str  # "places.tsv.gz:812"


def place_key(text: str) -> str:
    """The form under which names are looked up: plain lower-case letters, no article, `st` for `saint`."""
    plain = anyascii(text).casefold().replace("-", " ").replace("/", " ")
    words = NO_LETTERS.sub("", plain).split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(["st" if word == "saint" else word for word in words])


class Places:
    """Looks up places by name."""

    def __init__(self, rows: Sequence[bytes], keys: Sequence[bytes], table: str) -> None:
        self._rows, self._keys, self._table = rows, keys, table
        self._find: Callable[[str], tuple[PlaceRow, ...]] = lru_cache(maxsize=4096)(self._look_up)

    @classmethod
    def load(cls, folder: Path = DATA) -> Places:
        """Read the table."""
        rows, keys = (gzip.decompress((folder / name).read_bytes()).split(b"\n") for name in ("places.tsv.gz", "place-keys.tsv.gz"))
        return cls(rows, keys, "places.tsv.gz")

    def find_places(self, name: str) -> tuple[PlaceRow, ...]:
        """All rows of exactly this name, the likeliest first."""
        return self._find(name)

    def resolve_place(self, text: str, codes: frozenset[str] = frozenset()) -> PlaceRow | None:
        """The place meant. Of several names the first is taken if it lies in the state of those after it (`Lima, Peru`)."""
        text = text.strip(QUOTES)
        whole = self._name(text, codes)
        if whole:
            return whole
        if BORDER.search(text):
            return self._border(text, codes)
        return self._first_within(text, codes)

    def _first_within(self, text: str, codes: frozenset[str]) -> PlaceRow | None:
        """Read from the last name to the first: each must lie in a state where the one after it may lie."""
        found: PlaceRow | None = None
        candidates: list[PlaceRow] = []
        for part in reversed([part for part in BREAKS.split(text) if part]):
            rows = self._part(part)
            states = {row.country for row in candidates if row.country}
            inside = [row for row in rows if row.country in states]
            if inside and inside[0].kind == "demonym":  # `the Saudi city of Najran`: the name stands
                candidates = [row for row in candidates if row.country == inside[0].country]
                found = candidates[0]
            elif inside:
                found, candidates = next((row for row in inside if found and row.country == found.country), inside[0]), inside
            elif rows and not states:
                found, candidates = _choose(rows, codes), rows
        return self._country(found) if found else None

    def _border(self, text: str, codes: frozenset[str]) -> PlaceRow | None:
        """A border lies in the state first named of two; `the border with X` alone says only where it does not lie."""
        before = BEFORE_BORDER.sub("", text)
        if before != text and not BORDER.search(before):
            row = self._name(before, codes) or self._first_within(before, codes)
            if row:
                return row
        named = [rows[0] for part in BREAKS.split(text) if (rows := self._part(part))]
        if len({row.country for row in named}) > 1:
            return self._country(named[0])
        return next((row for row in named if row.kind not in ("country", "demonym")), None)

    def _part(self, part: str) -> list[PlaceRow]:
        """The rows of the longest name in a stretch of words; a demonym among them says in which state."""
        whole = self._rows_of(part)
        if whole and not _only_kinds(part.split()):
            return whole
        demonym: PlaceRow | None = None
        named: list[PlaceRow] = []
        for name in _names(part):
            rows = self.find_places(name)
            if rows and rows[0].kind == "demonym":
                demonym = demonym or rows[0]
            elif not named:
                named = [row for row in rows if _stands_alone(name, row)]
        if demonym:
            inside = [row for name in _names(part) for row in self.find_places(name) if row.country == demonym.country]
            return [row for row in inside if row.kind != "demonym"][:1] or [demonym]
        return named

    def _name(self, text: str, codes: frozenset[str]) -> PlaceRow | None:
        rows = self._rows_of(text)
        return _choose(rows, codes) if rows else None

    def _rows_of(self, text: str) -> list[PlaceRow]:
        """The expression as one name, as it stands and without directions (`northern X`) and kinds (`X province`)."""
        found = ([row for row in self.find_places(form) if row.kind != "demonym"] for form in _forms(text))
        rows = next((rows for rows in found if rows), [])
        return sorted(rows, key=lambda row: row.kind == "city") if DIVISION.search(text) else rows

    def _country(self, row: PlaceRow) -> PlaceRow | None:
        """For a demonym the country itself."""
        if row.kind != "demonym":
            return row
        return next((place for place in self.find_places(row.name) if place.kind == "country"), None)

    def _look_up(self, name: str) -> tuple[PlaceRow, ...]:
        key = place_key(name)
        start = f"{key}\t".encode()
        index = bisect.bisect_left(self._keys, start)
        if not key or index == len(self._keys) or not self._keys[index].startswith(start):
            return ()
        return tuple([self._row(int(number)) for number in self._keys[index][len(start) :].split(b" ")])

    def _row(self, number: int) -> PlaceRow:
        name, country, kind, admin1, latitude, longitude, population = self._rows[number - 1].decode().split("\t")
        return PlaceRow(
            name, country or None, kind, admin1 or None, float(latitude) if latitude else None, float(longitude) if longitude else None,
            int(population or 0), f"{self._table}:{number}",
        )  # fmt: skip


def _choose(rows: Sequence[PlaceRow], codes: frozenset[str]) -> PlaceRow:
    """The likeliest, unless a namesake of some size lies in a state of the context; a country yields to a larger region only."""
    likeliest = rows[0]
    if likeliest.country in codes or not codes:
        return likeliest
    needed = likeliest.population * (1 if likeliest.kind == "country" else NAMESAKE_SHARE)
    return next((row for row in rows[1:] if row.country in codes and row.population >= needed), likeliest)


def _only_kinds(words: Sequence[str]) -> bool:
    return all(word.casefold() in KINDS for word in words)


def _stands_alone(name: str, row: PlaceRow) -> bool:
    """Whether a name inside a longer one can be trusted: a single word must be the place's own name, and no hamlet's."""
    return " " in name or row.kind in ("country", "capital", "region", "sea") or (
        row.kind in ("admin1", "city") and row.population >= SMALLEST_ALONE and place_key(row.name) == place_key(name)
    )  # fmt: skip


def _forms(text: str) -> Iterator[str]:
    """The expression, and step by step without what leads up to the name; each also without its kind, or an Arabic article."""
    words = text.split()
    while words:
        if _has_capital(words):
            whole = " ".join(words)
            bare = TRAILING.sub("", whole)
            yield whole
            if bare != whole and _has_capital(bare.split()):
                yield bare
            if ARTICLE.match(bare):
                yield ARTICLE.sub("", bare)
        if words[0].casefold() not in LEADING:
            return
        words = words[1:]


def _has_capital(words: Sequence[str]) -> bool:
    return any(letter.isupper() for word in words if word != "The" for letter in word)


def _names(text: str) -> Iterator[str]:
    """Stretches of words with capital letters inside the text, the longest first, from the right; no mere kinds of place."""
    words = text.split()
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - length, -1, -1):
            stretch = words[start : start + length]
            if stretch[0][:1].isupper() and stretch[-1][:1].isupper() and not _only_kinds(stretch):
                yield " ".join(stretch)
