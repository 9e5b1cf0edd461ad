"""Pieces: cut words into the uncased word pieces of the encoder, and tell each word's shape.

Contract: in - the words of a sentence; out - piece ids, shape ids and, for each word, its first and last piece.
More than `MAX_WORD` letters in a row are one unknown piece, as in BERT's own tokenizer, and so is a word of more pieces (a row of
dashes).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

MAX_WORD = 100
MAX_PIECES = 512  # positions the encoder has, the two marks at the ends included
SHAPES = 8


def shape_of(word: str) -> int:
    """The shape id of a word, 0-7: lower, Title, UPPER, mixed, digits, punctuation, one capital, digits with letters."""
    if word.isalpha():
        if word.islower():
            return 0
        if word.isupper():
            return 6 if len(word) == 1 else 2
        return 1 if word[0].isupper() and word[1:].islower() else 3
    if not any(character.isalnum() for character in word):
        return 5
    if any(character.isdigit() for character in word):
        return 7 if any(character.isalpha() for character in word) else 4
    return 2 if word.isupper() else 0 if word.islower() else 3


class Pieces:
    """A word-piece vocabulary with a cache of words; `ids` and `shapes` include the marks at both ends."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.id_of = {piece: number for number, piece in enumerate(vocabulary)}
        self.unknown, self.first, self.last = self.id_of["[UNK]"], self.id_of["[CLS]"], self.id_of["[SEP]"]
        self._known: dict[str, tuple[tuple[int, ...], int]] = {}

    @classmethod
    def load(cls, path: Path) -> Pieces:
        """Read a vocabulary with one piece a line."""
        return cls(path.read_text(encoding="utf-8").split("\n")[:-1])

    def of_word(self, word: str) -> tuple[tuple[int, ...], int]:
        """Piece ids and shape id of one word."""
        known = self._known.get(word)
        if known is None:
            known = (self._cut(word), shape_of(word))
            if len(self._known) < 200_000:
                self._known[word] = known
        return known

    def of_sentence(self, words: Sequence[str]) -> tuple[list[int], list[int], list[int], list[int]]:
        """Piece ids, shape ids, and the index of each word's first and last piece.

        A word that would end past the encoder's positions ends the sentence: the lists of words are then shorter than `words`.
        """
        ids, shapes, firsts, lasts = [self.first], [0], [], []
        for word in words:
            pieces, shape = self.of_word(word)
            if len(ids) + len(pieces) >= MAX_PIECES:
                break
            firsts.append(len(ids))
            ids += pieces
            shapes += [shape] * len(pieces)
            lasts.append(len(ids) - 1)
        return [*ids, self.last], [*shapes, 0], firsts, lasts

    def _cut(self, word: str) -> tuple[int, ...]:
        if len(word) > MAX_PIECES:
            return (self.unknown,)
        plain = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) not in ("Mn", "Cf", "Cc"))
        pieces = [piece for run in _runs(plain) for piece in self._longest(run)]
        return tuple(pieces) if 0 < len(pieces) <= MAX_WORD else (self.unknown,)

    def _longest(self, run: str) -> list[int]:
        """Greedy longest match from the left; one piece that the vocabulary lacks makes the whole run unknown."""
        if len(run) > MAX_WORD:
            return [self.unknown]
        found, start = [], 0
        while start < len(run):
            for end in range(len(run), start, -1):
                piece = self.id_of.get(run[start:end] if start == 0 else "##" + run[start:end])
                if piece is not None:
                    break
            else:
                return [self.unknown]
            found.append(piece)
            start = end
        return found


def _runs(word: str) -> list[str]:
    """Letters and digits together, every punctuation mark alone, white space left out."""
    runs: list[str] = []
    joined = False
    for character in word:
        if character.isspace():
            joined = False
        elif unicodedata.category(character)[0] == "P" or (character.isascii() and not character.isalnum()):
            runs.append(character)
            joined = False
        elif joined:
            runs[-1] += character
        else:
            runs.append(character)
            joined = True
    return runs
