"""Carriers: the agencies and outlets that a report is credited to, and the agencies that its sentences cite.

Contract: in - text and stretches of it; out - `Part`s of kind credit, and `Carrier`s with the span of the name. A citation inside a
sentence names a carrier, but takes nothing away from the sentence. Names stand in `agencies.csv`; short ones that also mean other
things (`PA`, `AA`) are read in credits and datelines alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from communique.records import Carrier, Part, Span
from communique.tables.load import DATA, Column, load_csv

_COLUMNS = (
    Column("name"),
    Column("kind", values=frozenset({"agency", "newspaper"})),
    Column("country", required=False),
    Column("aliases", required=False),
    Column("short", required=False),
    Column("source"),
)
_VERBS = r"\b(?:said|says|was|were|is|are|has|have|had|will|would|found|shows?|showed|suggest\w*|that)\b"
_BY = r"(?:[Rr]eporting|[Ww]riting|[Ee]diting|[Cc]ompiled|[Ee]dited|[Ww]ritten|[Tt]ranslated|[Pp]roduced)"
_QUALITY = (
    r"(?:the|an?|its|state(?:-run|-owned)?|official|semi-?official|national|local|news|press|wire|agency|service|newswire|[A-Z][\w'’]+)"
)
_SAYS = r"(?:report(?:ed|s)?|said|says|quoted|quotes|cited|wrote|writes|published)"
_TO = (
    r"(?i:told|according to|citing|quoted by|cited by|reported by|carried by|published by|quoting|interview (?:with|to|by)|"
    r"(?:spoke|speaking|statement|remarks) to|via)"
)


@dataclass(frozen=True, slots=True)
class Agency:
    """A row of the table: who it is, and where the row stands."""

    name: str
    kind: str  # agency | publisher
    place: str


@cache
def agencies() -> dict[str, Agency]:
    """Each agency and outlet by every name that it goes by."""
    found: dict[str, Agency] = {}
    for row in load_csv(DATA / "agencies.csv", _COLUMNS, ["name"]):
        agency = Agency(row["name"], "agency" if row["kind"] == "agency" else "publisher", row.place)
        for name in (row["name"], *row["aliases"].split("|"), *row["short"].split("|")):
            if name:
                found.setdefault(name, agency)
    return found


@cache
def names_pattern() -> str:
    """A pattern of all names, the longest first."""
    return _any_of(agencies())


def find_named(text: str, start: int, end: int, rule: str) -> Iterator[Carrier]:
    """Every agency and outlet named in a credit, byline or dateline."""
    for match in _compiled().named.finditer(text, start, end):
        yield _carrier(match[0], match.span(), rule)


def find_cited(text: str, start: int, end: int) -> Iterator[Carrier]:
    """The agencies that the sentences of a stretch cite ("told Reuters")."""
    patterns = _compiled()
    if not patterns.hint.search(text, start, end):
        return
    for match in patterns.cited.finditer(text, start, end):
        group = match.lastgroup or ""
        yield _carrier(match[group], match.span(group), "cited")


def publisher_carrier(name: str) -> Carrier:
    """The publisher that the record's fields name."""
    known = agencies().get(name)
    return Carrier(known.name if known else name, "publisher", rule=f"publisher {known.place}" if known else "publisher")


def find_credits(text: str, start: int, end: int) -> Iterator[Part]:
    """The credits of a paragraph: the whole of it, or stretches at its head and tail."""
    patterns = _compiled()
    if end - start <= 400 and (match := patterns.whole.fullmatch(text, start, end)):
        yield Part("credit", start, end, match.lastgroup or "")
        return
    if match := patterns.head.match(text, start, end):
        yield Part("credit", start, match.end(), "head")
    if match := patterns.tail.search(text, max(start, end - 400), end):
        yield Part("credit", match.start(), end, "tail")


@dataclass(frozen=True, slots=True)
class _Patterns:
    hint: re.Pattern[str]  # any name, without regard to what stands around it, which is quickly told
    named: re.Pattern[str]
    cited: re.Pattern[str]
    whole: re.Pattern[str]
    head: re.Pattern[str]
    tail: re.Pattern[str]


@cache
def _compiled() -> _Patterns:
    """All patterns, which the table's names go into."""
    name = names_pattern()
    names = rf"{name}(?:\s*(?:,|/|&|;|\band\b|\bvia\b|\bwith\b)\s*(?:and\s+)?{name})*"
    return _Patterns(
        hint=re.compile(_alternatives(name for name, agency in agencies().items() if agency.kind == "agency")),
        named=re.compile(name),
        cited=re.compile(_cited_pattern()),
        whole=re.compile(_whole_pattern(names), re.DOTALL),
        head=re.compile(rf"(\()?{names}(?(1)\))\s*[-–—]+\s+(?=[A-Z\"“‘'])"),
        tail=re.compile(
            rf"(?<=[.!?”\"'’)])\s*(?:(?:\({names}\)\s*)+|(?:[/(\[]|[—–]|--?)\s*{names}\s*[)\]/]?"
            rf"|\(\s*(?:[Aa]dditional |[Ff]urther )?{_BY}[^()]{{0,40}}?\bby\s[^()]{{2,300}}\)"
            rf"|(?:Additional )?{_BY} by [A-Z][^.]*;\s*{_BY} by [^.;]+)"
            r"\s*\.?\s*$"
        ),
    )


def _whole_pattern(names: str) -> str:
    """A paragraph that is nothing but a credit."""
    quiet = rf"(?:(?!{_VERBS})."
    return (
        rf"(?P<named>[\s(/\[—–-]*{names}[)\]\s./]*)"
        r"|(?P<source>\W*(?i:sources?|via|credits?|agency|agencies|(?:originally|first) published (?:by|in|on|at))\s*:\s*\S.{0,120})"
        rf"|(?P<with>\W*[Ww]ith (?:additional |some )?(?:reporting|inputs?|files|material|information|contributions?)"
        rf" (?:by|from|of)\s{quiet}){{1,140}})|(?P<agencies>\W*(?:[Ww]ith )?[Aa]gencies\W*)"
        r"|(?P<contributed>.{2,150}\bcontributed (?:to (?:this|the) (?:report|story|article|reporting)|(?:additional )?reporting)\b.{0,60})"
        rf"|(?P<reporting>\W*(?:[Aa]dditional |[Ff]urther )?{_BY}(?:,? (?:and|&) {_BY})? by [A-Z]{quiet}){{1,300}})"
    )


def _cited_pattern() -> str:
    """The name of an agency where the words about it say that it is the source."""
    plain = _any_of(name for name, agency in agencies().items() if agency.kind == "agency" and name not in _short_names())
    agency = r"(?:news|state|press|wire) (?:agency|service)"
    return (
        rf"\b{_TO}\s(?:{_QUALITY}\s){{0,5}}?(?P<told>{plain})"
        rf"|(?P<says>{plain})(?:[’']s)?(?:,? (?:the )?(?:[\w-]+ ){{0,2}}?{agency},?)?"
        rf"\s(?:(?:has|had|also|earlier|later|correspondents?) )?{_SAYS}\b"
    )


@cache
def _short_names() -> frozenset[str]:
    return frozenset(row["short"] for row in load_csv(DATA / "agencies.csv", _COLUMNS, ["name"]))


def _any_of(names: Iterable[str]) -> str:
    return rf"(?<![\w-])(?:{_alternatives(names)})(?!\w|-\w)"


def _alternatives(names: Iterable[str]) -> str:
    """Names as a pattern, the longest first; each first letter stands once, for one that none begins with is then soon passed over."""
    groups = groupby(sorted(names, key=lambda name: (name[0], -len(name), name)), lambda name: name[0])
    return "|".join(rf"{re.escape(first)}(?:{'|'.join(re.escape(name[1:]) for name in group)})" for first, group in groups)


def _carrier(name: str, span: Span, rule: str) -> Carrier:
    agency = agencies()[name]
    return Carrier(agency.name, agency.kind, span[0], span[1], f"{rule} {agency.place}")
