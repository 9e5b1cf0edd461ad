"""Engines: the local pool against a Ray cluster of this machine: `python -m benchmarks.engines [--documents 20000] [--workers 2]`.

Contract: in - a source as `benchmarks/ledger.py` takes it; out - the time of `communique add` by each engine, Ray's share of the local
speed, start-up left out (an `add` of one report), and whether both ledgers hold the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from benchmarks.ledger import default_source
from benchmarks.processes import cost_of
from communique.ledger.catalogue import Catalogue
from communique.ledger.verify import content_hashes
from evaluation.coding import JSON, run, show
from evaluation.gold import Row

ENGINES = {"local": (), "ray": ("--engine", "ray", "--address", "local")}


@click.command()
@click.argument("source", required=False)
@click.option("--documents", type=click.IntRange(2), default=20_000, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True)
@JSON
def main(source: str | None, documents: int, workers: int, as_json: bool) -> None:
    """Add the first reports of SOURCE by both engines."""
    with tempfile.TemporaryDirectory() as scratch:
        source = source or default_source(Path(scratch))
        figures: Row = {"documents": documents, "workers": workers}
        for engine, options in ENGINES.items():
            whole, one = Path(scratch) / engine, Path(scratch) / f"{engine}-one"
            common = ("--workers", str(workers), *options)
            start = cost_of("add", str(one), source, "--limit", "1", *common)
            cost = cost_of("add", str(whole), source, "--limit", str(documents), *common)
            figures[engine] = {"seconds": cost.seconds, "start_seconds": start.seconds, "megabytes": cost.megabytes}
        local, ray = (figures[engine]["seconds"] - figures[engine]["start_seconds"] for engine in ENGINES)
        hashes = [content_hashes(Path(scratch) / engine, Catalogue.open(Path(scratch) / engine)) for engine in ENGINES]
        show(figures | {"share": local / ray, "same": hashes[0] == hashes[1]}, as_json, lines)


def lines(figures: Row) -> Iterator[str]:
    """The figures as a table."""
    yield f"{'documents, workers':<24}{figures['documents']:>10,}{figures['workers']:>4}"
    for engine in ENGINES:
        cost = figures[engine]
        yield f"{engine:<24}{cost['seconds']:>10.1f} s, of which start {cost['start_seconds']:.1f} s; {cost['megabytes']:,.0f} MB"
    yield f"{'Ray of the local speed':<24}{figures['share']:>10.0%}"
    yield f"{'same content':<24}{figures['same']!s:>10}"


if __name__ == "__main__":
    run(main)
