"""Memory: the sentences lately parsed, so that what many reports have word for word is read once.

Contract: in - the words of a sentence, or its parse; out - the parse of the same words, which is that of the network, or None. It holds
some `WORDS` words and forgets first what was not asked for the longest; lists are shared between parses, so nobody may change them.
"""

from __future__ import annotations

from communique.records import Tokens

WORDS = 100_000  # some 50 MB; the copies of a dispatch come on the same day, hence near to one another


class Memory:
    """Parses by their words, those that were used last at the end."""

    def __init__(self, most: int = WORDS) -> None:
        self._most, self._words, self._known = most, 0, dict[tuple[str, ...], Tokens]()

    def find(self, words: tuple[str, ...]) -> Tokens | None:
        """The parse of these words, or None; offsets in it are those of another text."""
        known = self._known.pop(words, None)
        if known is not None:
            self._known[words] = known
        return known

    def keep(self, words: tuple[str, ...], tokens: Tokens) -> None:
        """Remember a parse, and forget as many others as are too much."""
        if self._known.pop(words, None) is None:
            self._words += len(words)
        self._known[words] = tokens
        while self._words > self._most:
            oldest = next(iter(self._known))
            del self._known[oldest]
            self._words -= len(oldest)
