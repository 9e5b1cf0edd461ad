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
    texts = [text[start:end] for start, end in spans]
    tokens = Tokens(texts, [start for start, _ in spans], [end for _, end in spans], [], [], [], [], [])
    while len(tokens.heads) < len(texts):
        _add(tokens, encoder, encoder.score(texts[len(tokens.heads) :]))
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
            means = (begins[start:end] + goes_on[start:end]).mean(0)
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
    for word in np.flatnonzero(scores.types[:, 0] < 1 - TRIGGER_FLOOR).tolist():
        kind = int(scores.types[word, 1:].argmax()) + 1
        details = _Details(scores.details[word], labels)
        roles = {}
        for role, values in zip(labels["roles"], scores.roles[word].tolist(), strict=True):
            roles[role] = [0.0] * before + values + [0.0] * (size - before - len(values))
        name = labels["types"][kind]
        found.append(
            Trigger(
                word + before,
                name,
                float(scores.types[word, kind]),
                details.modality,
                details.stance,
                details.mode(name),
                details.contexts,
                details.flags,
                roles,
                dict(zip(labels["types"][1:], scores.types[word, 1:].tolist(), strict=True)),
            )
        )
    return found


class _Details:
    """The detail logits of one word, cut by head."""

    def __init__(self, logits: NDArray[np.float32], labels: dict[str, list[str]]) -> None:
        cut: dict[str, NDArray[np.float32]] = {}
        start = 0
        for head in ("modality", "stance", "mode", "contexts", "flags"):
            cut[head] = logits[start : start + len(labels[head])]
            start += len(labels[head])
        self._mode_names, self._modes = labels["mode"], cut["mode"].tolist()
        self.modality = dict(zip(labels["modality"], _softmax(cut["modality"]), strict=True))
        self.stance = dict(zip(labels["stance"], _softmax(cut["stance"]), strict=True))
        plain = [(-logit, n) for n, logit in enumerate(cut["contexts"].tolist()) if logit > _CONTEXT_LOGIT]
        self.contexts = tuple(labels["contexts"][n] for _, n in sorted(plain))
        self.flags = dict(zip(labels["flags"], (1 / (1 + np.exp(-cut["flags"]))).tolist(), strict=True))

    def mode(self, kind: str) -> str | None:
        """The likeliest mode of this type, or None."""
        allowed = [n for n, name in enumerate(self._mode_names) if name == "NONE" or name.startswith(kind + ":")]
        best = self._mode_names[max(allowed, key=lambda n: self._modes[n])]
        return None if best == "NONE" else best.partition(":")[2]


def _softmax(logits: NDArray[np.float32]) -> list[float]:
    exponents = np.exp(logits - logits.max())
    values: list[float] = (exponents / exponents.sum()).tolist()
    return values
