"""Relate: which acts hold from one span of a sentence to another, for users who bring actors of their own.

Contract: in - what the heads say of a sentence, and the words of two spans; out - the 16 types and NONE with probabilities that add up to
one, the likeliest first. A word counts as far as it is a trigger and as far as the head ties the first span to it as the one who acts
and the second as the one it is done to, or, for acts of equals, both as those who act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from communique.encoder.model import Scores

EQUALS = 0.6  # weight of a tie in which both spans act
LOOSE = 0.08  # how far a trigger counts that the head ties to neither span


@dataclass(frozen=True, slots=True)
class Tie:
    """An event type, or NONE, and the probability that it is what holds from source to target."""

    type: str
    probability: float


def relate_spans(scores: Scores, labels: dict[str, list[str]], source: Sequence[int], target: Sequence[int]) -> tuple[Tie, ...]:
    """The types from the words of the source to those of the target, the likeliest first."""
    own = [*source, *target]

    def tied(role: str, words: Sequence[int]) -> NDArray[np.float32]:
        """For each word of the sentence, how far the head ties a span to it in a role, as the one itself or as its state."""
        both = [scores.roles[:, labels["roles"].index(name), words].max(1) for name in (role, f"{role}_state")]
        stronger: NDArray[np.float32] = np.maximum(both[0], both[1])
        return stronger

    acts = tied("actor", source)
    strength = LOOSE + (1 - LOOSE) * np.maximum(acts * tied("recipient", target), EQUALS * acts * tied("actor", target))
    strength[own] = 0.0
    each = scores.types[:, 1:] * strength[:, None]
    missing = np.prod(1 - each, axis=0)
    none = float(np.prod(1 - each.sum(1)))
    found = 1 - missing
    total = float(found.sum())
    shares = found * ((1 - none) / total) if total > 0 else found
    ties = [Tie("NONE", none), *(Tie(name, float(share)) for name, share in zip(labels["types"][1:], shares, strict=True))]
    return tuple(sorted(ties, key=lambda tie: (-tie.probability, tie.type)))
