"""Filters: which events a question is about, as a condition of SQL whose values are parameters.

Contract: in - options by name (`Asked`), each one value or several alternatives; out - a condition on the rows of `FOUND`, and the values
of its parameters. Raises `QueryError` for an option, code, type or date that there is none of. No value enters the text of the SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, TypedDict

from communique.errors import QueryError
from communique.ledger.coded import days_of
from communique.meaning.actors import CODES, COUNTRY_COLUMNS, SECTORS
from communique.meaning.plover import Plover
from communique.tables.load import DATA, did_you_mean, load_csv

Words = str | Sequence[str] | None
Numbers = int | Sequence[int] | None

DAY = "coalesce(e.first_day, e.reported)"
FOUND = "events e JOIN documents d ON e.document_id = d.document_id LEFT JOIN links l ON e.event_id = l.event_id"
MODALITIES = ("actual", "future", "hypothetical", "negated", "historical")
STANCES = ("states", "alleges", "denies", "confirms")
QUADS = (1, 2, 3, 4)
CONTEXTS = tuple(
    """military intelligence executive legislative election political_institutions pro_democracy pro_autocracy economic legal
    reparations human_rights rights_freedoms repression human_security gender lgbt religion_ethnicity inequality diplomatic territory
    peacekeeping health asylum migration disasters natural_resource environment technology terrorism cbrn cyber misinformation crime
    corruption illegal_drugs trafficking""".split()
)
_CODE = re.compile(r"([A-Z]{3})(?: ([A-Z]{3}))?")
_DATE = re.compile(r"\d{4}(-\d\d){0,2}")


class Asked(TypedDict, total=False):
    """What may be asked of an event; several values of one option are alternatives, options narrow each other down."""

    actor: Words  # who does it: `IRN`, `IRN GOV`, or part of a name
    with_: Words  # the other side, whichever the direction
    recipient: Words
    type: Words
    mode: Words
    quad: Numbers
    modality: Words
    stance: Words
    said_by: Words
    context: Words
    place: Words  # a country's code, or part of a name
    publisher: Words
    agency: Words
    since: str | date | None  # the act's first and last day, or the day of report where that is not told
    until: str | date | None
    min_score: float | None
    occurrence: Words


class Condition:
    """Conditions that all must hold, and the values of their parameters."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.values: dict[str, Any] = {}

    @property
    def sql(self) -> str:
        """What to write after WHERE."""
        return " AND ".join(f"({part})" for part in self.parts) or "true"

    def value(self, value: object) -> str:
        """The name of a parameter that has the value."""
        name = f"value{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def any_of(self, test: Callable[[Any], str], given: Iterable[object]) -> None:
        """One of the values given passes the test."""
        self.parts.append(" OR ".join(f"({test(one)})" for one in given))


def condition_of(asked: Asked) -> Condition:
    """The condition that events meet which are asked for."""
    check("question", "option", asked, Asked.__annotations__)
    made = Condition()
    _add_parties(made, asked)
    for name, known in (("type", types()), ("mode", _modes()), ("modality", MODALITIES), ("stance", STANCES), ("quad", QUADS)):
        if given := several(asked.get(name)):
            check(name, name, given, known)
            made.parts.append(f"list_contains({made.value(given)}, e.{name})")
    if contexts := several(asked.get("context")):
        check("context", "context", contexts, CONTEXTS)
        made.parts.append(f"list_has_any(e.contexts, {made.value(contexts)})")
    if places := several(asked.get("place")):
        made.any_of(lambda one: _at(made, one), places)
    if publishers := several(asked.get("publisher")):
        made.any_of(lambda one: f"{_folded('d.publisher')} = {_folded(made.value(one))}", publishers)
    if agencies := several(asked.get("agency")):
        made.any_of(lambda one: _carried(made, one), agencies)
    if occurrences := several(asked.get("occurrence")):
        made.any_of(lambda one: f"starts_with(l.occurrence_id, {made.value(one)})", occurrences)
    if (score := asked.get("min_score")) is not None:
        made.parts.append(f"e.score >= {made.value(score)}")
    first, last = span_of(asked.get("since"), asked.get("until"))
    if first:
        made.parts.append(f"coalesce(e.last_day, e.reported) >= {made.value(first)}")
    if last:
        made.parts.append(f"{DAY} <= {made.value(last)}")
    return made


def span_of(since: str | date | None, until: str | date | None) -> tuple[date | None, date | None]:
    """The first day of `since` and the last of `until`: YYYY, YYYY-MM or YYYY-MM-DD."""
    return _days("since", since)[0] if since else None, _days("until", until)[1] if until else None


def several(given: Any) -> list[Any]:
    """The values of an option: none, one or several."""
    if given is None:
        return []
    return [given] if isinstance(given, str | int) else list(given)


def check(place: str, what: str, given: Iterable[object], known: Iterable[object]) -> None:
    """Raise where a value is none of those known."""
    texts = [str(one) for one in known]
    for one in given:
        if str(one) not in texts:
            raise QueryError(place, f"unknown {what} {one!r}", did_you_mean(str(one), texts))


def check_code(place: str, code: str) -> None:
    """Raise where a country or other actor has no such code."""
    if code not in codes():
        raise QueryError(place, f"unknown code {code!r}", f"{did_you_mean(code, codes())} A name is written with small letters.")


def check_limit(limit: int) -> None:
    """Raise where so many rows cannot be."""
    if limit < 0:
        raise QueryError("limit", f"{limit} is no number of rows", "Give 0 or more, or None for all.")


@cache
def types() -> tuple[str, ...]:
    """The 16 event types."""
    return tuple(Plover.load().types)


@cache
def codes() -> frozenset[str]:
    """Codes of countries and other actors."""
    rows = (row for file in ("countries-hand.csv", "countries.csv") for row in load_csv(DATA / file, COUNTRY_COLUMNS))
    return CODES | {row["code"] for row in rows}


@cache
def _modes() -> tuple[str, ...]:
    return tuple(dict.fromkeys(mode for kind in Plover.load().types.values() for mode in kind.modes))


def _add_parties(made: Condition, asked: Asked) -> None:
    """Who does it, to whom, with whom, and who says so."""
    actor, other = several(asked.get("actor")), several(asked.get("with_"))
    both = ("actors", "recipients")
    if actor and other:
        forth = f"{_among(made, 'actor', actor, 'actors')} AND ({_among(made, 'with', other, *both)})"
        back = f"{_among(made, 'with', other, 'actors')} AND ({_among(made, 'actor', actor, *both)})"
        made.parts.append(f"{forth} OR {back}")
    elif actor or other:
        made.parts.append(_among(made, "actor", actor, "actors") if actor else _among(made, "with", other, *both))
    for name, side in (("recipient", "recipients"), ("said_by", "said_by")):
        if given := several(asked.get(name)):
            made.parts.append(_among(made, name, given, side))


def _among(made: Condition, option: str, given: Sequence[str], *sides: str) -> str:
    """One of the parties given is among the participants of one of the sides."""
    test = " OR ".join(f"({_is(made, option, one)})" for one in given)
    return " OR ".join(f"len([1 FOR p IN e.{side} IF {test}]) > 0" for side in sides)


def _is(made: Condition, option: str, party: str) -> str:
    """The participant `p` has the code, and the sector if one is given; else the words are part of its name or text."""
    if coded := _CODE.fullmatch(party):
        code, sector = coded.groups()
        check_code(option, code)
        if not sector:
            return f"p.code = {made.value(code)}"
        check(option, "sector", [sector], SECTORS)
        return f"p.code = {made.value(code)} AND p.sector = {made.value(sector)}"
    return _within(made, party, "p.name", "p.text")


def _at(made: Condition, place: str) -> str:
    """It happened in the country, or at a place whose name has the words."""
    if _CODE.fullmatch(place):
        check_code("place", place)
        return f"e.place.country = {made.value(place)}"
    return _within(made, place, "e.place.text", "e.place.admin1")


def _carried(made: Condition, agency: str) -> str:
    return f"len([1 FOR c IN d.carriers IF c.kind = 'agency' AND {_folded('c.name')} = {_folded(made.value(agency))}]) > 0"


def _within(made: Condition, words: str, *columns: str) -> str:
    """The words stand in one of the columns, whatever the case and accents."""
    joined = f"concat_ws(chr(10), {', '.join(columns)})"
    return f"contains({_folded(joined)}, {_folded(made.value(words))})"


def _folded(sql: str) -> str:
    return f"strip_accents(lower({sql}))"


def _days(option: str, given: str | date) -> tuple[date, date]:
    """The first and last day of a date."""
    try:
        if _DATE.fullmatch(str(given)):
            return days_of(str(given))
    except ValueError:
        pass
    raise QueryError(option, f"{str(given)!r} is no date", "Write YYYY, YYYY-MM or YYYY-MM-DD.")
