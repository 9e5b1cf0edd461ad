"""Filters: what a page is asked to leave out, as it stands in the address.

Contract: in - the parameters of an address; out - a `Filters`, whose `asked` is what `ledger/filters.py` takes and whose `link` makes
addresses that keep it. Parameters that are empty or none of these are passed over; values are looked at where the ledger is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from urllib.parse import urlencode

from communique.errors import QueryError
from communique.ledger.filters import CONTEXTS, MODALITIES, STANCES, Asked, check_code, types
from communique.meaning.actors import COUNTRY_COLUMNS
from communique.tables.load import DATA, load_csv
from communique.views.desk.wording import QUADS

Pairs = Iterable[tuple[str, str]]
PARTIES = frozenset({"actor", "with", "recipient", "said_by", "place"})
JOINT = ";"  # between several values in one field


@dataclass(frozen=True, slots=True)
class Field:
    """One filter: its name in the address, its label, and what there is to choose from, or what to write."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()  # value and words
    hint: str = ""
    main: bool = False  # seen without unfolding the rest


def _plain(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((one, one.replace("_", " ").capitalize()) for one in words)


FIELDS = (
    Field("since", "From", hint="2023 or 2023-03-14", main=True),
    Field("until", "Until", hint="2024", main=True),
    Field("actor", "Actor", hint="Iran or IRN GOV", main=True),
    Field("with", "Other side", hint="Belarus", main=True),
    Field("type", "Type", _plain(types()), main=True),
    Field("recipient", "Done to", hint="Ukraine"),
    Field("quad", "Quad class", tuple((str(number), f"{sign} {words}") for number, (sign, words) in QUADS.items())),
    Field("modality", "Modality", _plain(MODALITIES)),
    Field("stance", "How it is said", _plain(STANCES)),
    Field("said_by", "Speaker", hint="USA"),
    Field("publisher", "Publisher", hint="whole name"),
    Field("agency", "Agency", hint="Reuters"),
    Field("context", "Context", _plain(sorted(CONTEXTS))),
    Field("place", "Where", hint="Ukraine; Kherson"),
    Field("min_score", "Lowest score", hint="0.7"),
    Field("occurrence", "Occurrence", hint="its id"),
    Field("dyad", "Who on whom", hint="IRN BLR"),
)
NAMES = {field.name: field for field in FIELDS}


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters given, as name and value in the order of the address."""

    given: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, parameters: Pairs) -> Filters:
        """The parameters that are filters; several values may stand in one, with `;` between."""
        split = ((name, part.strip()) for name, value in parameters if name in NAMES for part in value.split(JOINT))
        return cls(tuple(dict.fromkeys((name, value) for name, value in split if value)))

    @property
    def asked(self) -> Asked:
        """What the ledger is asked."""
        found: dict[str, Any] = {}
        for name, value in self.given:
            if name == "dyad":
                continue
            if name in ("since", "until", "min_score"):
                found[name] = _number(name, value, float) if name == "min_score" else value
            else:
                values = found.setdefault("with_" if name == "with" else name, [])
                values.append(_number(name, value, int) if name == "quad" else code_of(value) if name in PARTIES else value)
        return cast(Asked, found)

    @property
    def dyads(self) -> list[tuple[str, str]]:
        """Pairs of codes: acts count as of the first on the second where they do in dyads."""
        return [_pair(value) for value in self.values("dyad")]

    def value(self, name: str) -> str:
        """What stands in the field."""
        return f"{JOINT} ".join(self.values(name))

    def values(self, name: str) -> list[str]:
        """The values of one filter."""
        return [value for given, value in self.given if given == name]

    def only(self, **changes: object) -> Filters:
        """These filters with some replaced; None takes one away. `with_` is `with`."""
        changed = {name.rstrip("_"): value for name, value in changes.items()}
        kept = [(name, value) for name, value in self.given if name not in changed]
        return Filters((*kept, *((name, str(value)) for name, value in changed.items() if value is not None)))

    def link(self, path: str, **changes: object) -> str:
        """The address of a page under these filters; what is changed may be a filter, or a parameter of that page."""
        return address(path, self.only(**changes).given)

    def acts(self, source: str, target: str, **changes: object) -> str:
        """The address of the occurrences that count as of one on the other; of actual ones unless others are asked for."""
        parties: dict[str, object] = {"actor": None, "with_": None, "recipient": None, "dyad": f"{source} {target}"}
        return self.counted("/occurrences", **{**parties, **changes})

    def counted(self, path: str, **changes: object) -> str:
        """As `link`; of actual acts unless others are asked for, as they alone are counted."""
        return self.link(path, **{**({} if self.values("modality") else {"modality": "actual"}), **changes})

    def chips(self, path: str) -> Iterator[tuple[str, str, str]]:
        """Label and value of each filter, and the address without it."""
        for one in self.given:
            name, value = one
            words = dict(NAMES[name].choices).get(value, value)
            yield NAMES[name].label, words, address(path, (other for other in self.given if other != one))


def address(path: str, parameters: Pairs) -> str:
    """A path and its parameters, if any."""
    return "?".join(part for part in (path, urlencode(list(parameters))) if part)


def code_of(words: str) -> str:
    """The code of a country that is written by its name; other words as they are."""
    return _codes().get(words.casefold(), words)


@cache
def _codes() -> Mapping[str, str]:
    rows = (row for file in ("countries.csv", "countries-hand.csv") for row in load_csv(DATA / file, COUNTRY_COLUMNS))
    return {row["name"].casefold(): row["code"] for row in rows if row["kind"] == "country" and not row["sector"]}


def _pair(written: str) -> tuple[str, str]:
    source, _, target = written.partition(" ")
    for code in (source, target):
        check_code("dyad", code)
    return source, target


def _number(name: str, value: str, kind: type[int] | type[float]) -> int | float:
    try:
        return kind(value)
    except ValueError:
        raise QueryError(name, f"{value!r} is no number", f"Write {NAMES[name].hint or 'one of 1, 2, 3, 4'}.") from None
