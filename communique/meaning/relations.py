"""Relations: how two actors stand to each other, where a sentence states it rather than an act.

Contract: in - a parsed sentence, its mentions, the table of relation nouns; out - `Stand`s. Three patterns: `X is an ally of Y`,
`X has close ties to Y` (or `ties between X and Y`), `X remains neutral in Z`.
"""

from __future__ import annotations

from dataclasses import dataclass

from communique.meaning import phrases
from communique.meaning.antecedents import Found
from communique.meaning.mentions import Mentions
from communique.records import Tokens
from communique.tables.load import DATA, Column, Row, load_csv

KINDS = frozenset(("ally", "ties", "adversary", "neutral", "dispute", "member"))
HAVING = frozenset("have maintain enjoy keep".split())
STAYING = frozenset("be remain stay".split())


@dataclass(frozen=True, slots=True)
class Stand:
    """A standing relation: the word that says it, who stands to whom, and what it concerns (a span of words)."""

    word: int
    kind: str
    source: Found
    target: Found | None
    about: tuple[int, int] | None
    rule: str
    table: str

    def covers(self, tokens: Tokens, word: int) -> bool:
        """Whether a word belongs to what says the relation (`close ties`), and so names no act."""
        return word == self.word or (tokens.heads[word] == self.word and tokens.deprels[word] in ("amod", "compound"))


def load_nouns() -> dict[str, Row]:
    """The nouns of standing relations by lemma."""
    columns = (Column("lemma"), Column("kind", values=KINDS), Column("preposition", required=False), Column("source"))
    return {row["lemma"]: row for row in load_csv(DATA / "relations.csv", columns, key=("lemma",))}


def find_relations(tokens: Tokens, mentions: Mentions, nouns: dict[str, Row]) -> list[Stand]:
    """The relations that a sentence states, in the order of its words."""
    found: list[Stand] = []
    for word, lemma in enumerate(tokens.lemmas) if not nouns.keys().isdisjoint(tokens.lemmas) else ():
        row = nouns.get(lemma)
        if row:
            stand = _neutral(tokens, mentions, word, row) if row["kind"] == "neutral" else _noun(tokens, mentions, word, row)
            found += [stand] if stand else []
    return found


def _noun(tokens: Tokens, mentions: Mentions, word: int, row: Row) -> Stand | None:
    """`X is an ally of Y`, `X has ties to Y`."""
    source = _source(tokens, mentions, word)
    prepositions = row["preposition"].split()
    targets = [c for c in tokens.children[word] if phrases.base(tokens.deprels[c]) == "nmod" and phrases.case_of(tokens, c) in prepositions]
    if phrases.base(tokens.deprels[word]) == "obj":
        targets += [
            c for c in tokens.children[tokens.heads[word]] if tokens.deprels[c] == "obl" and phrases.case_of(tokens, c) in prepositions
        ]
    targets += [c for c in tokens.children[word] if tokens.deprels[c] == "nmod:poss"]
    for target in targets:
        known = mentions.at(target)
        if source and known and known.head != source.head:
            return Stand(word, row["kind"], source, known, None, "standing_noun", row.place)
    return None


def _source(tokens: Tokens, mentions: Mentions, word: int) -> Found | None:
    """The subject of the copula, or of `has` and its like."""
    head = tokens.heads[word]
    copula = any(
        tokens.deprels[child] == "cop"
        or (tokens.deprels[child] == "aux" and tokens.lemmas[child] in HAVING)  # as the parser may take `has`
        for child in tokens.children[word]
    )
    having = head >= 0 and tokens.deprels[word] == "obj" and tokens.lemmas[head] in HAVING
    if not copula and not having:
        return None
    subject = phrases.subject_of(tokens, head) if having else None
    subject = phrases.subject_of(tokens, word) if subject is None else subject  # which the parser may hang on the noun
    return mentions.at(subject) if subject is not None else None


def _neutral(tokens: Tokens, mentions: Mentions, word: int, row: Row) -> Stand | None:
    """`X is neutral`, `while remaining neutral in Z`."""
    verb = tokens.heads[word]
    copula = any(tokens.deprels[child] == "cop" for child in tokens.children[word])
    if not copula and (verb < 0 or tokens.lemmas[verb] not in STAYING):
        return None
    subject = phrases.subject_of(tokens, word if copula else verb)
    source = mentions.at(subject) if subject is not None else None
    if source is None:
        return None
    near = [
        c
        for w in (word, verb)
        if w >= 0
        for c in tokens.children[w]
        if phrases.base(tokens.deprels[c]) == "obl" and phrases.case_of(tokens, c)
    ]
    about = phrases.noun_phrase(tokens, near[0]) if near else None
    return Stand(word, row["kind"], source, None, about, "neutral", row.place)
