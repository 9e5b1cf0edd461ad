"""Parses written as text: word, part of speech, head (1-based, 0 the root), relation, and if need be lemma and features."""

from __future__ import annotations

from communique.records import Tokens


def parsed(lines: str) -> Tokens:
    """The sentence of a parse, its words joined by single spaces."""
    rows = [line.split() for line in lines.strip().splitlines()]
    starts, at = [], 0
    for row in rows:
        starts.append(at)
        at += len(row[0]) + 1
    return Tokens(
        texts=[row[0] for row in rows],
        starts=starts,
        ends=[start + len(row[0]) for start, row in zip(starts, rows, strict=True)],
        lemmas=[row[4] if len(row) > 4 else row[0].lower() for row in rows],
        upos=[row[1] for row in rows],
        feats=[row[5] if len(row) > 5 else "_" for row in rows],
        heads=[int(row[2]) - 1 for row in rows],
        deprels=[row[3] for row in rows],
    )
