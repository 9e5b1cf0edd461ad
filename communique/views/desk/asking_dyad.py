"""Between two: what each did to the other, who says what of it, and what became of what they promised.

Contract: in - a snapshot, two codes, filters; out - values as JSON has them. An act of both together, such as a meeting, counts once in
each direction, as in `ledger/panel.py`. Counts are of actual acts if no modality is asked for. Raises `QueryError` for an unknown code.
"""

from __future__ import annotations

from communique.ledger.filters import Asked, span_of
from communique.ledger.panel import count_dyads, with_zeros
from communique.views.desk.choosing import Chosen, Pairs, choose_between, numbers, occurrences_of, reported_span, unit_of
from communique.views.desk.snapshot import Row, Snapshot, Values

POINTS, PROMISES, OUTCOMES, VOICES = 1_500, 20, 3, 50
FULFILLED = {"AGREE": ("CONSULT", "SUPPORT", "COOPERATE", "AID"), "CONCEDE": ("RETREAT",)}
_TIMELINE = ("source", "target", "period", "events", "quad1", "quad2", "quad3", "quad4", "intensity")
_PAIR = "(source = $one AND target = $other OR source = $other AND target = $one)"
_TOTALS = "SELECT count(*) AS occurrences, coalesce(sum(reports), 0) AS reports, min(day) AS first, max(day) AS last FROM {}"
_TYPES = f"""
SELECT source, target, type, quad, count(*) AS occurrences
FROM {{}} WHERE {_PAIR} GROUP BY ALL ORDER BY source, target, occurrences DESC, type
"""
_VOICES = f"""
SELECT speaker, source AS about_source, target AS about_target, count_if(stance = 'states') AS states,
    count_if(stance = 'alleges') AS alleges, count_if(stance = 'denies') AS denies, count_if(stance = 'confirms') AS confirms
FROM (SELECT occurrence, stance, unnest(list_distinct([p.code FOR p IN said_by])) AS speaker FROM {{}})
JOIN (SELECT occurrence, source, target FROM dyads WHERE {_PAIR}) USING (occurrence)
GROUP BY ALL ORDER BY count(*) DESC, speaker, source, target LIMIT {VOICES}
"""
_OUTCOMES = f"""
SELECT p.number AS promise, list(o.occurrence ORDER BY o.day, o.occurrence)[:{OUTCOMES}] AS outcomes
FROM (SELECT number, day, type, modality FROM occurrences WHERE number IN (SELECT unnest($promises))) p
JOIN (SELECT DISTINCT occurrence, day, type FROM dyads WHERE {_PAIR} AND modality = 'actual') o
    ON o.day > p.day AND o.day <= p.day + 365
    AND (p.modality = 'future' AND o.type = p.type OR list_contains($fulfilled, p.type || ' ' || o.type))
GROUP BY p.number
"""
_RELATIONS = """
SELECT kind, source.code AS source, target.code AS target, about, count(DISTINCT document_id) AS reports, min(reported) AS first,
    max(reported) AS last, list_sort(list_distinct(flatten(list([p.code FOR p IN said_by])))) AS said_by
FROM relations
WHERE (source.code = $one AND target.code = $other OR source.code = $other AND target.code = $one)
    AND coalesce(reported >= $since, $since IS NULL) AND coalesce(reported <= $until, $until IS NULL)
GROUP BY ALL ORDER BY last DESC NULLS LAST, kind, source, target, about
"""


def dyad(s: Snapshot, one: str, other: str, asked: Asked) -> Row:
    """What the page of a dyad shows beside its `points`."""
    pairs = list(dict.fromkeys([(one, other), (other, one)]))
    pair = {"one": one, "other": other}
    chosen = choose_between(s, asked, pairs)
    since, until = span_of(asked.get("since"), asked.get("until"))
    (totals,) = s.rows(_TOTALS.format(chosen.occurrences))
    return {
        **pair,
        "totals": totals,
        "modality": chosen.modality,
        **_timeline(s, pairs, asked, chosen),
        "types": s.rows(_TYPES.format(chosen.counted_dyads), pair),
        "voices": s.rows(_VOICES.format(chosen.events), pair),
        "promises": _promises(s, chosen, pair),
        "relations": s.rows(_RELATIONS, {**pair, "since": since, "until": until}),
    }


def points(s: Snapshot, one: str, other: str, asked: Asked) -> list[Row]:
    """The occurrences that the chart of a dyad shows one by one: the most reported."""
    table = choose_between(s, asked, list(dict.fromkeys([(one, other), (other, one)]))).occurrences
    found = f"SELECT number FROM {table} WHERE day IS NOT NULL ORDER BY reports DESC, number DESC LIMIT {POINTS}"
    return occurrences_of(s, numbers(s, found))


def _timeline(s: Snapshot, pairs: Pairs, asked: Asked, chosen: Chosen) -> Row:
    """The unit of time, and all directions by it."""
    span = reported_span(s, asked)
    if span is None:
        return {"by": "month", "timeline": []}
    one, other = pairs[0]
    by = unit_of(*span)
    s.execute(f"CREATE TEMP TABLE dyads AS SELECT * FROM {chosen.dyads} WHERE {_PAIR}", {"one": one, "other": other})  # for count_dyads
    counted = with_zeros(count_dyads(s.connection, by, "occurrences", span, chosen.modality), by, span, pairs)
    s.execute("DROP TABLE temp.dyads")
    rows = counted.select(_TIMELINE).to_pylist()
    return {"by": by, "timeline": [{**row, "period": row["period"].isoformat()} for row in rows]}


def _promises(s: Snapshot, chosen: Chosen, pair: Values) -> list[Row]:
    """Agreements and what is announced, each with what was reported of it within a year."""
    where = "type = 'AGREE' OR modality = 'future'"
    promises = numbers(s, f"SELECT number FROM {chosen.occurrences} WHERE {where} ORDER BY number DESC LIMIT {PROMISES}")
    fulfilled = [f"{kind} {other}" for kind, others in FULFILLED.items() for other in others]
    found = {row["promise"]: row["outcomes"] for row in s.rows(_OUTCOMES, {"promises": promises, "fulfilled": fulfilled, **pair})}
    several = sorted({*promises, *(number for outcomes in found.values() for number in outcomes)})
    rows = dict(zip(several, occurrences_of(s, several), strict=True))
    return [{"occurrence": rows[number], "outcome": [rows[one] for one in found.get(number, ())]} for number in promises]
