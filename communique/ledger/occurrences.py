"""Occurrences: the events of many reports that tell of one act, and what the reports together say of it.

Contract: in - a DuckDB connection with the current rows as views `events` and `documents` and a table `members` (document_id, story_id),
and pairs of events that somebody has decided to keep apart or together; out - an Arrow table of the schema `OCCURRENCES`. It is a pure
function of these, whatever the order of adding. The events of one type between the same parties are looked at in the order of their days;
an event joins the first occurrence whose first event it can be one with, so that the days of a war do not run together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from itertools import chain, groupby

import duckdb
import pyarrow as pa

from communique.ledger.schema import OCCURRENCES

LONG_DAYS = 7  # a date of more days than this does not tell acts apart
NEAR_KM, FAR_KM = 50.0, 150.0  # up to which two places are one, and from which they are two; a region may be told by its middle
OPEN = 200  # first events, the newest, that an event is held against
BREATH = 2  # sentences
FETCHED = 10_000  # rows at a time
ALIKE, TRIGGER_WORTH, STEM = 4, 2, 6  # words in common; how many the trigger counts for; letters that make two words one
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_FIGURE = re.compile(r"(?<![\w.,])\d[\d.,]*\b")
_COMMON = frozenset(
    word[:STEM]
    for word in (
        "about after against also attack attacked attacks before between could country during forces from government have into killed "
        "kills military minister more officials other over people police president said says state states than that their them they this "
        "under united were when where which while will with would"
    ).split()
)
KINDS = dict.fromkeys("GOV MIL COP SPY JUD LEG".split(), "state") | dict.fromkeys("REB OPP PTY PRM UAF CRM PRE".split(), "rivals")
UNKNOWN = frozenset({"UNK"})
Pair = tuple[str, str]

_TIES = pa.schema([(name, pa.string()) for name in ("event_id", "first", "rule")])

# The words by substr: DuckDB's text[a:b] would hold a report's whole text once for each of its events.
_ACTS = f"""
CREATE OR REPLACE TEMP TABLE acts AS
SELECT *, coalesce(first_value(event_id) OVER (PARTITION BY copied ORDER BY reported, event_id), event_id) AS told
FROM (
    SELECT
        e.event_id, e.document_id, e.type, e.quad, e.intensity, e.modality, e.stance, e.reported, e.sentence.index AS sentence,
        list_sort(list_distinct([p.code FOR p IN e.actors])) AS actors,
        list_sort(list_distinct([p.code FOR p IN e.recipients])) AS recipients,
        [[p.code, coalesce(p.sector, ''), coalesce(p.name, '')] FOR p IN e.actors] AS who,
        [[p.code, coalesce(p.sector, ''), coalesce(p.name, '')] FOR p IN e.recipients] AS whom,
        [p.actor_id FOR p IN e.said_by] AS said_by,
        e.place.text AS place, e.place.country AS country, e.place.admin1 AS admin1,
        e.place.latitude AS latitude, e.place.longitude AS longitude,
        coalesce(e.last_day - e.first_day < {LONG_DAYS}, false) AS dated,
        CASE WHEN dated THEN e.first_day ELSE coalesce(e.reported, DATE '0001-01-02') - 1 END AS low,
        CASE WHEN dated THEN e.last_day ELSE coalesce(e.reported, DATE '0001-01-02') END AS high,
        e.trigger.text AS trigger, substr(d.text, e.sentence.start + 1, e.sentence.end - e.sentence.start) AS words,
        coalesce(m.story_id, e.document_id) AS story,
        CASE WHEN m.story_id IS NULL OR e.event_id IN (SELECT event_id FROM decided_events) THEN e.event_id
             ELSE concat_ws(' ', m.story_id, e.type, e.trigger.start - e.sentence.start, lower(words))
        END AS copied,
        d.publisher, [c.name FOR c IN d.carriers IF c.kind = 'agency'] AS agencies
    FROM events e JOIN documents d USING (document_id) LEFT JOIN members m USING (document_id)
)
"""
# Acts of one type between the same parties, cut where two days in a row are without one: only within a block can two be one.
_BLOCKS = """
SELECT block, event_id, document_id, sentence, trigger, words, story, low, high, dated, who, whom,
    place, country, admin1, latitude, longitude
FROM (
    SELECT *, count(*) OVER (PARTITION BY block) AS size
    FROM (
        SELECT *, hash(key, count_if(coalesce(gap, false)) OVER (PARTITION BY key ORDER BY low, high, event_id)) AS block
        FROM (
            SELECT *, low - 1 > max(high) OVER before AS gap
            FROM (
                SELECT *, hash(type, actors, recipients, CASE WHEN modality = 'negated' THEN 'actual' ELSE modality END) AS key
                FROM acts WHERE event_id = told
            )
            WINDOW before AS (PARTITION BY key ORDER BY low, high, event_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        )
    )
)
WHERE size > 1 ORDER BY block, low, high, event_id
"""
_TOLD = """
CREATE OR REPLACE TEMP TABLE told AS
SELECT a.*, coalesce(t.first, a.told) AS first,
    CASE WHEN a.event_id <> a.told THEN 'same_sentence' ELSE coalesce(t.rule, 'first') END AS rule
FROM acts a LEFT JOIN ties t ON a.told = t.event_id
"""


def _speakers(which: str) -> str:
    """SQL for who speaks in those of the events."""
    return f"list_sort(list_distinct(flatten(coalesce(list(said_by) FILTER ({which}), []))))"


_OCCURRENCES = f"""
SELECT
    substr(sha256('occurrence ' || first), 1, 16) AS occurrence_id, min(reported) AS reported,
    arg_min(type, (event_id <> first, event_id)) AS type,
    arg_min(actors, (event_id <> first, event_id)) AS actors, arg_min(recipients, (event_id <> first, event_id)) AS recipients,
    arg_min(country, (admin1 IS NULL, reported, event_id)) FILTER (country IS NOT NULL) AS country,
    arg_min(place, (admin1 IS NULL, reported, event_id)) FILTER (country IS NOT NULL) AS place,
    arg_min(low, (high - low, reported, event_id)) FILTER (dated) AS first_day,
    arg_min(high, (high - low, reported, event_id)) FILTER (dated) AS last_day,
    CASE WHEN bool_or(modality = 'actual') THEN 'actual' ELSE min(modality) END AS modality,
    min(quad) AS quad, min(intensity) AS intensity, max(reported) AS last_report,
    count(DISTINCT document_id) AS reports, count(DISTINCT story) AS stories, count(DISTINCT story) AS independent,
    list_sort(list_distinct(list(publisher))) AS publishers,
    list_sort(list_distinct(flatten(list(agencies)))) AS agencies,
    count(DISTINCT document_id) FILTER (stance = 'states' AND modality <> 'negated' AND len(said_by) = 0) AS own_voice,
    {_speakers("stance IN ('states', 'confirms') AND modality <> 'negated'")} AS asserted_by,
    {_speakers("stance = 'alleges'")} AS alleged_by,
    {_speakers("stance = 'denies' OR modality = 'negated' AND stance <> 'alleges'")} AS denied_by,
    list({{'event_id': event_id, 'document_id': document_id, 'rule': rule}} ORDER BY event_id <> first, reported, event_id) AS events,
    $run AS run
FROM told GROUP BY first ORDER BY occurrence_id
"""
_SOURCES = """
SELECT substr(sha256('occurrence ' || first), 1, 16), list(DISTINCT story),
    flatten(list([[story, one] FOR one IN CASE WHEN len(agencies) > 0 OR publisher IS NULL THEN agencies ELSE [publisher] END]))
FROM told GROUP BY first HAVING count(DISTINCT story) > 1
"""


@dataclass(frozen=True, slots=True)
class Act:
    """An event, as far as it takes to tell whether another can be the same act."""

    event_id: str
    document_id: str
    sentence: int
    trigger: str
    words: str  # of the sentence
    story: str
    low: date
    high: date
    dated: bool
    who: list[list[str]]  # code, sector, name of each actor
    whom: list[list[str]]
    place: str | None
    country: str | None
    admin1: str | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Tie:
    """An event that belongs to the occurrence named after its first event, and by what rule."""

    event_id: str
    first: str
    rule: str


def form_occurrences(connection: duckdb.DuckDBPyConnection, apart: Collection[Pair], together: Collection[Pair], run: str) -> pa.Table:
    """All occurrences of the current events, in the order of their ids."""
    decided = sorted({event_id for pair in (*apart, *together) for event_id in pair})
    connection.register("decided_events", pa.table({"event_id": pa.array(decided, pa.string())}))
    connection.execute(_ACTS)
    ties = _joined([*_ties(connection, {frozenset(pair) for pair in apart})], together)
    connection.register("ties", pa.Table.from_pylist([asdict(one) for one in ties], _TIES))
    connection.execute(_TOLD)
    found = connection.sql(_OCCURRENCES, params={"run": run}).to_arrow_table()
    independent = {name: count_sources(stories, sources) for name, stories, sources in connection.execute(_SOURCES).fetchall()}
    counts = [independent.get(name, 1) for name in found["occurrence_id"].to_pylist()]
    return found.set_column(found.schema.get_field_index("independent"), "independent", pa.array(counts, pa.int32())).cast(OCCURRENCES)


def _ties(connection: duckdb.DuckDBPyConnection, apart: Collection[frozenset[str]]) -> Iterator[Tie]:
    """Which events of each block are one act."""
    found = connection.execute(_BLOCKS)
    for _, rows in groupby(chain.from_iterable(iter(partial(found.fetchmany, FETCHED), [])), key=lambda row: row[0]):
        groups: list[_Group] = []
        for act in (Act(*row[1:]) for row in rows):
            groups = [group for group in groups[-OPEN:] if group.first.high + timedelta(1) >= act.low]  # the days of the others are over
            for group in groups:
                if group.is_open(act, apart) and (rule := tie(group.first, act)):
                    yield Tie(act.event_id, group.first.event_id, rule)
                    break
            else:
                group = _Group(act)
                groups.append(group)
            group.take(act)


class _Group:
    """The events of an occurrence that is being formed."""

    def __init__(self, first: Act) -> None:
        self.first = first
        self.members: list[str] = []
        self.sentences: set[tuple[str, int]] = set()

    def take(self, act: Act) -> None:
        """Add an event."""
        self.members.append(act.event_id)
        self.sentences.add((act.document_id, act.sentence))

    def is_open(self, act: Act, apart: Collection[frozenset[str]]) -> bool:
        """Two events of one sentence are two acts, and so are those that somebody has decided to keep apart."""
        kept_apart = apart and any(frozenset((member, act.event_id)) in apart for member in self.members)
        return (act.document_id, act.sentence) not in self.sentences and not kept_apart


def tie(first: Act, other: Act) -> str | None:
    """The rule by which two events of one type between the same parties are one act, if they can be.

    Nothing may speak against it (days, places, names, sectors), and something must speak for it: copies of one story, a place more precise
    than a country; or a name, or that the act goes from one country to another, and that it is told in like words or in one breath.
    """
    if not (_same_days(first, other) and _same_side(first.who, other.who) and _same_side(first.whom, other.whom)):
        return None
    if not _same_figures(first, other):
        return None
    place = _same_place(first, other)
    if place is False:
        return None
    if first.story == other.story and first.document_id != other.document_id:
        return "same_story"
    if place:
        return "same_place"
    if not _is_like(first, other):
        return None
    if _names(first.who) & _names(other.who) or _names(first.whom) & _names(other.whom):
        return "same_names"
    actors, recipients = _codes(first.who), _codes(first.whom)
    known = actors and not actors & UNKNOWN and not recipients & UNKNOWN
    abroad = actors - recipients and recipients - actors if recipients else len(actors) > 1
    return "same_parties" if known and abroad else None


def count_sources(stories: Iterable[str], sources: Iterable[tuple[str, str]]) -> int:
    """How many independent sources some stories have: two that share an agency, or else a publisher, count as one."""
    linked: dict[str, str] = {}
    for story, source in sources:
        _link(linked, "story " + story, "source " + source)
    return len({_root(linked, "story " + story) for story in stories})


def _joined(ties: Collection[Tie], together: Collection[Pair]) -> Iterator[Tie]:
    """The ties, and those that somebody has decided on."""
    firsts = {one.event_id: one.first for one in ties}
    linked: dict[str, str] = {}
    for low, high in together:
        _link(linked, firsts.get(low, low), firsts.get(high, high))
    yield from (Tie(one.event_id, _root(linked, one.first), one.rule) for one in ties)
    yield from (Tie(event_id, _root(linked, event_id), "decided") for event_id in sorted(linked) if _root(linked, event_id) != event_id)


def _same_days(first: Act, other: Act) -> bool:
    """Do their days meet? Reports of one act by several papers may be a day apart, within one report they are not."""
    slack = timedelta(first.dated and other.dated and first.document_id != other.document_id)
    return first.low - slack <= other.high and other.low - slack <= first.high


def _same_figures(first: Act, other: Act) -> bool:
    """Can the figures of both be those of one act? Tolls that differ on different days are those of two."""
    one, two = (set(_FIGURE.findall(act.words)) for act in (first, other))
    return first.high == other.high or bool(one & two) or not (one and two)


def _same_side(one: list[list[str]], other: list[list[str]]) -> bool:
    """Can the actors, or the recipients, of both be the same? Code by code, names must not differ, nor the kinds of their sectors."""
    return all(
        _compatible(_kinds(one, code), _kinds(other, code)) and _compatible(_names(one, code), _names(other, code)) for code in _codes(one)
    )


def _compatible(one: set[str], other: set[str]) -> bool:
    return bool(one & other) or not (one and other)


def _kinds(side: list[list[str]], code: str) -> set[str]:
    """The kinds of the sectors that a side has of a code; none where the state as such is named, which may stand for any."""
    sectors = {sector for of, sector, _ in side if of == code}
    return set() if "" in sectors else {KINDS.get(sector, "people") for sector in sectors}


def _is_like(first: Act, other: Act) -> bool:
    """Do both sentences have words in common, among which the trigger counts for more, or does one follow the other?"""
    if first.document_id == other.document_id:
        return abs(first.sentence - other.sentence) <= BREATH
    return len(_stems(first.words) & _stems(other.words)) + TRIGGER_WORTH * (_stem(first.trigger) == _stem(other.trigger)) >= ALIKE


def _stems(words: str) -> set[str]:
    return {_stem(word) for word in _LONG_WORD.findall(words)} - _COMMON


def _stem(word: str) -> str:
    return word.casefold()[:STEM]


def _same_place(first: Act, other: Act) -> bool | None:
    """True where both are at one place within a country, False where they cannot be, None where that is not told."""
    if not (first.country and other.country):
        return None
    if first.country != other.country:
        return False
    if not (first.admin1 and other.admin1):
        return None
    if first.place == other.place:
        return True
    apart = _kilometres(first, other)
    return True if apart <= NEAR_KM else False if apart >= FAR_KM else None


def _kilometres(first: Act, other: Act) -> float:
    """The distance of both places; infinite where one has no coordinates."""
    if first.latitude is None or first.longitude is None or other.latitude is None or other.longitude is None:
        return math.inf
    one, two = math.radians(first.latitude), math.radians(other.latitude)
    across = (
        math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * math.sin(math.radians(other.longitude - first.longitude) / 2) ** 2
    )
    return 2 * 6371 * math.asin(math.sqrt(across))


def _codes(side: list[list[str]]) -> set[str]:
    return {code for code, _, _ in side}


def _names(side: list[list[str]], code: str | None = None) -> set[str]:
    """The names on a side, or those of one code."""
    return {name for of, _, name in side if name and code in (None, of)}


def _link(linked: dict[str, str], one: str, other: str) -> None:
    """Join the groups of two; the smaller name stands for both."""
    low, high = sorted((_root(linked, one), _root(linked, other)))
    linked.setdefault(low, low)
    linked[high] = low


def _root(linked: dict[str, str], one: str) -> str:
    """The name that stands for the group of one."""
    while linked.get(one, one) != one:
        one = linked[one]
    return one
