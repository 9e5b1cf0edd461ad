"""Coding: the command that codes archives without a ledger.

Contract: as `communique/views/keeping.py`.
"""

from __future__ import annotations

from pathlib import Path

import click

from communique.views.faults import failing
from communique.views.keeping import (
    ADDRESS,
    DATE,
    DATE_FORMAT,
    ENGINE,
    MAP,
    MIN_SCORE,
    MODEL,
    WORKERS,
    conclude,
    config_of,
    crew,
    intake_of,
    say,
)

LABELS = {
    "documents": "documents coded",
    "sentences": "sentences",
    "events": "events",
    "relations": "standing relations",
    "known": "shards coded before",
    "rejects": "rejected",
}


@click.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--output", metavar="FOLDER", required=True, help="Where tables and manifests go: a folder, or an address: s3://bucket/run/.")
@MAP
@DATE
@DATE_FORMAT
@WORKERS
@ENGINE
@ADDRESS
@MIN_SCORE
@MODEL
def code(
    sources: tuple[str, ...],
    output: str,
    mapping: str,
    date: str | None,
    date_format: str | None,
    workers: int | None,
    engine: str,
    address: str,
    min_score: float | None,
    model: Path | None,
) -> None:
    """Code archives into Parquet files, without a ledger.

    For archives of any size, mostly on an object store: a SOURCE is what `communique add` takes, but for standard input. Each process reads
    what it codes from where it lies. The same command goes on behind what is done. See docs/cluster.md.

    \b
    Examples:
      communique code "crawl/*.warc.gz" --output coded/
      communique code "s3://bucket/crawl/2023/**/*.warc.gz" --output s3://bucket/coded/ --engine ray
      communique code @list.txt --output s3://bucket/coded/ --engine ray --address ray://head:10001
      communique add ledger/ coded/
    """
    with failing():
        from communique.batch.parts import code as run
        from communique.views.progress import shown

        config = config_of(intake_of(mapping, date, date_format), model, min_score)
        with shown() as step:
            summary = run(sources, output, config, **crew(engine, workers, address), step=step, tell=say)
        conclude(summary, LABELS)


COMMANDS = (code,)
