"""Tree: the best dependency tree of a matrix of arc scores.

Contract: in - scores (N, N + 1), dependent by head, the root in column 0; out - N heads as word indices, -1 for the one root.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def find_heads(scores: NDArray[np.float32]) -> list[int]:
    """Each word's best head where these make a tree with one root, else the best tree (Chu-Liu-Edmonds)."""
    heads: list[int] = (scores.argmax(1) - 1).tolist()
    return heads if is_tree(heads) else _best_tree(scores)


def is_tree(heads: list[int]) -> bool:
    """Whether there is one root and every word leads to it."""
    if heads.count(-1) != 1:
        return False
    seen = [0] * len(heads)  # number of the walk that came by
    for walk, word in enumerate(range(len(heads)), 1):
        while word >= 0 and not seen[word]:
            seen[word] = walk
            word = heads[word]
        if word >= 0 and seen[word] == walk:
            return False
    return True


def _best_tree(scores: NDArray[np.float32]) -> list[int]:
    """Try the likeliest roots and keep the tree with the highest sum; with one root fixed no other word may hang from the root."""
    size = len(scores)
    full = np.full((size + 1, size + 1), -1e9)
    full[1:, :] = scores
    np.fill_diagonal(full, -1e9)
    words = np.arange(1, size + 1)
    best: tuple[float, list[int]] = (-np.inf, [])
    for root in np.argsort(-scores[:, 0], kind="stable")[:3] + 1:
        one = full.copy()
        one[1:, 0] = -1e9
        one[root, :] = -1e9
        one[root, 0] = full[root, 0]
        if one[words, one[1:].argmax(1)].sum() > best[0]:  # else not even the best head of each word would do
            heads = _edmonds(one)
            total = float(full[words, heads[1:]].sum())
            if total > best[0]:
                best = (total, heads)
    return [head - 1 for head in best[1][1:]]


def _edmonds(scores: NDArray[np.float64]) -> list[int]:
    """Maximum spanning arborescence from node 0; scores[dependent, head]."""
    heads = scores.argmax(1)
    heads[0] = 0
    cycle = _find_cycle(heads)
    if not cycle:
        return [int(head) for head in heads]
    inside = np.array(sorted(cycle))
    outside = np.array([node for node in range(len(scores)) if node not in cycle])
    cycle_total = scores[inside, heads[inside]].sum()
    size = len(outside)
    merged = np.full((size + 1, size + 1), -1e9)
    merged[:size, :size] = scores[np.ix_(outside, outside)]
    gains = scores[np.ix_(inside, outside)] - scores[inside, heads[inside]][:, None] + cycle_total
    merged[size, :size] = gains.max(0)
    merged[:size, size] = scores[np.ix_(outside, inside)].max(1)
    entry, exit_to = inside[gains.argmax(0)], inside[scores[np.ix_(outside, inside)].argmax(1)]
    found = _edmonds(merged)
    result = [int(head) for head in heads]
    for place in range(1, size):
        result[outside[place]] = int(exit_to[place]) if found[place] == size else int(outside[found[place]])
    result[entry[found[size]]] = int(outside[found[size]])
    return result


def _find_cycle(heads: NDArray[np.int64]) -> set[int]:
    seen: set[int] = {0}
    for start in range(1, len(heads)):
        path: list[int] = []
        node = start
        while node not in seen:
            seen.add(node)
            path.append(node)
            node = int(heads[node])
        if node in path:
            return set(path[path.index(node) :])
    return set()
