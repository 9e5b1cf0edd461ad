"""Faults: what a page or a call answers where it cannot answer what was asked.

Contract: an error is told as place, fact and remedy, as at the command line: under /api and /export as JSON, else as a page. 404 is for
what the ledger does not have, 400 for what it cannot be asked, 503 for a ledger that cannot be read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from communique.errors import CommuniqueError, LedgerError, QueryError

TITLES = {
    400: "This cannot be asked",
    404: "There is no such thing in this ledger",
    500: "This went wrong",
    503: "The ledger cannot be read at the moment",
}
ABSENT = "There is no page at this address."
BACK = "Go back to the overview, or search the reports."
_LOG = logging.getLogger(__name__)


class Missing(CommuniqueError):
    """What the address names is not in the ledger."""


@contextmanager
def looked_up() -> Iterator[None]:
    """What is not found by its name is missing, and no question that cannot be asked."""
    try:
        yield
    except QueryError as fault:
        raise Missing(fault.place, fault.fact, fault.remedy) from None


def handle(app: FastAPI) -> None:
    """Have the application tell its faults."""
    app.add_exception_handler(CommuniqueError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _unserved)
    app.add_exception_handler(Exception, _unforeseen)


def tell(request: Request, status: int, place: str, fact: str, remedy: str) -> Response:
    """The fault in the form that was asked for."""
    path = request.url.path
    if path.startswith(("/api/", "/export/")):
        return JSONResponse({"place": place, "fact": fact, "remedy": remedy}, status)
    title = TITLES.get(status, "This cannot be shown")
    answer: Response = request.app.state.renderer.page(
        request, "fault.html", status=status, title=title, fact=f"{place}: {fact}" if place else fact, remedy=remedy
    )
    return answer


async def _known(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, CommuniqueError)
    status = 404 if isinstance(fault, Missing) else 503 if isinstance(fault, LedgerError) else 400
    return tell(request, status, fault.place, fault.fact, fault.remedy)


async def _invalid(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)
    first = fault.errors()[0]
    return tell(request, 400, str(first["loc"][-1]), str(first["msg"]).lower(), "Mend it in the address.")


async def _unserved(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    return tell(request, fault.status_code, "", ABSENT if fault.status_code == 404 else str(fault.detail), BACK)


async def _unforeseen(request: Request, fault: Exception) -> Response:
    _LOG.error("%s failed", request.url.path, exc_info=fault)
    return tell(request, 500, "", "The desk has a fault of its own.", "Its terminal says more; please report it.")
