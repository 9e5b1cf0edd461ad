"""DuckDB: the views of a ledger as tables of one file, which DuckDB 1.2 and later open.

Contract: in - `Chosen`; out - a database with the tables `documents`, `sentences`, `events` and so on. Where events are asked for, tables
hold these, their documents and their occurrences, and what belongs to them; `runs` and `rejects` are whole. The texts of reports are left
out unless they are wanted.
"""

from __future__ import annotations

from pathlib import Path

from communique.exports.chosen import Chosen
from communique.ledger.query import VIEWS

STORAGE = "v1.2.0"
TEXTS = ("documents", "versions")  # which hold the texts of reports
_DOCUMENTS = "CREATE OR REPLACE TEMP TABLE about AS SELECT DISTINCT e.document_id FROM events e SEMI JOIN chosen USING (event_id)"


def write(chosen: Chosen, out: Path) -> None:
    """Write the file."""
    connection = chosen.connection
    connection.execute(_DOCUMENTS)
    path = str(out).replace("'", "''")
    connection.execute(f"ATTACH '{path}' AS exported (STORAGE_VERSION '{STORAGE}')")
    for done, name in enumerate(VIEWS, 1):
        columns = "* EXCLUDE (text)" if name in TEXTS and not chosen.texts else "*"
        only = _only(chosen, name) if chosen.asked else ""
        connection.execute(f"CREATE TABLE exported.main.{name} AS SELECT {columns} FROM {name} {only}")
        chosen.step(done, len(VIEWS))
    connection.execute("DETACH exported")


def _only(chosen: Chosen, name: str) -> str:
    """What keeps a table to the events asked for."""
    held = [column for column, *_ in chosen.connection.execute(f"DESCRIBE {name}").fetchall()]
    for column, table in (("event_id", "chosen"), ("occurrence_id", "chosen"), ("document_id", "about")):
        if column in held:
            return f"SEMI JOIN {table} USING ({column})"
    return ""
