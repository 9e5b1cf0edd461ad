"""Questions: what each page of the desk asks of a snapshot.

Contract: in - a `Snapshot`, and what is asked; out - plain values as JSON has them: dates are ISO strings. Raises `QueryError` for what
cannot be asked.
"""

from __future__ import annotations

from communique.tables.gazetteer import names
from communique.views.desk.asking_actor import actor, load_offices, offices
from communique.views.desk.asking_dyad import dyad, points
from communique.views.desk.asking_front import ORDERS, events, front, occurrences
from communique.views.desk.asking_reports import MARKS, occurrence, report, search
from communique.views.desk.snapshot import Snapshot

__all__ = [
    "MARKS",
    "ORDERS",
    "actor",
    "dyad",
    "events",
    "front",
    "names",
    "occurrence",
    "occurrences",
    "offices",
    "points",
    "prepare",
    "report",
    "search",
]


def prepare(s: Snapshot) -> None:
    """Work out beforehand what the first page would wait for."""
    names()
    load_offices()
    front(s, {})
