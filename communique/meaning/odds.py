"""Odds: probabilities as logits, so that evidence adds up.

Contract: numbers in, numbers out.
"""

from __future__ import annotations

from math import exp, log

CERTAIN = 0.001  # probabilities are kept this far from 0 and 1


def logit(probability: float) -> float:
    """The logarithm of the odds, bounded."""
    bounded = CERTAIN if probability < CERTAIN else min(probability, 1 - CERTAIN)
    return log(bounded / (1 - bounded))


def sigmoid(evidence: float) -> float:
    """The probability of a logit."""
    return 1 / (1 + exp(-evidence))
