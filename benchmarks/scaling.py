"""Scaling: how fast `communique add` fills a ledger, what a second worker brings, and what a document costs when there are many.

Contract: in - documents in an order in which the first ones are like the rest, a model folder or None; out - documents per second, seconds
per document, megabytes of all processes. Each figure is the difference of two runs into new ledgers, the shorter one of a single document
or of the first thousand, so that start-up counts for none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import Cost, cost_of
from communique.records import Document
from evaluation.gold import Row

FIRST = 1_000
Add = Callable[[int, int], Cost]  # so many documents by so many workers


def measured(documents: Sequence[Document], added: int, growth: int, model: Path | None, tell: Callable[[str], None]) -> Row:
    """Documents per second by one and by two workers, and the cost of a document early and late; no growth where there are too few."""
    with TemporaryDirectory() as folder:
        source = write_reports(Path(folder) / "reports.jsonl", documents)

        def add(count: int, workers: int) -> Cost:
            tell(f"adding {count:,} documents with {workers} {'worker' if workers == 1 else 'workers'}")
            with TemporaryDirectory(dir=folder) as place:
                return cost_of("add", f"{place}/ledger", str(source), "--limit", str(count), "--workers", str(workers), model=model)

        added, growth = min(added, len(documents)), min(growth, len(documents))
        starts = {workers: add(1, workers) for workers in (1, 2)}
        rates = {workers: 1 / slope(starts[workers], 1, add(added, workers), added) for workers in (1, 2)}
        return {
            "documents": added,
            "documents_per_second": {str(workers): rate for workers, rate in rates.items()},
            "scaling": rates[2] / rates[1],
            "growth": grown(add, starts[1], growth) if growth > FIRST else None,
        }


def grown(add: Add, start: Cost, count: int) -> Row:
    """The cost of each of the first thousand documents, and of each from there on, by one worker."""
    first, last = add(FIRST, 1), add(count, 1)
    early, late = slope(start, 1, first, FIRST), slope(first, FIRST, last, count)
    return {
        "documents": count,
        "seconds_per_document": {"first": early, "later": late},
        "ratio": late / early,
        "peak_megabytes": {"first": first.megabytes, "all": last.megabytes},
    }


def slope(shorter: Cost, few: int, longer: Cost, many: int) -> float:
    """Seconds for each document that one run has more than the other."""
    return (longer.seconds - shorter.seconds) / (many - few)


def write_reports(path: Path, documents: Iterable[Document]) -> Path:
    """The documents as lines of JSON that the command reads."""
    rows = ({"id": one.id, "date": one.date, "title": one.title, "text": one.text} for one in documents)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
