"""Snapshot: one state of a ledger, laid out for the questions of the desk, and the next one in its place when the ledger has changed.

Contract: in - a ledger's folder; out - a `Snapshot` for each request: a connection of its own to the tables of `building.py`. To open a
month's file takes a millisecond, and a ledger has hundreds of them: so all is read once, but for the texts of reports. The database lies
in a folder that is deleted at the end. Raises `LedgerError` where the folder is no ledger, or is damaged.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import reduce
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from communique.errors import LedgerError
from communique.ledger.catalogue import Catalogue
from communique.ledger.read import SETTINGS, Connection, Reader
from communique.views.desk.building import build, version_of

Row = dict[str, Any]
Values = Mapping[str, object]
Value = TypeVar("Value")

PAUSE = 1.0  # seconds between looks at the ledger
THREADS = os.cpu_count() or 1
RATIO = 5  # how much longer than it takes to build one a snapshot is kept
_IDENTITY = ("document_id", "version", "run")


class Snapshot:
    """A state of the ledger, open for the questions of one request."""

    def __init__(self, state: _State) -> None:
        self.folder, self._state = state.folder, state
        self.connection: Connection = state.connection.cursor()

    def rows(self, query: str, values: Values | None = None) -> list[Row]:
        """The rows that answer a query of our own, dates as ISO strings."""
        found = self.connection.execute(query, dict(values or {}))
        columns = [(column[0], column[1] == "DATE") for column in found.description or ()]
        return [
            {name: value.isoformat() if dated and value else value for (name, dated), value in zip(columns, row, strict=True)}
            for row in found.fetchall()
        ]

    def table(self, query: str, values: Values | None = None) -> pa.Table:
        """The same as an Arrow table."""
        return self.connection.sql(query, params=dict(values or {})).to_arrow_table()

    def execute(self, statement: str, values: Values | None = None) -> None:
        """Make a temporary table, which this request alone sees."""
        self.connection.execute(statement, dict(values or {}))

    def remembered(self, key: object, answer: Callable[[], Value]) -> Value:
        """The answer, worked out once for this state of the ledger."""
        return self._state.remembered(key, answer)

    def stored(self, documents: Sequence[Row], columns: Sequence[str]) -> list[Row]:
        """Columns of documents that the snapshot leaves in their files; asked of the ledger where a writer has moved them meanwhile."""
        found = [_row_in(one, columns) for one in documents]
        if None in found:
            with Reader(self.folder) as reader:
                moved = {"ids": [one["document_id"] for one, row in zip(documents, found, strict=True) if row is None]}
                query = f"SELECT document_id, {', '.join(columns)} FROM documents WHERE list_contains($ids, document_id)"
                rows = reader.ask(lambda connection: connection.sql(query, params=moved).to_arrow_table()).to_pylist()
            newer = {row.pop("document_id"): row for row in rows}
            found = [row or newer[one["document_id"]] for one, row in zip(documents, found, strict=True)]
        return [row for row in found if row]

    def close(self) -> None:
        """End the request."""
        self.connection.close()

    @contextmanager
    def catalogue(self) -> Iterator[Catalogue]:
        """The catalogue as it is now, which may be newer."""
        opened = Catalogue.open(self.folder)
        try:
            yield opened
        finally:
            opened.close()


class Snapshots:
    """The newest snapshot of a ledger; a thread looks whether there has to be a newer one. `prepare` sees each before it is in use."""

    def __init__(self, folder: Path, prepare: Callable[[Snapshot], object] = lambda _: None) -> None:
        self.folder, self._prepare = folder, prepare
        self._place = Path(tempfile.mkdtemp(prefix="communique-desk-"))
        self._lock, self._building, self._end = Lock(), Lock(), Event()
        try:
            self._watched = Catalogue.open(folder)
            self._newest = self._built(THREADS)
        except BaseException:
            shutil.rmtree(self._place, ignore_errors=True)
            raise
        self._thread = Thread(target=self._watch, name="snapshots", daemon=True)
        self._thread.start()

    @contextmanager
    def current(self) -> Iterator[Snapshot]:
        """The newest one; it stays as it is until the context ends."""
        with self._lock:
            state = self._newest
            state.users += 1
        snapshot = Snapshot(state)
        try:
            yield snapshot
        finally:
            snapshot.close()
            with self._lock:
                state.users -= 1
            self._discard(state)

    def renew(self) -> None:
        """Build a newer one now, if the ledger has changed."""
        with self._building:
            if version_of(self._watched) == self._newest.version:
                return
            built = self._built(max(1, THREADS // 2))  # who asks meanwhile needs the others
            with self._lock:
                old, self._newest = self._newest, built
            self._discard(old)

    def close(self) -> None:
        """Give the ledger back, and delete what was made of it."""
        self._end.set()
        self._thread.join()
        self._newest.connection.close()
        self._watched.close()
        shutil.rmtree(self._place, ignore_errors=True)

    def _built(self, threads: int) -> _State:
        """The ledger as it is now, prepared for the first who asks."""
        state = _State(self.folder, *build(self.folder, self._place, self._watched, threads))
        snapshot = Snapshot(state)
        self._prepare(snapshot)
        snapshot.close()
        return state

    def _watch(self) -> None:
        """Renew when the ledger has changed; a ledger that cannot be read at this moment is looked at again."""
        pause = PAUSE
        while not self._end.wait(pause):
            start = time.monotonic()
            with suppress(LedgerError, duckdb.Error, sqlite3.Error, OSError):
                self.renew()
            pause = max(PAUSE, RATIO * (time.monotonic() - start))

    def _discard(self, state: _State) -> None:
        """Delete one that is neither the newest nor in use."""
        with self._lock:
            retired = state is not self._newest and not state.users
        if retired:
            state.connection.close()
            shutil.rmtree(state.path.parent, ignore_errors=True)


class _State:
    """What a database file holds, and how many requests use it."""

    def __init__(self, folder: Path, path: Path, version: object) -> None:
        self.folder, self.path, self.version = folder, path, version
        self.connection = duckdb.connect(path, read_only=True, config={**SETTINGS, "temp_directory": str(path.parent / "spilled")})
        self.connection.execute("SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")
        self.users = 0
        self._answers: dict[object, Any] = {}

    def remembered(self, key: object, answer: Callable[[], Value]) -> Value:
        """The answer to a question, worked out the first time that it is asked."""
        if key not in self._answers:
            self._answers[key] = answer()
        found: Value = self._answers[key]
        return found


def _row_in(document: Row, columns: Sequence[str]) -> Row | None:
    """Columns of a document from the file that has it, if it is still there."""
    try:
        table = pq.ParquetFile(document["file"] or "").read([*_IDENTITY, *columns], use_threads=False)
    except OSError:
        return None
    tests = [pc.equal(table[name], document[name]) for name in _IDENTITY]
    (row,) = table.filter(reduce(pc.and_, tests)).select(columns).to_pylist()
    return dict(row)
