"""Explain: each event's sentence with its spans marked, and the reasons for what was coded.

Contract: in - a `Report`; out - something rich prints. Spans are marked in brackets with their role, so that they show
without colours too: `[actor Iran] is accused of [trigger supplying] [recipient Russia] with drones`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from communique.records import Event, Report, Span
from communique.views import phrases

STYLES = {"trigger": "bold red", "actor": "green", "recipient": "blue", "place": "yellow", "date": "cyan", "speaker": "magenta"}


def explanation(report: Report) -> RenderableType:
    """The heading of a report, then each event explained."""
    title, below = phrases.heading(report)
    events: list[RenderableType] = [explain_event(event, report.article.document.text) for event in report.events]
    return Group(Text(title, style="bold"), Text(below, style="dim"), Text(), *(events or [Text("no events\n")]))


def explain_event(event: Event, text: str) -> RenderableType:
    """The event in one line, its sentence with marks, and one line for each reason."""
    head = Text.assemble((event.type + (f" {event.mode}" if event.mode else ""), "bold"), f"  {phrases.dyad(event)}  {event.score:.2f}")
    start, end = event.sentence["start"], event.sentence["end"]
    sentence = marked(text[start:end].replace("\n", " "), spans_of(event, text))
    return Group(
        head,
        Padding(sentence, (0, 0, 0, 2)),
        *(Padding(Text(f"{name:<10} {words}"), (0, 0, 0, 2)) for name, words in phrases.reasons(event)),
        Text(),
    )


def spans_of(event: Event, text: str) -> dict[Span, list[str]]:
    """The roles of each marked span; spans count from the start of the sentence."""
    start, end = event.sentence["start"], event.sentence["end"]
    found: dict[Span, list[str]] = defaultdict(list)
    for role, span in _role_spans(event, text):
        within = (span[0] - start, span[1] - start)
        if 0 <= within[0] < within[1] <= end - start and role not in found[within]:
            found[within].append(role)
    return {span: roles for span, roles in found.items() if roles}


def _role_spans(event: Event, text: str) -> Iterator[tuple[str, Span]]:
    yield "trigger", (int(str(event.trigger["start"])), int(str(event.trigger["end"])))
    for role, participants in (("actor", event.actors), ("recipient", event.recipients), ("speaker", event.said_by)):
        yield from ((role, (one.start, one.end)) for one in participants if one.start is not None and one.end is not None)
    if event.place and event.place.start is not None and event.place.end is not None:
        yield "place", (event.place.start, event.place.end)
    if event.date_text and (at := text.find(event.date_text, event.sentence["start"], event.sentence["end"])) >= 0:
        yield "date", (at, at + len(event.date_text))


def marked(sentence: str, spans: dict[Span, list[str]]) -> Text:
    """The sentence with a bracket around each span; of two that start together the longer opens first."""
    opens: dict[int, list[Span]] = defaultdict(list)
    closes: dict[int, int] = defaultdict(int)
    for span in sorted(spans, key=lambda span: -span[1]):
        opens[span[0]].append(span)
        closes[span[1]] += 1
    text, innermost = Text(), Text(sentence)
    for span in sorted(spans, key=lambda span: span[0] - span[1]):
        innermost.stylize(STYLES[spans[span][0]], *span)
    for at in range(len(sentence) + 1):
        text.append("]" * closes[at])
        for span in opens[at]:
            text.append(f"[{'+'.join(spans[span])} ", style="dim")
        text.append_text(innermost[at : at + 1])
    return text
