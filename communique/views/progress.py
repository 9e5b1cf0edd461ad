"""Progress: a line on standard error that counts documents, gone when the work is done.

Contract: `counting` is a context that gives a function to call once a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def counting() -> Iterator[Callable[[], None]]:
    """Show how many documents are done and the time that took."""
    columns = (SpinnerColumn(), TextColumn("{task.completed:.0f} documents"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("read", total=None)
        yield lambda: progress.advance(task)
