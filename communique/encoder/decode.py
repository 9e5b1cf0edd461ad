"""Decode: from scores to a parsed sentence with entities and triggers.

Contract: in - words with their places in the text; out - `Tokens`. A sentence too long for the encoder is read in stretches,
whose roots hang from the first one's as `parataxis`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import log

import numpy as np
from numpy.typing import NDArray

from communique.encoder.model import Encoder, Scores
from communique.encoder.tree import find_heads
from communique.records import Entity, Span, Tokens, Trigger

TRIGGER_FLOOR = 0.15  # probability of any type below which a word is no candidate
CONTEXT_FLOOR = 0.5
ENTITY_FLOOR = 0.72  # mean probability of its label below which a name is none
OUTSIDE = 0.7  # probability of O from which a word is in no name; a weak word between strong ones stays in
_CONTEXT_LOGIT = log(CONTEXT_FLOOR / (1 - CONTEXT_FLOOR))


def read_tokens(encoder: Encoder, text: str, spans: Sequence[Span]) -> Tokens:
    """Parse the words at `spans` of the text."""
    words = [text[start:end] for start, end in spans]
    return decode(encoder, words, spans, score_stretches(encoder, words))


def score_stretches(encoder: Encoder, words: Sequence[str]) -> list[Scores]:
    """The scores of all words, in as few stretches as fit into the encoder: mostly one."""
    stretches: list[Scores] = []
    read = 0
    while read < len(words):
        stretches.append(encoder.score(words[read:]))
        read += len(stretches[-1].tags)
    return stretches


def decode(encoder: Encoder, words: Sequence[str], spans: Sequence[Span], stretches: Sequence[Scores]) -> Tokens:
    """The parse that the scores make, of words at these places of a text."""
    tokens = Tokens(list(words), [start for start, _ in spans], [end for _, end in spans], [], [], [], [], [])
    for scores in stretches:
        _add(tokens, encoder, scores)
    return tokens


def _add(tokens: Tokens, encoder: Encoder, scores: Scores) -> None:
    """Append a stretch of words that the encoder has read."""
    labels, before = encoder.labels, len(tokens.heads)
    words = tokens.texts[before : before + len(scores.tags)]
    heads = find_heads(scores.arcs)
    first_root = tokens.heads.index(-1) if before else -1
    upos, feats, _, sectors = scores.tags.T.tolist()
    deprels = scores.deprels[np.arange(len(heads)), np.array(heads) + 1].tolist()
    tokens.upos.extend(labels["upos"][number] for number in upos)
    tokens.feats.extend(labels["feats"][number] for number in feats)
    tokens.lemmas.extend(map(encoder.lemmas.of, words, tokens.upos[before:]))
    tokens.sectors.extend(labels["sectors"][number] for number in sectors)
    tokens.heads.extend(head + before if head >= 0 else first_root for head in heads)
    tokens.deprels.extend(
        "parataxis" if head < 0 <= first_root else labels["deprels"][number] for head, number in zip(heads, deprels, strict=True)
    )
    tokens.entities.extend(find_entities(scores.entities, labels["entities"], before))
    tokens.triggers.extend(find_triggers(scores, labels, before, len(tokens)))


def find_entities(scores: NDArray[np.float32], labels: list[str], before: int = 0) -> list[Entity]:
    """Names from BIO probabilities (N, labels): where they begin and end by B, I and O alone, then one label for the whole name.

    The score is the mean probability of that label over the words; names under `ENTITY_FLOOR` are left out.
    """
    kinds, outside, begin, go_on = _entity_columns(tuple(labels))
    begins, goes_on = scores[:, begin], scores[:, go_on]
    inside = (scores[:, outside] < OUTSIDE).tolist()
    first = (begins.sum(1) >= goes_on.sum(1)).tolist()
    found = []
    for start in range(len(inside)):
        if inside[start] and (first[start] or start == 0 or not inside[start - 1]):
            end = start + 1
            while end < len(inside) and inside[end] and not first[end]:
                end += 1
            means = np.add.reduce(begins[start:end] + goes_on[start:end], 0) / np.float32(end - start)
            best = int(means.argmax())
            if means[best] >= ENTITY_FLOOR:
                found.append(Entity(start + before, end + before, kinds[best], float(means[best])))
    return found


@cache
def _entity_columns(labels: tuple[str, ...]) -> tuple[list[str], int, list[int], list[int]]:
    """The kinds of names, the column of O, and for each kind those of B and I."""
    kinds = sorted({label[2:] for label in labels if label != "O"})
    begin, go_on = ([labels.index(f"{mark}-{kind}") for kind in kinds] for mark in "BI")
    return kinds, labels.index("O"), begin, go_on


def find_triggers(scores: Scores, labels: dict[str, list[str]], before: int, size: int) -> list[Trigger]:
    """Words that may name an act; the type is the likeliest but NONE, its probability the score."""
    found = []
    names = labels["types"][1:]
    for word in np.flatnonzero(scores.types[:, 0] < 1 - TRIGGER_FLOOR).tolist():
        types = dict(zip(names, scores.types[word, 1:].tolist(), strict=True))
        kind = max(types, key=types.__getitem__)
        details = _cut_details(scores.details[word], labels)
        contexts = [(-logit, n) for n, logit in enumerate(details["contexts"].tolist()) if logit > _CONTEXT_LOGIT]
        rows = scores.roles[word].tolist()
        if size > len(scores.tags):
            rows = [[0.0] * before + row + [0.0] * (size - before - len(row)) for row in rows]
        found.append(
            Trigger(
                word=word + before,
                type=kind,
                score=types[kind],
                modality=dict(zip(labels["modality"], _softmax(details["modality"]), strict=True)),
                stance=dict(zip(labels["stance"], _softmax(details["stance"]), strict=True)),
                mode=_likeliest_mode(details["mode"].tolist(), _modes_of(kind, tuple(labels["mode"]))),
                contexts=tuple(labels["contexts"][n] for _, n in sorted(contexts)),
                flags=dict(zip(labels["flags"], (1 / (1 + np.exp(-details["flags"]))).tolist(), strict=True)),
                roles=dict(zip(labels["roles"], rows, strict=True)),
                types=types,
            )
        )
    return found


def _cut_details(logits: NDArray[np.float32], labels: dict[str, list[str]]) -> dict[str, NDArray[np.float32]]:
    """The detail logits of one word by head."""
    cut: dict[str, NDArray[np.float32]] = {}
    start = 0
    for head in ("modality", "stance", "mode", "contexts", "flags"):
        end = start + len(labels[head])
        cut[head] = logits[start:end]
        start = end
    return cut


@cache
def _modes_of(kind: str, modes: tuple[str, ...]) -> dict[int, str | None]:
    """The modes that an event type may have by their numbers; NONE, which all may have, as None."""
    split = ((number, *name.partition(":")[::2]) for number, name in enumerate(modes))
    return {number: mode or None for number, owner, mode in split if owner in (kind, "NONE")}


def _likeliest_mode(logits: Sequence[float], modes: dict[int, str | None]) -> str | None:
    return modes[max(modes, key=logits.__getitem__)]


def _softmax(logits: NDArray[np.float32]) -> list[float]:
    exponents = np.exp(logits - logits.max())
    values: list[float] = (exponents / exponents.sum()).tolist()
    return values
