"""Building: the tables of a snapshot, written to a database file.

Contract: in - a ledger's folder and open catalogue; out - a DuckDB file with one state of the ledger, columns named as in
`ledger/schema.py`, rows in the order that they are asked for. The texts of reports stay in their files; `file` says in which one.
Raises `LedgerError` where the ledger cannot be read.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb

from communique.errors import LedgerError
from communique.ledger.catalogue import Catalogue
from communique.ledger.query import RECORD
from communique.ledger.read import TRIES, connect

_SENTENCE = "substr(d.text, {0}.sentence.start + 1, {0}.sentence.end - {0}.sentence.start)"

# `d` and `l` are what conditions of ledger/filters.py say of an event's document and occurrence: one table answers them without a join.
# Rows are numbered in the order of their days, what is yet to come in that of its report; what refers to a row has its number, as whole
# numbers are joined faster than ids.
_TABLES = {
    "documents": """
        SELECT row_number() OVER (ORDER BY d.document_id)::INTEGER AS number, d.document_id, d.version, d.run, d.reported, d.title,
            d.publisher, d.url, d.source, d.carriers, f.file, s.story_id, s.first AS first_of_story, s.linked_to, s.containment
        FROM documents d LEFT JOIN located f USING (document_id, version, run) LEFT JOIN stories s ON d.document_id = s.document_id
        ORDER BY number
    """,
    "occurrences": """
        SELECT coalesce(first_day, reported) AS day, *,
            row_number() OVER (ORDER BY least(first_day, reported) NULLS FIRST, occurrence_id)::INTEGER AS number,
            len(asserted_by) + own_voice AS voices,
            greatest(least(voices, len(denied_by) + len(alleged_by)), least(voices + len(alleged_by), len(denied_by)))::INTEGER AS disputed
        FROM occurrences ORDER BY number
    """,
    "events": f"""
        SELECT coalesce(e.first_day, e.reported) AS day, m.number, n.number AS document, l.number AS occurrence,
            {", ".join(f'e."{name}"' for name in RECORD)}, e.reported, e.first_day, e.last_day,
            struct_pack(title := n.title, publisher := n.publisher, carriers := n.carriers) AS d,
            struct_pack(occurrence_id := l.occurrence_id, rule := l.rule) AS l, {_SENTENCE.format("e")} AS text
        FROM events e JOIN documents d USING (document_id) JOIN snapshot.documents n USING (document_id)
        JOIN (
            SELECT event_id, row_number() OVER (
                ORDER BY least(first_day, reported) NULLS FIRST, document_id, trigger.start, event_id
            )::INTEGER AS number
            FROM events
        ) m ON e.event_id = m.event_id
        LEFT JOIN (
            SELECT number, occurrence_id, one.event_id, one.rule
            FROM (SELECT number, occurrence_id, unnest(events) AS one FROM snapshot.occurrences)
        ) l ON e.event_id = l.event_id
    """,
    "relations": f"""
        SELECT r.* EXCLUDE (version, run), d.title, d.publisher, {_SENTENCE.format("r")} AS text
        FROM relations r JOIN documents d USING (document_id)
    """,
    "sentences": 'SELECT document_id, "index", start, "end" FROM sentences ORDER BY document_id, "index"',
    "dyads": """
        SELECT source, target, occurrence, day, type, quad, intensity, modality, reports, reported
        FROM (
            SELECT * EXCLUDE (targets), unnest(targets) AS target
            FROM (
                SELECT unnest(actors) AS source, len(recipients) = 0 AS mutual, CASE WHEN mutual THEN actors ELSE recipients END AS targets,
                       number AS occurrence, day, type, quad, intensity, modality, reports, reported
                FROM snapshot.occurrences
            )
        )
        WHERE day IS NOT NULL AND NOT (mutual AND source = target) AND source <> 'UNK' AND target <> 'UNK'
        ORDER BY source, target, occurrence
    """,
    "parties": """
        SELECT code, occurrence, bool_or(acts) AS acts, bool_or(NOT acts) AS receives
        FROM (
            SELECT unnest(actors) AS code, number AS occurrence, true AS acts FROM snapshot.occurrences
            UNION ALL SELECT unnest(recipients), number, false FROM snapshot.occurrences
        )
        GROUP BY code, occurrence ORDER BY code, occurrence
    """,
    "persons": """
        SELECT p.code AS code, p.actor_id AS actor_id, p.name AS name, mode(p.sector) AS sector, min(reported) AS first,
            max(reported) AS last, count(*) AS mentions
        FROM (SELECT reported, unnest(list_concat(actors, recipients, said_by)) AS p FROM snapshot.events)
        WHERE p.name IS NOT NULL GROUP BY ALL ORDER BY code, mentions DESC, actor_id
    """,
}


def build(folder: Path, place: Path, catalogue: Catalogue, threads: int) -> tuple[Path, object]:
    """The ledger as it is now, as a file in a new folder at the place, and its version; a writer may replace files meanwhile."""
    for _ in range(TRIES):
        path = Path(tempfile.mkdtemp(dir=place)) / "snapshot.duckdb"
        try:
            return path, _written(folder, path, catalogue, threads)
        except duckdb.IOException as fault:
            shutil.rmtree(path.parent, ignore_errors=True)
            problem = fault
    raise LedgerError(str(folder), f"cannot be read ({problem})", "Run communique verify.") from problem


def version_of(catalogue: Catalogue) -> object:
    """What is another after each change of the ledger."""
    return catalogue.connection.execute("PRAGMA data_version").fetchone()


def _written(folder: Path, path: Path, catalogue: Catalogue, threads: int) -> object:
    """Write the tables to a database file; the version of the catalogue that they are of."""
    version = version_of(catalogue)
    connection = connect(folder, catalogue, {"temp_directory": str(path.parent / "spilled"), "threads": str(threads)})
    try:
        files = [str(folder / file.path) for file in catalogue.files("documents")]
        located = "SELECT document_id, version, run, filename AS file FROM read_parquet($files, filename = true, hive_partitioning = false)"
        none = "SELECT document_id, version, run, NULL::VARCHAR AS file FROM documents"
        connection.execute(f"CREATE TEMP TABLE located AS {located if files else none}", {"files": files} if files else None)
        connection.execute(f"ATTACH '{str(path).replace(chr(39), 2 * chr(39))}' AS snapshot")
        for name, query in _TABLES.items():
            connection.execute(f"CREATE TABLE snapshot.{name} AS {query}")
        connection.execute("DETACH snapshot")
    finally:
        connection.close()
    return version
