"""Api: what the pages show, as JSON.

Contract: in - an address under /api; out - what `questions.py` answers, a JSON object. Faults are JSON too: place, fact, remedy.
"""

from __future__ import annotations

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Query, Response

from communique.views.desk import questions
from communique.views.desk.asking import Asking, At, Page, Size, described
from communique.views.desk.faults import looked_up
from communique.views.desk.snapshot import Row

router = APIRouter(prefix="/api", tags=["data"], default_response_class=Response)
Order = Literal["newest", "oldest", "reports", "intensity", "disputed"]


@router.get("/names")
def names() -> Response:
    """What each code of a country or other actor is called."""
    return _json(dict(questions.names()))


@router.get("/front", openapi_extra=described("dyad"))
def front(s: At, filters: Asking) -> Response:
    """What is new, most reported and most disputed; the busiest dyads and those that changed; counts by country and over time."""
    return _json(questions.front(s, filters.asked))


@router.get("/dyad/{one}/{other}", openapi_extra=described("dyad"))
def dyad(s: At, filters: Asking, one: str, other: str) -> Response:
    """What two codes did to each other over time, who says what of it, what they promised, and how they stand."""
    return _json(questions.dyad(s, one, other, filters.asked) | {"points": questions.points(s, one, other, filters.asked)})


@router.get("/actor/{code}", openapi_extra=described("dyad"))
def actor(s: At, filters: Asking, code: str) -> Response:
    """The ties of a code, who acts and speaks for it, what it is accused of and what it denies."""
    return _json(questions.actor(s, code, filters.asked))


@router.get("/occurrences", openapi_extra=described())
def occurrences(s: At, filters: Asking, page: Page = 1, size: Size = 50, order: Order = "newest") -> Response:
    """A page of occurrences, and how many there are in all."""
    return _json(questions.occurrences(s, filters.asked, page, size, order, filters.dyads))


@router.get("/events", openapi_extra=described())
def events(s: At, filters: Asking, page: Page = 1, size: Size = 50) -> Response:
    """A page of events, the newest first, each with its sentence, and how many there are in all."""
    return _json(questions.events(s, filters.asked, page, size, filters.dyads))


@router.get("/occurrence/{id}")
def occurrence(s: At, id: str) -> Response:  # noqa: A002  as in the ledger
    """One act: what is known of it, each event that tells of it, and its reports by story. A beginning of its id will do."""
    with looked_up():
        return _json(questions.occurrence(s, id))


@router.get("/report/{document_id:path}")
def report(s: At, document_id: str) -> Response:
    """One report: its text and parts, its sentences, and all that was read in them. Spans are half-open and count code points."""
    with looked_up():
        return _json(questions.report(s, document_id))


@router.get("/search")
def search(
    s: At, q: Annotated[str, Query(min_length=1, description='Words, "a phrase", AND, OR, NOT, begin*')], page: Page = 1
) -> Response:
    """The reports that have the words, the best first; hits in `snippet` stand between U+E000 and U+E001."""
    return _json(questions.search(s, q, page))


def _json(answer: Row) -> Response:
    return Response(orjson.dumps(answer), media_type="application/json")
