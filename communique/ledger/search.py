"""Search: the documents that have the words asked for, and the stretch of text that shows it.

Contract: in - a connection of `ledger/read.py`, the catalogue, words in the syntax of FTS5; out - an Arrow table, the best document first.
The catalogue's index holds no text, so the few documents found are indexed once more, with theirs, to cut the stretch from it.
Raises `sqlite3.OperationalError` for words with a fault.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pyarrow as pa

from communique.ledger.catalogue import Catalogue, Version
from communique.ledger.read import Connection

STRETCH = 32  # words
FOUND = pa.schema(
    [
        *((name, pa.string()) for name in ("document_id", "title")),
        ("reported", pa.date32()),
        ("publisher", pa.string()),
        ("score", pa.float64()),
        ("snippet", pa.string()),
    ]
)
_TEXTS = "SELECT document_id, version, title, reported, publisher, text FROM documents"


def find_texts(connection: Connection, catalogue: Catalogue, words: str, limit: int) -> pa.Table:
    """At most `limit` documents; a higher score is better."""
    hits = catalogue.search(words, limit)
    versions = [version for document_id, name, _ in hits if (version := catalogue.find_version(document_id, name))]
    rows = {(row["document_id"], row["version"]): row for row in _rows(connection, versions)} if versions else {}
    found = [rows[document_id, version] | {"score": -score} for document_id, version, score in hits if (document_id, version) in rows]
    snippets = cut_snippets(catalogue, [(row["title"], row["text"]) for row in found], words)
    return pa.Table.from_pylist([{**row, "snippet": snippets.get(number)} for number, row in enumerate(found)], FOUND)


def _rows(connection: Connection, versions: Sequence[Version]) -> list[dict[str, Any]]:
    """The documents; as files hold a month each, a list of days tells which of them need not be opened."""
    days = sorted({one.reported for one in versions if one.reported})
    ids = [one.document_id for one in versions]
    dated = f"reported IN ({', '.join(['?::DATE'] * len(days))})" if days else "false"
    undated = " OR reported IS NULL" if any(one.reported is None for one in versions) else ""
    where = f"document_id IN ({', '.join('?' * len(ids))}) AND ({dated}{undated})"
    rows: list[dict[str, Any]] = connection.sql(f"{_TEXTS} WHERE {where}", params=[*ids, *days]).to_arrow_table().to_pylist()
    return rows


def cut_snippets(
    catalogue: Catalogue, texts: Sequence[tuple[str | None, str]], words: str, marks: tuple[str, str] = ("[", "]")
) -> dict[int, str]:
    """For each title and text by number the stretch of the text that has most of the words, each hit between the marks."""
    (index,) = catalogue.connection.execute("SELECT sql FROM sqlite_master WHERE name = 'texts'").fetchone()
    rows = [(number, title or "", text) for number, (title, text) in enumerate(texts)]
    with closing(sqlite3.connect(":memory:")) as beside:
        beside.execute(index.replace(" content='',", ""))
        beside.executemany("INSERT INTO texts (rowid, title, text) VALUES (?, ?, ?)", rows)
        cut = f"SELECT rowid, snippet(texts, 1, ?, ?, '…', {STRETCH}) FROM texts WHERE texts MATCH ?"
        return {number: " ".join(text.split()) for number, text in beside.execute(cut, (*marks, words))}
