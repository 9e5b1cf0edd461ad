"""Local: a crew of processes of this machine.

Contract: as `communique/batch/crew.py`. Processes are made anew, hold the model, and end with the one that made them, even a killed one. A
process that dies is replaced. `code_alone` finds the item that kills its process, which becomes a reject.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from communique.batch.crew import Call, Died, Result
from communique.batch.shards import Items, Work, load_reader
from communique.errors import CommuniqueError, InputError

AHEAD = 2  # tasks a process, so that none waits for the next
NICE = 5  # so that who asks the ledger meanwhile comes first


class LocalCrew:
    """Processes that do a call with one task after another; another pool of them is put in its place when one has died."""

    tries = 2

    def __init__(self, call: Call[Any, Any], model: Path | None, workers: int) -> None:
        self.call, self.model, self.workers = call, model, workers
        self.ahead = AHEAD * workers
        self.pool = _Pool(model, workers)

    def begin(self, task: Any) -> _Begun:
        """Put a task in the queue of the pool."""
        try:
            return self.pool, self.pool.executor.submit(self.call, task)
        except BrokenProcessPool as fault:  # `result` deals with it
            broken: Future[Any] = Future()
            broken.set_exception(fault)
            return self.pool, broken

    def result(self, begun: _Begun) -> Any:
        """What came of a task. Raises `Died`."""
        pool, future = begun
        try:
            return future.result()
        except BrokenProcessPool as fault:
            if pool is self.pool:
                pool.stop()
                self.pool = _Pool(self.model, self.workers)
            raise Died from fault

    def stop(self) -> None:
        """End all processes, whatever they are doing."""
        self.pool.stop()


class _Pool:
    """Processes that hold the model, and live as long as the write end of their lifeline is open."""

    def __init__(self, model: Path | None, workers: int) -> None:
        context = get_context("spawn")
        end, self.lifeline = context.Pipe(duplex=False)
        self.executor = ProcessPoolExecutor(workers, context, _prepare, (end, model))

    def stop(self) -> None:
        """End all processes, whatever they are doing."""
        self.lifeline.close()
        self.executor.shutdown(cancel_futures=True)


_Begun = tuple[_Pool, Future[Any]]


def code_alone(items: Items, call: Call[Items, Result], model: Path | None) -> Iterator[tuple[Items, Result]]:
    """The items coded in a process of their own, or by halves where that dies; one that is left alone with its death is a reject."""
    pool = _Pool(model, 1)
    try:
        _check_start(pool)
        result = pool.executor.submit(call, items).result()
    except BrokenProcessPool:
        middle = len(items) // 2
        parts: list[Items] = [items[:middle], items[middle:]] if middle else [[_fatal(items[0])]]
    else:
        yield items, result
        return
    finally:
        pool.stop()
    for part in parts:
        yield from code_alone(part, call, model)


def _check_start(pool: _Pool) -> None:
    """Raise where a process ends before there is anything to code."""
    try:
        pool.executor.submit(os.getpid).result()
    except BrokenProcessPool as fault:
        raise CommuniqueError("workers", "end as they begin", "Run with --workers 1, which shows why.") from fault


def _fatal(item: Work) -> InputError:
    return InputError(item.place, "ends the process that reads it", "Please report it with the text.")


def _prepare(lifeline: Connection, model: Path | None) -> None:
    """Make a process ready: it ends with its lifeline, leaves Ctrl-C to the one that made it, and has the model loaded."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    with suppress(CommuniqueError):  # the first task meets it again, and hands it back
        load_reader(model)


def _end_with(lifeline: Connection) -> None:
    lifeline.poll(None)  # nothing is ever sent: it wakes when the other end is closed
    os._exit(1)
