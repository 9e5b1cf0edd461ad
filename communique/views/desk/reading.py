"""Reading: the text of a report with what was found in it, and the reasons of each event in words.

Contract: in - a report or event as the questions give it; out - HTML of paragraphs, and short plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from markupsafe import Markup

from communique.records import Participant
from communique.views import phrases
from communique.views.answers import event_of
from communique.views.desk.marks import Mark, event_marks, marked, paragraphs

PLAIN = frozenset({"paragraph"})  # parts that need no mark
LINKS = ("http://", "https://")
Row = dict[str, Any]


def report_values(report: Row) -> dict[str, Any]:
    """What the page of a report shows beside its fields."""
    text, marks = report["text"], list(_marks(report))
    return {
        "paragraphs": [marked(text, marks, start, end) for start, end in paragraphs(text)],
        "agencies": list(dict.fromkeys(one["name"] for one in report["carriers"] if one["kind"] == "agency")),
        "outside": report["url"] if (report["url"] or "").startswith(LINKS) else None,
        "told": lambda event: phrases.dyad(event_of(event)),
        "reasons": reasons,
        "standing": _standing,
    }


def sentence(event: Row) -> Markup:
    """The sentence of an event with its marks."""
    return marked(event["text"], event_marks(event, event["text"], -event["sentence"]["start"]), linked=False)


def claim(event: Row) -> str:
    """Modality, if not actual, and who says so; nothing where the report states it in its own voice."""
    return phrases.claim(event_of(event))


def by_day(events: Iterable[Row]) -> list[tuple[str | None, list[Row]]]:
    """Events by the day of their report."""
    rows = sorted(events, key=lambda event: (event["reported"] or "", event["document_id"], event["event_id"]))
    return [(day, list(told)) for day, told in groupby(rows, key=lambda event: event["reported"])]


def reasons(row: Row) -> Iterator[tuple[str, str]]:
    """What shaped the event, and what it is in other schemes."""
    event = event_of(row)
    yield from phrases.reasons(event)
    if event.contexts:
        yield "context", ", ".join(event.contexts).replace("_", " ")
    yield "CAMEO", event.cameo
    yield "score", f"{event.score:.2f}"


def _marks(report: Row) -> Iterator[Mark]:
    """Parts that are no plain paragraph, agencies, and what events and relations are made of."""
    yield from (Mark(one["start"], one["end"], one["kind"]) for one in report["parts"] if one["kind"] not in PLAIN)
    relations = (one[side] for one in report["relations"] for side in ("source", "target", "trigger"))
    yield from (Mark(one["start"], one["end"], "mention") for one in (*report["carriers"], *relations) if one and one["start"] is not None)
    for event in report["events"]:
        span = event["sentence"]
        yield from event_marks(event, report["text"][span["start"] : span["end"]])


def _standing(relation: Row) -> str:
    """`Chile (CHL) has ties to Brazil (BRA)`."""
    source, target = (Participant(**one) if one else None for one in (relation["source"], relation["target"]))
    about = phrases.who(target) if target else relation["about"] or ""
    return f"{phrases.who(source) if source else ''} {phrases.RELATIONS[relation['kind']]} {about}".strip()
