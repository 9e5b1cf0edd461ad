"""Asking: the commands that ask a ledger.

Contract: as `communique/views/cli.py`: exit codes are 0 done, 1 failed, 2 wrong usage; faults go to standard error. An answer is a table
for people, or CSV, JSON Lines or Parquet for programs, on standard output or in a file. Only click is imported with this module.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from communique.errors import QueryError
from communique.views.faults import failing
from communique.views.keeping import LEDGER

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import RenderableType

    from communique.ledger.query import Ledger

Command = TypeVar("Command", bound=Callable[..., Any])
SHOWN = 50  # rows of a table, unless told otherwise
WIDTH = 100  # where there is no terminal
FORMS = ("table", "csv", "jsonl", "parquet")
SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".txt": "table"}
PARTY = "a code (IRN), code and sector (IRN GOV), or part of a name"
ASKED = (
    ("--actor", "PARTY", f"Who does it: {PARTY}."),
    ("--with", "PARTY", "The other side, whichever the direction."),
    ("--recipient", "PARTY", "To whom it is done."),
    ("--type", "TYPE", "Event type, as AID."),
    ("--mode", "MODE", "Mode of the type, as visit."),
    ("--quad", "N", "Quad class: 1 or 2 verbal or material cooperation, 3 or 4 verbal or material conflict."),
    ("--modality", "MODALITY", "actual, future, hypothetical, negated or historical."),
    ("--stance", "STANCE", "How the speaker puts it: states, alleges, denies or confirms."),
    ("--said-by", "PARTY", "Who says so."),
    ("--context", "CONTEXT", "PLOVER context, as military."),
    ("--place", "PLACE", "Where: a country's code, or part of a name."),
    ("--publisher", "NAME", "Who published the report."),
    ("--agency", "NAME", "An agency that carried the report."),
    ("--occurrence", "ID", "The occurrence it is told of; a beginning of the id will do."),
)
SINCE = click.option("--since", metavar="DATE", help="On this day, month or year, or later: YYYY, YYYY-MM or YYYY-MM-DD.")
UNTIL = click.option("--until", metavar="DATE", help="On this day, month or year, or earlier.")
LIMIT = click.option(
    "--limit", type=click.IntRange(0), metavar="N", is_eager=True, help=f"At most N rows.  [default: {SHOWN} for tables, else all]"
)
COUNT = click.option(
    "--count",
    type=click.Choice(["occurrences", "reports"]),
    default="occurrences",
    help="Count an act once, or each report of it.  [default: occurrences]",
)
MODALITY = click.option("--modality", default="actual", metavar="MODALITY", help="Acts of this modality; all for any.  [default: actual]")


@dataclass(frozen=True, slots=True)
class Form:
    """In what form an answer is wanted, where, and how much of it."""

    name: str
    output: Path | None
    limit: int | None

    @property
    def most(self) -> int | None:
        """Rows at most; a table for people is short unless told otherwise."""
        return SHOWN if self.limit is None and self.name == "table" else self.limit

    def give(self, table: pa.Table, draw: Callable[[pa.Table], RenderableType], total: int) -> None:
        """Write the answer, of `total` rows if all were shown; `draw` makes the table for people."""
        rows = table if self.most is None else table.slice(0, self.most)
        more = total - len(rows)
        try:
            with click.open_file(str(self.output or "-"), "wb") as out:
                self._write(rows, draw, more, out)
                out.flush()  # else a closed pipe is noticed only as the interpreter ends, with a trace
        except BrokenPipeError:
            raise
        except OSError as fault:
            raise QueryError(str(self.output), f"cannot be written ({fault.strerror})", "Name a file that you may write.") from fault

    def _write(self, rows: pa.Table, draw: Callable[[pa.Table], RenderableType], more: int, out: IO[bytes]) -> None:
        if self.name == "table":
            _draw(draw(rows) if len(rows) else "nothing found", more, self.output is None, out)
        else:
            from communique.views.tabular import WRITERS

            WRITERS[self.name](rows, out)


def asked(command: Command) -> Command:
    """The options that say which events are meant."""
    command = click.option("--min-score", type=click.FloatRange(0, 1), help="Leave out events with a lower score.")(command)
    command = SINCE(UNTIL(command))
    for name, metavar, text in reversed(ASKED):
        kind = int if name == "--quad" else str
        names = (name, "with_") if name == "--with" else (name,)
        command = click.option(*names, type=kind, metavar=metavar, multiple=True, help=text)(command)
    return command


def formed(command: Command) -> Command:
    """The options that say how the answer is wanted, given to the command as `form`."""

    def checked(context: click.Context, _option: click.Parameter, output: Path | None) -> Form:
        name = context.params.pop("format") or (SUFFIXES.get(output.suffix.lower()) if output else "table")
        if name is None:
            raise click.UsageError(f"{output} does not tell its form by its ending. Give --format.")
        if name == "parquet" and not output:
            raise click.UsageError("Parquet is no text. Name a file with -o.")
        return Form(name, output, context.params.pop("limit", None))

    path = click.Path(dir_okay=False, path_type=Path)
    command = click.option("-o", "--output", "form", type=path, metavar="FILE", callback=checked, help="Write to a file.")(command)
    forms = click.Choice(FORMS)
    return click.option("--format", type=forms, is_eager=True, help="Form of the answer.  [default: told by FILE, else table]")(command)


@click.command()
@LEDGER
@asked
@LIMIT
@formed
def events(ledger: Path, form: Form, **options: Any) -> None:
    """List events. Several values of one option are alternatives; options narrow each other down.

    \b
    Examples:
      communique events ledger/ --actor IRN --with RUS --type AID --since 2022
      communique events ledger/ --said-by USA --stance alleges --actor "IRN MIL"
      communique events ledger/ --actor Raisi --modality actual -o raisi.csv
      communique events ledger/ --quad 4 --place UKR --format jsonl | head
    """
    _answer(
        ledger,
        form,
        lambda opened: opened.events(limit=form.most, **given(options)),
        lambda answers, table: answers.events(table),
        lambda opened: opened.count(**given(options)),
    )


@click.command()
@LEDGER
@asked
@LIMIT
@formed
def occurrences(ledger: Path, form: Form, **options: Any) -> None:
    """List occurrences: each act once, however many reports tell of it. One is listed if one of its events is asked for.

    \b
    Examples:
      communique occurrences ledger/ --actor IRN --with RUS --since 2022-09
      communique occurrences ledger/ --type ASSAULT --place Kherson -o assaults.parquet
    """
    _answer(
        ledger,
        form,
        lambda opened: opened.occurrences(limit=form.most, **given(options)),
        lambda answers, table: answers.occurrences(table),
        lambda opened: opened.count(of="occurrences", **given(options)),
    )


@click.command()
@LEDGER
@click.argument("occurrence_id")
@formed
def occurrence(ledger: Path, form: Form, occurrence_id: str) -> None:
    """Show one occurrence: who tells of it in what words, and why these are thought to be one act.

    \b
    Examples:
      communique occurrence ledger/ 9707e189d7b3633e
      communique occurrence ledger/ 9707 --format jsonl
    """
    _answer(ledger, form, lambda opened: opened.occurrence(occurrence_id), lambda answers, table: answers.occurrence(table))


@click.command()
@LEDGER
@click.argument("event_id")
@formed
def show(ledger: Path, form: Form, event_id: str) -> None:
    """Show one event: its report, its sentence with the spans marked, and the reasons for what was coded.

    \b
    Examples:
      communique show ledger/ 1c0ffee5d7b36a20
      communique show ledger/ 1c0f --format jsonl
    """
    _answer(ledger, form, lambda opened: opened.show(event_id), lambda answers, table: answers.shown(table))


@click.command()
@LEDGER
@click.argument("one")
@click.argument("other")
@SINCE
@UNTIL
@click.option("--by", type=click.Choice(["day", "week", "month", "year"]), default="month", help="Length of a period.  [default: month]")
@COUNT
@MODALITY
@LIMIT
@formed
def timeline(ledger: Path, form: Form, one: str, other: str, modality: str, **options: Any) -> None:
    """Count what two sides did to each other over time; ONE and OTHER are codes.

    \b
    Examples:
      communique timeline ledger/ IRN BLR
      communique timeline ledger/ IRN BLR --since 2020 --by year --count reports -o timeline.csv
    """
    _answer(
        ledger,
        form,
        lambda opened: opened.timeline(one, other, modality=_modality(modality), **options),
        lambda answers, table: answers.plain(table),
    )


@click.command()
@LEDGER
@click.option("--actor", "actors", metavar="CODE", multiple=True, help="Only dyads among these.")
@SINCE
@UNTIL
@click.option("--by", type=click.Choice(["month", "year"]), default="month", help="Length of a period.  [default: month]")
@COUNT
@MODALITY
@click.option("--zeros/--no-zeros", default=True, help="Give periods without events a row of zeros.  [default: on]")
@click.option("--abroad", is_flag=True, help="Leave out what happens within one country.")
@LIMIT
@formed
def panel(ledger: Path, form: Form, actors: tuple[str, ...], modality: str, **options: Any) -> None:
    """Count events by directed dyad and period, for statistics. A table for people leaves out the counts by type; files have them.

    A zero means that no report in the ledger tells of an act in that direction in that period.

    \b
    Examples:
      communique panel ledger/ --since 2020 -o panel.parquet
      communique panel ledger/ --actor IRN --actor RUS --actor BLR --by year --no-zeros
    """
    _answer(
        ledger,
        form,
        lambda opened: opened.panel(list(actors) or None, modality=_modality(modality), **options),
        lambda answers, table: answers.plain(table, [name for name in table.column_names if not name.isupper()]),
    )


@click.command()
@LEDGER
@click.argument("document_id")
@LIMIT
@formed
def story(ledger: Path, form: Form, document_id: str) -> None:
    """List the copies of a report: who carried it, and how much of it.

    \b
    Example:
      communique story ledger/ 4be1a2f09c3d7e65
    """
    _answer(ledger, form, lambda opened: opened.story(document_id), lambda answers, table: answers.plain(table.drop_columns(["story_id"])))


@click.command()
@LEDGER
@click.argument("words")
@click.option("--limit", type=click.IntRange(0), default=20, metavar="N", is_eager=True, help="At most N reports.  [default: 20]")
@formed
def search(ledger: Path, form: Form, words: str) -> None:
    """Find reports by their words, the best first: "a phrase", AND, OR, NOT, begin*.

    \b
    Examples:
      communique search ledger/ 'drones AND convoy'
      communique search ledger/ '"joint exercise" NOT naval' --limit 50
    """
    _answer(ledger, form, lambda opened: opened.search(words, form.limit or 0), lambda answers, table: answers.hits(table))


@click.command()
@LEDGER
@click.argument("query")
@LIMIT
@formed
def sql(ledger: Path, form: Form, query: str) -> None:
    """Ask in SQL (DuckDB's): one SELECT, WITH, DESCRIBE or SUMMARIZE over the views. SHOW TABLES lists them.

    \b
    Examples:
      communique sql ledger/ "SELECT type, count(*) FROM events GROUP BY ALL ORDER BY 2 DESC"
      communique sql ledger/ "DESCRIBE participants"
      communique sql ledger/ "FROM links" -o links.parquet
    """
    _answer(ledger, form, lambda opened: opened.sql(query), lambda answers, table: answers.plain(table))


@click.command()
@LEDGER
@LIMIT
@formed
def rejects(ledger: Path, form: Form) -> None:
    """List what could not be read or coded, and why.

    \b
    Example:
      communique rejects ledger/ -o rejects.csv
    """
    _answer(ledger, form, lambda opened: opened.rejects(), lambda answers, table: answers.plain(table, ("place", "fact", "remedy")))


COMMANDS = (events, occurrences, occurrence, show, timeline, panel, story, search, sql, rejects)


def _answer(
    ledger: Path,
    form: Form,
    question: Callable[[Ledger], pa.Table],
    draw: Callable[[Any, pa.Table], RenderableType],
    count: Callable[[Ledger], int] | None = None,
) -> None:
    """Ask, and give the answer; `draw` is told the module that draws, `count` how many rows there are where not all were asked for."""
    with failing():
        from communique.ledger.query import Ledger
        from communique.views import answers

        with Ledger(ledger) as opened:
            table = question(opened)
            total = count(opened) if count and form.name == "table" and len(table) == form.most else len(table)
        form.give(table, lambda rows: draw(answers, rows), total)


def given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in options.items() if value not in ((), None)}


def _modality(given: str) -> str | None:
    return None if given == "all" else given


def _draw(answer: RenderableType, more: int, on_terminal: bool, out: IO[bytes]) -> None:
    """Rich on the terminal's width, or on `WIDTH` columns and without colours where there is no terminal."""
    from io import StringIO

    from rich.console import Console

    terminal, drawn = on_terminal and sys.stdout.isatty(), StringIO()
    console = Console(highlight=False, markup=False, file=drawn, force_terminal=terminal, width=None if terminal else WIDTH)
    console.print(answer)
    if more > 0:
        console.print(f"… {more:,} more: give --limit, or -o FILE.csv for all")
    out.write(drawn.getvalue().encode())
