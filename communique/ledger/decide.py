"""Decide: what a person knows better than the merging rules, kept in the catalogue and obeyed by every merge.

Contract: in - two ids of current documents, or of current events; out - a decision that they are `apart` or `together`, or its withdrawal
(whatever has become of the two), and stories and occurrences formed by it. Nothing that was coded is changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from communique.errors import QueryError
from communique.ledger.catalogue import add_unmerged
from communique.ledger.merge import merge
from communique.ledger.read import connect
from communique.ledger.write import Writer

OTHER = {"apart": "together", "together": "apart"}
_KNOWN = {
    "documents": "SELECT count(DISTINCT document_id) FROM documents WHERE document_id IN ($first, $second)",
    "events": "SELECT count(DISTINCT event_id) FROM events WHERE event_id IN ($first, $second)",
}


def decide(
    folder: Path,
    kind: str,
    first: str,
    second: str,
    note: str = "",
    *,
    undo: bool = False,
    wait: bool = True,
    tell: Callable[[str], None] | None = None,
) -> None:
    """Put a decision on record, or take it back. The newer of two that contradict each other holds."""
    low, high = sorted((first, second))
    with Writer(folder, f"{kind} {first} {second}", wait=wait, tell=tell) as writer:
        if not undo:  # a decision on what is no longer there can still be taken back
            _check(writer, folder, low, high)
        with writer.catalogue.transaction() as connection:
            kinds = [kind] if undo else [kind, OTHER[kind]]
            among = f"kind IN ({', '.join('?' for _ in kinds)})"
            dropped = connection.execute(f"DELETE FROM decisions WHERE (first, second) = (?, ?) AND {among}", (low, high, *kinds)).rowcount
            if undo and not dropped:
                raise QueryError(
                    f"{low} {high}", f"nobody has decided that they are {kind}", "See communique sql LEDGER 'SELECT * FROM decisions'."
                )
            if not undo:
                made = datetime.now(UTC).isoformat(timespec="seconds")
                connection.execute("INSERT INTO decisions VALUES (?, ?, ?, ?, ?)", (kind, low, high, note, made))
            add_unmerged(connection)
        merge(writer)


def _check(writer: Writer, folder: Path, low: str, high: str) -> None:
    """Raise unless both are documents, or both are events."""
    connection = connect(folder, writer.catalogue)
    given = {"first": low, "second": high}
    if low == high or not any(connection.execute(question, given).fetchall() == [(2,)] for question in _KNOWN.values()):
        remedy = "Take the ids from communique events, or from communique story."
        raise QueryError(f"{low} {high}", "are not two documents, nor two events, of the ledger", remedy)
