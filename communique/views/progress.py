"""Progress: lines on standard error that tell how far a run is, gone when the work is done.

Contract: `counting` is a context that gives a function to call once a document; `shown` one that gives a function to call with `Progress`;
`writing` one that gives a function to call with what is done and of how much, 0 where that is not known.
Nothing is shown where standard error is no terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from communique.batch import progress as batch


@contextmanager
def counting() -> Iterator[Callable[[], None]]:
    """Show how many documents are done and the time that took."""
    columns = (SpinnerColumn(), TextColumn("{task.completed:.0f} documents"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("read", total=None)
        yield lambda: progress.advance(task)


@contextmanager
def shown() -> Iterator[batch.Step]:
    """Show how much of the sources is coded, how many documents that were, at what rate, and the time left."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[documents]:,} documents"),
        TextColumn("{task.fields[rate]:,.0f}/s"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("coding", total=None, documents=0, rate=0.0)

        def step(state: batch.Progress) -> None:
            done = state.summary.documents
            rate = done / max(progress.tasks[0].elapsed or 0.0, 0.001)
            progress.update(task, description=state.stage, completed=state.consumed, total=state.size or None, documents=done, rate=rate)

        yield step


@contextmanager
def writing(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how much is written, and the time that took."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total or None)
