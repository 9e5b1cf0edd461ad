"""Crew: processes that do tasks, each task handed to one that is free, and all results handed back in the order of the tasks.

Contract: in - tasks, and a crew; out - each task with its result, in order, so that nothing depends on how many did the work and where. At
most `ahead` tasks are under way, whatever waits behind them. A task whose process died is done again, `tries` times in all; what dies even
so is done `alone`, which gives the results of its parts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
Call = Callable[[Task], Result]
Alone = Callable[[Task], Iterator[tuple[Task, Result]]]


class Died(Exception):
    """The process that did a task is gone."""


class Crew(Protocol):
    """Processes of some kind."""

    ahead: int
    tries: int

    def begin(self, task: Any) -> Any:
        """Have a task done by whoever is free next; what to ask for its result with."""

    def result(self, begun: Any) -> Any:
        """What came of it. Raises what the task raised, and `Died`."""

    def stop(self) -> None:
        """End all processes, whatever they are doing."""


def run_tasks(tasks: Iterable[Task], crew: Crew, alone: Alone[Task, Result]) -> Generator[tuple[Task, Result], None, None]:
    """Each task, or its parts in order, with what came of it."""
    waiting: deque[tuple[Task, Any]] = deque()
    try:
        for task in tasks:
            waiting.append((task, crew.begin(task)))
            if len(waiting) >= crew.ahead:
                yield from _finish(*waiting.popleft(), crew, alone)
        while waiting:
            yield from _finish(*waiting.popleft(), crew, alone)
    finally:
        crew.stop()


def _finish(task: Task, begun: Any, crew: Crew, alone: Alone[Task, Result]) -> Iterator[tuple[Task, Result]]:
    """The result of a task, once it is there."""
    for left in reversed(range(crew.tries)):
        try:
            yield task, crew.result(begun)
            return
        except Died:
            begun = crew.begin(task) if left else None
    yield from alone(task)
