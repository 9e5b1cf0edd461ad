"""Copies: the sketch of a text, by which a near-copy is found among many, and the alignment of two texts, which tells whether it is one.

Contract: in - the coded text of a report (its paragraphs without datelines, credits and boilerplate); out - a `Sketch`, an `Alignment`.
The sketch is defined here alone, so that one stored today compares with one made anywhere at any time:

    word    a run of \\w of the text without accents (NFKD less its marks) and without case; its hash is the CRC-32 of its UTF-8 bytes
    gram    four words in a row; its hash starts at 0 and for each word becomes mix(hash + word), in 64 bits
    mix     the step and finaliser of SplitMix64
    sketch  the distinct hashes that are multiples of 2**level; level, from 0 to 3, is the largest that leaves `KEPT` grams to be expected

So a gram that two sketches of whatever levels share is one that the higher level keeps: sketches are compared as they are.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

GRAM = 4  # words
KEPT = 64
LEVELS = 4
SHORTEST = 20  # words; what is shorter is a copy of nothing
SHORT = 40  # words; the shorter a text below this, the more of it must stand in the other
ENOUGH = 0.45  # of the word pairs of a text that is not short: what is left where 30 % of the words were changed
STRICTER = 0.02  # for each word that a short text is shorter
STRETCH = 16  # word pairs
RUNS_ALONG = 0.25  # of a stretch's word pairs; by chance it is a tenth to a fifth
COVERED = 0.85  # of the stretches
TELLING = 3  # names, or figures, of a text that is not short; fewer tell nothing
_WORD = re.compile(r"\w+")
_FIGURE_OR_WORD = re.compile(r"\w+(?:[.,]\d+)*")

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What stands for a text in comparisons: `grams` are sorted, distinct multiples of `2**level`; `words` counts the whole text."""

    level: int
    words: int
    grams: Hashes


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as alignment sees it: the number of its words, each word and the next as one number, its distinct names and figures."""

    words: int
    pairs: list[int]
    names: frozenset[str]  # all that has a capital
    figures: frozenset[str]


@dataclass(frozen=True, slots=True)
class Alignment:
    """What of the shorter text, of so many words, stands in the longer in the same order; shares from 0 to 1.

    Pairs of neighbouring words are compared, as single words of a short text nearly all stand in a long one, in order, by chance.
    """

    words: int
    aligned: float  # of its word pairs
    covered: float  # of its stretches, that run along with the longer text
    named: float  # of its names or of its figures, whichever is less, wherever they stand; 1 where there are few


def sketch_of(text: str) -> Sketch:
    """The sketch of a text; one of fewer than four words has no grams."""
    words = hash_words(text)
    level = _level_of(len(words) - GRAM + 1)
    grams = _hash_grams(words)
    return Sketch(level, len(words), np.unique(grams[grams % np.uint64(1 << level) == 0]))


def reading_of(text: str) -> Reading:
    """What alignment needs of a text."""
    words = hash_words(text)
    pairs: list[int] = ((words[:-1] << np.uint64(32)) | words[1:]).tolist()
    marked = _folded(" ".join(word for word in _FIGURE_OR_WORD.findall(text) if not word.islower())).split()
    figures = frozenset(word for word in marked if word[0].isdigit())
    return Reading(len(words), pairs, frozenset(marked) - figures, figures)


def align(one: Reading, other: Reading) -> Alignment:
    """How much of the shorter text stands in the longer."""
    shorter, longer = sorted((one, other), key=lambda reading: reading.words)
    least = TELLING if shorter.words >= SHORT else 1
    stands = np.zeros(len(shorter.pairs), bool)
    for block in LCSseq.opcodes(shorter.pairs, longer.pairs).as_matching_blocks():
        stands[block.a : block.a + block.size] = True
    stretches = np.array_split(stands, max(round(len(stands) / STRETCH), 1))
    return Alignment(
        words=shorter.words,
        aligned=float(stands.mean()) if len(stands) else 0.0,
        covered=float(np.mean([stretch.sum() >= RUNS_ALONG * max(len(stretch), 1) for stretch in stretches])),
        named=min(_share(shorter.names, longer.names, least), _share(shorter.figures, longer.figures, least)),
    )


def _share(some: frozenset[str], others: frozenset[str], least: int) -> float:
    """The share of some that are among others; 1 where there are less than so many."""
    return len(some & others) / len(some) if len(some) >= least else 1.0


def is_copy(found: Alignment) -> bool:
    """Does the shorter text run along with the longer nearly throughout, and the closer the shorter it is?

    Two reports that quote one speech share the quotation and no more; two short items of one pattern share all but names and figures.
    """
    closeness = ENOUGH + STRICTER * max(SHORT - found.words, 0)
    return found.words >= SHORTEST and found.covered >= COVERED and min(found.aligned, found.named) >= closeness


def hash_words(text: str) -> Hashes:
    """The hash of every word, in order."""
    return np.fromiter((crc32(word.encode()) for word in _WORD.findall(_folded(text))), np.uint64)


def _folded(text: str) -> str:
    """The text without case and accents."""
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return text.casefold()


def _level_of(grams: int) -> int:
    """The largest level at which `KEPT` of so many grams are to be expected."""
    return min(max((grams // KEPT).bit_length() - 1, 0), LEVELS - 1)


def _hash_grams(words: Hashes) -> Hashes:
    """The hash of each gram, one for each word that three follow."""
    count = max(len(words) - GRAM + 1, 0)
    grams = np.zeros(count, np.uint64)
    for offset in range(GRAM):
        grams = _mixed(grams + words[offset : offset + count])
    return grams


def _mixed(numbers: Hashes) -> Hashes:
    """SplitMix64: what comes in alike goes out unlike."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
