"""Mentions: which words of a sentence refer to an actor, and to whom.

Contract: in - parsed sentences in the order of the text, tables, the publication date; out - `Found`: the head word, the span, the
identities and the rule that resolved it. Names come from the entity head and the tables, nouns from their modifiers and the table of
agent nouns, pronouns and "both leaders" from what the document said before. A `Discourse` is one document's memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from communique.meaning import phrases
from communique.meaning.actors import Actors
from communique.meaning.antecedents import PAIRS, PERSONS, STATE_NOUNS, Found, resolve_pair, resolve_pronoun
from communique.meaning.places import Places
from communique.records import Entity, Identity, Tokens
from communique.text.words import find_words

UNKNOWN = Identity("UNK", "UNK", None, None, "agent", "")
_STANDS_ALONE = frozenset(("NUM", "ADJ", "DET"))
_AS_NOUN = frozenset(("nsubj", "obj", "conj", "iobj"))
FORMER = frozenset(("former", "ex", "ousted", "deposed", "onetime"))
PECULIAR = PAIRS | frozenset(("counterpart",))  # nouns that have rules of their own
LONG_AGO = 2  # sentences after which a meeting is no longer what `both sides` are of
ABROAD = frozenset(("minister", "ministry", "secretary", "office"))  # of whom `foreign` says the office
GENERAL, FOREIGN = frozenset(("any", "every", "no", "other")), frozenset(("foreign",))
MULTINATIONAL = frozenset(("international", "multinational"))
OF = frozenset(("of", "in", "from", "to", "for", "at", "on"))
STATELESS = frozenset(("UNK", "IGO", "NGO", "IMG", "MNC", "ISM", "UNO", "EUR"))
UNATTRIBUTED = frozenset("suspect perpetrator assailant attacker migrant tourist bomber hacker source".split())


def state_body(code: str, sector: str, name: str | None = None) -> Identity:
    """An actor that is known by its state and sector, or unknown."""
    if code == "UNK" and not (sector or name):
        return UNKNOWN
    return Identity(" ".join(filter(None, (code, sector, name))), code, sector or None, name, "agent", "")


class Discourse:
    """What a document has said so far: its persons by name, its states by weight, the mentions a pronoun may take up."""

    def __init__(self, actors: Actors, places: Places, date: str | None, title: str | None = None) -> None:
        self.actors, self.places, self.date = actors, places, date
        self.persons: dict[str, Identity] = {}
        self.guessed: set[str] = set()  # persons of whom the context alone told the state
        self.states: Counter[str] = Counter()
        self.recent: list[list[Found]] = []
        self.last: tuple[Identity, ...] = ()  # the parties of the event coded last
        self._talks: tuple[Identity, ...] = ()
        self._talks_told = 0  # after how many sentences
        self.host: str | None = None  # the state of the visit told last
        words = [title[start:end] for start, end in find_words(title, 0, len(title))] if title else []
        named = [identities[0] for _, _, identities in actors.find_names(words, date)]
        self.titled = tuple(dict.fromkeys(identity.code for identity in named))  # the states that the title names
        self.weigh(named, 2)
        if len({identity.code for identity in named}) > 1:
            self.last = (named[0], next(identity for identity in named if identity.code != named[0].code))

    def weigh(self, identities: Sequence[Identity], weight: int = 1) -> None:
        """Count the states that the document speaks of."""
        for identity in identities:
            if identity.code not in STATELESS:
                self.states[identity.code] += weight

    def main_state(self, without: frozenset[str] = frozenset()) -> str:
        """The state that the document names most, the first named of several."""
        return max((code for code in self.states if code not in without), key=self.states.__getitem__, default="UNK")

    @property
    def talks(self) -> tuple[Identity, ...]:
        """Those who met, where the meeting was told not long ago."""
        return self._talks if len(self.recent) - self._talks_told <= LONG_AGO else ()

    def remember_talks(self, parties: tuple[Identity, ...]) -> None:
        """Keep who met, for `they` and `both leaders`."""
        self._talks, self._talks_told = parties, len(self.recent)

    def remember_person(self, identity: Identity) -> None:
        """Keep a named person, so that the last name alone is known later."""
        if identity.name:
            self.persons.setdefault(identity.name.split()[-1].casefold(), identity)
            self.persons.setdefault(identity.name.casefold(), identity)

    def read_sentence(self, tokens: Tokens) -> Mentions:
        """The mentions of the next sentence."""
        mentions = Mentions(self, tokens)
        self.recent.append(mentions.salient())
        return mentions


class Mentions:
    """The mentions of one sentence, resolved when asked for."""

    def __init__(self, discourse: Discourse, tokens: Tokens) -> None:
        self.discourse, self.tokens = discourse, tokens
        self.names: dict[int, tuple[int, int, str]] = {}  # head word → span and label
        self.inside: dict[int, int] = {}  # word of a name → its head word
        self.table: dict[int, tuple[Identity, ...]] = {}
        self.within: dict[int, str] = {}  # head word of a longer name → the state that a part of it names
        self._earlier = [found for sentence in discourse.recent[-1:-4:-1] for found in sentence]
        self._found: dict[int, Found] = {}
        self._named: tuple[int, list[tuple[int, int, str]]] = (0, [])  # the states named by the first so many found
        self._loose: set[int] = set()  # words whose state the context alone gives
        self._busy: set[int] = set()
        self._collect_names()
        for head in sorted(self.names, key=lambda head: (head not in self.table, head)):  # what tables know may settle the rest
            found = self.at(head)
            if found:
                discourse.weigh(found.who)

    def _collect_names(self) -> None:
        """Names of the tables and of the entity head; where they overlap the longer wins, a table's at equal length."""
        tables = self.discourse.actors.find_names(self.tokens.texts, self.discourse.date)
        spans = [(start, end, "TABLE", identities) for start, end, identities in tables]
        spans += [(e.start_word, e.end_word, e.label, ()) for e in self.tokens.entities]
        for start, end, label, identities in sorted(spans, key=lambda s: (s[0] - s[1], s[2] != "TABLE", s[0])):
            if identities and identities[0].kind != "person" and start in self.inside and self.inside[start] == self.inside.get(end - 1):
                self.within.setdefault(self.inside[start], identities[0].code)
            if self.inside.keys().isdisjoint(range(start, end)):
                head = phrases.head_of(self.tokens, start, end)
                self.names[head] = (start, end, self._label(start, end, label, self.tokens.entities))
                self.inside.update(dict.fromkeys(range(start, end), head))
                if identities:
                    self.table[head] = identities

    @staticmethod
    def _label(start: int, end: int, label: str, entities: Sequence[Entity]) -> str:
        """A table name keeps the entity head's label where that covers it."""
        covering = [e.label for e in entities if e.start_word <= start and end <= e.end_word]
        return covering[0] if label == "TABLE" and covering else label

    @cached_property
    def heads(self) -> list[int]:
        """Words that may head a mention: nouns and pronouns outside names, the head of each name."""
        return [
            word
            for word, tag in enumerate(self.tokens.upos)
            if (word in self.names if word in self.inside else tag in phrases.NOMINAL or (tag in _STANDS_ALONE and self._counts(word)))
        ]

    def _counts(self, word: int) -> bool:
        """Whether a number or adjective stands for a noun (`two were killed`, `the wounded`)."""
        return phrases.base(self.tokens.deprels[word]) in _AS_NOUN

    def named_states(self) -> list[tuple[int, int, str]]:
        """The names that are of one state or body, in order: half-open word span and code; not those of the context alone."""
        if self._named[0] < len(self._found):
            known = [(self.names[head][:2], found) for head, found in sorted(self._found.items()) if head in self.names and not found.loose]
            states = [(*span, found.who[0].code) for span, found in known if len(found.who) == 1 and found.who[0].code != "UNK"]
            self._named = len(self._found), states
        return self._named[1]

    def nearest_state(self, word: int, without: frozenset[str] = frozenset()) -> str:
        """The state of the name nearest to a word, else the one the document names most."""
        useless = STATELESS | without
        near = [head for head in self.names if head in self._found and self._found[head].who[0].code not in useless]
        if not near:
            return self.discourse.main_state(without)
        return self._found[min(near, key=lambda head: (abs(head - word), head))].who[0].code

    def context_state(self, word: int) -> str:
        """The state that a noun which names none belongs to; suspects, `any country`, `foreign troops` have none."""
        said = {self.tokens.lemmas[child] for child in self.tokens.children[word]}
        if said & MULTINATIONAL:
            return "IGO"
        if said & FOREIGN and self.tokens.lemmas[word] not in ABROAD:
            return "UNK"
        self._loose.add(word)
        general = self.tokens.lemmas[word] in STATE_NOUNS and (phrases.is_plural(self.tokens, word) or said & GENERAL)
        return "UNK" if general or self.tokens.lemmas[word] in UNATTRIBUTED else self.nearest_state(word)

    def at(self, word: int) -> Found | None:
        """The mention that a word heads, or None when it refers to no actor that is known here."""
        word = self.inside.get(word, word)
        if word in self._found:
            return self._found[word]
        if word in self._busy:
            return None
        self._busy.add(word)
        who, rule = self._resolve(word)
        self._busy.discard(word)
        if not who:
            return None
        start, end = phrases.noun_phrase(self.tokens, word)
        name = word if word in self.names else self._named_beside(word) if rule == "title" else None
        if name is not None:
            start, end = min(start, self.names[name][0]), max(end, self.names[name][1])
        found = Found(word, start, end, who, rule, word in self._loose)
        self._found[word] = found
        return found

    def of_state(self, found: Found, code: str) -> tuple[Identity, ...]:
        """Whom a mention means if it is of this state: an office of that state, else the same noun or name with its code."""
        who = self._agent_of(found.head, (code,)) if found.rule == "agent" and code != "UNK" else ()
        return who or (state_body(code, found.who[0].sector or "", found.who[0].name),)

    def all(self) -> list[Found]:
        """Every mention resolved, in the order of the text."""
        return [self._found[word] for word in sorted(self._found)]

    def salient(self) -> list[Found]:
        """The mentions that later pronouns may mean: names, and nouns with a state or an office, in order."""
        return [
            found for word in self.heads if self.tokens.upos[word] != "PRON" and (found := self.at(word)) and found.who[0].code != "UNK"
        ]

    def _resolve(self, word: int) -> tuple[tuple[Identity, ...], str]:
        """The rules in their order; the first that says something counts."""
        if word in self.names:
            return self._name(word)
        if self.tokens.upos[word] == "PRON":
            return self._pronoun(word)
        if (named := self._named_beside(word)) and (found := self.at(named)):
            return found.who, "title"
        common, peculiar = (self._agent, self._modified), (self._pair, self._counterpart, self._agent, self._state_noun, self._modified)
        for rule in peculiar if self.tokens.lemmas[word] in PECULIAR else common:
            who = rule(word)
            if who:
                return who, rule.__name__.strip("_")
        return (), ""

    def _name(self, word: int) -> tuple[tuple[Identity, ...], str]:
        start, end, label = self.names[word]
        text = " ".join(self.tokens.texts[start:end]).replace(" - ", "-").replace(" '", "'")
        if word in self.table:
            return self._table_name(word, text)
        if label == "PER":
            return (self._person(word, text),), "person"
        known = self.discourse.actors.resolve_name(text, self.discourse.date, frozenset(self.discourse.states))
        if known:
            return (known,), "name"
        place = self.discourse.places.resolve_place(text, frozenset(self.discourse.states)) if label == "LOC" else None
        if place and place.country:
            return (Identity(place.country, place.country, None, None, "place", place.table),), "place_name"
        code = self.state_of(word) or (self.context_state(word) if label == "ORG" else "")
        return ((Identity(f"{code} {text}", code, self._sector(word), text, "organisation", ""),), "unlisted_name") if code else ((), "")

    def _table_name(self, word: int, text: str) -> tuple[tuple[Identity, ...], str]:
        identities = self.table[word]
        chosen = identities[0]
        if len(identities) > 1 or chosen.kind == "person":
            codes = frozenset(self.discourse.states)
            chosen = self.discourse.actors.resolve_name(text, self.discourse.date, codes) or chosen
        if chosen.kind == "person":
            self.discourse.remember_person(chosen)
        code = self.state_of(word) if chosen.kind in ("agency", "party") else ""
        if code and code not in (chosen.code, *STATELESS):  # `the Peruvian Congress` is not the one that the name alone means
            chosen = Identity(f"{code} {chosen.sector}", code, chosen.sector, None, chosen.kind, chosen.table)
        return (chosen,), f"name_{chosen.kind}"

    def _person(self, word: int, text: str) -> Identity:
        """A person: as the document has named them, as the tables know them, else by title and state."""
        discourse = self.discourse
        known = discourse.persons.get(text.casefold()) or discourse.persons.get(text.split()[-1].casefold())
        code = self.state_of(word)
        codes = frozenset((code,) if code else discourse.states)
        known = known or discourse.actors.resolve_person(text, discourse.date, codes)
        if known is None or (code and known.code not in (code, *STATELESS)):
            known = Identity(f"{code or 'UNK'} {text}", code or self.context_state(word), self._sector(word), text, "person", "")
            if not code:
                discourse.guessed.add(known.actor_id)
        if known.actor_id in discourse.guessed:
            self._loose.add(word)
        said = FORMER.intersection(self.tokens.lemmas)
        if said and said & {self.tokens.lemmas[child] for child in phrases.subtree(self.tokens, word)}:
            known = replace(known, sector="ELI")
        discourse.remember_person(known if known.name else replace(known, name=text))
        return known

    def state_of(self, word: int) -> str:
        """The first state that a noun's modifiers name, or ""."""
        return next(iter(self.states_of(word)), "")

    def states_of(self, word: int) -> tuple[str, ...]:
        """The states that a noun's modifiers name (`Iranian president`, `Iran's`, `police in Lyon`, `Spanish and Moroccan authorities`)."""
        for child in self.tokens.children[word]:
            deprel = self.tokens.deprels[child]
            if deprel not in phrases.MODIFIERS or (deprel == "nmod" and phrases.case_of(self.tokens, child) not in OF):
                continue
            code = self._state_named(child, deprel)
            if code:
                others = [self._state_named(c, "conj") for c in self.tokens.children[child] if self.tokens.deprels[c] == "conj"]
                return tuple(dict.fromkeys((code, *filter(None, others))))
            nested = self.states_of(child)
            if nested:
                return nested
        return (self.within[word],) if word in self.within else ()

    def _state_named(self, word: int, deprel: str) -> str:
        """The state of a modifier that refers to an actor; of an apposition only where it is a title (`head of the navy`)."""
        name = self.inside.get(word)
        if name is not None and name in self.table and self.table[name][0].kind != "person":
            return self.table[name][0].code
        found = self.at(word) if self.tokens.upos[word] in phrases.NOMINAL else None
        if (
            found is None
            or found.loose
            or found.who[0].code == "UNK"
            or (deprel == "appos" and not (found.rule == "agent" and self.state_of(word)))
        ):
            return ""
        return found.who[0].code

    def _sector(self, word: int) -> str | None:
        """The sector by the title beside a name, else by the sector head."""
        for child in self.tokens.children[word]:
            if (
                self.tokens.deprels[child] in ("nmod:desc", "compound", "appos", "flat", "nmod", "nmod:unmarked")
                and child not in self.names
            ):
                agent = self.discourse.actors.agent(self._lemmas(child))
                if agent:
                    return agent[0]
        sector = self.tokens.sectors[word] if self.tokens.sectors else "NONE"
        return None if sector == "NONE" else sector

    def _lemmas(self, word: int) -> list[str]:
        """The lemmas of a noun with the compounds and adjectives right before it."""
        start = word
        while (
            start > 0
            and self.tokens.heads[start - 1] == word
            and self.tokens.deprels[start - 1] in ("compound", "amod")
            and start - 1 not in self.inside
        ):
            start -= 1
        return self.tokens.lemmas[start : word + 1]

    def _agent(self, word: int) -> tuple[Identity, ...]:
        """An agent noun (`police`, `the Iranian president`): sector by the table, state by modifiers or context, holder by date."""
        if self.tokens.upos[word] not in ("NOUN", "PROPN", "ADJ"):
            return ()
        return self._agent_of(word)

    def _agent_of(self, word: int, states: tuple[str, ...] = ()) -> tuple[Identity, ...]:
        """An agent noun of given states, or of those that its modifiers or the context give."""
        agent = self.discourse.actors.agent(self._lemmas(word))
        if agent is None:
            return ()
        sector, office, row = agent
        codes = states or self.states_of(word) or (self.context_state(word),)
        code = codes[0]
        if office and not phrases.is_plural(self.tokens, word) and code != "UNK":
            holder = self.discourse.actors.resolve_office(office, code, self.discourse.date)
            if holder and not FORMER & {self.tokens.lemmas[child] for child in self.tokens.children[word]}:
                return (holder,)
        return tuple(Identity(f"{code} {sector}", code, sector, None, "agent", row) for code in codes)

    def _named_beside(self, word: int) -> int | None:
        """The person whose name follows a title at once (`Staff Sergeant Maria Lopez`), whatever the tree makes of the two."""
        head = self.inside.get(word + 1)
        if head is None or self.names[head][0] != word + 1 or not self.is_person(head):
            return None
        return head if self.tokens.upos[word] in ("NOUN", "PROPN") and not phrases.is_plural(self.tokens, word) else None

    def is_person(self, head: int) -> bool:
        """Whether a name is that of a person, by the entity head or the tables."""
        return self.names[head][2] == "PER" or (head in self.table and self.table[head][0].kind == "person")

    def _pair(self, word: int) -> tuple[Identity, ...]:
        """`both leaders`, `the two countries`, `the sides`: the two actors of different states named last, as what the noun says."""
        lemma = self.tokens.lemmas[word]
        if lemma not in PAIRS:
            return ()
        marks = {self.tokens.texts[child].lower() for child in self.tokens.children[word]}
        if not (marks & {"both", "two"} or (phrases.is_plural(self.tokens, word) and marks == {"the"})):
            return ()
        return resolve_pair(lemma, self._before(word), self.discourse.talks, self.discourse.last)

    def _counterpart(self, word: int) -> tuple[Identity, ...]:
        """`his Belarusian counterpart`: the holder of the same office in the state named."""
        if self.tokens.lemmas[word] != "counterpart":
            return ()
        code = self.state_of(word)
        others = [i for found in self._before(word) for i in found.who if i.kind in PERSONS and i.code != code]
        if not code or not others:
            return ()
        office = self.discourse.actors.office_of(others[0].actor_id, self.discourse.date)
        holder = self.discourse.actors.resolve_office(office, code, self.discourse.date) if office else None
        return (holder or Identity(f"{code} GOV", code, "GOV", None, "office", others[0].table),)

    def _state_noun(self, word: int) -> tuple[Identity, ...]:
        """`the country`, `the nation`: the state spoken of."""
        if self.tokens.lemmas[word] not in STATE_NOUNS or phrases.is_plural(self.tokens, word):
            return ()
        code = self.state_of(word) or self._state_before(word) or self.nearest_state(word)
        return (Identity(code, code, None, None, "country", ""),) if code != "UNK" else ()

    def _state_before(self, word: int) -> str:
        """The state named last before a word in its sentence, or ""."""
        before = [found for found in self._before(word) if found.head in self._found and found.head < word]
        return next((code for found in sorted(before, key=lambda f: -f.head) if (code := found.who[0].code) not in STATELESS), "")

    def _modified(self, word: int) -> tuple[Identity, ...]:
        """A noun that no table knows: its state by its modifiers, its sector by the sector head."""
        states = self.states_of(word)
        sector = self._sector(word) if states else None
        return tuple(Identity(f"{code} {sector}" if sector else code, code, sector, None, "agent", "") for code in states)

    def _pronoun(self, word: int) -> tuple[tuple[Identity, ...], str]:
        """Personal pronouns take up the nearest mention that fits, subjects before others; relative ones what they hang from."""
        text = self.tokens.texts[word].lower()
        if text in ("who", "which", "that", "whom", "whose"):
            return self._relative(word), "relative"
        before = self._before(word)
        here = [found for found in before if self._found.get(found.head) is found]
        return resolve_pronoun(text, here, before, self.discourse.talks, self.discourse.last)

    def _relative(self, word: int) -> tuple[Identity, ...]:
        clause = word
        while clause >= 0 and self.tokens.deprels[clause] not in ("acl:relcl", "acl", "advcl:relcl"):
            clause = self.tokens.heads[clause]
        found = self.at(self.tokens.heads[clause]) if clause >= 0 and self.tokens.heads[clause] >= 0 else None
        return found.who if found else ()

    def _before(self, word: int) -> list[Found]:
        """Mentions before a word, the likeliest antecedents first: this sentence's, then the three before; subjects first in each."""
        here = [self._found[w] for w in sorted(self._found) if w < word and self.tokens.upos[w] != "PRON"]
        return sorted(here, key=lambda f: (not self._is_subject(f.head), -f.head)) + self._earlier

    def _is_subject(self, word: int) -> bool:
        return self.tokens.deprels[word] in phrases.SUBJECTS
