"""Recode: the documents of a ledger coded again from the text that it keeps, by another model, other tables or another version.

Contract: in - a ledger, settings, which documents; out - the ledger with their rows by the new run; those by the old one become history.
Runs as `add` does: in shards, by any number of processes anywhere, and goes on where it was ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from communique.batch.engine import code_shards
from communique.batch.progress import Progress, Step
from communique.batch.shards import Config, Stored, cut_shards, load_reader, run_of
from communique.ledger.compact import compact
from communique.ledger.merge import merge
from communique.ledger.read import Connection, connect
from communique.ledger.write import Summary, Writer
from communique.records import Document

BATCH = 2_000  # documents read at a time
_OLD = "FROM documents WHERE run <> $run AND coalesce(reported, DATE '0001-01-01') BETWEEN $since AND $until"
_FIELDS = "source, document_id, text, given.date, given.title, publisher, url, sha256"


def recode(
    folder: Path,
    config: Config,
    *,
    since: date = date.min,
    until: date = date.max,
    workers: int | None = 1,
    address: str | None = None,
    step: Step = lambda _: None,
    wait: bool = True,
    tell: Callable[[str], None] | None = None,
) -> Summary:
    """Code anew what other runs have coded, of the documents published from `since` to `until`, both included."""
    run = run_of(load_reader(config.model), config.min_score).run
    with Writer(folder, "recode", wait=wait, tell=tell) as writer:
        if writer.catalogue.history():
            compact(writer)  # a run that was coded by before must not meet its old rows
        connection = connect(folder, writer.catalogue)
        chosen = {"run": run, "since": since, "until": until}
        size = connection.execute(f"SELECT coalesce(sum(strlen(text)), 0)::BIGINT {_OLD}", chosen).fetchall()[0][0]
        consumed = 0
        shards = cut_shards(_stored(connection, chosen), config.shard_items)
        with closing(code_shards(shards, config, workers, address)) as coded:
            for items, shard in coded:
                writer.commit(shard, recode=True)
                consumed += sum(len(one.document.text.encode()) for one in items if isinstance(one, Stored))
                step(Progress("coding", consumed, size, writer.summary))
        if writer.summary.documents:
            step(Progress("merging", size, size, writer.summary))
            merge(writer)
            step(Progress("compacting", size, size, writer.summary))
            compact(writer)
        return writer.summary


def _stored(connection: Connection, chosen: dict[str, Any]) -> Iterator[Stored]:
    """The documents to be coded again, in the order of their days."""
    found = connection.execute(f"SELECT {_FIELDS} {_OLD} ORDER BY reported, document_id", chosen)
    while rows := found.fetchmany(BATCH):
        for source, document_id, text, day, title, publisher, url, sha256 in rows:
            yield Stored(source, Document(document_id, text, day, title, publisher, url, sha256))
