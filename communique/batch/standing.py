"""Standing: what is remembered of feeds and their entries from one look to the next.

Contract: in - an open SQLite database, which may hold other tables; out - how things stand with each feed, and which entries were dealt
with.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with a feed: what to ask it with, when, and how it answered."""

    etag: str | None = None
    modified: str | None = None
    next_due: float = 0.0  # seconds since 1970
    failures: int = 0  # in a row
    gone: bool = False
    last_status: int | None = None
    moved: str | None = None  # where it has moved to for good


_COLUMNS = ", ".join(column.name for column in fields(Standing))


class SqliteState:
    """What is remembered of feeds and entries, in tables of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        with connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS feeds (url TEXT PRIMARY KEY, etag TEXT, modified TEXT, next_due REAL NOT NULL, "
                "failures INTEGER NOT NULL, gone INTEGER NOT NULL, last_status INTEGER, moved TEXT)"
            )
            connection.execute(
                "CREATE TABLE IF NOT EXISTS seen_entries (entry TEXT PRIMARY KEY, feed TEXT NOT NULL, failing_since REAL, "
                "seen INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID"
            )

    def standing(self, url: str) -> Standing:
        """How things stand with a feed; one never asked is due."""
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM feeds WHERE url = ?", (url,)).fetchone()
        return replace(Standing(*row), gone=bool(row[4])) if row else Standing()

    def keep(self, url: str, standing: Standing) -> None:
        """Remember how things stand with a feed."""
        with self._connection:
            self._connection.execute(
                f"INSERT OR REPLACE INTO feeds (url, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (url, *astuple(standing))
            )

    def is_seen(self, entry: str) -> bool:
        """Was the entry dealt with?"""
        return self._connection.execute("SELECT 1 FROM seen_entries WHERE entry = ? AND seen", (entry,)).fetchone() is not None

    def mark_seen(self, entries: Iterable[tuple[str, str]]) -> None:
        """Remember entries as dealt with, each given with its feed."""
        with self._connection:
            self._connection.executemany(
                "INSERT INTO seen_entries (entry, feed, seen) VALUES (?, ?, 1) "
                "ON CONFLICT (entry) DO UPDATE SET seen = 1, failing_since = NULL",
                entries,
            )

    def failing_since(self, entry: str, feed: str, now: float) -> float:
        """Since when the entry cannot be had, which is from now on if it could before."""
        with self._connection:
            self._connection.execute(
                "INSERT INTO seen_entries (entry, feed, failing_since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (entry, feed, now)
            )
        row = self._connection.execute("SELECT failing_since FROM seen_entries WHERE entry = ?", (entry,)).fetchone()
        return float(row[0])
