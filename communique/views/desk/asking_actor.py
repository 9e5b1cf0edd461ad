"""An actor: with whom it has to do, who speaks and acts for it, what it is accused of, and what it denies.

Contract: in - a snapshot, a code, filters; out - values as JSON has them. Counts are of actual acts if no modality is asked for. Offices
are those of the project's tables, whatever the ledger says. Raises `QueryError` for an unknown code.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from communique.ledger.filters import Asked, check_code, span_of
from communique.meaning.actors import load_persons
from communique.meaning.persons import Persons
from communique.views.desk.choosing import QUADS, choose, events_of, numbers, occurrences_of
from communique.views.desk.snapshot import Row, Snapshot

NEIGHBOURS, NAMED, TOLD = 25, 100, 20
_AMONG = "SELECT occurrence AS number FROM parties WHERE code = $code"
_TOTALS = """
SELECT count(*) AS occurrences, count_if(acts) AS as_actor, count_if(receives) AS as_recipient, coalesce(sum(reports), 0) AS reports,
    min(day) AS first, max(day) AS last
FROM {} c JOIN (SELECT * FROM parties WHERE code = $code) ON occurrence = c.number
"""
_TIES = f"""
SELECT CASE WHEN source = $code THEN target ELSE source END AS code, count_if(source = $code) AS as_actor,
    count_if(target = $code) AS as_recipient, avg(intensity) AS intensity,
    {QUADS}
FROM {{}} WHERE source <> target AND (source = $code OR target = $code)
GROUP BY ALL ORDER BY count(*) DESC, code
"""
_EDGES = """
SELECT source, target, count(*) AS occurrences, avg(intensity) AS intensity
FROM {} WHERE source <> target AND list_contains($codes, source) AND list_contains($codes, target)
GROUP BY ALL ORDER BY occurrences DESC, source, target
"""
_NAMES = f"""
SELECT name, actor_id, sector, first, last, mentions FROM persons
WHERE code = $code AND coalesce(last >= $since, $since IS NULL) AND coalesce(first <= $until, $until IS NULL)
ORDER BY mentions DESC, actor_id LIMIT {NAMED}
"""
_ACCUSED = f"""
SELECT occurrence, list_sort(list_distinct(flatten(list([p.code FOR p IN said_by])))) AS accusers
FROM {{}} WHERE stance = 'alleges' AND quad > 2 AND len([1 FOR p IN actors IF p.code = $code]) > 0 AND occurrence IS NOT NULL
GROUP BY occurrence ORDER BY occurrence DESC LIMIT {TOLD}
"""
_DENIES = f"""
SELECT number FROM {{}} WHERE stance = 'denies' AND len([1 FOR p IN said_by IF p.code = $code]) > 0 ORDER BY number DESC LIMIT {TOLD}
"""


def actor(s: Snapshot, code: str, asked: Asked) -> Row:
    """What the page of an actor shows."""
    check_code("actor", code)
    given = {"code": code}
    chosen = choose(s, asked, _AMONG, given)
    since, until = span_of(asked.get("since"), asked.get("until"))
    (totals,) = s.rows(_TOTALS.format(chosen.occurrences), given)
    ties = s.rows(_TIES.format(chosen.counted_dyads), given)
    accused = s.rows(_ACCUSED.format(chosen.events), given)
    occurrences = occurrences_of(s, [one["occurrence"] for one in accused])
    return {
        **given,
        "totals": totals,
        "modality": chosen.modality,
        "ties": ties,
        "network": _network(s, code, ties, asked),
        "names": [one | {"offices": offices(one["actor_id"])} for one in s.rows(_NAMES, {**given, "since": since, "until": until})],
        "accused": [{"occurrence": one, "by": by["accusers"]} for one, by in zip(occurrences, accused, strict=True)],
        "denies": events_of(s, numbers(s, _DENIES.format(chosen.events), given)),
    }


def offices(actor_id: str) -> list[Row]:
    """The offices that a person has held, the first one first."""
    person = load_offices().by_id(actor_id)
    terms = sorted(person.terms, key=lambda term: term.start) if person else []
    return [{"office": term.office, "code": term.code, "start": term.start, "end": term.end or None} for term in terms]


def _network(s: Snapshot, code: str, ties: Iterable[Row], asked: Asked) -> Row:
    """The actor, those it has most to do with, and the ties among them."""
    near = list(ties)[:NEIGHBOURS]
    nodes = [{"code": code, "occurrences": sum(sum(one["quads"]) for one in near)}]
    nodes += [{"code": one["code"], "occurrences": sum(one["quads"])} for one in near]
    table = choose(s, asked, name="all").counted_dyads
    return {"nodes": nodes, "edges": s.rows(_EDGES.format(table), {"codes": [one["code"] for one in nodes]})}


@cache
def load_offices() -> Persons:
    """All who have held an office."""
    return load_persons()
