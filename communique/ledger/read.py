"""Read: a ledger as it is at one moment, as views of a DuckDB database in memory.

Contract: in - a ledger's folder; out - a connection on which `documents`, `sentences`, `events` and `relations` hold the current rows,
`versions` every version, and `participants`, `carriers`, `links`, `stories`, `occurrences`, `copies`, `rejects`, `runs` the rest. The files
are those that the catalogue named as live when the views were made. A writer may delete them afterwards: `Reader.ask` then looks again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from communique.errors import LedgerError
from communique.ledger.catalogue import Catalogue, File
from communique.ledger.schema import CODED, SCHEMAS

Connection = duckdb.DuckDBPyConnection
Answer = TypeVar("Answer")
TRIES = 5
SETTINGS: dict[str, str | bool | int | float | list[str]] = {  # nothing is fetched, and no variable of the caller is a table
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}
_IDENTITY = "(document_id, version, run)"
_HISTORY = pa.schema([(name, pa.string()) for name in ("document_id", "version", "run")])
_RUNS = pa.schema([*((name, pa.string()) for name in ("run", "signature", "version", "model", "tables")), ("min_score", pa.float64())])
_DECISIONS = pa.schema([(name, pa.string()) for name in ("kind", "first", "second", "note", "made")])
_VIEWS = """
CREATE OR REPLACE VIEW participants AS
    SELECT event_id, document_id, reported, role, position, one.*
    FROM (
        SELECT event_id, document_id, reported, 'actor' AS role, generate_subscripts(actors, 1) AS position, unnest(actors) AS one
        FROM events
        UNION ALL SELECT event_id, document_id, reported, 'recipient', generate_subscripts(recipients, 1), unnest(recipients) FROM events
        UNION ALL SELECT event_id, document_id, reported, 'speaker', generate_subscripts(said_by, 1), unnest(said_by) FROM events
    );
CREATE OR REPLACE VIEW carriers AS
    SELECT document_id, reported, one.name, one.kind, one.rule
    FROM (SELECT document_id, reported, unnest(carriers) AS one FROM documents);
CREATE OR REPLACE VIEW links AS
    SELECT one.event_id, one.document_id, occurrence_id, one.rule
    FROM (SELECT occurrence_id, unnest(events) AS one FROM occurrences);
"""


class Reader:
    """A ledger open for questions; a context. Every question sees one state of the ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.catalogue = Catalogue.open(folder)
        self.connection: Connection | None = None
        self.state: object = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the catalogue back."""
        self.catalogue.close()

    def ask(self, question: Callable[[Connection], Answer]) -> Answer:
        """The answer, on the newest state; asked again where a writer has replaced a file meanwhile."""
        for _ in range(TRIES):
            try:
                return question(self._connected())
            except duckdb.IOException as fault:
                self.connection, problem = None, fault
        raise LedgerError(str(self.folder), f"cannot be read ({problem})", "Run communique verify.") from problem

    def _connected(self) -> Connection:
        """A connection whose views are those of the newest state."""
        version = self.catalogue.connection.execute("PRAGMA data_version").fetchone()
        if self.connection is None:
            self.connection = duckdb.connect(config=SETTINGS)
            _confine(self.connection, self.folder)
            self.state = None
        if version != self.state:
            define_views(self.connection, self.folder, self.catalogue)
            self.state = version
        return self.connection


def connect(folder: Path, catalogue: Catalogue, settings: Mapping[str, str] = MappingProxyType({})) -> Connection:
    """A database in memory with the views of the ledger as it is now."""
    connection = duckdb.connect(config={**SETTINGS, **settings})
    define_views(connection, folder, catalogue)
    return connection


def define_views(connection: Connection, folder: Path, catalogue: Catalogue) -> None:
    """The views of the ledger as it is now in the place of earlier ones; tables that questions have made of these are dropped."""
    for (table,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall():
        connection.execute(f'DROP TABLE "{table}"')
    with catalogue.snapshot() as question:
        live, history = catalogue.files(), catalogue.files(status="history")
        superseded = catalogue.history()
        runs = question.execute("SELECT * FROM runs ORDER BY run").fetchall()
        decisions = question.execute("SELECT * FROM decisions ORDER BY made, kind, first, second").fetchall()
    _register(connection, "superseded", _HISTORY, superseded)
    _register(connection, "runs", _RUNS, runs)
    _register(connection, "decisions", _DECISIONS, decisions)
    for name in SCHEMAS:
        _create(connection, name, _scan(connection, folder, name, live), current=name in CODED and bool(superseded))
    everything = _scan(connection, folder, "documents", [*live, *history])
    connection.execute(
        "CREATE OR REPLACE VIEW versions AS SELECT *, true AS current FROM documents UNION ALL "
        f"SELECT DISTINCT ON {_IDENTITY} *, false FROM {everything} ANTI JOIN documents USING {_IDENTITY}"
    )
    connection.execute(_VIEWS)


def _confine(connection: Connection, folder: Path) -> None:
    """Let questions reach the files of the ledger and nothing else; as these never change, keep what was read of them."""
    for setting in ("parquet_metadata_cache = true", "cache_local_files = true", "validate_external_file_cache = 'NO_VALIDATION'"):
        connection.execute(f"SET {setting}")
    connection.execute(f"SET allowed_directories = [{_quoted(str(folder))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _scan(connection: Connection, folder: Path, name: str, files: Sequence[File]) -> str:
    """What to select a table from: its files, or a table without rows where there are none."""
    paths = [str(folder / file.path) for file in files if file.name == name]
    if paths:
        return f"read_parquet([{', '.join(map(_quoted, paths))}], hive_partitioning = false)"
    _register(connection, f"no_{name}", SCHEMAS[name], [])
    return f"no_{name}"


def _create(connection: Connection, name: str, scan: str, *, current: bool) -> None:
    """The view of a table, less the rows that are no longer current."""
    only = " ANTI JOIN superseded USING (document_id, version, run)" if current else ""
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {scan}{only}")


def _register(connection: Connection, name: str, schema: pa.Schema, rows: Sequence[Sequence[Any]]) -> None:
    """A table of values."""
    connection.register(name, pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
