"""Table: a report's events as a table that fits 80 columns, for a terminal or a text file.

Contract: in - a `Report`; out - something rich prints; colours show only where the console is a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from communique.records import Event, Report
from communique.views import phrases

QUAD_STYLES = {1: "cyan", 2: "green", 3: "yellow", 4: "red"}


def report_table(report: Report) -> RenderableType:
    """Title, date and carriers, then the events, then the standing relations."""
    title, below = phrases.heading(report)
    parts: list[RenderableType] = [Text(title, style="bold"), Text(below, style="dim")]
    parts.append(_rows(report) if report.events or report.relations else Text("  no events"))
    return Group(*parts, Text())


def _rows(report: Report) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2), pad_edge=False)
    table.add_column(no_wrap=True, min_width=10)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    for event in report.events:
        table.add_row(*_event_row(event))
    for relation in report.relations:
        table.add_row(Text(f"  {relation.kind}", style="magenta"), Text(phrases.relation(relation)), Text())
    return table


def _event_row(event: Event) -> Iterator[RenderableType]:
    yield Text.assemble((f"  {event.type}", QUAD_STYLES[event.quad]), *([(f"\n    {event.mode}", "dim")] if event.mode else []))
    yield Text.assemble(phrases.dyad(event), "\n", (phrases.details(event), "dim"))
    yield Text(f"{event.score:.2f}")
