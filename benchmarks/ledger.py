"""Ledger: how long it takes to fill one and to ask it: `python -m benchmarks.ledger [SOURCE] [--workers 2]`.

Contract: in - a source of reports (default: `news/wikipedia-current-events.jsonl.gz` under `$COMMUNIQUE_DATA`, else the example report in
many variations); out - the time and peak memory of `communique add` over all its processes, what a reader felt meanwhile who asked every
tenth of a second, what adding the same again changed, and the time of the usual questions to the full ledger, the first time and later.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import click
import psutil

from communique.errors import LedgerError
from communique.ledger.catalogue import Catalogue
from communique.ledger.query import Ledger
from communique.ledger.verify import content_hashes, verify
from evaluation.coding import JSON, run, show
from evaluation.gold import ROOT, Row, data_folder

PAUSE = 0.1  # seconds between a reader's questions
MEANWHILE = 12_000  # reports that are added while it asks
ROUNDS = 20
COPIES = 2_000  # of the example report, where there is no other text
QUESTIONS: dict[str, Callable[[Ledger], object]] = {
    "panel": lambda ledger: ledger.panel(),
    "timeline": lambda ledger: ledger.timeline("ISR", "PSE"),
    "search": lambda ledger: ledger.search('"road map"'),
    "events": lambda ledger: ledger.events(actor="RUS", with_="UKR", type="ASSAULT", since="2022", limit=100),
    "occurrences": lambda ledger: ledger.occurrences(actor="IRN", with_="USA", limit=100),
}


@click.command()
@click.argument("source", required=False)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True)
@click.option("--ledger", type=click.Path(path_type=Path), metavar="DIR", help="Keep the ledger; one that is there is only asked.")
@JSON
def main(source: str | None, workers: int, ledger: Path | None, as_json: bool) -> None:
    """Fill a ledger from SOURCE and ask it."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = ledger or Path(scratch) / "ledger"
        source = source or default_source(Path(scratch))
        figures: Row = {"source": source, "workers": workers}
        if not folder.exists():
            figures |= filled(folder, source, workers)
            figures["reader"] = read_meanwhile(Path(scratch) / "read meanwhile", source, workers)
            figures["tables_changed_by_adding_again"] = changed_by_again(folder, source, workers)
        figures |= {"questions": asked(folder), "faults": len(list(verify(folder, Catalogue.open(folder))))}
        show(figures, as_json, lines)


def default_source(scratch: Path) -> str:
    """The items of current events, or variations of the example report."""
    items = data_folder() / "news" / "wikipedia-current-events.jsonl.gz"
    if items.exists():
        return str(items)
    text = (ROOT / "examples" / "report.txt").read_text(encoding="utf-8")
    path = scratch / "reports.jsonl"
    rows = ({"id": f"r{number}", "text": text.replace("four miners", f"{number + 2} miners")} for number in range(COPIES))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


@dataclass(slots=True)
class Felt:
    """What a reader felt: seconds of each answer, and the errors."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def filled(folder: Path, source: str, workers: int) -> Row:
    """Run `communique add` and watch its memory."""
    start, peak = time.perf_counter(), 0
    process = subprocess.Popen(command(folder, source, workers), stdout=subprocess.PIPE)
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        time.sleep(1)
    return {
        "seconds": time.perf_counter() - start,
        "exit_code": process.returncode,
        "peak_megabytes": peak / 1e6,
        "summary": [line.strip() for line in process.communicate()[0].decode().splitlines()],
    }


def read_meanwhile(folder: Path, source: str, workers: int) -> Row:
    """Add some reports to a ledger, and ask it every tenth of a second from its first shard on."""
    process = subprocess.Popen([*command(folder, source, workers), "--limit", str(MEANWHILE)], stdout=subprocess.DEVNULL)
    felt, questions = Felt(), cycle(QUESTIONS.values())
    ledger = None
    while process.poll() is None:
        ledger = ledger or opened(folder)
        if ledger:
            ask(ledger, next(questions), felt)
        time.sleep(PAUSE)
    return {
        "questions": len(felt.seconds),
        "errors": felt.errors,
        "first_seconds": felt.seconds[0] if felt.seconds else 0.0,  # loads DuckDB too
        "longest_seconds": max(felt.seconds[1:], default=0.0),
        "median_seconds": statistics.median(felt.seconds or [0.0]),
    }


def command(folder: Path, source: str, workers: int) -> list[str]:
    """What a user would type."""
    return [sys.executable, "-m", "communique", "add", str(folder), source, "--workers", str(workers)]


def opened(folder: Path) -> Ledger | None:
    """The ledger, once it has been made."""
    try:
        return Ledger(folder)
    except LedgerError:
        return None


def ask(ledger: Ledger, question: Callable[[Ledger], object], felt: Felt) -> None:
    """Ask once, and keep how it went."""
    start = time.perf_counter()
    try:
        question(ledger)
    except Exception as fault:
        felt.errors.append(f"{type(fault).__name__}: {fault}")
    felt.seconds.append(time.perf_counter() - start)


def resident(pid: int) -> int:
    """Bytes resident in a process and all that it has started; pages that they share count for each."""
    total = 0
    try:
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def changed_by_again(folder: Path, source: str, workers: int) -> int:
    """Add the same again: how many tables have other rows than before."""
    before = content_hashes(folder, Catalogue.open(folder))
    subprocess.run(command(folder, source, workers), stdout=subprocess.DEVNULL, check=False)  # 3 where something is rejected
    after = content_hashes(folder, Catalogue.open(folder))
    return sum(before[name] != after[name] for name in before)


def asked(folder: Path) -> Row:
    """Milliseconds of each question to a ledger just opened, and the median of later times."""
    found: Row = {}
    for name, question in QUESTIONS.items():
        with Ledger(folder) as ledger:
            times = [milliseconds(lambda: question(ledger)) for _ in range(ROUNDS)]  # noqa: B023  called at once
        found[name] = {"first": times[0], "later": statistics.median(times[1:])}
    return found


def milliseconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def lines(figures: Row) -> Iterator[str]:
    """The figures as a table."""
    yield f"{'source':<28}{figures['source']}, {figures['workers']} workers"
    if "seconds" in figures:
        reader = figures["reader"]
        yield from figures["summary"]
        yield f"{'time':<28}{figures['seconds']:>10.1f} s, exit code {figures['exit_code']}"
        yield f"{'peak memory':<28}{figures['peak_megabytes']:>10.0f} MB over all processes"
        waited = (
            f"median {reader['median_seconds']:.3f} s, longest {reader['longest_seconds']:.3f} s, the first {reader['first_seconds']:.3f} s"
        )
        yield f"{'a reader meanwhile':<28}{reader['questions']:>10,} questions, {len(reader['errors'])} errors, {waited}"
        yield from sorted(set(reader["errors"]))
        yield f"{'tables changed by the same':<28}{figures['tables_changed_by_adding_again']:>10}"
    for name, taken in figures["questions"].items():
        yield f"{name:<28}{taken['later']:>10.1f} ms, the first time {taken['first']:.1f} ms"
    yield f"{'faults found by verify':<28}{figures['faults']:>10}"


if __name__ == "__main__":
    run(main)
