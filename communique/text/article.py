"""Article: find the parts of a report (title, dateline, byline, credits, boilerplate, paragraphs) and who carried it.

Contract: in - a `Document`; out - an `Article`. A part of kind paragraph spans a whole paragraph; datelines, credits and boilerplate
may stand inside one and are left out when its sentences are cut. Each part and carrier names the rule that found it. The rules
are made to miss rather than to drop a sentence of news; boilerplate is defined in `boilerplate.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from communique.records import Article, Carrier, Document, Part, Span
from communique.tables.load import DATA, Column, load_toml
from communique.text.carriers import find_cited, find_credits, find_named, names_pattern, publisher_carrier
from communique.text.datelines import Dateline, find_dateline, is_date_line, read_date
from communique.text.sentences import cut_paragraph, find_paragraphs

BOILERPLATE_COLUMNS = (
    Column("scope", values=frozenset({"sentence", "paragraph", "heading", "span"})),
    Column("place", required=False, values=frozenset({"edge"})),
    Column("pattern"),
    Column("example"),
    Column("not", required=False),
)
_WHOLE = ("sentence", "paragraph", "heading")
_EDGE = 5  # paragraphs from either end
_TITLE_WORDS = 25
_NAME = r"[A-ZÀ-ÖØ-Þ][\w.'’-]+(?: (?:(?:al|bin|da|de|del|den|der|di|dos|el|ibn|la|le|van|von) ){0,2}[A-ZÀ-ÖØ-Þ][\w.'’-]*){1,3}"
_NAMES = rf"{_NAME}(?:(?:,| and|, and| &) {_NAME}){{0,4}}"
_STOPPED = re.compile(r"(?:\]\d+\[)*+[\"'”’)]?[.!:;,…]")  # backwards, so that a line of many notes (`[1][2]`) is read once
_ROLE = r"(?i:(?:[\w-]+ ){0,3}(?:correspondent|reporter|editor|writer|analyst|bureau chief|desk|contributor|journalist)s?)"


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """A row of `boilerplate.toml`."""

    name: str
    scope: str
    edge: bool
    pattern: str
    place: str


def find_article(document: Document) -> Article:
    """The document with its parts, its carriers, its date and its dateline's place."""
    text = document.text
    paragraphs = find_paragraphs(text, 0, len(text))
    datelines: list[Dateline] = []
    parts = _with_title(document, list(_parts(text, paragraphs, datelines)))
    place = next((dateline.place for dateline in datelines if dateline.place), None)
    dates = (
        document.date,
        *(read_date(text[part.start : part.end]) for part in parts if part.rule == "date line"),
        *(d.date for d in datelines),
    )
    return Article(document, parts, _carriers(document, parts), next((date for date in dates if date), None), place)


@cache
def boilerplate() -> tuple[Boilerplate, ...]:
    """The rules of `boilerplate.toml`, in its order."""
    return tuple(
        Boilerplate(entry.name, entry["scope"], entry.get("place") == "edge", entry["pattern"], entry.place)
        for entry in load_toml(DATA / "boilerplate.toml", BOILERPLATE_COLUMNS)
    )


def _parts(text: str, paragraphs: list[Span], datelines: list[Dateline]) -> Iterator[Part]:
    """The parts in the order of the text; `datelines` takes up what is found in them."""
    heading = ""
    for index, (start, end) in enumerate(paragraphs):
        near = min(index, len(paragraphs) - 1 - index) < _EDGE
        credited = list(find_credits(text, start, end))
        whole = _whole(text, start, end, near, credited)
        if heading and not whole and _is_label(text[start:end]):
            whole = Part("boilerplate", start, end, heading)
        heading = whole.rule if whole and (_is_heading(whole.rule) or whole.rule == heading) else ""
        if whole:
            yield whole
            continue
        yield Part("paragraph", start, end)
        dateline = find_dateline(text, start, end) if index < 8 and not datelines else None
        if dateline:
            datelines.append(dateline)
            yield Part("dateline", start, dateline.end, "dateline")
            start, credited = dateline.end, list(find_credits(text, dateline.end, end))
        yield from credited
        yield from _within(text, start, end, near)


def _whole(text: str, start: int, end: int, near: bool, credited: list[Part]) -> Part | None:
    """The part that a whole paragraph is, unless it is one to be coded."""
    line = text[start:end]
    if is_date_line(line):
        return Part("dateline", start, end, "date line")
    if near and _byline().fullmatch(line):
        return Part("byline", start, end, "byline")
    if credited and (credited[0].start, credited[0].end) == (start, end):
        return credited[0]
    match = _rules(_WHOLE, near).fullmatch(line)
    return Part("boilerplate", start, end, _cite(match)) if match else None


def _within(text: str, start: int, end: int, near: bool) -> Iterator[Part]:
    """Boilerplate inside a paragraph."""
    for match in _rules(("span",), near).finditer(text, start, end):
        yield Part("boilerplate", *match.span(), _cite(match))
    sentences = cut_paragraph(text, start, end)
    for first, last in sentences if len(sentences) > 1 else ():
        if found := _rules(("sentence",), near).fullmatch(text, first, last):
            yield Part("boilerplate", first, last, _cite(found))


@cache
def _rules(scopes: tuple[str, ...], near: bool) -> re.Pattern[str]:
    """The boilerplate rules of some scopes as one pattern, each a group of its name; those for the edges only where `near` one."""
    chosen = (rule for rule in boilerplate() if rule.scope in scopes and (near or not rule.edge))
    return re.compile("|".join(f"(?P<{rule.name}>{rule.pattern})" for rule in chosen), re.DOTALL)


def _cite(match: re.Match[str]) -> str:
    """The row of the rule that matched."""
    return next(rule.place for rule in boilerplate() if rule.name == match.lastgroup)


def _is_heading(place: str) -> bool:
    return any(rule.place == place and rule.scope == "heading" for rule in boilerplate())


def _is_label(line: str) -> bool:
    """A short line of one piece without a final stop, as titles and links are."""
    stopped = _STOPPED.match(line[::-1])
    return not stopped and len(line.split()) <= _TITLE_WORDS and len(cut_paragraph(line, 0, len(line))) == 1


def _with_title(document: Document, parts: list[Part]) -> tuple[Part, ...]:
    """The parts with the title marked: the line that repeats the given title, or the first one or two labels before the report."""
    body = [index for index, part in enumerate(parts) if part.kind == "paragraph"]
    lines = [document.text[parts[index].start : parts[index].end] for index in body]
    if document.title:
        count = int(bool(lines) and _plain(lines[0]) == _plain(document.title))
    else:
        labels = next((number for number, line in enumerate(lines) if not _is_label(line)), 0)
        count = min(labels, 2)
    titles = set(body[:count])
    return tuple(Part("title", part.start, part.end, "title") if index in titles else part for index, part in enumerate(parts))


def _plain(title: str) -> str:
    return re.sub(r"\W+", " ", title).strip().casefold()


def _carriers(document: Document, parts: tuple[Part, ...]) -> tuple[Carrier, ...]:
    """Who carried the report, each once: the publisher, then who is named in credits, datelines and bylines, then who is cited."""
    text = document.text
    found = [publisher_carrier(document.publisher)] if document.publisher else []
    for part in parts:
        if part.kind in ("credit", "dateline", "byline"):
            found.extend(find_named(text, part.start, part.end, part.kind))
    for part in parts:
        if part.kind == "paragraph":
            found.extend(find_cited(text, part.start, part.end))
    once: dict[tuple[str, str], Carrier] = {}
    for carrier in found:
        once.setdefault((carrier.name, carrier.kind), carrier)
    return tuple(once.values())


@cache
def _byline() -> re.Pattern[str]:
    """A line that names who wrote the report."""
    agency = names_pattern()
    beside = rf"(?:(?:,| \||/| -| –| —| in| for)\s*(?:{_ROLE}|(?:the )?{agency}|{_NAME}|[A-Z][\w-]+))"
    return re.compile(
        rf"\W*(?:(?:By|BY|by|Written by|Story by|Words by|Author:)\s+(?:{_NAMES}|(?:[Tt]he )?{agency}|{_ROLE}){beside}{{0,3}}"
        rf"|{_NAME}(?: and {_NAME})?(?:,| \||/| -| –| —)\s*(?:{_ROLE}|(?:the )?{agency}){beside}{{0,2}})\W*"
    )
