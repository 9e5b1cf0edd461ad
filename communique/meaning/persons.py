"""Persons: who a personal name means at a date, by the offices and parts that persons held.

Contract: in - rows of the office tables, and a name as written, a date, and the states that the context speaks of; out - persons and the terms
they served, never a guess between two. Exact keys come first, then close spellings. Reads nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process

from communique.meaning.names import NameIndex, name_key

OFFICIAL = frozenset({"GOV", "LEG", "JUD", "MIL", "COP", "SPY", "PRE"})
FAMILY_NAME_FIRST = frozenset({"CHN", "HKG", "KHM", "KOR", "MAC", "PRK", "SGP", "TWN", "VNM"})
SUPRANATIONAL = frozenset({"EUR", "IGO", "UNO"})
RANKS = {"head_of_state": 0, "head_of_government": 0, "vice_president": 1, "foreign_minister": 1, "defence_minister": 1}
_LOWEST_RANK = 2
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
    """A person and all terms that the tables know, in order of their start."""

    name: str
    actor_id: str
    terms: list[Term] = field(default_factory=list)

    def term_at(self, date: str | None) -> Term:
        """The term that the person is known for at a date: a running one of the highest rank, else the last one past, else the first."""
        if date is None:
            return max(self.terms, key=lambda term: (not term.end, term.start))
        running = [term for term in self.terms if term.holds_at(date)]
        if running:
            return min(running, key=lambda term: (term.rank, term.start.endswith("~")))
        past = [term for term in self.terms if term.start <= date]
        return max(past, key=lambda term: term.end) if past else self.terms[0]

    def sector_at(self, date: str | None) -> str:
        """The term's sector; `ELI` for one who was an official and no longer is."""
        term = self.term_at(date)
        over = date is not None and term.end and not term.holds_at(date) and term.start <= date
        return "ELI" if over and term.sector in OFFICIAL else term.sector

    def in_office_at(self, date: str | None) -> bool:
        """Whether any term runs at the date."""
        return date is None or any(term.holds_at(date) for term in self.terms)


class Persons:
    """Persons by full name, by family name, and by office."""

    def __init__(self, rows: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        self.index: NameIndex[Person] = NameIndex()  # by full name
        self._by_id: dict[str, Person] = {}
        self._family: dict[str, list[Person]] = {}
        self._offices: dict[tuple[str, str], list[tuple[Person, Term]]] = {}
        self._alike: dict[str, list[str]] = {}
        for place, row in rows:
            self._add(place, row)

    def _add(self, place: str, row: Mapping[str, str]) -> None:
        term = Term(row["code"], row["sector"], row["office"], row["start"], row["end"], place)
        names = [row["name"], *filter(None, row["aliases"].split("|"))]
        person = self._same(name_key(row["name"]), term.code, row["wikidata"])
        if person is None:
            person = Person(row["name"], row["wikidata"] or f"{term.code} {row['name']}")
            self._by_id[person.actor_id] = person
        person.terms.append(term)
        for name in names:
            self._index(name, term.code, person)
        self._offices.setdefault((term.code, term.office), []).append((person, term))

    def _same(self, key: str, code: str, wikidata: str) -> Person | None:
        """The person already known by this very name: of the same state, or gone from a state to a body of states."""
        for person in self.index.by_key(key):
            codes = {term.code for term in person.terms}
            if code in codes or person.actor_id == wikidata or SUPRANATIONAL & (codes | {code}):
                return person
        return None

    def _index(self, name: str, code: str, person: Person) -> None:
        key = name_key(name)
        if any(person is known for known in self.index.by_key(key)):
            return
        self.index.add(key, person)
        self._alike.setdefault(key[:1], []).append(key)
        for family in _family_names(name, code):
            known = self._family.setdefault(family, [])
            if not any(person is one for one in known):
                known.append(person)

    def named(self, written: str) -> list[Person]:
        """Persons of this full name."""
        return self.index.look_up(written)

    def named_like(self, written: str) -> list[Person]:
        """Persons of a full name spelled almost alike."""
        key = name_key(written)
        return self._nearest(key, self._alike.get(key[:1], ()), self.index.by_key)

    def of_family(self, written: str) -> list[Person]:
        """Persons of this family name."""
        return self._family.get(name_key(written), [])

    def of_family_like(self, written: str) -> list[Person]:
        """Persons of a family name spelled almost alike."""
        key = name_key(written)
        near = [family for family in self._family if family[:3] == key[:3]]
        return self._nearest(key, near, lambda family: self._family[family])

    @staticmethod
    def _nearest(key: str, choices: Sequence[str], people: Callable[[str], Sequence[Person]]) -> list[Person]:
        if len(key) < _ALIKE_LENGTH:
            return []
        near = process.extract(key, choices, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=3)
        return [person for choice, score, _ in near if score == near[0][1] for person in people(choice)]

    def by_id(self, actor_id: str) -> Person | None:
        """The person of an actor id."""
        return self._by_id.get(actor_id)

    def holders(self, office: str, code: str, date: str | None) -> list[Person]:
        """Who holds an office of a state at a date, the latest first; a term of a certain date before one only seen."""
        terms = [(person, term) for person, term in self._offices.get((code, office), ()) if (not term.end if date is None else term.holds_at(date))]
        terms.sort(key=lambda pair: (not pair[1].start.endswith("~") and not pair[1].end.endswith("~"), pair[1].start), reverse=True)
        return [person for person, _ in terms]


def _family_names(name: str, code: str) -> set[str]:
    """What a person may be called for short: the last one, two or three words, and the first where family names stand first."""
    words = name.split()
    if len(words) < 2:
        return {name_key(name)}
    short = {name_key(" ".join(words[-count:])) for count in range(1, min(len(words), 4))}
    short.add(name_key(words[-1].removeprefix("al-").removeprefix("Al-").removeprefix("el-")))
    if code in FAMILY_NAME_FIRST:
        short.add(name_key(words[0]))
    return {key for key in short if len(key) > 1 and key not in {"jr", "sr", "ii", "iii", "iv", "vi"}}
