"""Names: find the names of states, organisations and persons in words, whatever their spelling of accents, dots and hyphens.

Contract: in - named things, then the words of one sentence; out - the names that begin at a word, and what they name; for a misspelt name
the keys most like it. Two spellings are one name where their keys agree (`al-Qaeda`, `Al Qaeda`); capitals must be written as in the
table, so that `us` and `who` name nobody. Reads nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Generic, TypeVar

from anyascii import anyascii
from rapidfuzz import fuzz, process

Named = TypeVar("Named")

_NOT_LETTERS = re.compile(r"[^a-z0-9+&]+")
_LINKS = frozenset("-‐‑–'’./&")
_HEAD = 6  # letters by which it is soon seen that no name begins here
_LIKE = 3  # of the names spelled almost alike, so many at most
_ACRONYM = 5  # letters; a longer name in capitals may be written otherwise (`Unesco`)


@lru_cache(maxsize=1 << 16)
def name_key(text: str) -> str:
    """A name as letters and digits alone, in lower case: what all its spellings have in common."""
    text = text if text.isascii() else anyascii(text)
    return text.lower() if text.isalnum() else _NOT_LETTERS.sub("", text.lower())


@dataclass(frozen=True, slots=True)
class Name:
    """A name as a table writes it, and the actor it names between two dates."""

    text: str
    actor_id: str
    code: str
    sector: str | None
    name: str | None
    kind: str
    table: str
    start: str = ""
    end: str = ""

    def fits(self, written: str) -> bool:
        """Whether capitals, and the number of words where it is one, are those of the table."""
        return self.text == written or same_shape(self.text, written)

    def holds_at(self, date: str | None) -> bool:
        """Whether the name stands for this actor at a date; without a date it always does."""
        return date is None or (self.start <= date and (not self.end or date < self.end))


def same_shape(text: str, written: str) -> bool:
    """Acronyms need their capitals, other names that of their first and last word; a one-word name stays one word."""
    letters = "".join(filter(str.isalpha, text))
    if letters.isupper() and len(letters) <= _ACRONYM:
        return "".join(filter(str.isalpha, written)).isupper()
    words, found = text.split(), written.split()
    if len(words) == 1 and "-" not in text and len(found) > 1 and not set("-.'’") & set(written):
        return False
    return not (words[0][0].isupper() and not found[0][0].isupper()) and not (words[-1][0].isupper() and not has_capital(found[-1]))


def has_capital(word: str) -> bool:
    """Whether a word is written as part of a name (`Assad`, `al-Assad`, `17`)."""
    return any(letter.isupper() or letter.isdigit() for letter in word)


class NameIndex(Generic[Named]):
    """Named things by the key of their names; the longest name that begins at a word wins."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[Named]] = {}
        self._reach: dict[str, int] = {}  # the length of the longest key that begins with these letters

    def add(self, key: str, named: Named) -> None:
        """Enter a thing under a name's key."""
        self._by_key.setdefault(key, []).append(named)
        for size in range(min(_HEAD, len(key)), 0, -1):
            if len(key) <= self._reach.get(key[:size], 0):
                break
            self._reach[key[:size]] = len(key)

    def look_up(self, written: str) -> list[Named]:
        """All things of a name, in the order they were entered."""
        return self.by_key(name_key(written))

    def by_key(self, key: str) -> list[Named]:
        """All things of a name's key."""
        return self._by_key.get(key, [])

    def all_keys(self) -> list[str]:
        """All keys."""
        return list(self._by_key)

    def begins(self, key: str) -> bool:
        """Whether any name begins with these letters, as far as `_HEAD` of them tell."""
        return key[:_HEAD] in self._reach

    def find_at(self, words: Sequence[str], start: int) -> list[tuple[int, str, list[Named]]]:
        """All names that begin at a word: where each ends, how it is written, and what it names; the longest last."""
        found: list[tuple[int, str, list[Named]]] = []
        key = ""
        for end in range(start, len(words)):
            part = name_key(words[end])
            key += part
            if len(key) > self._reach.get(key[:_HEAD], 0) or not (part or (key and set(words[end]) <= _LINKS)):
                break
            if part and key in self._by_key:
                found.append((end + 1, join_words(words[start : end + 1]), self._by_key[key]))
        return found


class Spellings:
    """Keys, found by a spelling that is almost theirs and begins with the same letters."""

    def __init__(self, keys: Iterable[str], score: int, letters: int = 0) -> None:
        self._score, self._letters = score, letters
        self._alike: dict[str, list[str]] = {}
        for key in keys:
            self._alike.setdefault(key[:letters], []).append(key)
        self._of_length = lru_cache(maxsize=1 << 10)(self._choose)
        self.nearest = lru_cache(maxsize=1 << 12)(self._find)

    def _find(self, key: str) -> list[str]:
        """The keys most alike, `_LIKE` at most, in the order they were entered; none below the score."""
        choices = self._of_length(key[: self._letters], len(key))
        near = process.extract(key, choices, scorer=fuzz.ratio, score_cutoff=self._score, limit=_LIKE)
        return [choice for choice, score, _ in near if score == near[0][1]]

    def _choose(self, letters: str, length: int) -> list[str]:
        """The keys of such a length that they can reach the score: all letters of the shorter one in the longer."""
        return [key for key in self._alike.get(letters, ()) if 200 * min(len(key), length) >= self._score * (len(key) + length)]


def join_words(words: Sequence[str]) -> str:
    """Words as they stood in a text, without white space around hyphens and before clitics."""
    text = words[0]
    for before, word in pairwise(words):
        text += word if set(word) <= _LINKS or set(before) <= _LINKS or word[0] in "'’" else " " + word
    return text
