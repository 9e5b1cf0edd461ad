"""Processes: run work in processes of its own, with one thread each, and see what it takes.

Contract: in - functions that can be imported, or command lines; out - what they return, seconds, megabytes (of 10^6 bytes). Libraries for
matrices are held to one thread by their environment variables, which they read but once, when they are loaded.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar
from unittest.mock import patch

from benchmarks.ledger import resident
from communique.errors import InputError

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "BLIS_NUM_THREADS"), "1"
)
LOOK = 0.1  # seconds between looks at a command's memory
DONE, PARTLY = 0, 3  # exit codes: a text that cannot be read is no fault of the machine's
Result = TypeVar("Result")


class Cost(NamedTuple):
    """What a command took; memory is that of all its processes together, pages that they share counted for each."""

    seconds: float
    megabytes: float


def at_once(count: int, work: Callable[..., Result], *arguments: object) -> list[Result]:
    """What so many new processes return that do the same work; its first argument waits until all have come so far."""
    context = get_context("spawn")
    with patch.dict(os.environ, ONE_THREAD), context.Manager() as manager, ProcessPoolExecutor(count, mp_context=context) as pool:
        wait = manager.Barrier(count).wait
        return [task.result() for task in [pool.submit(work, wait, *arguments) for _ in range(count)]]


def cost_of(*arguments: str, model: Path | None = None) -> Cost:
    """Run `communique` with these arguments and see what it takes; raises InputError where it fails."""
    arguments += () if model is None else ("--model", str(model))
    peaks, ended = [0], threading.Event()
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "communique", *arguments], stdout=subprocess.DEVNULL)

    def watch() -> None:
        while not ended.wait(LOOK):
            peaks.append(resident(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    code, seconds = process.wait(), time.perf_counter() - start
    ended.set()
    watcher.join()
    if code not in (DONE, PARTLY):
        raise InputError(f"communique {' '.join(arguments)}", f"ended with exit code {code}", "Run it alone to see why.")
    return Cost(seconds, max(peaks) / 1e6)


def peak_megabytes() -> float:
    """The most memory this process has held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def seconds_of(results: Iterable[object]) -> float:
    """How long it takes to go through results that are made on the way; none is kept, or the memory would fill with them."""
    start = time.perf_counter()
    deque(results, maxlen=0)
    return time.perf_counter() - start
