"""Write: the one writer of a ledger, and how a coded shard becomes part of it.

Contract: in - a folder, and `Shard`s, wherever they were coded; out - the ledger with their rows, each document's version
once. What is not in the catalogue is not in the ledger: a writer that was killed leaves files behind, which the next one sweeps away. The
catalogue changes in one transaction after the files are in place, so that a shard is in the ledger whole or not at all.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import compress
from pathlib import Path
from types import TracebackType

import orjson
from filelock import FileLock, Timeout

from communique.errors import LedgerError, printable
from communique.ledger.catalogue import (
    Catalogue,
    File,
    Run,
    Version,
    add_files,
    add_keys,
    add_rejects,
    add_run,
    add_unmerged,
    add_version,
    check_place,
    drop_files,
    recode_version,
)
from communique.ledger.files import HISTORY, INCOMING, RECENT, find_rows, from_parquet, store, store_table, table_of
from communique.ledger.schema import CODED, SCHEMAS

LOCK = ".lock"
_IDENTITY = ("document_id", "version")
_COUNTED = {"documents", "known", "sentences", "events", "relations"}


@dataclass(frozen=True, slots=True)
class Shard:
    """What coding some documents gave: the bytes of a Parquet file for each table of `CODED`, and what could not be coded."""

    tables: Mapping[str, bytes]
    run: Run
    keys: tuple[str, ...]  # of the items coded
    rejects: tuple[dict[str, str], ...]
    order: tuple[tuple[str, str], ...] = ()  # documents that came in several versions, as these came: the later is current


@dataclass(slots=True)
class Summary:
    """What a command has done."""

    documents: int = 0
    known: int = 0
    sentences: int = 0
    events: int = 0
    relations: int = 0
    copies: int = 0
    occurrences: int = 0
    rejects: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def count(self, numbers: Mapping[str, int], reasons: Mapping[str, int]) -> None:
        """Add numbers by their names, those of tables among them, and how many rejects there are for what reason."""
        for name in _COUNTED & numbers.keys():
            setattr(self, name, getattr(self, name) + numbers[name])
        for fact, number in reasons.items():
            self.rejects += number
            self.reasons[fact] = self.reasons.get(fact, 0) + number


class Writer:
    """An open ledger with the right to change it; a context, which holds the ledger's lock."""

    def __init__(
        self, folder: Path, command: str, *, create: bool = False, wait: bool = True, tell: Callable[[str], None] | None = None
    ) -> None:
        self.folder, self.command, self.wait, self.tell = folder, printable(command), wait, tell or (lambda _: None)
        check_place(folder, create=create)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise LedgerError(str(folder), f"cannot be made ({fault.strerror})", "Name a folder that you may write to.") from fault
        self.lock = FileLock(folder / LOCK)
        self.summary = Summary()

    def __enter__(self) -> Writer:
        self._acquire()
        try:
            self.catalogue = Catalogue.open(self.folder, create=True)
            self._sweep()
            started = datetime.now(UTC).isoformat(timespec="seconds")
            cursor = self.catalogue.connection.execute("INSERT INTO adds (command, started) VALUES (?, ?)", (self.command, started))
        except BaseException:
            self.lock.release()
            raise
        self.add = cursor.lastrowid
        return self

    def __exit__(self, kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None) -> None:
        finished = datetime.now(UTC).isoformat(timespec="seconds") if kind is None else None
        self.catalogue.connection.execute(
            "UPDATE adds SET finished = ?, summary = ? WHERE number = ?", (finished, orjson.dumps(self.summary).decode(), self.add)
        )
        self.catalogue.close()
        self.lock.release()

    @property
    def incoming(self) -> Path:
        """Where files are written before they are moved to their place."""
        return self.folder / INCOMING

    def commit(self, shard: Shard, *, recode: bool = False) -> int:
        """Take a coded shard into the ledger; how many of its documents were taken. A known version is left out, but if to `recode`."""
        documents = from_parquet(shard.tables["documents"], [*_IDENTITY, "reported", "title", "text"]).to_pylist()
        order = {identity: place for place, identity in enumerate(shard.order)}
        documents.sort(key=lambda one: order.get((one["document_id"], one["version"]), 0))
        identities = [(one["document_id"], one["version"]) for one in documents]
        known = [self.catalogue.find_version(*identity) for identity in identities]
        taken = [old is None or (recode and old.run != shard.run.run) for old in known]
        rejects = {one["reject_id"]: one for one in shard.rejects}
        new = [one for one in rejects.values() if not self.catalogue.knows_reject(one["reject_id"])]
        files = [*self._stored(shard, identities, taken), *self._rejected(new)]
        with self.catalogue.transaction() as connection:
            add_run(connection, shard.run)
            add_files(connection, files)
            add_keys(connection, shard.keys)
            add_rejects(connection, list(rejects))
            for document, old in compress(zip(documents, known, strict=True), taken):
                version = Version(document["document_id"], document["version"], shard.run.run, _iso(document["reported"]))
                if old is None:
                    add_version(connection, version, document["title"], document["text"])
                else:
                    recode_version(connection, version, old.run)
            if any(taken):  # the sketches of what is coded again have been compared
                add_unmerged(connection, [file.path for file in files if file.name == "sketches" and not recode])
        numbers = {file.name: file.rows for file in files} | {"known": taken.count(False)}
        self.summary.count(numbers, Counter(one["fact"] for one in rejects.values()))
        return sum(taken)

    def replace(self, retired: Iterable[File], made: Sequence[File], also: Callable[[sqlite3.Connection], None] | None = None) -> None:
        """Put files in the place of others, in one step with what `also` does to the catalogue; then delete the retired ones."""
        kept = {file.path for file in made}
        paths = [file.path for file in retired if file.path not in kept]
        with self.catalogue.transaction() as connection:
            drop_files(connection, paths)
            add_files(connection, made)
            if also:
                also(connection)
        self.delete(paths)

    def delete(self, paths: Iterable[str]) -> None:
        """Delete files that the catalogue no longer names; one that is in use where that forbids it is swept away later."""
        for path in paths:
            with suppress(OSError):
                (self.folder / path).unlink()
                (self.folder / path).parent.rmdir()  # only if that was the last file of its month

    def _stored(self, shard: Shard, identities: Sequence[tuple[str, str]], taken: Sequence[bool]) -> Iterator[File]:
        """The files of a shard in their places, less the rows of documents that are not taken."""
        if not any(taken):
            return
        wanted = frozenset(compress(identities, taken))
        for name in CODED:
            if all(taken):
                yield store(shard.tables[name], self.folder, name, RECENT)
            else:
                rows = from_parquet(shard.tables[name])
                yield store_table(rows.filter(find_rows(rows, _IDENTITY, wanted)), self.folder, name, RECENT)

    def _rejected(self, rejects: Sequence[dict[str, str]]) -> Iterator[File]:
        """The faults that are not on record yet, as a file."""
        if rejects:
            yield store_table(table_of("rejects", rejects), self.folder, "rejects", RECENT)

    def _acquire(self) -> None:
        """Take the lock, or wait for it, or say who has it."""
        try:
            self.lock.acquire(timeout=0)
        except PermissionError as fault:
            raise LedgerError(
                str(self.folder), f"cannot be written to ({fault.strerror})", "Name a folder that you may write to."
            ) from fault
        except Timeout:
            if not self.wait:
                raise LedgerError(str(self.folder), "is being written by another process", "Wait for it to end.") from None
            self.tell(f"{self.folder} is being written by another process; waiting for it to end")
            self.lock.acquire()

    def _sweep(self) -> None:
        """Delete what a writer that was killed has left behind: files that the catalogue does not name."""
        shutil.rmtree(self.incoming, ignore_errors=True)
        named = {file.path for status in ("live", HISTORY) for file in self.catalogue.files(status=status)}
        places = [self.folder, self.folder / HISTORY]
        found = (
            path.relative_to(self.folder).as_posix() for place in places for name in SCHEMAS for path in (place / name).glob("*/*.parquet")
        )
        self.delete([path for path in found if path not in named])


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
