"""Arithmetic: how many operations the encoder needs for a sentence, and how many a second this machine does in plain products.

Contract: in - pieces, words and label counts; out - floating-point operations, a multiplication and an addition counted as two. Products of
matrices alone count; all else that the network does is small beside them. The rates are of numpy in fp32, in a process of one thread.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from benchmarks.processes import seconds_of

LAYERS, WIDTH, INNER = 6, 384, 1536
ROWS = 32  # pieces of a sentence of the usual length
Shape = tuple[int, int, int]  # rows, what is summed over, columns
LAYER: tuple[Shape, ...] = ((ROWS, WIDTH, 3 * WIDTH), (ROWS, WIDTH, WIDTH), (ROWS, WIDTH, INNER), (ROWS, INNER, WIDTH))
SQUARE: tuple[Shape, ...] = ((1024, 1024, 1024),)
HIDDEN = {  # width between encoder and labels: heads of a word
    256: (("upos", "feats", "lemmas"), ("entities", "sectors")),
    384: (("types",), ("modality", "stance", "mode", "contexts", "flags")),
}
PAIRS = {"arcs": 256, "deprels": 128, "roles": 192}  # width of either side of a pair
LOOPS, ROUNDS = 20, 15


def flop_of(pieces: int, words: int, labels: Mapping[str, int]) -> int:
    """Of one sentence, by the label counts of the heads."""
    layer = pieces * (4 * WIDTH * WIDTH + 2 * WIDTH * INNER) + 2 * pieces * pieces * WIDTH
    heads = words * sum(
        WIDTH * hidden + hidden * sum(labels[head] for head in group) for hidden, groups in HIDDEN.items() for group in groups
    )
    pairs = sum(_pairs(words, width, labels.get(head, 1)) for head, width in PAIRS.items())
    return 2 * (LAYERS * layer + heads + pairs)


def _pairs(words: int, width: int, labels: int) -> int:
    """Multiplications of a biaffine: both sides, the left one by its matrix, then every pair of words."""
    return words * (2 * WIDTH * width + labels * (width + 1) * (width + 1)) + words * words * labels * (width + 1)


def gemm_rates(_: Callable[[], object]) -> dict[str, float]:
    """Floating-point operations a second in products of the encoder's shapes, and of large square ones."""
    return {"layer": _rate(LAYER), "square": _rate(SQUARE)}


def _rate(shapes: Sequence[Shape]) -> float:
    """The median of some rounds; each has as many products as take a while."""
    draw = np.random.default_rng(1)
    factors = [(draw.random((m, k), np.float32), draw.random((k, n), np.float32), np.empty((m, n), np.float32)) for m, k, n in shapes]

    def products() -> Iterator[object]:
        return (np.matmul(left, right, out=out) for _ in range(LOOPS) for left, right, out in factors)

    seconds_of(products())  # warms up
    flop = 2 * LOOPS * sum(m * k * n for m, k, n in shapes)
    return flop / statistics.median(seconds_of(products()) for _ in range(ROUNDS))
