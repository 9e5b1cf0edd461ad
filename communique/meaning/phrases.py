"""Phrases: read off the tree what belongs to a noun, and where its words begin and end.

Contract: in - a parsed sentence and the index of a word; out - word indices and half-open word spans. Knows no tables.
"""

from __future__ import annotations

from communique.records import Tokens

INSIDE = frozenset(
    "det det:predet amod compound nmod:poss nummod flat nmod:desc nmod:unmarked nmod advmod goeswith fixed cc:preconj compound:prt".split()
)
MODIFIERS = frozenset("amod compound nmod:poss flat nmod:desc nmod nmod:unmarked appos nummod det goeswith".split())
NOMINAL = frozenset(("NOUN", "PROPN", "PRON"))
SUBJECTS = frozenset(("nsubj", "nsubj:pass", "nsubj:outer", "csubj"))


def base(deprel: str) -> str:
    """A relation without its subtype."""
    return deprel.partition(":")[0]


def subtree(tokens: Tokens, word: int) -> list[int]:
    """The word and all that hang from it, in order."""
    found, stack = [], [word]
    while stack:
        at = stack.pop()
        found.append(at)
        stack.extend(tokens.children[at])
    return sorted(found)


def noun_phrase(tokens: Tokens, head: int) -> tuple[int, int]:
    """The span of a mention: determiners, adjectives, names and nouns with their prepositions, but no clauses, appositions or conjuncts."""
    kept, stack = {head}, []
    for child in tokens.children[head]:
        deprel = tokens.deprels[child]
        if deprel in INSIDE:
            stack.append(child)
        elif deprel == "punct" and tokens.texts[child] in "-–" and child < head:
            kept.add(child)
    while stack:
        at = stack.pop()
        kept.add(at)
        stack += tokens.children[at]
    start = end = head
    while start - 1 in kept:
        start -= 1
    while end + 1 in kept:
        end += 1
    return start, end + 1


def head_of(tokens: Tokens, start: int, end: int) -> int:
    """The word of a span that hangs from outside it, the first if there are several."""
    for word in range(start, end):
        if not start <= tokens.heads[word] < end:
            return word
    return start


def case_of(tokens: Tokens, word: int) -> str:
    """The preposition of a noun, lower case, or ""."""
    for child in tokens.children[word]:
        if tokens.deprels[child] == "case":
            return tokens.texts[child].lower()
    if "ADP" not in tokens.upos[:word]:
        return ""
    before = noun_phrase(tokens, word)[0] - 1  # where the parser hangs it elsewhere, the preposition still stands before the noun
    return tokens.texts[before].lower() if before >= 0 and tokens.upos[before] == "ADP" else ""


def subject_of(tokens: Tokens, verb: int) -> int | None:
    """The verb's own subject, or that of the verb it is coordinated with or controlled by."""
    seen = set()
    while verb >= 0 and verb not in seen:
        seen.add(verb)
        for child in tokens.children[verb]:
            if tokens.deprels[child] in SUBJECTS:
                return child
        if base(tokens.deprels[verb]) not in ("conj", "xcomp", "advcl", "aux", "cop"):
            return None
        verb = tokens.heads[verb]
    return None


def clause_of(tokens: Tokens, word: int) -> int:
    """The verb of the clause that a word stands in: itself, or the first one above it; the root where there is none."""
    while tokens.upos[word] != "VERB" and tokens.heads[word] >= 0:
        word = tokens.heads[word]
    return word


def is_passive(tokens: Tokens, verb: int) -> bool:
    """Whether the verb is in the passive, by its auxiliary or its subject."""
    return any(tokens.deprels[child].endswith(":pass") for child in tokens.children[verb])


def is_plural(tokens: Tokens, word: int) -> bool:
    """Whether the word's features say plural."""
    return "Number=Plur" in tokens.feats[word]


def climbs_to(tokens: Tokens, word: int, wanted: set[int], stop: int) -> bool:
    """Whether modifier relations lead from a word up to one of the wanted words before they reach `stop`."""
    while tokens.deprels[word] in MODIFIERS:
        word = tokens.heads[word]
        if word == stop or word < 0:
            return False
        if word in wanted:
            return True
    return False
