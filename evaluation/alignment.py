"""Alignment of words that a program cut from running text with gold words, as in the CoNLL 2018 shared task.

Contract: in - gold words with the span of their surface token, and the spans of coded words; out - which coded word stands for
which gold word. A gold word that is a whole token is aligned with the coded word of the same span. The words of a multiword
token (`don't`) are aligned with the coded words within it by the longest common subsequence of their lower-cased forms.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from communique.records import Span


@dataclass(frozen=True)
class Placed:
    """A gold word: its form, the span of its surface token, and whether that holds other words too."""

    form: str
    token: Span
    multiword: bool


def align(gold: Sequence[Placed], coded: Sequence[Span], text: str) -> dict[int, int]:
    """Indices of coded words by indices of gold words; both in the order of the text."""
    index_of = {span: index for index, span in enumerate(coded)}
    starts = [start for start, _ in coded]
    found: dict[int, int] = {}
    first = 0
    while first < len(gold):
        last = first
        while gold[first].multiword and last + 1 < len(gold) and gold[last + 1].token == gold[first].token:
            last += 1
        if gold[first].multiword:
            inside = _within(coded, starts, gold[first].token)
            forms = [text[slice(*coded[index])].lower() for index in inside]
            pairs = common_subsequence([word.form.lower() for word in gold[first : last + 1]], forms)
            found |= {first + i: inside[j] for i, j in pairs}
        elif gold[first].token in index_of:
            found[first] = index_of[gold[first].token]
        first = last + 1
    return found


def _within(coded: Sequence[Span], starts: list[int], token: Span) -> list[int]:
    """The coded words that lie wholly within a token."""
    first = bisect_left(starts, token[0])
    return [index for index in range(first, bisect_left(starts, token[1])) if coded[index][1] <= token[1]]


def common_subsequence(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Index pairs of a longest common subsequence; of several, the one that takes the earliest of `one`."""
    longest = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in reversed(range(len(one))):
        for j in reversed(range(len(other))):
            same = longest[i + 1][j + 1] + 1 if one[i] == other[j] else 0
            longest[i][j] = max(same, longest[i + 1][j], longest[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        if one[i] == other[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif longest[i][j] == longest[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
