"""Local: shards coded by several processes of this machine, given out as processes come free and handed back in order.

Contract: in - lists of items, in order; out - coded shards in the same order, so that the ledger does not depend on the number of
processes. At most `AHEAD` shards a process are under way, whatever waits behind them. A process that dies is replaced and its shard done
again; if that dies too, the shard is cut in halves until the item that kills it is found, which is given back as a reject. Processes end
with the one that made them, even a killed one.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from communique.batch.shards import Config, Work, load_reader, process_shard
from communique.errors import CommuniqueError, InputError
from communique.ledger.write import Shard

AHEAD = 2
NICE = 5  # so that who asks the ledger meanwhile comes first

Items = list[Work]


def code_shards(shards: Iterable[Items], folder: Path, config: Config, workers: int) -> Generator[tuple[Items, Shard], None, None]:
    """Each list of items, or its parts in order, with the shard coded of them, which lies in a folder of its own below `folder`."""
    places = (folder / f"shard-{number}" for number in count())
    if workers <= 1:
        yield from ((items, process_shard(items, next(places), config)) for items in shards)
        return
    coder = _Coder(config, workers)
    waiting: deque[_Task] = deque()
    try:
        for items in shards:
            waiting.append(coder.begin(items, next(places)))
            if len(waiting) >= workers * AHEAD:
                yield from coder.finish(waiting.popleft())
        while waiting:
            yield from coder.finish(waiting.popleft())
    finally:
        coder.pool.stop()


class _Pool:
    """Processes that hold the model, and live as long as the write end of their lifeline is open."""

    def __init__(self, config: Config, workers: int) -> None:
        context = get_context("spawn")
        end, self.lifeline = context.Pipe(duplex=False)
        self.executor = ProcessPoolExecutor(workers, context, _prepare, (end, config.model))

    def stop(self) -> None:
        """End all processes, whatever they are doing."""
        self.lifeline.close()
        self.executor.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Task:
    """A shard under way in a pool."""

    items: Items
    place: Path
    pool: _Pool
    future: Future[Shard]


class _Coder:
    """Gives shards to a pool, and puts another in its place when one of its processes has died."""

    def __init__(self, config: Config, workers: int) -> None:
        self.config, self.workers = config, workers
        self.pool = _Pool(config, workers)

    def begin(self, items: Items, place: Path) -> _Task:
        """Put a shard in the queue of the pool."""
        try:
            future = self.pool.executor.submit(process_shard, items, place, self.config)
        except BrokenProcessPool as fault:  # `finish` deals with it
            future = Future()
            future.set_exception(fault)
        return _Task(items, place, self.pool, future)

    def finish(self, task: _Task) -> Iterator[tuple[Items, Shard]]:
        """The shard, once it is done; after two deaths it is coded by itself, in parts."""
        for last in (False, True):
            try:
                yield task.items, task.future.result()
                return
            except BrokenProcessPool:
                if task.pool is self.pool:
                    self.pool.stop()
                    self.pool = _Pool(self.config, self.workers)
                shutil.rmtree(task.place, ignore_errors=True)
                task = task if last else self.begin(task.items, task.place)
        yield from self._alone(task.items, task.place)

    def _alone(self, items: Items, place: Path) -> Iterator[tuple[Items, Shard]]:
        """The items coded in a process of their own, or by halves where that dies; one that is left alone with its death is a reject."""
        pool = _Pool(self.config, 1)
        try:
            _check_start(pool)
            shard = pool.executor.submit(process_shard, items, place, self.config).result()
        except BrokenProcessPool:
            shard = None
        finally:
            pool.stop()
        if shard:
            yield items, shard
            return
        shutil.rmtree(place, ignore_errors=True)
        middle = len(items) // 2
        parts: list[Items] = [items[:middle], items[middle:]] if middle else [[_fatal(items[0])]]
        for number, part in enumerate(parts):
            yield from self._alone(part, place.with_name(f"{place.name}-{number}"))


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
    with suppress(CommuniqueError):  # the first shard meets it again, and hands it back
        load_reader(model)


def _end_with(lifeline: Connection) -> None:
    lifeline.poll(None)  # nothing is ever sent: it wakes when the other end is closed
    os._exit(1)
