"""Frames: which type a word has by itself and by what stands around it, as `triggers.csv` says.

Contract: in - a parsed sentence and a word; out - the table row that fits best, or None. A row's `needs` are conditions that must all hold;
of several rows the one with the most conditions goes first, then the one that was right more often on the annotated corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from communique.errors import TableError
from communique.meaning import phrases
from communique.meaning.plover import EventType
from communique.records import Tokens
from communique.tables.load import COUNTS, DATA, Column, Row, load_csv, precision_of

BELIEF = 0.6  # precision of a row that the corpus has not shown

Condition = Callable[[Tokens, int, frozenset[str]], bool]


@dataclass(frozen=True, slots=True)
class Frame:
    """A row: its conditions, the type and mode it stands for, and how often that was right (0-1)."""

    needs: tuple[tuple[Condition, frozenset[str]], ...]
    type: str
    mode: str | None
    precision: float
    table: str

    def fits(self, tokens: Tokens, word: int) -> bool:
        """Whether all conditions hold."""
        return all(holds(tokens, word, values) for holds, values in self.needs)


class Frames:
    """The trigger table by lemma and part of speech."""

    def __init__(self, rows: Sequence[Row], types: dict[str, EventType]) -> None:
        self._frames: dict[tuple[str, str], list[Frame]] = {}
        for row in rows:
            self._frames.setdefault((row["lemma"], row["pos"]), []).append(_frame(row, types))
        for frames in self._frames.values():
            frames.sort(key=lambda frame: (-len(frame.needs), -frame.precision))

    @classmethod
    def load(cls, types: dict[str, EventType]) -> Frames:
        """Read the table; `TableError` where a row names no type, mode or condition that there is."""
        columns = (
            *(Column("lemma"), Column("pos", values=frozenset(("VERB", "NOUN", "ADJ"))), Column("needs", required=False)),
            *(Column("type", values=frozenset(types)), Column("mode", required=False), Column("source")),
            *COUNTS,
        )
        return cls(load_csv(DATA / "triggers.csv", columns, key=("lemma", "pos", "needs")), types)

    def find(self, tokens: Tokens, word: int) -> Frame | None:
        """The row that fits a word best."""
        frames = self._frames.get((tokens.lemmas[word], tokens.upos[word]), ())
        return next((frame for frame in frames if frame.fits(tokens, word)), None)


def _frame(row: Row, types: dict[str, EventType]) -> Frame:
    needs = tuple(
        (name, frozenset(filter(None, values.split("|")))) for name, _, values in (n.partition("=") for n in row["needs"].split())
    )
    if unknown := [name for name, _ in needs if name not in CONDITIONS]:
        raise TableError(row.place, f"unknown condition {unknown[0]!r}", f"Conditions are {', '.join(CONDITIONS)}.")
    if row["mode"] and row["mode"] not in types[row["type"]].modes:
        raise TableError(row.place, f"{row['mode']!r} is no mode of {row['type']}", f"Its modes are {', '.join(types[row['type']].modes)}.")
    conditions = tuple((CONDITIONS[name], values) for name, values in needs)
    return Frame(conditions, row["type"], row["mode"] or None, precision_of(row, BELIEF), row.place)


def _objects(tokens: Tokens, word: int) -> list[int]:
    """What the verb acts on: object, subject of the passive, the noun that a participle modifies; with what is coordinated to it."""
    found = [child for child in tokens.children[word] if tokens.deprels[child] in ("obj", "nsubj:pass")]
    if not found and tokens.deprels[word] == "acl" and "Tense=Past" in tokens.feats[word] and tokens.heads[word] >= 0:
        found = [tokens.heads[word]]
    return found + [child for one in found for child in tokens.children[one] if tokens.deprels[child] == "conj"]


def _has_object(tokens: Tokens, word: int, lemmas: frozenset[str]) -> bool:
    """`imposed sanctions on`, `sanctions were imposed`."""
    objects = _objects(tokens, word)
    return bool(objects) if not lemmas else any(tokens.lemmas[one] in lemmas for one in objects)


def _has_preposition(tokens: Tokens, word: int, prepositions: frozenset[str]) -> bool:
    """`called for an inquiry`."""
    if prepositions.isdisjoint(map(str.lower, tokens.texts)):
        return False
    return any(phrases.case_of(tokens, child) in prepositions for child in tokens.children[word])


def _has_child(relation: str) -> Condition:
    """`threatened to withdraw`, `warned that ...`."""
    return lambda tokens, word, _: any(phrases.base(tokens.deprels[child]) == relation for child in tokens.children[word])


def _has_particle(tokens: Tokens, word: int, particles: frozenset[str]) -> bool:
    """`pulled out`."""
    return any(tokens.deprels[c] in ("compound:prt", "advmod") and tokens.lemmas[c] in particles for c in tokens.children[word])


def _is_object_of(tokens: Tokens, word: int, verbs: frozenset[str]) -> bool:
    """A light verb: `held talks`, `talks were held`, `talks held in Rabat`."""
    first = tokens.heads[word] if tokens.deprels[word] == "conj" else word  # `held meetings and talks`
    above = [tokens.heads[first]] if tokens.deprels[first] in ("obj", "nsubj:pass", "obl") else []
    above += [child for child in tokens.children[word] if phrases.base(tokens.deprels[child]) == "acl"]
    return any(verb >= 0 and tokens.lemmas[verb] in verbs for verb in above)


def _is_modified_by(tokens: Tokens, word: int, lemmas: frozenset[str]) -> bool:
    """`suicide bombing`."""
    return any(tokens.deprels[c] in ("amod", "compound", "nmod:poss") and tokens.lemmas[c] in lemmas for c in tokens.children[word])


CONDITIONS: dict[str, Condition] = {
    "obj": _has_object,
    "no-obj": lambda tokens, word, _: not _objects(tokens, word),
    "prep": _has_preposition,
    "to": _has_child("xcomp"),
    "that": _has_child("ccomp"),
    "passive": lambda tokens, word, _: phrases.is_passive(tokens, word),
    "part": _has_particle,
    "verb": _is_object_of,
    "mod": _is_modified_by,
}
