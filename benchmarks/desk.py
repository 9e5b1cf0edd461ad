"""Desk: how long its pages take to their first byte: `python -m benchmarks.desk [--events 1000000] [--ledger FOLDER]`.

Contract: in - a ledger, or a number of events to invent one of; out - the seconds that `communique serve` takes until it answers, its
memory, for each page and call the milliseconds to the first byte, the first time and the median of later ones, and where there is a browser
the milliseconds until a page has all its charts, and the addresses of other machines that it asked for.
"""

from __future__ import annotations

import http.client
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import click
import orjson

from benchmarks.invented import invent_ledger
from benchmarks.ledger import milliseconds, resident
from communique.errors import LedgerError
from evaluation.coding import JSON, run, show
from evaluation.gold import Row

ROUNDS = 5
LOOK = 0.05  # seconds between looks whether it answers
WORDS = "about"
HERE = "127.0.0.1"
FLAGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync".split()
_OPEN = re.compile(rf"http://{re.escape(HERE)}:(\d+)")


@click.command()
@click.option("--events", type=click.IntRange(3), default=1_000_000, show_default=True, help="So many are invented.")
@click.option("--ledger", type=click.Path(path_type=Path), metavar="DIR", help="Keep the ledger; one that is there is only asked.")
@click.option("--words", default=WORDS, show_default=True, help="What is searched for.")
@click.option("--browser", type=click.Path(exists=True, path_type=Path), metavar="PATH", help="Chromium, to see when pages are ready.")
@JSON
def main(events: int, ledger: Path | None, words: str, browser: Path | None, as_json: bool) -> None:
    """Measure the desk on a large ledger."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = ledger or Path(scratch) / "ledger"
        if not folder.exists():
            invent_ledger(folder, events, lambda more: print(f"{more:,} more events", file=sys.stderr))
        show(measured(folder, words, browser), as_json, lines)


def measured(folder: Path, words: str, browser: Path | None) -> Row:
    """Serve the ledger and ask for every page."""
    start = time.perf_counter()
    with served(folder) as (process, port):
        figures: Row = {"ledger": str(folder), "start_seconds": time.perf_counter() - start, "pages": {}}
        for path in paths(port, words):
            times = [milliseconds(lambda: first_byte(port, path)) for _ in range(1 + ROUNDS)]  # noqa: B023  called at once
            figures["pages"][path] = {"first": times[0], "later": statistics.median(times[1:])}
        if browser:
            figures["ready"] = {path: ready(browser, port, path) for path in figures["pages"] if not path.startswith("/api")}
        return figures | {"megabytes": resident(process.pid) / 1e6}


@contextmanager
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The desk of a ledger, and the port it answers at."""
    command = [sys.executable, "-m", "communique", "serve", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        told = (_OPEN.search(line) for line in process.stderr or ())
        found = next(filter(None, told), None)
        if found is None:
            raise LedgerError(str(folder), "is not served", f"Look at what {' '.join(command[1:])} says.")
        await_answer(int(found[1]))
        yield process, int(found[1])
    finally:
        process.terminate()
        process.wait()


def await_answer(port: int) -> None:
    """Return when the port answers."""
    while True:
        with suppress(ConnectionRefusedError), socket.create_connection((HERE, port)):
            return
        time.sleep(LOOK)


def paths(port: int, words: str) -> list[str]:
    """The pages of the busiest dyad and of what is told of most, and each under a filter; the same as data."""
    front = orjson.loads(got(port, "/api/front"))
    events = orjson.loads(got(port, "/api/events?size=1"))["rows"]
    busiest = front["dyads"][0]
    pair, since = f"{busiest['source']}/{busiest['target']}", f"?since={front['totals']['last'][:4]}"
    data = ["/front", f"/front{since}", f"/front?actor={busiest['source']}", f"/dyad/{pair}", f"/dyad/{pair}{since}"]
    data += [
        f"/actor/{busiest['target']}",
        "/occurrences",
        "/occurrences?order=reports&page=100",
        f"/occurrences?actor={busiest['source']}",
    ]
    data += ["/events", f"/occurrence/{front['most_reported'][0]['occurrence_id']}", f"/report/{quote(events[0]['document_id'])}"]
    data += [f"/search?q={quote(words)}"]
    return [path.replace("/front", "/", 1) for path in data] + [f"/api{path}" for path in data]


def first_byte(port: int, path: str) -> None:
    """Ask for a page, until its first byte is there."""
    connection = http.client.HTTPConnection(HERE, port)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read(1)
    if answer.status != http.client.OK:
        raise LedgerError(path, f"is answered with {answer.status}", "Open it in a browser.")
    connection.close()


def ready(browser: Path, port: int, path: str) -> Row:
    """What a browser that starts for it takes until the page and its charts are there; it has nothing in its cache."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        page, asked = opened.new_page(), list[str]()
        page.on("request", lambda request: asked.append(request.url))
        start = time.perf_counter()
        page.goto(f"http://{HERE}:{port}{path}", wait_until="load")
        page.wait_for_function("document.querySelectorAll('[data-spec]').length === document.querySelectorAll('[data-spec] svg').length")
        seconds = time.perf_counter() - start
        opened.close()
    return {"milliseconds": 1000 * seconds, "elsewhere": [url for url in asked if not url.startswith((f"http://{HERE}:{port}/", "data:"))]}


def got(port: int, path: str) -> bytes:
    """The whole answer."""
    connection = http.client.HTTPConnection(HERE, port)
    connection.request("GET", path)
    return connection.getresponse().read()


def lines(figures: Row) -> Iterator[str]:
    """The figures as a table."""
    yield f"{'ledger':<44}{figures['ledger']}"
    yield f"{'start':<44}{figures['start_seconds']:>8.1f} s"
    yield f"{'memory':<44}{figures['megabytes']:>8.0f} MB"
    for path, taken in figures["pages"].items():
        yield f"{path:<44}{taken['first']:>8.0f} ms to the first byte, later {taken['later']:.0f} ms"
    for path, found in figures.get("ready", {}).items():
        yield f"{path:<44}{found['milliseconds']:>8.0f} ms until it is ready, {len(found['elsewhere'])} requests to other machines"


if __name__ == "__main__":
    run(main)
