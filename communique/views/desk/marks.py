"""Marks: a text with spans that may overlap, as HTML.

Contract: in - a text and marks that count its code points; out - escaped HTML. Where marks overlap the text is cut, so that each piece
bears all the marks that cover it, and elements nest whatever the marks do. A piece of a trigger is a link to what is said of its event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

HIT_START, HIT_END = "\ue000", "\ue001"
PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
ROLES = (("actor", "actors"), ("recipient", "recipients"), ("speaker", "said_by"))
_HIT = re.compile(f"{HIT_START}([^{HIT_START}{HIT_END}]*){HIT_END}")
_STRAY = re.compile(f"[{HIT_START}{HIT_END}]")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a stretch of the text is; `event` names the event that it belongs to, if any."""

    start: int
    end: int
    kind: str
    event: str = ""


def marked(text: str, marks: Iterable[Mark], start: int = 0, end: int | None = None, *, linked: bool = True) -> Markup:
    """The text from `start` to `end` with its marks; without `linked`, triggers are no links."""
    end = len(text) if end is None else min(end, len(text))
    return Markup("").join(_piece(text[first:last], over, linked) for first, last, over in pieces(marks, start, end))


def pieces(marks: Iterable[Mark], start: int, end: int) -> Iterator[tuple[int, int, list[Mark]]]:
    """The stretch, cut wherever a mark begins or ends, and the marks over each piece."""
    within = sorted((one for one in marks if one.start < end and one.end > start and one.start < one.end), key=lambda one: one.start)
    cuts = sorted({start, end, *(min(max(at, start), end) for one in within for at in (one.start, one.end))})
    waiting, over = iter(within), list[Mark]()
    following = next(waiting, None)
    for first, last in pairwise(cuts):
        over = [one for one in over if one.end > first]
        while following and following.start <= first:
            over.append(following)
            following = next(waiting, None)
        yield first, last, over


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """The stretches between empty lines."""
    at = 0
    for gap in (*PARAGRAPH.finditer(text), None):
        end = gap.start() if gap else len(text.rstrip())
        if end > at:
            yield at, end
        at = gap.end() if gap else end


def event_marks(event: Mapping[str, Any], sentence: str, moved: int = 0) -> Iterator[Mark]:
    """Trigger, participants, place and date of an event, whose words are looked for in its sentence; all spans are moved."""
    first = event["sentence"]["start"]
    spans = [("trigger", event["trigger"]), *((role, one) for role, side in ROLES for one in event[side]), ("place", event["place"])]
    if event["date_text"] and (at := sentence.find(event["date_text"])) >= 0:
        spans.append(("date", {"start": first + at, "end": first + at + len(event["date_text"])}))
    for kind, one in spans:
        if one and one["start"] is not None:
            yield Mark(one["start"] + moved, one["end"] + moved, kind, event["event_id"])


def hits(snippet: str) -> Markup:
    """A stretch of text whose hits stand between two private-use characters."""
    parts = _HIT.split(snippet)  # what is caught stands at odd places
    return Markup("").join(_hit(part) if number % 2 else escape(_STRAY.sub("", part)) for number, part in enumerate(parts))


def _hit(words: str) -> Markup:
    return Markup('<mark class="hit">{}</mark>').format(words)


def _piece(words: str, over: Sequence[Mark], linked: bool) -> Markup:
    """A piece of text within an element that bears the kinds and events of the marks over it."""
    if not over:
        return escape(words)
    kinds = " ".join(dict.fromkeys(one.kind for one in over))
    events = " ".join(dict.fromkeys(one.event for one in over if one.event))
    triggered = next((one.event for one in over if one.kind == "trigger"), None)
    if triggered and linked:
        link = Markup('<a class="mark {}" data-events="{}" href="#event-{}" aria-describedby="event-{}">{}</a>')
        return link.format(kinds, events, triggered, triggered, words)
    if events:
        return Markup('<span class="mark {}" data-events="{}">{}</span>').format(kinds, events, words)
    return Markup('<span class="mark {}">{}</span>').format(kinds, words)
