"""Catalogue: the SQLite file that says what a ledger holds: runs, documents, live files, full text, decisions.

Contract: one writer at a time (`ledger/write.py` sees to that), any number of readers, who never wait: the file is in WAL mode, and every
change of what is live is one transaction. Numbers of documents are internal; ids, versions and runs are those of the rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from communique.errors import LedgerError, printable

NAME = "catalogue.sqlite"
FORMAT = "1"
BUSY_MS = 10_000  # a reader never needs it; a second command of the same user might
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE runs (run TEXT PRIMARY KEY, signature TEXT, version TEXT, model TEXT, tables TEXT, min_score REAL) WITHOUT ROWID;
CREATE TABLE adds (number INTEGER PRIMARY KEY, command TEXT, started TEXT, finished TEXT, summary TEXT);
CREATE TABLE files (path TEXT PRIMARY KEY, name TEXT, month TEXT, status TEXT, rows INTEGER, bytes INTEGER, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, document_id TEXT, version TEXT, run TEXT, reported TEXT, current INTEGER, UNIQUE (document_id, version)
);
CREATE TABLE history (document_id TEXT, version TEXT, run TEXT, PRIMARY KEY (document_id, version, run)) WITHOUT ROWID;
CREATE TABLE unmerged (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE items (key BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE rejects (reject_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE decisions (kind TEXT, first TEXT, second TEXT, note TEXT, made TEXT, PRIMARY KEY (kind, first, second)) WITHOUT ROWID;
CREATE VIRTUAL TABLE texts USING fts5 (title, text, content='', tokenize='unicode61 remove_diacritics 2');
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What coded a document: versions and settings; `run` is a hash of the rest."""

    run: str
    signature: str
    version: str
    model: str
    tables: str
    min_score: float


@dataclass(frozen=True, slots=True)
class File:
    """A Parquet file of the ledger: `path` from its folder, `name` of its table, `month` (YYYY-MM, `undated`, `recent`, `all`)."""

    path: str
    name: str
    month: str
    status: str  # live | history
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document's text and metadata, and the run that coded it last."""

    document_id: str
    version: str
    run: str
    reported: str | None


class Catalogue:
    """An open catalogue."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @classmethod
    def open(cls, folder: Path, *, create: bool = False) -> Catalogue:
        """The catalogue of a ledger, made anew where there is none and `create` is set. Raises `LedgerError`."""
        path = folder / NAME
        check_place(folder, create=create)
        try:
            connection = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")  # files that it no longer names are deleted: it must be on disk before
            if create and not connection.execute("SELECT name FROM sqlite_master").fetchone():
                connection.executescript(f"BEGIN;{_TABLES}INSERT INTO meta VALUES ('format', '{FORMAT}');COMMIT;")
            found = connection.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
        except sqlite3.DatabaseError as fault:
            raise LedgerError(str(path), f"cannot be read ({fault})", "Restore it from a copy of the ledger.") from fault
        if found is None or found[0] != FORMAT:
            connection.close()
            raise LedgerError(str(path), f"has format {found and found[0]}, not {FORMAT}", "Use the version of communique that wrote it.")
        return cls(connection)

    def close(self) -> None:
        """Give the file back."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Several questions to one state."""
        self.connection.execute("BEGIN")
        try:
            yield self.connection
        finally:
            self.connection.execute("COMMIT")

    def files(self, name: str | None = None, status: str = "live") -> list[File]:
        """The files of a table, or of all, in the order of their paths."""
        where = "status = ?" + (" AND name = ?" if name else "")
        given = (status, name) if name else (status,)
        rows = self.connection.execute(
            f"SELECT path, name, month, status, rows, bytes, sha256 FROM files WHERE {where} ORDER BY path", given
        )
        return [File(*row) for row in rows]

    def history(self) -> list[tuple[str, str, str]]:
        """The (document_id, version, run) whose rows lie in live files but are no longer current."""
        return self.connection.execute("SELECT document_id, version, run FROM history ORDER BY 1, 2, 3").fetchall()

    def unmerged(self) -> list[str]:
        """The files of sketches that have not been compared yet."""
        return [path for (path,) in self.connection.execute("SELECT path FROM unmerged ORDER BY path")]

    def is_merged(self) -> bool:
        """Do stories and occurrences follow from all that the ledger has?"""
        return self.connection.execute("SELECT 1 FROM meta WHERE name = 'unmerged'").fetchone() is None

    def knows_item(self, key: str) -> bool:
        """Has the item of this key been coded?"""
        return self.connection.execute("SELECT 1 FROM items WHERE key = ?", (bytes.fromhex(key),)).fetchone() is not None

    def knows_reject(self, reject_id: str) -> bool:
        """Is this fault on record?"""
        return self.connection.execute("SELECT 1 FROM rejects WHERE reject_id = ?", (reject_id,)).fetchone() is not None

    def find_version(self, document_id: str, version: str) -> Version | None:
        """That version of a document, if the ledger has it."""
        found = self.connection.execute(
            "SELECT document_id, version, run, reported FROM documents WHERE document_id = ? AND version = ?", (document_id, version)
        ).fetchone()
        return Version(*found) if found else None

    def decisions(self, kind: str) -> list[tuple[str, str]]:
        """The pairs that somebody has decided upon."""
        return self.connection.execute("SELECT first, second FROM decisions WHERE kind = ? ORDER BY 1, 2", (kind,)).fetchall()

    def search(self, words: str, most: int) -> list[tuple[str, str, float]]:
        """The current documents that hold the words (FTS5 syntax), the best first: document_id, version, bm25 (lower is better)."""
        return self.connection.execute(
            "SELECT document_id, version, score FROM (SELECT rowid, bm25(texts, 3.0) AS score FROM texts WHERE texts MATCH ?)"
            " JOIN documents ON number = rowid WHERE current ORDER BY score, document_id LIMIT ?",
            (words, most),
        ).fetchall()


def check_place(folder: Path, *, create: bool) -> None:
    """Raise where there is no ledger, nor, to `create` one, a folder that has nothing else in it: a writer sweeps what it does not know."""
    if printable(str(folder)) != str(folder):
        raise LedgerError(str(folder), "has a name that is no UTF-8", "Give it another.")
    if (folder / NAME).is_file():
        return
    if not create:
        raise LedgerError(str(folder), "is no ledger: it has no catalogue", f"Make one: communique add {folder} SOURCE...")
    if folder.is_dir() and any(not path.name.startswith((".", NAME)) for path in folder.iterdir()):
        raise LedgerError(str(folder), "is no ledger, and has other files in it", "Name a new folder, or an empty one.")


def add_run(connection: sqlite3.Connection, run: Run) -> None:
    """Put a run on record, once."""
    connection.execute("INSERT OR IGNORE INTO runs VALUES (:run, :signature, :version, :model, :tables, :min_score)", asdict(run))


def add_files(connection: sqlite3.Connection, files: Iterable[File]) -> None:
    """Make files live, or history."""
    columns = ":path, :name, :month, :status, :rows, :bytes, :sha256"
    connection.executemany(f"INSERT OR REPLACE INTO files VALUES ({columns})", map(asdict, files))


def drop_files(connection: sqlite3.Connection, paths: Iterable[str]) -> None:
    """Forget files; what lies on disk is for the caller to delete, after the transaction."""
    connection.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in paths])


def add_version(connection: sqlite3.Connection, version: Version, title: str | None, text: str) -> None:
    """Put a new version of a document on record: it becomes the current one, an earlier one history."""
    connection.execute(
        "INSERT OR IGNORE INTO history SELECT document_id, version, run FROM documents WHERE document_id = ? AND current",
        (version.document_id,),
    )
    connection.execute("UPDATE documents SET current = 0 WHERE document_id = ?", (version.document_id,))
    number = connection.execute(
        "INSERT INTO documents (document_id, version, run, reported, current) VALUES (?, ?, ?, ?, 1)",
        (version.document_id, version.version, version.run, version.reported),
    ).lastrowid
    connection.execute("INSERT INTO texts (rowid, title, text) VALUES (?, ?, ?)", (number, title or "", text))


def recode_version(connection: sqlite3.Connection, version: Version, old_run: str) -> None:
    """Another run has coded a version: what the old one found becomes history."""
    where = (version.document_id, version.version)
    connection.execute("INSERT OR IGNORE INTO history VALUES (?, ?, ?)", (*where, old_run))
    connection.execute("DELETE FROM history WHERE document_id = ? AND version = ? AND run = ?", (*where, version.run))
    connection.execute("UPDATE documents SET run = ? WHERE document_id = ? AND version = ?", (version.run, *where))


def add_keys(connection: sqlite3.Connection, keys: Sequence[str]) -> None:
    """Items that need not be read again."""
    connection.executemany("INSERT OR IGNORE INTO items VALUES (?)", [(bytes.fromhex(key),) for key in keys])


def add_rejects(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Faults that are on record."""
    connection.executemany("INSERT OR IGNORE INTO rejects VALUES (?)", [(one,) for one in ids])


def add_unmerged(connection: sqlite3.Connection, paths: Sequence[str] = ()) -> None:
    """Stories and occurrences are to be formed anew; before, the sketches in these files are to be compared with all others."""
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('unmerged', '')")
    connection.executemany("INSERT OR IGNORE INTO unmerged VALUES (?)", [(path,) for path in paths])


def clear_unmerged(connection: sqlite3.Connection) -> None:
    """All sketches have been compared, and stories and occurrences formed."""
    connection.execute("DELETE FROM unmerged")
    connection.execute("DELETE FROM meta WHERE name = 'unmerged'")


def drop_history(connection: sqlite3.Connection, codings: Sequence[tuple[str, str, str]]) -> None:
    """The rows of these codings no longer lie in live files."""
    connection.executemany("DELETE FROM history WHERE document_id = ? AND version = ? AND run = ?", codings)
