"""The command line: `communique read` turns reports into events.

Contract: exit codes are 0 done, 1 failed, 2 wrong usage, 3 done in part. A fault is told as `communique: place: fact` and a
line that says how to mend it, on standard error. Only click is imported with this module; the rest is when a command runs.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from communique import __version__
from communique.errors import CommuniqueError, InputError
from communique.views import asking, coding, exporting, keeping, serving
from communique.views.faults import FAILED, PARTLY, checked_date, tell

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from communique.records import Document, Participant, Report

    Source = Document | CommuniqueError
    Show = Callable[[Report], None]


RARELY = (100_000, 50, 100)  # the tables are a million objects that stay: to look through them again and again takes a third of a start


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="communique", message="%(prog)s %(version)s")
def main() -> None:
    """Read news reports and keep a sourced record of who did what to whom.

    \b
    Example:
      communique read report.txt
    """
    gc.set_threshold(*RARELY)


@main.command()
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--jsonl", is_flag=True, help="Print one JSON object an event.")
@click.option("--json", is_flag=True, help="Print one JSON object a report: parts, carriers, mentions, events, relations.")
@click.option("--explain", is_flag=True, help="Show each event's sentence with its spans marked, and its reasons.")
@click.option("--date", metavar="YYYY-MM-DD", callback=checked_date, help="Publication date of reports that come without one.")
@click.option("--min-score", type=click.FloatRange(0, 1), help="Leave out events with a lower score.  [default: 0.42]")
@click.option("--model", type=click.Path(path_type=Path), metavar="DIR", help="A model folder in place of the one that is shipped.")
def read(
    sources: tuple[str, ...], jsonl: bool, json: bool, explain: bool, date: str | None, min_score: float | None, model: Path | None
) -> None:
    """Read reports and print their events.

    SOURCE is a file, a folder with all below it, a pattern in quotation marks, or - for standard input, which is also read where no SOURCE
    is given: plain text, HTML, PDF, JSON Lines of {"id", "date", "title", "text"}, CSV and others, see docs/reading.md.

    \b
    Examples:
      communique read report.txt
      communique read --date 2023-03-13 --explain report.txt
      communique read --jsonl --min-score 0.7 archive.jsonl > events.jsonl
      curl -s https://example.org/news.html | communique read
    """
    if jsonl + json + explain > 1:
        raise click.UsageError("Give one of --jsonl, --json and --explain.")
    if not sources and sys.stdin.isatty():
        raise click.UsageError("No source: name a file, or pipe a text into the command.")
    done = rejected = 0
    show = _show("jsonl" if jsonl else "json" if json else "explain" if explain else "table")
    with _progress() as step:
        for result in _reports(_sources(sources or ("-",)), date, min_score, model):
            step()
            if isinstance(result, CommuniqueError):
                rejected += 1
                tell(result)
            else:
                done += 1
                show(result)
    if rejected:
        raise SystemExit(PARTLY if done else FAILED)


@main.group()
def tables() -> None:
    """Look after the tables that the coder goes by."""


@tables.command()
@click.option("--examples/--no-examples", default=True, help="Code the examples inside the definitions too.  [default: on]")
@click.option("--strict", is_flag=True, help="Fail where an example is not coded as its definition says.")
@click.option("--model", type=click.Path(path_type=Path), metavar="DIR", help="A model folder in place of the one that is shipped.")
def check(examples: bool, strict: bool, model: Path | None) -> None:
    """Check every table, and what is coded of the examples inside the definitions.

    \b
    Examples:
      communique tables check
      communique tables check --no-examples
    """
    from communique.views.check import check_examples, check_tables

    faults = 0
    for name, fault in check_tables():
        click.echo(f"{name}: {'sound' if fault is None else 'faulty'}")
        if fault is not None:
            faults += 1
            tell(fault)
    if faults:
        raise SystemExit(FAILED)
    if examples:
        from communique.pipeline import Reader

        try:
            reader = Reader(model)
        except CommuniqueError as fault:
            tell(fault)
            raise SystemExit(FAILED) from None
        coded = list(check_examples(reader))
        missed = [one for one in coded if not one.as_defined]
        for one in missed:
            told = "; ".join(f"{e.type} {_codes(e.actors)} → {_codes(e.recipients)}" for e in one.events) or "nothing"
            click.echo(f"{one.example.place} {one.type}: {one.example.text}\n  coded: {told}")
        click.echo(f"{len(coded) - len(missed)} of {len(coded)} examples are coded as defined")
        if strict and missed:
            raise SystemExit(FAILED)


def _codes(participants: Iterable[Participant]) -> str:
    return " ".join(one.code for one in participants) or "nobody"


def _sources(names: Iterable[str]) -> Iterator[Source]:
    """The documents of all sources, and the faults of what cannot be read."""
    from communique.text.sources import Intake, find_items, read_item

    options = Intake(short_names=True)
    for name in names:
        for item in find_items(name, options):
            try:
                yield item if isinstance(item, InputError) else read_item(item, options)
            except InputError as fault:
                yield fault


def _reports(
    sources: Iterable[Source], date: str | None, min_score: float | None, model: Path | None
) -> Iterator[Report | CommuniqueError]:
    """Each document's report, or why there is none; the weights are loaded when the first document is there."""
    from dataclasses import replace
    from itertools import chain

    sources = iter(sources)
    for first in sources:
        if not isinstance(first, CommuniqueError):
            break
        yield first
    else:
        return
    from communique.pipeline import Reader

    try:
        reader = Reader(model)
    except CommuniqueError as fault:
        yield fault
        return
    dated = (one if isinstance(one, CommuniqueError) or one.date else replace(one, date=date) for one in chain([first], sources))
    for report in reader.read_documents(dated, min_score):
        if isinstance(report, Exception) and not isinstance(report, CommuniqueError):
            raise report
        yield report


def _show(form: str) -> Show:
    """What prints a report in the form asked for."""
    return _show_json(form) if form in ("jsonl", "json") else _show_text(form)


def _show_json(form: str) -> Show:
    from communique.views.export import to_json, to_jsonl

    out = sys.stdout.buffer

    def show(report: Report) -> None:
        out.writelines(to_jsonl(report) if form == "jsonl" else [to_json(report)])
        out.flush()  # else a closed pipe is noticed only as the interpreter ends, with a trace

    return show


def _show_text(form: str) -> Show:
    """Rich on the terminal's width, or on 100 columns and without colours where there is no terminal."""
    from rich.console import Console

    from communique.views.explain import explanation
    from communique.views.table import report_table

    console = Console(highlight=False, markup=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = 100
    return lambda report: console.print(explanation(report) if form == "explain" else report_table(report))


def _progress() -> AbstractContextManager[Callable[[], None]]:
    """Counts documents on standard error where that is a terminal and the output goes elsewhere."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        return nullcontext(lambda: None)
    from communique.views.progress import counting

    return counting()


for command in (*asking.COMMANDS, *exporting.COMMANDS, *keeping.COMMANDS, *coding.COMMANDS, *serving.COMMANDS):
    main.add_command(command)
