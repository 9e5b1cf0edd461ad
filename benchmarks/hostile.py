"""Hostile files: `python -m benchmarks.hostile [--line-bytes N]`, what a ledger makes of a folder of broken, huge and misleading files.

Contract: in - nothing, the folder is made here; out - for every item whether it was coded or rejected as it should be, with the totals,
the time, and the peak memory of all processes. Also checked: exit code 3, no trace, a sound ledger, and nothing new when the folder
is added again.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import psutil

from benchmarks.hostile_files import CODED, fits, make_folder
from communique.ledger.catalogue import Catalogue
from communique.ledger.read import connect
from communique.ledger.verify import content_hashes, verify
from evaluation.coding import JSON, run, show
from evaluation.gold import Row


@click.command()
@click.option("--line-bytes", type=click.IntRange(60_000_000), default=1_000_000_000, show_default=True, help="Size of the greatest line.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes that code.")
@JSON
def main(line_bytes: int, workers: int, as_json: bool) -> None:
    """Add a folder of hostile files to a ledger, twice."""
    with TemporaryDirectory() as work:
        source, ledger = Path(work) / "source", Path(work) / "ledger"
        source.mkdir()
        outcomes = make_folder(source, line_bytes)
        figures = measured(source, ledger, outcomes, workers)
        (source / "locked").chmod(0o700)
    show(figures, as_json, lines)


def measured(source: Path, ledger: Path, outcomes: Mapping[str, str], workers: int) -> Row:
    """All figures."""
    first, before = add(source, ledger, workers), hashes_of(ledger)
    again = add(source, ledger, workers)
    found = found_in(source, ledger)
    items = [(place, outcomes.get(place), found.get(place)) for place in sorted({*outcomes, *found})]
    catalogue = Catalogue.open(ledger)
    faults = [f"{fault.place} {fault.fact}" for fault in verify(ledger, catalogue)]
    catalogue.close()
    return {
        "items": [
            {"place": place, "expected": expected, "found": what, "as_expected": fits(expected, what)} for place, expected, what in items
        ],
        "exit_code": first.code,
        "exit_code_again": again.code,
        "traces": (first.errors + again.errors).count("Traceback"),
        "errors": first.errors + again.errors,
        "faults": faults,
        "same_again": hashes_of(ledger) == before,
        "seconds": first.seconds,
        "seconds_again": again.seconds,
        "peak_megabytes": first.peak / 1_000_000,
    }


@dataclass(frozen=True, slots=True)
class Run:
    """How a command went; `peak` is the most memory that all its processes held together, in bytes."""

    code: int
    errors: str
    seconds: float
    peak: int


def add(source: Path, ledger: Path, workers: int) -> Run:
    """Add the folder by the command."""
    command = [sys.executable, "-m", "communique", "add", str(ledger), str(source), "--workers", str(workers)]
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    peaks = [0]
    watcher = threading.Thread(target=_watch, args=(child.pid, peaks))
    watcher.start()
    _, errors = child.communicate()
    watcher.join()
    return Run(child.returncode, errors, time.perf_counter() - start, max(peaks))


def _watch(pid: int, peaks: list[int]) -> None:
    """Note the memory of a process and all its children, until it ends."""
    try:
        process = psutil.Process(pid)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            peaks.append(sum(map(_memory, (process, *process.children(recursive=True)))))
            time.sleep(0.1)
    except psutil.NoSuchProcess:
        pass  # it has ended


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def hashes_of(ledger: Path) -> dict[str, str]:
    """The hash of each table."""
    catalogue = Catalogue.open(ledger)
    try:
        return content_hashes(ledger, catalogue)
    finally:
        catalogue.close()


def found_in(source: Path, ledger: Path) -> dict[str, str]:
    """What became of each item, by its place below the folder: coded, or why not."""
    catalogue = Catalogue.open(ledger)
    connection = connect(ledger, catalogue)
    catalogue.close()
    rows = connection.execute(f"SELECT source, '{CODED}' FROM versions UNION ALL SELECT place, fact FROM rejects").fetchall()
    return {place.removeprefix(f"{source.as_posix()}/"): fact for place, fact in rows}


def lines(figures: Row) -> Iterator[str]:
    """The items with what became of each, and the figures."""
    for item in figures["items"]:
        found = {None: "LOST", CODED: "coded"}.get(item["found"], item["found"])
        yield f"{'  ' if item['as_expected'] else '! '}{item['place'][-60:]!r:<64}{found[:70]}"
    odd = sum(not item["as_expected"] for item in figures["items"])
    yield f"{'items, not as expected':<32}{len(figures['items']):>8}{odd:>8}"
    yield f"{'exit code, again, traces':<32}{figures['exit_code']:>8}{figures['exit_code_again']:>8}{figures['traces']:>8}"
    yield f"{'faults in the ledger':<32}{len(figures['faults']):>8}"
    yield f"{'nothing new when added again':<32}{figures['same_again']!s:>8}"
    yield f"{'seconds, again':<32}{figures['seconds']:>8.1f}{figures['seconds_again']:>8.1f}"
    yield f"{'peak memory':<32}{figures['peak_megabytes']:>8.0f} MB"
    yield figures["errors"]


if __name__ == "__main__":
    run(main)
