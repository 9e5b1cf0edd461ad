"""Verify: is a ledger sound? Hashes of files, references between rows, offsets against the text.

Contract: in - an open catalogue and the ledger's folder; out - `Fault`s, none where all is sound, and the hash of each table's content,
which two ledgers of the same content share however their rows lie in files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from communique.ledger.catalogue import Catalogue, File
from communique.ledger.files import ALL, HISTORY, RECENT, months_of
from communique.ledger.read import Connection, connect
from communique.ledger.schema import CODED, DERIVED, KEYS, SCHEMAS

BLOCK = 1 << 20
_SPANS = {  # spans and the words that the text must have there, for each table
    "events": [
        "SELECT event_id, trigger.text AS words, trigger.start AS first, trigger.end AS last, document_id FROM events",
        *(
            "SELECT event_id, one.text, one.start, one.end, document_id"
            f" FROM (SELECT event_id, document_id, unnest({role}) AS one FROM events)"
            for role in ("actors", "recipients", "said_by")
        ),
        "SELECT event_id, place.text, place.start, place.end, document_id FROM events WHERE place IS NOT NULL",
    ],
    "relations": ["SELECT relation_id, trigger.text AS words, trigger.start AS first, trigger.end AS last, document_id FROM relations"],
}
_REFERENCES = {
    "sentences, events, relations and sketches without their document": " UNION ALL ".join(
        f"SELECT DISTINCT '{name} of ' || document_id FROM {name} ANTI JOIN documents USING (document_id, version, run)"
        for name in ("sentences", "events", "relations", "sketches")
    ),
    "events without their sentence": (
        "SELECT event_id FROM events e ANTI JOIN sentences s"
        " ON e.document_id = s.document_id AND e.sentence.index = s.index AND e.sentence.start = s.start AND e.sentence.end = s.end"
    ),
    "rows of no run on record": " UNION ALL ".join(f"SELECT DISTINCT run FROM {name} ANTI JOIN runs USING (run)" for name in SCHEMAS),
    "rows that are there twice": " UNION ALL ".join(
        f"SELECT '{name} of ' || {keys[0]} FROM {name} GROUP BY {', '.join(keys)} HAVING count(*) > 1" for name, keys in KEYS.items()
    ),
}
_FORMED = {  # by a merge, and out of date until the next one where a run was interrupted
    "events in no occurrence, or in several": (
        "SELECT event_id FROM events LEFT JOIN links USING (event_id) GROUP BY event_id HAVING count(occurrence_id) <> 1"
    ),
    "occurrences with events that are not there": "SELECT occurrence_id FROM links ANTI JOIN events USING (event_id)",
    "stories with documents that are not there": "SELECT story_id FROM stories ANTI JOIN documents USING (document_id, version)",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: a file, a table or a row."""

    place: str
    fact: str


def verify(folder: Path, catalogue: Catalogue, step: Callable[[int], None] = lambda _: None) -> Iterator[Fault]:
    """All faults of a ledger; `step` is told of the bytes of each file that is checked."""
    files = [*catalogue.files(), *catalogue.files(status=HISTORY)]
    broken = False
    for file in files:
        for fault in _file_faults(folder, file):
            broken = True
            yield fault
        step(file.bytes)
    if broken:
        return  # what follows would fail on the same files
    connection = connect(folder, catalogue)
    yield from _catalogue_faults(connection, catalogue)
    for fact, question in (_REFERENCES | (_FORMED if catalogue.is_merged() else {})).items():
        yield from (Fault(str(name), fact) for (name,) in connection.execute(f"{question} LIMIT 100").fetchall())
    for name, questions in _SPANS.items():
        for question in questions:
            for row, words in _misplaced(connection, question):
                yield Fault(f"{name} {row}", f"{words!r} is not what the text has there")


def content_hashes(folder: Path, catalogue: Catalogue) -> dict[str, str]:
    """SHA-256 of the rows of each table in the order of their keys, whatever files they lie in."""
    connection = connect(folder, catalogue)
    hashes = {}
    for name, keys in KEYS.items():
        digest = hashlib.sha256()
        rows = connection.execute(f"SELECT to_json(t)::VARCHAR FROM {name} t ORDER BY {', '.join(keys)}")
        while batch := rows.fetchmany(10_000):
            digest.update("\n".join(row for (row,) in batch).encode() + b"\n")
        hashes[name] = digest.hexdigest()
    return hashes


def _file_faults(folder: Path, file: File) -> Iterator[Fault]:
    """Is a file there, with the bytes, the columns, the order and the month that it should have?"""
    path = folder / file.path
    if not path.is_file():
        yield Fault(file.path, "is missing")
        return
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    if digest.hexdigest() != file.sha256:
        yield Fault(file.path, "has other bytes than were written")
        return
    if pq.read_metadata(path).num_rows != file.rows or pq.read_schema(path).names != SCHEMAS[file.name].names:
        yield Fault(file.path, "has other rows or columns than the catalogue says")
    elif file.name in CODED | DERIVED and file.month not in (RECENT, ALL):
        months = months_of(pq.read_table(path, columns=["reported"]))
        if months.unique().to_pylist() != [file.month]:
            yield Fault(file.path, f"has rows of other months than {file.month}")


def _catalogue_faults(connection: Connection, catalogue: Catalogue) -> Iterator[Fault]:
    """Do the catalogue and the files name the same documents?"""
    listed = set(catalogue.connection.execute("SELECT document_id, version, run FROM documents WHERE current"))
    found = set(connection.execute("SELECT document_id, version, run FROM documents").fetchall())
    yield from (Fault(str(one[0]), "is in the catalogue, but in no file") for one in sorted(listed - found)[:100])
    yield from (Fault(str(one[0]), "is in a file, but not in the catalogue") for one in sorted(found - listed)[:100])


def _misplaced(connection: Connection, question: str) -> list[tuple[str, str]]:
    """The rows whose words are not at their offsets."""
    return connection.execute(
        f"SELECT s.* EXCLUDE (first, last, document_id) FROM ({question}) AS s(row, words, first, last, document_id)"
        " JOIN documents d USING (document_id)"
        " WHERE first IS NOT NULL AND substr(d.text, first + 1, last - first) IS DISTINCT FROM words LIMIT 100"
    ).fetchall()
