"""Answers: what a ledger is asked, for people to read on a terminal of 100 columns.

Contract: in - answers of `ledger/query.py`; out - something rich prints. What an event says of itself is worded as where it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from communique.records import Event, Participant, Place
from communique.views import phrases
from communique.views.explain import explain_event
from communique.views.table import QUAD_STYLES
from communique.views.tabular import flattened

Row = dict[str, Any]


def event_of(row: Row) -> Event:
    """The event that a row tells of."""
    place = row["place"] and Place(**{**row["place"], "table": row["place"]["table"] or ""})
    sides = {name: tuple(_participant(one) for one in row[name]) for name in ("actors", "recipients", "said_by")}
    plain = {name: row[name] for name in Event.__dataclass_fields__ if name in row}
    changes = {"occurrence_id": row.get("occurrence_id") or "", "contexts": tuple(row["contexts"]), "place": place}
    return Event(**{**plain, **sides, **changes})


def events(table: pa.Table) -> RenderableType:
    """Events under the heading of their report."""
    parts: list[RenderableType] = []
    for _, told in groupby(table.to_pylist(), key=lambda row: row["document_id"]):
        several = list(told)
        grid = _grid("", "…", "")
        for row in several:
            event = event_of(row)
            kind = Text.assemble("  ", (_kind(event.type, event.mode), QUAD_STYLES[event.quad]), (f"\n  {event.event_id}", "dim"))
            grid.add_row(kind, Text.assemble(phrases.dyad(event), "\n", (phrases.details(event), "dim")), Text(f"{event.score:.2f}"))
        parts += [_heading(several[0]), grid, Text()]
    return Group(*parts)


def occurrences(table: pa.Table) -> RenderableType:
    """Occurrences, two lines each: what was done, and how it is known."""
    grid = _grid("", "", "…", "")
    for row in table.to_pylist():
        kind = Text.assemble((row["type"], QUAD_STYLES[row["quad"]]), (f"\n{row['occurrence_id']}", "dim"))
        grid.add_row(Text(_day(row)), kind, Text.assemble(_dyad(row), "\n", (_known(row), "dim")), Text(row["modality"]))
    return grid


def occurrence(table: pa.Table) -> RenderableType:
    """One occurrence, and each event that tells of it with its report, claim, sentence, and why it is thought to be the same act."""
    (row,) = table.to_pylist()
    head = Text.assemble((row["type"], "bold"), f"  {_dyad(row)}  {_day(row)}\n", (_known(row), "dim"))
    return Group(head, Text(), *(part for one in row["events"] for part in _telling(one)))


def shown(table: pa.Table) -> RenderableType:
    """One event: its report, its paragraph, its sentence with marks, and its reasons."""
    (row,) = table.to_pylist()
    event, paragraph = event_of(row), row["paragraph"] or row["sentence"]
    carriers = ", ".join(dict.fromkeys(one["name"] for one in row["carriers"]))
    below = " · ".join(part for part in (f"carried by {carriers}" if carriers else "", row["url"] or "") if part)
    text = Text(row["text"][paragraph["start"] : paragraph["end"]], style="dim")
    last = Text.assemble(("event      ", ""), event.event_id, ("\noccurrence ", ""), event.occurrence_id or "none yet")
    return Group(
        _heading(row), Text(below, style="dim"), Padding(text, (1, 2)), explain_event(event, row["text"]), Padding(last, (0, 0, 0, 2))
    )


def hits(table: pa.Table) -> RenderableType:
    """What a search has found, each with the stretch of text that shows it."""
    return Group(*(part for row in table.to_pylist() for part in (_heading(row), Padding(Text(row["snippet"]), (0, 0, 1, 2)))))


def plain(table: pa.Table, names: Sequence[str] = ()) -> RenderableType:
    """Any table; of these columns alone, if named."""
    flat = flattened(table.select(names) if names else table)
    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for field in flat.schema:
        made.add_column(Text(field.name), justify="right" if _is_number(field.type) else "left", overflow="fold")
    for row in flat.to_pylist():
        made.add_row(*(Text(_cell(value)) for value in row.values()))
    return made


def _telling(row: Row) -> Iterator[RenderableType]:
    event = event_of(row)
    yield _heading(row)
    yield Padding(Text(" ".join(row["text"].split())), (0, 0, 0, 2))
    yield Padding(Text(f"{phrases.dyad(event)} · {phrases.claim(event) or 'in the report’s own voice'}"), (0, 0, 0, 2))
    yield Padding(Text(f"{event.event_id} · {row['rule']}", style="dim"), (0, 0, 1, 2))


def _heading(row: Row) -> Text:
    """`Envoy speaks in Quito  2023-03-14 · Daily Plain · quito.txt`."""
    known = (str(row["reported"] or "no date"), row["publisher"] or "", row["document_id"])
    return Text.assemble((row["title"] or row["document_id"], "bold"), ("  " + " · ".join(part for part in known if part), "dim"))


def _dyad(row: Row) -> str:
    recipients = ", ".join(row["recipients"])
    return (", ".join(row["actors"]) or "unknown") + (f" → {recipients}" if recipients else "")


def _day(row: Row) -> str:
    """The day of an occurrence, or of its first report with `~`."""
    first, last = row["first_day"], row["last_day"]
    if first is None:
        return f"~{row['reported']}" if row["reported"] else "no date"
    return str(first) if first == last else f"{first}/{last.day:02}" if first.month == last.month else f"{first}/{last}"


def _known(row: Row) -> str:
    """Where, and how many tell of it."""
    where = phrases.where(Place(row["place"] or "", None, None, row["country"])) if row["place"] or row["country"] else ""
    voices = [
        f"{word} {', '.join(who)}"
        for word, who in (("said by", row["asserted_by"]), ("alleged by", row["alleged_by"]), ("denied by", row["denied_by"]))
        if who
    ]
    reports = f"{row['reports']} report{'s' if row['reports'] > 1 else ''}, {row['independent']} independent"
    return " · ".join(part for part in (where, reports, *voices) if part)


def _kind(kind: str, mode: str | None) -> str:
    return kind + (f" {mode}" if mode else "")


def _grid(*columns: str) -> Table:
    """A table without lines: columns as wide as what they hold, but for the one of `…`, which takes the rest."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False, expand=True)
    for column in columns:
        table.add_column(ratio=1 if column else None, no_wrap=not column)
    return table


def _participant(one: Row) -> Participant:
    return Participant(**{**one, "table": one["table"] or ""})


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)
