"""Lemmas: the base form of an English word, by a table of irregular forms and the rules of inflection.

Contract: in - a word and its part of speech; out - its lemma in lower case. The rules choose among possible bases the one that the
treebanks know, so that `staged` is `stage` and `barred` is `bar`; of two unknown ones spelling decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from communique.tables.load import DATA, Column, load_csv

CACHED = 50_000  # words with their parts of speech
VOWELS = "aeiou"
SIBILANT = re.compile(r"(?:ch|sh|ss|x|zz|o)es$")
WITH_E = re.compile(r"(?:[^aeiou][aiou]|[cgsuvz]|[^aeioulnr]l|[^aeiou](?:at|ut|ur|in|il|ir|im|ap|ad|ak|ed|od))$")


class Lemmas:
    """Irregular forms, and the bases that are known for each part of speech."""

    def __init__(self, irregular: Mapping[tuple[str, str], str], known: frozenset[tuple[str, str]]) -> None:
        self._irregular, self._known = irregular, known
        self.of = lru_cache(CACHED)(self._find)

    @classmethod
    def load(cls) -> Lemmas:
        """Read `lemmas.csv`."""
        columns = (Column("form", required=False), Column("pos"), Column("lemma"), Column("source"))
        rows = load_csv(DATA / "lemmas.csv", columns, key=("form", "pos", "lemma"))
        known = frozenset((row["lemma"], row["pos"]) for row in rows if not row["form"])
        return cls({(row["form"], row["pos"]): row["lemma"] for row in rows if row["form"]}, known)

    def _find(self, word: str, pos: str) -> str:
        """The lemma of a word of the text."""
        form = word.lower()
        irregular = self._irregular.get((form, pos))
        if irregular is not None:
            return irregular
        if pos not in ("VERB", "NOUN") or (form, pos) in self._known:
            return form
        bases = list(dict.fromkeys(_bases_of_verb(form) if pos == "VERB" else _bases_of_noun(form)))
        return next((base for base in bases if (base, pos) in self._known), bases[0] if bases else form)


def _bases_of_noun(form: str) -> Iterator[str]:
    """What a plural may be the plural of, the likeliest first."""
    if form.endswith("men") and len(form) > 4:
        yield form[:-2] + "an"
    if not form.endswith("s") or form.endswith(("ss", "us", "is")):
        return
    if form.endswith("ies") and len(form) > 4:
        yield form[:-3] + "y"
    elif SIBILANT.search(form) or form.endswith("uses"):
        yield form[:-2]
    elif form.endswith("ves"):
        yield from (form[:-1], form[:-3] + "f", form[:-3] + "fe")
    yield form[:-1]


def _bases_of_verb(form: str) -> Iterator[str]:
    """What an inflected verb may come from, the likeliest first."""
    if form.endswith("s") and len(form) > 2 and not form.endswith(("ss", "us")):
        if form.endswith("ies") and len(form) > 4:
            yield form[:-3] + "y"
        elif SIBILANT.search(form):
            yield form[:-2]
        yield form[:-1]
    stem = form[:-3] if form.endswith("ing") else form[:-2] if form.endswith("ed") else ""
    if len(stem) < 2 or not any(vowel in stem for vowel in "aeiouy"):
        return
    if form.endswith("ied"):
        yield from (form[:-3] + "y", form[:-1])
    elif stem.endswith("ick") and len(stem) > 4:
        yield from (stem[:-1], stem)
    elif stem[-1] == stem[-2] and stem[-1] not in VOWELS:
        yield from (stem, stem[:-1]) if stem[-1] in "lsfz" else (stem[:-1], stem)
    else:
        yield from (stem + "e", stem) if WITH_E.search(stem) else (stem, stem + "e")
