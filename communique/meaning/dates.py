"""Dates: find the words of a sentence that say when, and the date that they say.

Contract: in - the words of one sentence (split as Universal Dependencies does), the publication date, and for each word whether its
clause is past (`past_clause` reads that off the tree); out - `DateMention`s in order, never overlapping, half-open in words. A
date is EDTF: `YYYY-MM-DD`, `YYYY-MM`, `YYYY` or `A/B`; None where the words say no date ("recently") or no publication date is known
to reckon from. What is a date is defined in `dates.toml`, and reckoned in `almanac.py`; durations ("two-day visit") are not dates.
The search starts from a hash look-up of each word, and tries patterns only around words that can stand in a date.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from communique.errors import TableError
from communique.meaning.almanac import MEANINGS, Reading, as_fine_as, reckon, to_interval
from communique.records import Tokens
from communique.tables.load import DATA, Column, Entry, did_you_mean, load_toml

COLUMNS = (
    *(Column(name, required=False) for name in ("words", "capital", "patterns", "by", "examples")),
    Column("meaning", required=False, values=MEANINGS),
    Column("granularity", required=False, values=frozenset("day week month season year decade interval vague".split())),
)
# Words too common to start a search from; every pattern has a rarer one.
COMMON = frozenset("a an and at before after by early for from his in its late of on or since that the this to until".split()) | set(
    "-–—,/."
)
FUTURE_LEMMAS = frozenset("will shall would may might could can should must schedule plan expect due upcoming intend propose".split())
DIGITS_JOINED = re.compile(r"([-–—/.])")
GRANULARITY = {4: "year", 7: "month", 10: "day"}


@dataclass(frozen=True, slots=True)
class DateMention:
    """`start_word` to `end_word` (half-open) say `date`; `rule` is the definition in `dates.toml`, or `since`, `from_to`."""

    start_word: int
    end_word: int
    date: str | None
    granularity: str  # day | week | month | season | year | decade | interval | vague
    rule: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a pattern: the words that may fill it, and the numbers they stand for."""

    name: str  # the class without what follows `_`; "" for literal words
    words: Mapping[str, int]
    capital: bool  # the word must have a capital letter
    any_name: bool  # so has any word with a capital letter
    context: bool  # stands beside the expression
    negated: bool  # must not be filled

    def read(self, word: str) -> int | None:
        """The number that the word stands for here, or None where it does not fit."""
        upper = word[:1].isupper()
        value = 0 if self.any_name and upper else self.words.get(word.lower())
        return None if self.capital and not upper else value


@dataclass(frozen=True, slots=True)
class Definition:
    """A table of `dates.toml`: `lines` are its patterns with all options spelt out."""

    name: str
    place: str
    meaning: str
    by: int
    granularity: str | None
    lines: tuple[tuple[Slot, ...], ...]
    examples: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    order: int
    date: str | None
    definition: Definition


class Dates:
    """Finds dates by the definitions of `dates.toml`."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.definitions = tuple(definitions)
        self._anchors: dict[str, list[tuple[int, Definition, tuple[Slot, ...], int]]] = {}
        for order, definition in enumerate(self.definitions):
            for line in definition.lines:
                offset = _anchor(line, definition.place)
                for word in _spellings(line[offset]):
                    self._anchors.setdefault(word, []).append((order, definition, line, offset))

    @classmethod
    def load(cls, path: Path = DATA / "dates.toml") -> Dates:
        """Read the definitions; TableError where one is faulty."""
        entries = load_toml(path, COLUMNS)
        classes = _classes(entries)
        return cls([_definition(entry, classes) for entry in entries if "words" not in entry])

    def find_dates(self, words: Sequence[str], published: date | None, past: Callable[[int], bool] | bool = True) -> list[DateMention]:
        """All dates of a sentence; `past` says (of a word, or of all) whether its clause is past."""
        pieces, owners = _pieces(words)
        found: list[_Found] = []
        for index, word in enumerate(pieces):
            lines = self._anchors.get(word) or self._anchors.get(word.lower())
            if lines:
                found.extend(_match(lines, pieces, index, published, lambda piece: _is_past(past, owners[piece])))
        if not found:
            return []
        mentions = [
            DateMention(owners[f.start], owners[f.end - 1] + 1, f.date, _granularity(f), f.definition.name) for f in _longest(found)
        ]
        return _join(mentions, words, published)


def past_clause(tokens: Tokens) -> Callable[[int], bool]:
    """Whether the clause around a word is past: not one that looks ahead (`will`, `to`, `is due`)."""
    return lambda word: not any(_looks_ahead(tokens, step) for step in _upwards(tokens, word))


def _upwards(tokens: Tokens, word: int) -> Iterator[int]:
    """The word and its heads, up to and including the first verb."""
    for _ in range(len(tokens)):
        if word < 0:
            return
        yield word
        if tokens.upos[word] == "VERB":
            return
        word = tokens.heads[word]


def _looks_ahead(tokens: Tokens, word: int) -> bool:
    if tokens.lemmas[word].lower() in FUTURE_LEMMAS:
        return True
    return any(
        (tokens.deprels[child].startswith("aux") and tokens.lemmas[child].lower() in FUTURE_LEMMAS)
        or (tokens.deprels[child] == "mark" and tokens.texts[child].lower() == "to")
        for child in tokens.children[word]
    )


def _spellings(slot: Slot) -> Iterator[str]:
    """The keys of an anchor: lower case, but for a word that must have a capital letter."""
    for word in slot.words:
        yield from {word.capitalize(), word.upper()} if slot.capital else {word}


def _is_past(past: Callable[[int], bool] | bool, word: int) -> bool:
    return past if isinstance(past, bool) else past(word)


def _pieces(words: Sequence[str]) -> tuple[Sequence[str], Sequence[int]]:
    """The words with joined numbers (`2023-03-13`, `3-5`) cut apart, and for each piece the word it is of."""
    joined = [index for index, word in enumerate(words) if word[:1].isdigit() and not word.isalnum() and len(word) > 2]
    if not joined:
        return words, range(len(words))
    pieces: list[str] = []
    owners: list[int] = []
    for index, word in enumerate(words):
        cut = [piece for piece in DIGITS_JOINED.split(word) if piece] if index in joined else [word]
        pieces += cut
        owners += [index] * len(cut)
    return pieces, owners


def _match(
    lines: Iterable[tuple[int, Definition, tuple[Slot, ...], int]],
    words: Sequence[str],
    index: int,
    published: date | None,
    past: Callable[[int], bool],
) -> Iterator[_Found]:
    """The definitions that fit around an anchor word, where the calendar has such a date."""
    for order, definition, line, offset in lines:
        values = _fill(line, words, index - offset)
        if values is None:
            continue
        inner = [index - offset + i for i, slot in enumerate(line) if not slot.context]
        try:
            said = reckon(definition.meaning, Reading(values, published, past(inner[0]), definition.by))
        except ValueError:
            continue
        yield _Found(inner[0], inner[-1] + 1, order, said, definition)


def _fill(line: Sequence[Slot], words: Sequence[str], start: int) -> dict[str, list[int]] | None:
    """The numbers of each slot if the words from `start` on fit the pattern."""
    values: dict[str, list[int]] = {}
    for index, slot in enumerate(line, start):
        value = slot.read(words[index]) if 0 <= index < len(words) else None
        if (value is None) != slot.negated:
            return None
        if value is not None and slot.name:
            values.setdefault(slot.name, []).append(value)
    return values


def _longest(found: Iterable[_Found]) -> list[_Found]:
    """Without overlaps: the longest first, then the one defined first; in order of appearance."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda f: (f.start - f.end, f.order, f.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda f: f.start)


def _granularity(found: _Found) -> str:
    if found.definition.granularity:
        return found.definition.granularity
    return GRANULARITY.get(len(found.date), "interval") if found.date else "vague"


def _join(mentions: Sequence[DateMention], words: Sequence[str], published: date | None) -> list[DateMention]:
    """`since X` lasts until publication; `from X to Y` and `between X and Y` are one interval."""
    joined: list[DateMention] = []
    for mention in mentions:
        spanned = _from_to(joined[-1], mention, words) if joined else None
        if spanned:
            joined[-1] = spanned
        else:
            joined.append(_since(mention, words, published) or mention)
    return joined


def _since(mention: DateMention, words: Sequence[str], published: date | None) -> DateMention | None:
    before = mention.start_word - 1
    if before < 0 or words[before].lower() != "since" or not mention.date or not published:
        return None
    start = mention.date.partition("/")[0]
    end = as_fine_as(start, published)
    return DateMention(before, mention.end_word, to_interval(start, end), "interval", "since") if start <= end else None


def _from_to(first: DateMention, last: DateMention, words: Sequence[str]) -> DateMention | None:
    before, between = first.start_word - 1, [word.lower() for word in words[first.end_word : last.start_word]]
    if before < 0 or len(between) != 1 or not first.date or not last.date:
        return None
    if (words[before].lower(), between[0]) not in {("from", "to"), ("from", "until"), ("from", "through"), ("between", "and")}:
        return None
    start, end = first.date.partition("/")[0], last.date.rpartition("/")[2]
    return DateMention(before, last.end_word, to_interval(start, end), "interval", "from_to") if start <= end else None


# Reading the definitions


def _classes(entries: Iterable[Entry]) -> dict[str, Slot]:
    """The classes of the file, and those that are better counted than written down."""
    number = {str(n): n for n in range(1, 1000)}
    two_digits = {f"{n:0{width}d}": n for n in range(100) for width in (1, 2)}
    day = {f"{n}{end}": n for n in range(1, 32) for end in ("", "st", "nd", "rd", "th")}
    counted: dict[str, Mapping[str, int]] = {
        "n": number, "nn": two_digits, "day": day | {f"{n:02d}": n for n in range(1, 10)},
        "year": {str(n): n for n in range(1800, 2100)}, "year_any": {str(n): n for n in range(1000, 2100)},
        "decade": {f"{n}s": n for n in range(1810, 2100, 10) if n != 1900},
    }  # fmt: skip
    classes = {name: _class(name, words, False) for name, words in counted.items()}
    for entry in entries:
        if "words" in entry:
            words = {**entry["words"], **counted.get(entry.name, {})}
            classes[entry.name] = _class(entry.name, words, entry.get("capital", False))
    classes["name"] = Slot("name", {}, True, True, False, False)
    return classes


def _class(name: str, words: Mapping[str, int], capital: bool) -> Slot:
    return Slot(name.partition("_")[0], words, capital, False, False, False)


def _definition(entry: Entry, classes: Mapping[str, Slot]) -> Definition:
    for name in ("patterns", "meaning", "examples"):
        if not entry.get(name):
            raise TableError(entry.place, f"{entry.name} has no {name}", "Fill it in, or give it `words` if it is a class.")
    lines = [line for pattern in entry["patterns"] for line in _lines(pattern, classes, entry.place)]
    examples = tuple(tuple(example) for example in entry["examples"])
    return Definition(entry.name, entry.place, entry["meaning"], entry.get("by", 0), entry.get("granularity"), tuple(lines), examples)


def _lines(pattern: str, classes: Mapping[str, Slot], place: str) -> list[tuple[Slot, ...]]:
    """The pattern with each `x?` once left out and once put in."""
    options: list[list[list[Slot]]] = []
    for part in pattern.split():
        slot = _slot(part.removesuffix("?"), classes, place)
        options.append([[slot], []] if part.endswith("?") else [[slot]])
    return [tuple(itertools.chain.from_iterable(choice)) for choice in itertools.product(*options)]


def _slot(part: str, classes: Mapping[str, Slot], place: str) -> Slot:
    context, negated = part.startswith("("), part.startswith("(!")
    chosen = []
    for word in part.removeprefix("(").removeprefix("!").removesuffix(")").split("|"):
        name = word[1:-1] if word.startswith("{") else None
        if name is not None and name not in classes:
            raise TableError(place, f"unknown class {name!r}", did_you_mean(name, classes))
        chosen.append(classes[name] if name is not None else _class("", {word: 0}, False))
    words = {word: value for slot in chosen for word, value in slot.words.items()}
    capital = all(slot.capital for slot in chosen)
    return Slot(chosen[0].name, words, capital, any(slot.any_name for slot in chosen), context, negated)


def _anchor(line: Sequence[Slot], place: str) -> int:
    """The slot to start a search from: the one with the fewest words, none of them common."""
    rare = [
        index for index, slot in enumerate(line)
        if slot.words and not slot.context and slot.name not in ("n", "nn", "day") and COMMON.isdisjoint(slot.words)
    ]  # fmt: skip
    if not rare:
        raise TableError(place, "a pattern of common words alone", "Add a word that sets it apart.")
    return min(rare, key=lambda index: len(line[index].words))
