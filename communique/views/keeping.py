"""Keeping: the commands that change a ledger, or look after it.

Contract: as `communique/views/cli.py`: exit codes 0 done, 1 failed, 2 wrong usage, 3 done in part (some items were rejected). Only click is
imported with this module; the rest is when a command runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from communique.views.faults import FAILED, PARTLY, checked_date, checked_format, failing

if TYPE_CHECKING:
    from communique.batch.shards import Config
    from communique.ledger.write import Summary
    from communique.text.items import Intake

LEDGER = click.argument("ledger", type=click.Path(file_okay=False, path_type=Path))
MAP = click.option(
    "--map", "mapping", metavar="FIELD=COLUMN,...", default="", help="Which columns of an archive hold text, date, title, ..."
)
DATE = click.option("--date", metavar="YYYY-MM-DD", callback=checked_date, help="Publication date of reports that come without one.")
DATE_FORMAT = click.option(
    "--date-format", metavar="FORMAT", callback=checked_format, help="How dates are written, where that is not plain: %d/%m/%Y."
)
MODEL = click.option("--model", type=click.Path(path_type=Path), metavar="DIR", help="A model folder in place of the one that is shipped.")
MIN_SCORE = click.option("--min-score", type=click.FloatRange(0, 1), help="Leave out events with a lower score.  [default: 0.42]")
WORKERS = click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes that code.  [default: one a processor core]")
ENGINE = click.option("--engine", type=click.Choice(["local", "ray"]), default="local", help="Code on this machine, or on a Ray cluster.")
ADDRESS = click.option(
    "--address", metavar="ADDRESS", default="auto", help="The cluster: auto, ray://HOST:10001, or local for one made here."
)
NO_WAIT = click.option("--no-wait", is_flag=True, help="Fail where another process is writing to the ledger, instead of waiting for it.")
REASONS = 12  # of rejects that a summary lists
LABELS = {
    "documents": "documents coded",
    "sentences": "sentences",
    "events": "events",
    "relations": "standing relations",
    "copies": "copies of other reports in the ledger",
    "occurrences": "occurrences in the ledger",
    "known": "known before",
    "rejects": "rejected",
}


@click.command()
@LEDGER
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@MAP
@DATE
@DATE_FORMAT
@click.option("--limit", type=click.IntRange(0), metavar="N", help="Take up at most N reports that the ledger does not have.")
@WORKERS
@ENGINE
@ADDRESS
@MIN_SCORE
@MODEL
@NO_WAIT
def add(
    ledger: Path,
    sources: tuple[str, ...],
    mapping: str,
    date: str | None,
    date_format: str | None,
    limit: int | None,
    workers: int | None,
    engine: str,
    address: str,
    min_score: float | None,
    model: Path | None,
    no_wait: bool,
) -> None:
    """Code reports into a ledger, which is made where there is none.

    A SOURCE is a file, a folder with all below it, a pattern in quotation marks, any of these on an object store, @list.txt with one a
    line, or - for standard input: plain text, HTML, PDF, JSON Lines, JSON, CSV, Parquet, ninjs, WARC, RSS or Atom, also gzipped, and
    archives of these. What the ledger has is not coded again, nor what `communique code` has coded; what cannot be coded is listed by
    `communique rejects`. Ctrl-C ends a run soundly; the same command takes it up again.

    \b
    Examples:
      communique add ledger/ news/
      communique add ledger/ archive.jsonl "crawl/*.warc.gz" --workers 8
      communique add ledger/ nexis.csv --map text=body,date=pubdate --date-format %d/%m/%Y
      curl -s https://example.org/news.html | communique add ledger/ -
      communique add ledger/ s3://bucket/news/ --engine ray
    """
    with failing():
        from communique.batch.add import add as run
        from communique.views.progress import shown

        intake = intake_of(mapping, date, date_format)
        with shown() as step:
            summary = run(
                ledger,
                sources,
                config_of(intake, model, min_score),
                **crew(engine, workers, address),
                limit=limit,
                step=step,
                wait=not no_wait,
                tell=say,
            )
        conclude(summary)


@click.command()
@LEDGER
@click.argument("feeds", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--every", default="15m", show_default=True, metavar="INTERVAL", help="How often a feed is looked at: 90s, 15m, 2h, 1d.")
@click.option("--once", is_flag=True, help="Look once at the feeds that are due, and end: for a job of cron or systemd.")
@click.option("--contact", metavar="ADDRESS", help="Your address or page, told to the sites that are asked.")
@click.option("--allow-private", is_flag=True, help="Fetch also from private and loopback addresses, which are refused else.")
@MIN_SCORE
@MODEL
def watch(
    ledger: Path,
    feeds: Path,
    every: str,
    once: bool,
    contact: str | None,
    allow_private: bool,
    min_score: float | None,
    model: Path | None,
) -> None:
    """Keep a ledger current from RSS and Atom feeds.

    FEEDS is a list of feeds in TOML or OPML, or a text file with an address a line. Feeds and pages are fetched politely, see
    docs/watching.md. Ctrl-C ends it.

    \b
    Examples:
      communique watch ledger/ feeds.toml --every 15m
      communique watch ledger/ feeds.opml --once --contact desk@example.org
    """
    with failing():
        from communique.batch.add import add_found
        from communique.batch.standing import SqliteState
        from communique.batch.watch import watch as run
        from communique.ledger.catalogue import Catalogue
        from communique.text.feeds import load_feeds, parse_interval
        from communique.text.fetch import Fetcher

        listed, seconds = load_feeds(feeds), parse_interval(every, "--every")
        ledger.mkdir(parents=True, exist_ok=True)
        catalogue = Catalogue.open(ledger, create=True)
        with Fetcher(contact=contact or "", allow_private=allow_private) as fetcher:
            run(
                listed,
                fetcher,
                SqliteState(catalogue.connection),
                lambda items: add_found(ledger, items, config_of(intake_of(), model, min_score), f"watch {feeds}", say),
                seconds,
                rounds=1 if once else None,
                tell=say,
            )


@click.command()
@LEDGER
@click.option("--since", metavar="YYYY-MM-DD", callback=checked_date, help="Only reports published on this day or later.")
@click.option("--until", metavar="YYYY-MM-DD", callback=checked_date, help="Only reports published on this day or earlier.")
@WORKERS
@ENGINE
@ADDRESS
@MIN_SCORE
@MODEL
@NO_WAIT
def recode(
    ledger: Path,
    since: str | None,
    until: str | None,
    workers: int | None,
    engine: str,
    address: str,
    min_score: float | None,
    model: Path | None,
    no_wait: bool,
) -> None:
    """Code the reports of a ledger again, from the text that it keeps.

    Only what was coded by another model, other tables, another version or another least score is coded. What was found before is kept as
    history.

    \b
    Examples:
      communique recode ledger/
      communique recode ledger/ --since 2023-01-01 --model my-model/
    """
    with failing():
        from datetime import date

        from communique.batch.recode import recode as run
        from communique.text.items import Intake
        from communique.views.progress import shown

        first, last = (date.fromisoformat(since) if since else date.min), (date.fromisoformat(until) if until else date.max)
        config = config_of(Intake(), model, min_score)
        with shown() as step:
            summary = run(ledger, config, since=first, until=last, **crew(engine, workers, address), step=step, wait=not no_wait, tell=say)
        conclude(summary)


@click.command()
@LEDGER
@NO_WAIT
def compact(ledger: Path, no_wait: bool) -> None:
    """Put recent files into files of one month each. `add` does so by itself when there are many.

    \b
    Example:
      communique compact ledger/
    """
    with failing():
        from communique.ledger.compact import compact as run
        from communique.ledger.write import Writer

        with Writer(ledger, "compact", wait=not no_wait, tell=say) as writer:
            click.echo(f"{run(writer)} files replaced")


@click.command()
@LEDGER
@click.option("--content", is_flag=True, help="Print the hash of each table's rows, the same for ledgers of the same content.")
def verify(ledger: Path, content: bool) -> None:
    """Check a ledger: hashes of files, references between rows, offsets against the text.

    \b
    Examples:
      communique verify ledger/
      communique verify ledger/ --content
    """
    with failing():
        from communique.ledger.catalogue import Catalogue
        from communique.ledger.verify import content_hashes
        from communique.ledger.verify import verify as run

        catalogue = Catalogue.open(ledger)
        faults = 0
        for fault in run(ledger, catalogue):
            faults += 1
            click.echo(f"{fault.place}: {fault.fact}")
        if content and not faults:
            for name, digest in content_hashes(ledger, catalogue).items():
                click.echo(f"{digest}  {name}")
        click.echo(f"{faults} faults" if faults else "sound")
        if faults:
            raise SystemExit(FAILED)


def _deciding(command: Callable[..., None]) -> click.Command:
    """A command that decides on two reports, or two events."""
    note = click.option("--note", default="", help="Why, for those who come after you.")
    undo = click.option("--undo", is_flag=True, help="Take the decision back.")
    for parameter in (NO_WAIT, undo, note, click.argument("second"), click.argument("first"), LEDGER):
        command = parameter(command)
    return click.command()(command)


@_deciding
def apart(ledger: Path, first: str, second: str, note: str, undo: bool, no_wait: bool) -> None:
    """Decide that two reports are no copies, or that two events are not one act.

    FIRST and SECOND are ids of documents, or of events. Stories and occurrences are formed anew by it, now and whenever reports are added.

    \b
    Examples:
      communique apart ledger/ 9707e189d7b3633e 1c0ffee5d7b36a20 --note "two raids on one day"
      communique apart ledger/ 9707e189d7b3633e 1c0ffee5d7b36a20 --undo
    """
    _decide("apart", ledger, first, second, note, undo, no_wait)


@_deciding
def together(ledger: Path, first: str, second: str, note: str, undo: bool, no_wait: bool) -> None:
    """Decide that two reports are copies of one, or that two events are one act.

    \b
    Example:
      communique together ledger/ 9707e189d7b3633e 1c0ffee5d7b36a20 --note "one raid, reported a week apart"
    """
    _decide("together", ledger, first, second, note, undo, no_wait)


COMMANDS = (add, watch, recode, compact, verify, apart, together)


def _decide(kind: str, ledger: Path, first: str, second: str, note: str, undo: bool, no_wait: bool) -> None:
    with failing():
        from communique.ledger.decide import decide

        decide(ledger, kind, first, second, note, undo=undo, wait=not no_wait, tell=say)
        click.echo(f"{'no longer ' if undo else ''}{kind}: {first} {second}")


def config_of(intake: Intake, model: Path | None, min_score: float | None) -> Config:
    """How to read and code."""
    from communique.batch.shards import Config
    from communique.pipeline import DEFAULT_SCORE

    return Config(intake, model, DEFAULT_SCORE if min_score is None else min_score)


def intake_of(mapping: str = "", date: str | None = None, date_format: str | None = None) -> Intake:
    """How reports that are kept are read: in English, and not dated tomorrow."""
    from datetime import UTC, datetime

    from communique.text.sources import Intake, parse_mapping

    columns = parse_mapping(mapping) if mapping else {}
    return Intake(columns, date, date_format, today=datetime.now(UTC).date().isoformat(), english_only=True)


def crew(engine: str, workers: int | None, address: str) -> dict[str, Any]:
    """Who codes: processes of a cluster, as many as it has, or as this process may use cores."""
    if engine == "ray":
        return {"workers": workers, "address": address}
    return {"workers": workers or _cores()}


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def say(line: str) -> None:
    """Tell of what is under way, on standard error."""
    click.echo(line, err=True)


def conclude(summary: Summary, labels: Mapping[str, str] = LABELS) -> None:
    """Say what was done, and end with code 3 where something was rejected."""
    for line in summary_lines(summary, labels):
        click.echo(line)
    if summary.rejects:
        raise SystemExit(PARTLY if summary.documents or summary.known else FAILED)


def summary_lines(summary: Summary, labels: Mapping[str, str] = LABELS) -> Iterator[str]:
    """What was done, a count a line under its label, and why what was rejected was."""
    yield from (f"{getattr(summary, name):>12,}  {label}" for name, label in labels.items())
    reasons = sorted(summary.reasons.items(), key=lambda one: (-one[1], one[0]))
    yield from (f"{count:>12,}    {fact}" for fact, count in reasons[:REASONS])
    if len(reasons) > REASONS:
        yield f"{sum(count for _, count in reasons[REASONS:]):>12,}    for {len(reasons) - REASONS} other reasons"
