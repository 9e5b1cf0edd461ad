"""Pages: what each address shows.

Contract: in - a request; out - HTML. A page asks one snapshot of the ledger, so that its figures agree with each other. What the address
cannot mean is a `QueryError`, what it names and the ledger lacks is `Missing`; `faults.py` makes pages of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from communique.charts import to_png, to_svg
from communique.errors import QueryError
from communique.ledger.filters import check_code
from communique.views.desk import charts, questions
from communique.views.desk.faults import Missing, looked_up
from communique.views.desk.filters import Filters, code_of
from communique.views.desk.reading import by_day, claim, report_values, sentence
from communique.views.desk.rendering import Renderer
from communique.views.desk.snapshot import Snapshot, Snapshots
from communique.views.desk.wording import Names

SIZE = 50  # rows of a page
FEW = 25  # rows of a table among others
RECENT = timedelta(days=30)
ORDERS = (
    ("newest", "newest first"),
    ("oldest", "oldest first"),
    ("reports", "most reported"),
    ("disputed", "most disputed"),
    ("intensity", "most intense"),
)
PARTIES = frozenset({"actor", "with", "recipient", "dyad"})
ACTOR = frozenset({"actor", "dyad"})
DYAD = frozenset({"dyad"})

FORMS = {"svg": "image/svg+xml", "png": "image/png", "json": "application/json"}

router = APIRouter(include_in_schema=False, default_response_class=Response)
Page = Annotated[int, Query(ge=1, le=100_000)]


class Desk:
    """What a page needs: the ledger's snapshots, the templates, and the filters in the address."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.snapshots: Snapshots = request.app.state.snapshots
        self.renderer: Renderer = request.app.state.renderer
        self.names = self.renderer.names

    def filters(self, fixed: Iterable[str] = ()) -> Filters:
        """The filters, but for those that the page itself decides."""
        return Filters.of((name, value) for name, value in self.request.query_params.multi_items() if name not in fixed)

    def show(self, template: str, **values: Any) -> Response:
        """The page."""
        return self.renderer.page(self.request, template, **values)


At = Annotated[Desk, Depends(Desk)]


@router.get("/")
def front(desk: At) -> Response:
    """What is new, who is busiest, what has changed, and where."""
    filters = desk.filters(DYAD)
    with desk.snapshots.current() as snapshot:
        found = questions.front(snapshot, filters.asked)
    last = found["totals"]["last"]
    since = date.fromisoformat(last) - RECENT + timedelta(days=1) if last else None
    return desk.show("front.html", **found, fixed=DYAD, charts=charts.of_front(found, filters, desk.names), recent_since=since)


@router.get("/pair")
def pair(desk: At, one: str = "", other: str = "") -> Response:
    """A form that opens the page of two sides, or of one."""
    named, fault = [code_of(words.strip()) for words in (one, other) if words.strip()], None
    try:
        for code in named:
            check_code("actor", code.upper())
    except QueryError as problem:
        fault = problem
    if named and not fault:
        return RedirectResponse("/".join(["/dyad" if len(named) > 1 else "/actor", *map(str.upper, named)]), 303)
    with desk.snapshots.current() as snapshot:
        dyads = questions.front(snapshot, {})["dyads"]
    return desk.show("pair.html", one=one, other=other, fault=fault, dyads=dyads, status=400 if fault else 200)


@router.get("/dyad/{one}/{other}")
def dyad(desk: At, one: str, other: str) -> Response:
    """What two sides did to each other, and who says so."""
    _check(one, other)
    filters = desk.filters(PARTIES)
    with desk.snapshots.current() as snapshot:
        found = _dyad(snapshot, one, other, filters)
        rows = questions.occurrences(snapshot, filters.asked, 1, FEW, dyads=[(one, other), (other, one)])["rows"]
    return desk.show(
        "dyad.html",
        **{**found, "types": _by_type(found["types"], one)},
        rows=rows,
        fixed=PARTIES,
        charts=charts.of_dyad(found, list, filters, desk.names),
        both=filters.link("/occurrences", dyad=f"{one} {other}; {other} {one}"),
        said=lambda row, stance: filters.link(
            "/events", dyad=f"{row['about_source']} {row['about_target']}", said_by=row["speaker"], stance=stance
        ),
    )


@router.get("/actor/{code}")
def actor(desk: At, code: str) -> Response:
    """With whom an actor deals, who speaks and acts for it, what it is accused of and denies."""
    _check(code)
    filters = desk.filters(ACTOR)
    with desk.snapshots.current() as snapshot:
        found = _actor(snapshot, code, filters)
    people, others = found["names"], {name: value for name, value in found.items() if name != "names"}
    return desk.show("actor.html", **others, people=people, fixed=ACTOR, charts=charts.of_actor(found, filters, desk.names))


@router.get("/occurrences")
def occurrences(desk: At, page: Page = 1, order: str = ORDERS[0][0]) -> Response:
    """Occurrences, one a row."""
    filters = desk.filters()
    with desk.snapshots.current() as snapshot:
        found = questions.occurrences(snapshot, filters.asked, page, SIZE, order, dyads=filters.dyads)
    return desk.show("occurrences.html", **found, page=page, size=SIZE, order=order, ORDERS=ORDERS)


@router.get("/events")
def events(desk: At, page: Page = 1) -> Response:
    """Events, each with its sentence."""
    filters = desk.filters()
    with desk.snapshots.current() as snapshot:
        found = questions.events(snapshot, filters.asked, page, SIZE, dyads=filters.dyads)
    return desk.show("events.html", **found, page=page, size=SIZE, sentence=sentence, claim=claim, legend=desk.renderer.legend())


@router.get("/occurrence/{occurrence_id}")
def occurrence(desk: At, occurrence_id: str) -> Response:
    """One act, and all its reports."""
    with desk.snapshots.current() as snapshot, looked_up():
        found = questions.occurrence(snapshot, occurrence_id)
    return desk.show(
        "occurrence.html", it=found, by_day=by_day(found["events"]), sentence=sentence, claim=claim, legend=desk.renderer.legend()
    )


@router.get("/report/{document_id:path}")
def report(desk: At, document_id: str) -> Response:
    """The text of one report, with what was found in it."""
    with desk.snapshots.current() as snapshot, looked_up():
        found = questions.report(snapshot, document_id)
    return desk.show("report.html", it=found, **report_values(found), legend=desk.renderer.legend(whole=True))


@router.get("/search")
def search(desk: At, q: str = "", page: Annotated[int, Query(ge=1, le=100)] = 1) -> Response:
    """Reports by their words."""
    words, found, fault = q.strip(), dict[str, Any](rows=[]), None
    if words:
        try:
            with desk.snapshots.current() as snapshot:
                found = questions.search(snapshot, words, page)
        except QueryError as problem:
            fault = problem
    values = {"total": None, "more": False, **found}
    return desk.show("search.html", **values, words=words, page=page, fault=fault, status=400 if fault else 200)


@router.get("/api")
def described(desk: At) -> Response:
    """What can be asked for as data."""
    schema = desk.request.app.openapi()
    calls = [(path, call["get"]) for path, call in schema["paths"].items()]
    return desk.show("api.html", calls=calls, openapi=desk.request.app.openapi_url, kind=_kind)


@router.get("/charts/{name}.{form}")
def chart(desk: At, name: str, form: str, one: str = "", other: str = "") -> Response:
    """A chart of the front page, of an actor or of two sides: as a picture, or as what draws it."""
    _check(*filter(None, (one, other)))
    filters = desk.filters(PARTIES if other else ACTOR if one else DYAD)
    with desk.snapshots.current() as snapshot:
        figures = _figures(snapshot, one, other, filters, desk.names)
        if form not in FORMS or not (figure := figures.get(name)):
            raise Missing(f"{name}.{form}", "is no chart of these figures", f"There are {', '.join(figures)}, as {', '.join(FORMS)}.")
        drawn = orjson.dumps(figure.spec) if form == "json" else to_svg(figure.draw()) if form == "svg" else to_png(figure.draw())
    return Response(drawn, media_type=FORMS[form])


def _figures(snapshot: Snapshot, one: str, other: str, filters: Filters, names: Names) -> Mapping[str, charts.Figure | None]:
    """The charts of a page."""
    if other:
        points = partial(questions.points, snapshot, one, other, filters.asked)
        return charts.of_dyad(_dyad(snapshot, one, other, filters), points, filters, names)
    if one:
        return charts.of_actor(_actor(snapshot, one, filters), filters, names)
    return charts.of_front(questions.front(snapshot, filters.asked), filters, names)


def _dyad(snapshot: Snapshot, one: str, other: str, filters: Filters) -> dict[str, Any]:
    """What a page and then its charts ask of two sides."""
    return snapshot.remembered(("dyad", one, other, filters.given), lambda: questions.dyad(snapshot, one, other, filters.asked))


def _actor(snapshot: Snapshot, code: str, filters: Filters) -> dict[str, Any]:
    """What a page and then its chart ask of an actor."""
    return snapshot.remembered(("actor", code, filters.given), lambda: questions.actor(snapshot, code, filters.asked))


def _check(*codes: str) -> None:
    """Raise where an address names an actor that there is none of."""
    with looked_up():
        for code in codes:
            check_code("actor", code)


def _by_type(rows: Iterable[Mapping[str, Any]], one: str) -> list[tuple[str, int, int, int]]:
    """Type, quad class, and how often in each direction."""
    counted: dict[tuple[int, str], list[int]] = {}
    for row in rows:
        counted.setdefault((row["quad"], row["type"]), [0, 0])[row["source"] != one] += row["occurrences"]
    return [(kind, number, *both) for (number, kind), both in sorted(counted.items())]  # type: ignore[misc]


def _kind(schema: Mapping[str, Any]) -> str:
    """What a parameter may be, in words."""
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"] if one.get("type") != "null")
    if schema.get("type") == "array":
        return f"{_kind(schema['items'])}, several times"
    return " | ".join(map(str, schema["enum"])) if "enum" in schema else str(schema.get("type", ""))
