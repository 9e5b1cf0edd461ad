"""Persons: who a personal name means at a date, by the offices and parts that persons held.

Contract: in - rows of the office tables, then names as written, dates, offices; out - all persons who may be meant, with the terms that
they served. A close spelling counts as the same only in long names. Reads nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from communique.meaning.names import NameIndex, Spellings, name_key

OFFICIAL = frozenset({"GOV", "LEG", "JUD", "MIL", "COP", "SPY", "PRE"})
FAMILY_NAME_FIRST = frozenset({"CHN", "HKG", "KHM", "KOR", "MAC", "PRK", "SGP", "TWN", "VNM"})
SUPRANATIONAL = frozenset({"EUR", "IGO", "UNO"})
RANKS = {"head_of_state": 0, "head_of_government": 0, "vice_president": 1, "foreign_minister": 1, "defence_minister": 1}
_LOWEST_RANK = 2
_NO_FAMILY = frozenset({"", "jr", "sr", "ii", "iii", "iv", "vi"})
_ALIKE, _ALIKE_LENGTH = 89, 8  # rapidfuzz ratio, letters


@dataclass(frozen=True, slots=True)
class Term:
    """One office or part of a person, from and until when, and the row that says so."""

    code: str
    sector: str
    office: str
    start: str
    end: str
    table: str

    def holds_at(self, date: str) -> bool:
        """Whether the date falls into the term; dates that a source only vouches for (`2019-06~`) reach a year and a half further."""
        return _reach(self.start, -1) <= date[: max(len(self.start), 4)] and (not self.end or date < _reach(self.end, 1))

    @property
    def rank(self) -> int:
        """0 for those who lead a state, 2 for the many."""
        return RANKS.get(self.office, _LOWEST_RANK)


@lru_cache(maxsize=4096)
def _reach(date: str, sign: int) -> str:
    """A date of a table as a bound: `~` widens it by 18 months."""
    if not date.endswith("~"):
        return date
    months = int(date[:4]) * 12 + int(date[5:7] or 6) + 18 * sign
    return f"{months // 12:04}-{months % 12 + 1:02}"


@dataclass(slots=True)
class Person:
    """A person and all terms that the tables know, the hand-kept ones first."""

    name: str
    actor_id: str
    noted: bool  # much in the news: in the hand-kept table, or head of a state or government
    terms: list[Term] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)

    def term_at(self, date: str | None) -> Term:
        """The term that the person is known for at a date: a running one of the highest rank, else the last one past, else the first."""
        if date is None:
            return max(self.terms, key=lambda term: (not term.end, term.start))
        running = [term for term in self.terms if term.holds_at(date)]
        if running:
            return min(running, key=lambda term: (term.rank, term.start.endswith("~")))
        past = [term for term in self.terms if term.start <= date]
        return max(past, key=lambda term: term.end) if past else min(self.terms, key=lambda term: term.start)

    def sector_at(self, date: str | None) -> str:
        """The term's sector; `ELI` for a former official, but from the next month only: reports of a fall still name the office."""
        term = self.term_at(date)
        over = date is not None and term.end and not term.holds_at(date) and term.start <= date and term.end[:7] != date[:7]
        return "ELI" if over and term.sector in OFFICIAL else term.sector

    def in_office_at(self, date: str | None) -> bool:
        """Whether any term runs at the date."""
        return date is None or any(term.holds_at(date) for term in self.terms)

    def begun_at(self, date: str | None) -> bool:
        """Whether any term began by the date."""
        return date is None or any(term.start <= date for term in self.terms)


class Persons:
    """Persons by full name, by family name, and by office."""

    def __init__(self, rows: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        self.index: NameIndex[Person] = NameIndex()  # by full name
        self._by_id: dict[str, Person] = {}
        for place, row in rows:
            self._add(place, row)

    def _add(self, place: str, row: Mapping[str, str]) -> None:
        term = Term(row["code"], row["sector"], row["office"], row["start"], row["end"], place)
        key = name_key(row["name"])
        person = self._same(key, term.code, row["wikidata"])
        if person is None:
            person = Person(row["name"], row["wikidata"] or f"{term.code} {row['name']}", "-hand" in place)
            self._by_id[person.actor_id] = person
            self.index.add(key, person)
        person.terms.append(term)
        person.noted = person.noted or ("-terms" in place and term.rank == 0)
        for alias in row["aliases"].split("|") if row["aliases"] else ():
            if all(known is not person for known in self.index.look_up(alias)):
                self.index.add(name_key(alias), person)
                person.aliases.append(alias)

    def _same(self, key: str, code: str, wikidata: str) -> Person | None:
        """The person already known by this very name: of the same state, or gone from a state to a body of states."""
        for person in self.index.by_key(key):
            codes = {term.code for term in person.terms}
            if code in codes or person.actor_id == wikidata or SUPRANATIONAL & (codes | {code}):
                return person
        return None

    @cached_property
    def _family(self) -> dict[str, list[Person]]:
        """Persons by family name; most readings of a document never need it."""
        families: dict[str, list[Person]] = {}
        for person in self._by_id.values():
            names = [person.name, *person.aliases]
            for family in sorted({family for name in names for family in _family_names(name, person.terms[0].code)}):
                families.setdefault(family, []).append(person)
        return families

    @cached_property
    def _offices(self) -> dict[tuple[str, str], list[tuple[Person, Term]]]:
        offices: dict[tuple[str, str], list[tuple[Person, Term]]] = {}
        for person in self._by_id.values():
            for term in person.terms:
                offices.setdefault((term.code, term.office), []).append((person, term))
        return offices

    @cached_property
    def _alike(self) -> Spellings:
        return Spellings(self.index.all_keys(), _ALIKE, 1)

    @cached_property
    def _family_alike(self) -> Spellings:
        return Spellings(self._family, _ALIKE, 3)

    def named(self, written: str) -> list[Person]:
        """Persons of this full name."""
        return self.index.look_up(written)

    def named_like(self, written: str) -> list[Person]:
        """Persons of a full name spelled almost alike, from the same first letter on."""
        key = name_key(written)
        return [person for near in self._alike.nearest(key) for person in self.index.by_key(near)] if len(key) >= _ALIKE_LENGTH else []

    def of_family(self, written: str) -> list[Person]:
        """Persons of this family name."""
        return self._family.get(name_key(written), [])

    def of_family_like(self, written: str) -> list[Person]:
        """Persons of a family name spelled almost alike, from the same three letters on."""
        key = name_key(written)
        return [person for near in self._family_alike.nearest(key) for person in self._family[near]] if len(key) >= _ALIKE_LENGTH else []

    def by_id(self, actor_id: str) -> Person | None:
        """The person of an actor id."""
        return self._by_id.get(actor_id)

    def holders(self, office: str, code: str, date: str | None) -> list[Person]:
        """Who holds an office of a state at a date, the latest first; a term of a certain date before one only seen."""
        held = self._offices.get((code, office), ())
        terms = [(person, term) for person, term in held if (not term.end if date is None else term.holds_at(date))]
        terms.sort(key=lambda pair: (not pair[1].start.endswith("~") and not pair[1].end.endswith("~"), pair[1].start), reverse=True)
        return [person for person, _ in terms]


def _family_names(name: str, code: str) -> set[str]:
    """What a person may be called for short: the last one, two or three words, and the first where family names stand first."""
    keys = [name_key(word) for word in name.split()]
    if len(keys) < 2:
        return set(keys)
    short = {"".join(keys[-count:]) for count in range(1, min(len(keys), 4))}
    if name.rpartition(" ")[2][:3].lower() in ("al-", "el-"):
        short.add(keys[-1][2:])
    if code in FAMILY_NAME_FIRST:
        short.add(keys[0])
    return short - _NO_FAMILY
