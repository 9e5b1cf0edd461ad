"""Faults: how the commands tell what went wrong, and what they exit with.

Contract: a fault is told as `communique: place: fact` and a line that says how to mend it, on standard error; no trace. Exit codes are 0
done, 1 failed, 2 wrong usage, 3 done in part, 130 ended by Ctrl-C.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from communique.errors import CommuniqueError, DateError

FAILED, PARTLY, INTERRUPTED = 1, 3, 130


def tell(fault: CommuniqueError) -> None:
    """Tell a fault on standard error."""
    click.echo(f"communique: {fault.place}: {fault.fact}" + (f"\n  {fault.remedy}" if fault.remedy else ""), err=True)


@contextmanager
def failing(interrupted: str = "what is done is kept, and the same command goes on from there") -> Iterator[None]:
    """A command that ends with what goes wrong in it; `interrupted` says what Ctrl-C leaves behind."""
    try:
        yield
    except CommuniqueError as fault:
        tell(fault)
        raise SystemExit(FAILED) from None
    except KeyboardInterrupt:
        click.echo(f"communique: interrupted; {interrupted}", err=True)
        raise SystemExit(INTERRUPTED) from None


def checked_date(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Check a date before anything is read."""
    if value is None:
        return None
    from communique.text.intake import parse_date

    try:
        return parse_date(value)
    except DateError as fault:
        raise click.BadParameter(f"{fault.fact}. {fault.remedy}") from None


def checked_format(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Check that a format of dates is one that a date can be written and read in."""
    if value is None:
        return None
    from datetime import datetime

    day = datetime(2023, 3, 25)
    try:
        if datetime.strptime(day.strftime(value), value) == day:
            return value
    except ValueError:
        pass
    raise click.BadParameter("does not hold a whole date. Write it as %d/%m/%Y")
