"""The front page, and lists: what is new, what is told of most, what is disputed, and where it happens.

Contract: in - a snapshot and filters; out - values as JSON has them. Counts are of actual acts if no modality is asked for (`modality` says
which), and of the span of the reports, as of acts before it the ledger has only what later reports recall.
"""

from __future__ import annotations

from communique.ledger.filters import Asked, check
from communique.views.desk.choosing import (
    QUADS,
    Chosen,
    Pairs,
    choose,
    choose_between,
    events_of,
    leaf,
    numbers,
    occurrences_of,
    reported_span,
    unit_of,
)
from communique.views.desk.snapshot import Row, Snapshot

LISTED, BUSIEST = 10, 15
RECENT, USUAL = 30, 365  # days
ORDERS = {
    "newest": "number DESC",
    "oldest": "day NULLS LAST, number",
    "reports": "reports DESC, number DESC",
    "intensity": "abs(intensity) DESC, number DESC",
    "disputed": "disputed DESC, reports DESC, number DESC",
}
_LISTS = {  # name, condition, order
    "latest": ("true", "reported DESC NULLS LAST, reports DESC, number DESC"),
    "most_reported": ("true", ORDERS["reports"]),
    "most_disputed": ("disputed > 0", ORDERS["disputed"]),
}
_DYADS = f"""
SELECT source, target, count(*) AS occurrences, avg(intensity) AS intensity, {QUADS}
FROM {{}} WHERE source <> target AND day BETWEEN $first AND $last
GROUP BY ALL ORDER BY occurrences DESC, source, target LIMIT {BUSIEST}
"""
_CHANGES = f"""
SELECT source, target, count_if(reported > $last::DATE - {RECENT}) AS recent,
    count_if(reported <= $last::DATE - {RECENT}) * {RECENT} / {USUAL} AS usual, (recent - usual) / sqrt(usual + 1) AS score
FROM {{}} WHERE source <> target AND reported > $last::DATE - {RECENT + USUAL} AND reported <= $last::DATE
GROUP BY ALL ORDER BY abs(score) DESC, source, target LIMIT {LISTED}
"""
_COUNTRIES = """
SELECT country, count(*) AS occurrences, avg(intensity) AS intensity
FROM {} WHERE country IS NOT NULL GROUP BY ALL ORDER BY occurrences DESC, country
"""
_PERIODS = """
SELECT period::DATE AS period, quad, coalesce(occurrences, 0) AS occurrences
FROM (SELECT unnest(generate_series(date_trunc('{unit}', $first::DATE), $last::DATE, INTERVAL 1 {unit})) AS period)
CROSS JOIN (SELECT unnest([1, 2, 3, 4]) AS quad)
LEFT JOIN (
    SELECT date_trunc('{unit}', day) AS period, quad, count(*) AS occurrences FROM {acts} WHERE day BETWEEN $first AND $last GROUP BY ALL
) USING (period, quad)
ORDER BY period, quad
"""


def front(s: Snapshot, asked: Asked) -> Row:
    """What the front page shows."""
    if not any(asked.values()):
        return s.remembered("front", lambda: _front(s, asked))
    return _front(s, asked)


def occurrences(s: Snapshot, asked: Asked, page: int = 1, size: int = 50, order: str = "newest", dyads: Pairs = ()) -> Row:
    """A page of occurrences, of these dyads alone if any are named, and how many there are in all."""
    check("order", "order", [order], ORDERS)
    rows = leaf(page, size)
    table = choose_between(s, asked, dyads).occurrences
    found = numbers(s, f"SELECT number FROM {table} ORDER BY {ORDERS[order]} {rows}")
    return {"total": _count(s, table), "rows": occurrences_of(s, found)}


def events(s: Snapshot, asked: Asked, page: int = 1, size: int = 50, dyads: Pairs = ()) -> Row:
    """A page of events, the newest first, each with its report and sentence, and how many there are in all."""
    rows = leaf(page, size)
    table = choose_between(s, asked, dyads).told
    found = numbers(s, f"SELECT number FROM {table} ORDER BY number DESC {rows}")
    return {"total": _count(s, table), "rows": events_of(s, found)}


def _front(s: Snapshot, asked: Asked) -> Row:
    chosen, span = choose(s, asked), reported_span(s, asked)
    found: Row = {
        "totals": _totals(s, chosen),
        "modality": chosen.modality,
        **_lists(s, chosen.occurrences),
        "countries": s.rows(_COUNTRIES.format(chosen.acts)),
    }
    if span is None:
        return found | {"dyads": [], "changes": [], "quads": [], "by": "month"}
    days = {"first": span[0], "last": span[1]}
    by = "year" if unit_of(*span) == "year" else "month"
    return found | {
        "dyads": s.rows(_DYADS.format(chosen.counted_dyads), days),
        "changes": s.rows(_CHANGES.format(chosen.counted_dyads), {"last": span[1]}),
        "quads": s.rows(_PERIODS.format(unit=by, acts=chosen.acts), days),
        "by": by,
    }


def _lists(s: Snapshot, table: str) -> dict[str, list[Row]]:
    """The first occurrences in several orders."""
    return {
        name: occurrences_of(s, numbers(s, f"SELECT number FROM {table} WHERE {where} ORDER BY {order} LIMIT {LISTED}"))
        for name, (where, order) in _LISTS.items()
    }


def _totals(s: Snapshot, chosen: Chosen) -> Row:
    """How much there is of what; documents without events count where nothing is left out."""
    documents = "documents" if chosen.events == "events" else f"(SELECT DISTINCT document, publisher, reported FROM {chosen.told})"
    (totals,) = s.rows(
        "SELECT count(*) AS documents, count(DISTINCT publisher) AS publishers, min(reported) AS first, max(reported) AS last "
        f"FROM {documents}"
    )
    return {"events": _count(s, chosen.told), "occurrences": _count(s, chosen.occurrences), **totals}


def _count(s: Snapshot, table: str) -> int:
    (row,) = s.rows(f"SELECT count(*) AS count FROM {table}")
    return int(row["count"])
