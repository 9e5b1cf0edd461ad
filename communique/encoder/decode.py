"""Decode: from scores to a parsed sentence with entities and triggers.

Contract: in - words with their places in the text; out - `Tokens`. A sentence too long for the encoder is read in stretches,
whose roots hang from the first one's as `parataxis`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from communique.encoder.model import Encoder, Scores
from communique.encoder.tree import find_heads
from communique.records import Entity, Span, Tokens, Trigger

TRIGGER_FLOOR = 0.15  # probability of any type below which a word is no candidate
CONTEXT_FLOOR = 0.5
ENTITY_FLOOR = 0.72  # mean probability of its label below which a name is none
OUTSIDE = 0.7  # probability of O from which a word is in no name; a weak word between strong ones stays in


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
    deprels = [labels["deprels"][scores.deprels[word, head + 1]] for word, head in enumerate(heads)]
    for word, (upos, feats, _, sector) in enumerate(scores.tags.tolist()):
        tokens.upos.append(labels["upos"][upos])
        tokens.feats.append(labels["feats"][feats])
        tokens.lemmas.append(encoder.lemmas.of(words[word], tokens.upos[-1]))
        tokens.sectors.append(labels["sectors"][sector])
        tokens.heads.append(heads[word] + before if heads[word] >= 0 else first_root)
        tokens.deprels.append("parataxis" if heads[word] < 0 <= first_root else deprels[word])
    tokens.entities.extend(find_entities(scores.entities, labels["entities"], before))
    tokens.triggers.extend(find_triggers(scores, labels, before, len(tokens)))


def find_entities(scores: NDArray[np.float32], labels: list[str], before: int = 0) -> list[Entity]:
    """Names from BIO probabilities (N, labels): where they begin and end by B, I and O alone, then one label for the whole name.

    The score is the mean probability of that label over the words; names under `ENTITY_FLOOR` are left out.
    """
    kinds = sorted({label[2:] for label in labels if label != "O"})
    begins, goes_on = (scores[:, [labels.index(f"{mark}-{kind}") for kind in kinds]] for mark in "BI")
    inside = (scores[:, labels.index("O")] < OUTSIDE).tolist()
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
        cuts = np.cumsum([len(labels[head]) for head in ("modality", "stance", "mode", "contexts")])
        modality, stance, self._modes, contexts, flags = np.split(logits, cuts)
        self._mode_names = labels["mode"]
        self.modality = dict(zip(labels["modality"], _softmax(modality), strict=True))
        self.stance = dict(zip(labels["stance"], _softmax(stance), strict=True))
        order = np.argsort(-contexts, kind="stable")
        self.contexts = tuple(labels["contexts"][n] for n in order if contexts[n] > np.log(CONTEXT_FLOOR / (1 - CONTEXT_FLOOR)))
        self.flags = dict(zip(labels["flags"], (1 / (1 + np.exp(-flags))).tolist(), strict=True))

    def mode(self, kind: str) -> str | None:
        """The likeliest mode of this type, or None."""
        allowed = [n for n, name in enumerate(self._mode_names) if name == "NONE" or name.startswith(kind + ":")]
        best = self._mode_names[max(allowed, key=lambda n: self._modes[n])]
        return None if best == "NONE" else best.partition(":")[2]


def _softmax(logits: NDArray[np.float32]) -> list[float]:
    exponents = np.exp(logits - logits.max())
    values: list[float] = (exponents / exponents.sum()).tolist()
    return values
