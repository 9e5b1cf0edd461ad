"""Actors: resolve the names of states, organisations, persons and offices to identities, and agent nouns to sectors.

Contract: in - names and noun phrases as written, a date, and the states that the context speaks of; out - `Identity` values that name
their table row, or None. What the tables leave open stays open: a tie has `candidates`. `load` reads the tables; then nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz

from communique.meaning.names import Name, NameIndex, Spellings, has_capital, name_key
from communique.meaning.persons import OFFICIAL, Person, Persons
from communique.records import Identity
from communique.tables.load import DATA, Column, Row, load_csv

SECTORS = frozenset("GOV MIL COP JUD LEG SPY PTY OPP REB PRM UAF CRM CVL BUS JRN EDU MED REF REL LAB AGR ELI SOC PRE".split())
CODES = frozenset({"UNO", "EUR", "IGO", "NGO", "IMG", "MNC", "ISM", "UNK"})
OFFICES = frozenset({"head_of_state", "head_of_government", "foreign_minister", "defence_minister", "vice_president", "minister", "other"})
KINDS = ("country", "demonym", "organisation", "group", "agency", "party", "capital", "seat", "region", "other")

_NAME, _ALIASES, _CODE, _SOURCE = Column("name"), Column("aliases", False), Column("code"), Column("source")
_SECTOR, _KIND = Column("sector", False, SECTORS), Column("kind", True, frozenset(KINDS))
_START, _END = Column("start", False), Column("end", False)
COUNTRY_COLUMNS = (_NAME, _CODE, _SECTOR, _KIND, _SOURCE)
ORGANISATION_COLUMNS = (_NAME, _ALIASES, _CODE, _SECTOR, _KIND, _START, _END, _SOURCE)
OFFICE_COLUMNS = (
    *(_NAME, _ALIASES, _CODE, Column("sector", True, SECTORS), Column("office", True, OFFICES), Column("title")),
    *(Column("start"), _END, Column("wikidata", False), _SOURCE),
)
AGENT_COLUMNS = (Column("lemma"), Column("sector", True, SECTORS), Column("office", False, OFFICES), Column("source"))

GEOGRAPHIC = frozenset({"country", "demonym", "capital", "seat", "region"})
ORGANISED = frozenset({"organisation", "group", "agency", "party"})
SHARED_OFFICES = frozenset({"minister", "other"})
HONORIFICS = frozenset(
    "mr mrs ms dr sir lord lady dame sen rep gov gen lt col capt maj adm brig sgt sheikh mullah hon prof baroness rev st pope saint".split()
)
PRONOUNS = frozenset("He She It We You They I Who His Her Their Its Our My That This".split())
FORMER = frozenset({"former", "ex", "ousted", "deposed"})

_ARTICLE, _POSSESSIVE = re.compile(r"^(?:[Tt]he|[Aa]n?) (?=\S)"), re.compile(r" ?['’]s?$")
_LONG, _ALIKE = 14, 93  # letters and rapidfuzz ratio from which a misspelt organisation is recognised
_ALIKE_GIVEN = 65
_HEADLINE = 4  # words
_MOST_WORDS = 8  # of a personal name with its titles


class Actors:
    """All actor tables, indexed."""

    def __init__(self, names: Sequence[Name], persons: Persons, agents: dict[str, Row]) -> None:
        self._persons = persons
        self._agents = agents
        self._index: NameIndex[Name] = NameIndex()
        self._small: NameIndex[Name] = NameIndex()  # the few names that begin without a capital
        for name in names:
            self._index.add(name_key(name.text), name)
            if not name.text[0].isupper():
                self._small.add(name_key(name.text), name)
        self._long = Spellings((name_key(name.text) for name in names if len(name.text) >= _LONG and name.kind in ORGANISED), _ALIKE)
        self._opens = lru_cache(maxsize=1 << 14)(self._may_open)
        self._agent_of = lru_cache(maxsize=1 << 14)(self._find_agent)

    @classmethod
    def load(cls, folder: Path = DATA) -> Actors:
        """Read the tables; raises `TableError` for a fault in one."""
        countries = _rows(folder, "countries", COUNTRY_COLUMNS, ("name", "code", "sector", "kind"))
        organisations = _rows(folder, "organisations", ORGANISATION_COLUMNS, ("name", "code", "sector", "start"))
        agents = {_stem(row["lemma"]): row for row in reversed(_rows(folder, "agents", AGENT_COLUMNS, ("lemma",)))}
        names = [name for row in (*countries, *organisations) for name in _names(row)]
        return cls(names, load_persons(folder), agents)

    def find_names(self, words: Sequence[str], date: str | None = None) -> list[tuple[int, int, tuple[Identity, ...]]]:
        """All table names over the words of one sentence: half-open word spans, longest first match, no overlaps.

        Persons are found by full name alone. A name with several readings has an identity for each; a date leaves out those of other times.
        """
        loud = len(words) > _HEADLINE and "".join(words).isupper()  # in capitals throughout, `US` may be a pronoun
        found, end = [], 0
        for start, opens in enumerate(map(self._opens, words)):
            if opens and start >= end:
                end, identities = self._longest_at(words, start, date)
                if identities and identities[0].kind != "other" and not (loud and len(name_key(words[start])) < _HEADLINE):
                    found.append((start, end, identities))
        return found

    def _may_open(self, word: str) -> bool:
        """Whether any name may begin with a word."""
        key = name_key(word)
        indexes = (self._small,) if word[0].islower() else (self._index, self._persons.index)
        return key != "" and any(index.begins(key) for index in indexes)

    def _longest_at(self, words: Sequence[str], start: int, date: str | None) -> tuple[int, tuple[Identity, ...]]:
        """The longest name that begins at a word: where it ends, and whom it may mean; a full personal name only if it is the longer."""
        longest: tuple[int, tuple[Identity, ...]] = (start, ())
        first = words[start][0]
        for end, written, names in (self._small if first.islower() else self._index).find_at(words, start):
            fitting = [name for name in names if name.fits(written) and name.holds_at(date)]
            longest = (end, _readings(fitting)) if fitting else longest
        for end, written, people in self._persons.index.find_at(words, start) if first.isupper() else ():
            if end > longest[0] and " " in written and has_capital(written.split()[-1]):
                longest = (end, tuple(_person(person, date) for person in people))
        return longest

    def resolve_name(self, text: str, date: str | None, codes: frozenset[str] = frozenset()) -> Identity | None:
        """Whom a name as written means at a date: a state, an organisation, or a person by full name; `codes` are the states spoken of."""
        for written in _variants(text):
            names = [name for name in self._index.look_up(written) if name.fits(written) and name.holds_at(date) and name.kind != "other"]
            if names:
                return _settle_names(names, codes)
            if " " in written and self._persons.named(written):
                return _settle_people(self._persons.named(written), date, codes)
        return self._resolve_misspelt(text, date, codes)

    def _resolve_misspelt(self, text: str, date: str | None, codes: frozenset[str]) -> Identity | None:
        """A long name of an organisation that is spelled almost as a table has it."""
        key = name_key(next(iter(_variants(text)), ""))
        near = self._long.nearest(key)[:1] if len(key) >= _LONG else []
        names = [name for spelt in near for name in self._index.by_key(spelt) if name.holds_at(date)]
        return _settle_names(names, codes) if names else None

    def resolve_person(self, text: str, date: str | None, codes: frozenset[str] = frozenset()) -> Identity | None:
        """Whom a personal name means at a date: by full name, then by family name alone, titles around it or not; then by close spelling.

        A family name alone is taken only for a person of the states spoken of, or for one who is much in the news.
        """
        words = _name_words(text)
        codes = codes | self._states_in(words)
        spans = [words[start : start + length] for length in range(len(words), 1, -1) for start in range(len(words) - length, -1, -1)]
        full = [" ".join(span) for span in spans if has_capital(span[-1])]
        people: Sequence[Person] = next(filter(None, map(self._persons.named, full)), [])
        people = people or (self._persons.named_like(full[0]) if full else []) or self._of_family(words, date, codes)
        return _settle_people(people, date, codes) if people else None

    def _of_family(self, words: Sequence[str], date: str | None, codes: frozenset[str]) -> list[Person]:
        """Persons whose family name ends the words, and whose given name is not another than the one before it."""
        if not words or words[-1] in PRONOUNS or not has_capital(words[-1]):
            return []
        endings = [(words[:start], " ".join(words[start:])) for start in range(len(words))]
        for look_up in (self._persons.of_family, self._persons.of_family_like):
            for before, family in endings:
                given = before[-1] if before and before[-1][:1].isupper() and not self._is_title(before[-1]) else ""
                people = [person for person in look_up(family) if not given or _alike(given, person.name.split()[0])]
                near = [person for person in people if person.term_at(date).code in codes]
                near = near or [person for person in people if person.noted and person.begun_at(date)]
                if near and not self._is_title(family):
                    return near
        return []

    def _states_in(self, words: Sequence[str]) -> frozenset[str]:
        """The states that words around a name speak of (`Russian President ...`)."""
        named = [identity for _, _, identities in self.find_names(words) for identity in identities]
        return frozenset(identity.code for identity in named if identity.kind in GEOGRAPHIC)

    def _is_title(self, text: str) -> bool:
        """Whether words are a title or a state's name, and so no personal name."""
        lemma = text.lower().rstrip(".")
        return lemma in HONORIFICS or _stem(lemma) in self._agents or any(name.kind in GEOGRAPHIC for name in self._index.look_up(text))

    def resolve_office(self, office: str, code: str, date: str | None) -> Identity | None:
        """Who holds an office of a state at a date; None for offices that many hold, and where no table knows."""
        holders = self._persons.holders(office, code, date) if office not in SHARED_OFFICES else []
        return _person(holders[0], date) if holders else None

    def office_of(self, actor_id: str, date: str | None) -> str | None:
        """The office that a person holds at a date, if one that a counterpart may hold."""
        person = self._persons.by_id(actor_id)
        office = person.term_at(date).office if person and person.in_office_at(date) else "other"
        return None if office in SHARED_OFFICES else office

    def agent(self, lemmas: Sequence[str]) -> tuple[str, str | None, str] | None:
        """Sector, office key or None, and table row of a noun phrase given as lower-case lemmas; the longest suffix that a table knows."""
        return self._agent_of(tuple(lemmas))

    def _find_agent(self, lemmas: tuple[str, ...]) -> tuple[str, str | None, str] | None:
        words = [part for lemma in lemmas for part in lemma.replace("-", " - ").split() if part != "-"]
        for start in range(len(words)):
            row = self._agents.get(_stem(" ".join(words[start:])))
            if row is not None:
                former = row["sector"] in OFFICIAL and not FORMER.isdisjoint(words[:start])
                return ("ELI", None, row.place) if former else (row["sector"], row["office"] or None, row.place)
        return None


def load_persons(folder: Path = DATA) -> Persons:
    """All who have held an office, by the tables; raises `TableError` for a fault in one."""
    rows = _rows(folder, "offices", OFFICE_COLUMNS, ("name", "code", "sector", "office", "start"), ("-hand", "-terms", ""))
    return Persons((row.place, row) for row in rows)


def _rows(folder: Path, table: str, columns: Sequence[Column], key: Sequence[str], files: Sequence[str] = ("-hand", "")) -> list[Row]:
    """Rows of a table in all its files, the hand-kept ones first."""
    return [row for file in files for row in load_csv(folder / f"{table}{file}.csv", columns, key)]


def _names(row: Row) -> list[Name]:
    """All names of a row of the countries' or the organisations' table."""
    code, sector, kind = row["code"], row["sector"] or None, row["kind"]
    organised = kind in ORGANISED and not (sector is None and code in ("UNO", "EUR"))
    known_as = row["name"] if organised else None
    actor_id = " ".join(filter(None, (code, sector, known_as)))
    texts = [row["name"], *filter(None, row.get("aliases", "").split("|"))]
    return [Name(text, actor_id, code, sector, known_as, kind, row.place, row.get("start", ""), row.get("end", "")) for text in texts]


def _variants(text: str) -> list[str]:
    """A name without article, possessive and what follows in brackets; then the acronym in the brackets."""
    bare = _POSSESSIVE.sub("", _ARTICLE.sub("", text.strip()))
    outside, _, inside = bare.partition(" (")
    owned = outside[:-2] if outside.endswith(("'s", "’s")) else outside
    return [part for part in dict.fromkeys((bare, owned, inside.rstrip(") "))) if part]


def _name_words(text: str) -> list[str]:
    """The words of a personal name up to a comma or bracket, without possessives; hyphens stay inside words."""
    text = re.sub(r" ?['’]s?(?= |$)", "", re.split(r"[,(;:]", text.replace(" - ", "-").strip())[0])
    return text.split()[-_MOST_WORDS:]


def _readings(names: Sequence[Name]) -> tuple[Identity, ...]:
    """One identity for each actor that a name may mean."""
    if len(names) == 1:
        return (_named(names[0]),)
    readings: dict[str, Identity] = {}
    for name in _by_kind(names):
        readings.setdefault(name.actor_id, _named(name))
    return tuple(readings.values())


def _alike(given: str, other: str) -> bool:
    """Whether two given names may be one: an initial, or nearly the same letters."""
    return given[0] == other[0] and (len(given.rstrip(".")) == 1 or fuzz.ratio(name_key(given), name_key(other)) >= _ALIKE_GIVEN)


def _stem(lemma: str) -> str:
    """Words without the plural's s, so that `rights group` and `right group` are one."""
    return " ".join(re.sub("ies$", "y", word) if len(word) > 4 else word for word in lemma.split()).replace("s ", " ").rstrip("s")


def _by_kind(names: Sequence[Name]) -> list[Name]:
    """Names in the order in which their kinds are more likely meant."""
    return sorted(names, key=lambda name: KINDS.index(name.kind))


def _settle_names(names: Sequence[Name], codes: frozenset[str]) -> Identity:
    """One identity for rows of one name: of the states spoken of, of the likelier kind; else a tie."""
    near = _by_kind([name for name in names if name.code in codes] or names)
    best = [name for name in near if _level(name) == _level(near[0])]
    ids = tuple(dict.fromkeys(name.actor_id for name in best))
    if len(ids) == 1:
        return _named(best[0])
    code, sector = {name.code for name in best}, {name.sector for name in best}
    return _tie(code, sector, best[0].text, best[0].kind, best[0].table, ids)


def _level(name: Name) -> int:
    return min(KINDS.index(name.kind), KINDS.index("organisation")) if name.kind in ORGANISED else KINDS.index(name.kind)


def _settle_people(people: Sequence[Person], date: str | None, codes: frozenset[str]) -> Identity:
    """One identity for persons of one name: of the states spoken of, in office at the date, of the higher rank; else a tie."""
    near = [person for person in people if person.term_at(date).code in codes] or people
    serving = [person for person in near if person.in_office_at(date)] or [person for person in near if person.begun_at(date)] or near
    first = min(_prominence(person, date) for person in serving)
    best = [_person(person, date) for person in serving if _prominence(person, date) == first]
    if len(best) == 1:
        return best[0]
    code, sector = {one.code for one in best}, {one.sector for one in best}
    return _tie(code, sector, None, "person", best[0].table, tuple(one.actor_id for one in best))


def _prominence(person: Person, date: str | None) -> tuple[int, bool]:
    """Lower for who is more likely meant: those who lead a state, then those much in the news."""
    return person.term_at(date).rank, not person.noted


def _tie(codes: set[str], sectors: set[str | None], name: str | None, kind: str, table: str, candidates: tuple[str, ...]) -> Identity:
    """What several candidates have in common, and who they are."""
    code = codes.pop() if len(codes) == 1 else "UNK"
    sector = sectors.pop() if len(sectors) == 1 else None
    return Identity(" | ".join(candidates), code, sector, name, kind, table, candidates)


def _named(name: Name) -> Identity:
    return Identity(name.actor_id, name.code, name.sector, name.name, name.kind, name.table)


def _person(person: Person, date: str | None) -> Identity:
    term = person.term_at(date)
    return Identity(person.actor_id, term.code, person.sector_at(date), person.name, "person", term.table)
