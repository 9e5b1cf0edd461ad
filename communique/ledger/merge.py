"""Merge: find the copies among what has been added, and form stories and occurrences anew.

Contract: in - a writer whose catalogue names sketches that have not been compared yet; out - the ledger with the pairs found (`copies`,
which only grow) and with stories and occurrences that follow from all of it. Nothing that was coded is changed, so that a merge can be
undone: what somebody has decided is in the catalogue, and every merge goes by it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from communique import __version__
from communique.ledger.catalogue import Run, add_run, clear_unmerged
from communique.ledger.copies import DAYS, Version, find_pairs, form_stories
from communique.ledger.files import ALL, RECENT, UNDATED, read_tables, split_by_month, store_table
from communique.ledger.occurrences import form_occurrences
from communique.ledger.read import Connection, connect
from communique.ledger.schema import COPIES, DERIVED, STORIES
from communique.ledger.write import Writer

MEMORY, MEMORY_EVENT = 256_000_000, 500  # bytes for merging, and more for each event; what is beyond is spilled
_TEXTS = """
SELECT document_id, version, string_agg(substr(text, s.start + 1, s.end - s.start), ' ' ORDER BY s.index)
FROM documents JOIN sentences s USING (document_id, version) JOIN wanted USING (document_id, version) GROUP BY ALL
"""
_DECIDED = """
SELECT one.document_id, one.version, other.document_id AS copy_of_document_id, other.version AS copy_of_version,
    one.words, other.words AS copy_of_words, 0::INTEGER AS shared, 1::FLOAT AS containment, NULL::FLOAT AS aligned,
    'decided' AS rule, $run AS run
FROM decided JOIN sketches one ON one.document_id = second JOIN sketches other ON other.document_id = first
"""
_CURRENT = """
SELECT pairs.* FROM pairs SEMI JOIN documents USING (document_id, version)
SEMI JOIN documents d ON copy_of_document_id = d.document_id AND copy_of_version = d.version
"""
_DAYS = "SELECT document_id, version, reported FROM documents"


def merge(writer: Writer) -> None:
    """Bring stories and occurrences up to date, where something was added, coded again or decided since; count them."""
    if not writer.catalogue.is_merged():
        _merge(writer)
    stories = read_tables(writer.folder, writer.catalogue.files("stories"), "stories", ["first"])["first"]
    writer.summary.copies = len(stories) - (pc.sum(stories).as_py() or 0)
    writer.summary.occurrences = sum(file.rows for file in writer.catalogue.files("occurrences"))


def merging_run() -> Run:
    """What merges: the program alone, without model and tables."""
    signature = f"communique:{__version__}"
    return Run(hashlib.sha256(f"merge {signature}".encode()).hexdigest()[:16], signature, __version__, "", "", 0.0)


def _merge(writer: Writer) -> None:
    """Compare what is new with all, and put stories and occurrences in the place of the old ones."""
    catalogue, run = writer.catalogue, merging_run()
    spilled = writer.incoming / "spilled"
    spilled.mkdir(parents=True, exist_ok=True)
    memory = MEMORY + MEMORY_EVENT * sum(file.rows for file in catalogue.files("events"))
    settings = {"memory_limit": f"{memory}B", "temp_directory": str(spilled), "preserve_insertion_order": "false"}
    connection = connect(writer.folder, catalogue, settings)
    found = _new_pairs(connection, writer, catalogue.unmerged(), run)
    connection.register("pairs", pa.concat_tables([read_tables(writer.folder, catalogue.files("copies"), "copies"), found]))
    stories = _stories(connection, writer, run)
    connection.register("members", stories)
    occurrences = form_occurrences(connection, catalogue.decisions("apart"), catalogue.decisions("together"), run.run)
    made = [store_table(part, writer.folder, "occurrences", month) for month, part in split_by_month(occurrences).items()]
    made += [store_table(stories, writer.folder, "stories", ALL)] if stories else []
    made += [store_table(found, writer.folder, "copies", RECENT)] if found else []

    def note(database: sqlite3.Connection) -> None:
        add_run(database, run)
        clear_unmerged(database)

    writer.replace([file for name in DERIVED for file in catalogue.files(name)], made, note)


def _new_pairs(connection: Connection, writer: Writer, unmerged: Sequence[str], run: Run) -> pa.Table:
    """The near-copies among new documents, and between these and all others."""
    folder, months = writer.folder, _months_about(writer.folder, unmerged)
    known = {file.path for file in writer.catalogue.files("sketches") if months is None or file.month in months}

    def texts(versions: Sequence[Version]) -> Mapping[Version, str]:
        wanted = [pa.array(column, pa.string()) for column in zip(*versions, strict=True)]
        connection.register("wanted", pa.table(wanted, names=["document_id", "version"]))
        found = {(document_id, version): text for document_id, version, text in connection.execute(_TEXTS).fetchall()}
        return {one: found.get(one, "") for one in versions}  # a superseded version has no text here, and is no copy of any

    def paths(names: Iterable[str]) -> list[str]:
        return [str(folder / name) for name in sorted(names)]

    found = find_pairs(connection, paths(unmerged), paths(known - set(unmerged)), texts)
    pairs = connection.from_arrow(found).distinct().to_arrow_table()  # one coded again has two sketches for a while
    return pairs.append_column("run", pa.array([run.run] * len(pairs), pa.string())).cast(COPIES)


def _months_about(folder: Path, unmerged: Sequence[str]) -> set[str] | None:
    """The months that copies of new documents can be in, by their days of report; None, so all, where one has no day."""
    months = {RECENT, UNDATED}
    for path in unmerged:
        days = pq.read_table(folder / path, columns=["reported"], partitioning=None)["reported"]
        if days.null_count:
            return None
        months |= {f"{day + timedelta(off):%Y-%m}" for day in days.unique().to_pylist() for off in (-DAYS, DAYS)}
    return months


def _stories(connection: Connection, writer: Writer, run: Run) -> pa.Table:
    """The stories that the pairs of current documents form, and those that somebody has put together."""
    decided = writer.catalogue.decisions("together")
    connection.register("decided", pa.table([pa.array([pair[at] for pair in decided], pa.string()) for at in (0, 1)], ["first", "second"]))
    together = connection.sql(_DECIDED, params={"run": run.run}).to_arrow_table()
    pairs = pa.concat_tables([connection.sql(_CURRENT).to_arrow_table().cast(COPIES), together.cast(COPIES)])
    days = {(document_id, version): day for document_id, version, day in connection.execute(_DAYS).fetchall()}
    apart = {frozenset(pair) for pair in writer.catalogue.decisions("apart")}
    stories = form_stories(pairs, {one: day.isoformat() for one, day in days.items() if day}, apart)
    members = zip(stories["document_id"].to_pylist(), stories["version"].to_pylist(), strict=True)
    columns = {"reported": pa.array([days[one] for one in members], pa.date32()), "run": pa.array([run.run] * len(stories), pa.string())}
    for name, column in columns.items():
        stories = stories.append_column(name, column)
    return stories.select(STORIES.names).cast(STORIES)
