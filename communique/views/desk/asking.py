"""Asking: what calls for data have in common: the snapshot that answers, the filters in the address, and how these are described.

Contract: in - a request; out - for a route, its `Snapshot` and `Filters`, and their OpenAPI parameters. A parameter that there is none of
is a `QueryError`: whoever writes a program should hear of a misspelt filter, not get everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from communique.ledger.filters import check
from communique.views.desk.choosing import MAX_ROWS, MAX_SIZE
from communique.views.desk.filters import FIELDS, NAMES, Field, Filters
from communique.views.desk.snapshot import Snapshot

OWN = ("page", "size", "order", "q", "by", "count", "zeros")  # parameters of single calls
_REPEATED = frozenset(NAMES) - {"since", "until", "min_score"}


def snapshot_of(request: Request) -> Iterator[Snapshot]:
    """The newest state of the ledger, until the answer is given."""
    with request.app.state.snapshots.current() as snapshot:
        yield snapshot


def filters_of(request: Request) -> Filters:
    """The filters in the address."""
    given = request.query_params.multi_items()
    check("question", "parameter", [name for name, _ in given], [*NAMES, *OWN])
    return Filters.of(given)


At = Annotated[Snapshot, Depends(snapshot_of)]
Asking = Annotated[Filters, Depends(filters_of)]
Page = Annotated[int, Query(ge=1, le=MAX_ROWS, description="Which page, from 1.")]
Size = Annotated[int, Query(ge=1, le=MAX_SIZE, description="Rows of a page.")]


def described(*without: str) -> dict[str, Any]:
    """The filters as parameters of a call, but for some."""
    return {"parameters": [_parameter(field) for field in FIELDS if field.name not in without]}


def _parameter(field: Field) -> dict[str, Any]:
    one: dict[str, Any] = {"type": "string"}
    if field.choices:
        one["enum"] = [value for value, _ in field.choices]
    schema = {"type": "array", "items": one} if field.name in _REPEATED else one
    text = f"{field.label}: {field.hint}" if field.hint else field.label
    return {"name": field.name, "in": "query", "required": False, "description": text, "schema": schema}
