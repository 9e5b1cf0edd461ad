"""Copies across a ledger: pairs of documents that are near-copies of each other, and the stories that such pairs form.

Contract: in - Parquet files of sketches, the coded text of the documents that sketches alone do not tell apart; out - a table of pairs
(`PAIRS`) and one of stories (`STORIES`). What is found depends on the texts, not on the order in which documents came.
Documents with the same sketch are compared as one, so a dispatch that many papers print unchanged costs little and is never too common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import duckdb
import pyarrow as pa

from communique.ledger import schema
from communique.text.copies import SHORTEST, align, is_copy, reading_of

Version = tuple[str, str]  # document_id, version
Texts = Callable[[Sequence[Version]], Mapping[Version, str]]
Row = dict[str, Any]
Ties = dict[Version, dict[Version, Row]]

PAIRS = pa.schema([field for field in schema.COPIES if field.name != "run"])
STORIES = pa.schema([field for field in schema.STORIES if field.name not in ("reported", "run")])

COMMON = 1000  # a gram in more distinct sketches than this says nothing
MIN_SHARED = 3  # grams
MIN_CONTAINMENT = 0.08  # what is left of the grams where 30 % of the words were changed is .24, give or take .05
FEW = 10  # distinct sketches: half of the grams that a text of less than `BRIEF` words shares with another are in no more, or both follow
BRIEF = 80  # a pattern that is used again and again
CONTAINED = 0.9  # with this containment of `MANY` grams there is no need to look at the texts
MANY = 20
BATCH = 2000  # pairs whose texts are held at a time
DAYS = 7  # between two reports; what is alike and further apart follows a pattern, or recalls
PART = 0.5  # of a round-up

# A window holds the days of two neighbouring buckets, so that two reports at most `DAYS` apart share one; one without a day is in all.
_SKETCHES = f"""
    CREATE TEMP TABLE sketches AS
    SELECT document_id, version, level, words, grams, file_index < $new AS fresh,
           date_diff('day', DATE '1970-01-01', reported) // {DAYS + 1} AS bucket, hash(grams, bucket) AS key
    FROM read_parquet($paths)
"""
_MATCHES = """
    CREATE TEMP TABLE matches AS
    WITH wanted AS (SELECT DISTINCT unnest(grams) AS gram FROM sketches WHERE fresh),
    found AS (SELECT key, bucket, fresh, unnest(grams) AS gram FROM sketches),
    hits AS (
        SELECT key, gram, any_value(bucket) AS bucket, bool_or(fresh) AS fresh FROM found SEMI JOIN wanted USING (gram) GROUP BY key, gram
    ),
    rare AS (SELECT gram, count(*) AS sketches FROM hits GROUP BY gram HAVING sketches BETWEEN 2 AND $common),
    dated AS (SELECT *, unnest([bucket, bucket + 1]) AS span FROM hits JOIN rare USING (gram) WHERE bucket IS NOT NULL),
    undated AS (SELECT * FROM hits JOIN rare USING (gram) WHERE bucket IS NULL),
    pairs AS (
        SELECT DISTINCT one.key AS one, other.key AS other, gram, one.sketches
        FROM dated AS one JOIN dated AS other USING (gram, span)
        WHERE one.key < other.key AND (one.fresh OR other.fresh)
        UNION
        SELECT least(one.key, other.key), greatest(one.key, other.key), gram, one.sketches
        FROM undated AS one JOIN hits AS other USING (gram)
        WHERE one.key <> other.key AND (one.fresh OR other.fresh)
    )
    SELECT one, other, count(*) AS shared, median(sketches) AS spread FROM pairs GROUP BY ALL HAVING shared >= $shared
"""
_MEMBERS = """
    CREATE TEMP TABLE members AS
    WITH keys AS (SELECT one AS key FROM matches UNION SELECT other FROM matches UNION SELECT key FROM sketches WHERE fresh)
    SELECT document_id, version, level, words, key, fresh, dense_rank() OVER (PARTITION BY key ORDER BY document_id) AS place,
           list_transform([1, 2, 4, 8], lambda step: len(list_filter(grams, lambda gram: gram % step = 0))) AS sizes
    FROM sketches SEMI JOIN keys USING (key) WHERE words >= $shortest
"""
_CANDIDATES = """
    WITH ties AS (
        SELECT one, other, shared, spread FROM matches UNION ALL SELECT other, one, shared, spread FROM matches
        UNION ALL SELECT DISTINCT key, key, sizes[level + 1], 1 FROM members
    )
    SELECT a.document_id, a.version, b.document_id AS copy_of_document_id, b.version AS copy_of_version, a.words, b.words AS copy_of_words,
           shared, shared / least(a.sizes[greatest(a.level, b.level) + 1], b.sizes[greatest(a.level, b.level) + 1]) AS containment,
           one = other AS same
    FROM ties JOIN members AS a ON a.key = one JOIN members AS b ON b.key = other
    WHERE a.document_id > b.document_id AND (a.fresh OR b.fresh) AND containment >= $containment
      AND (a.place + b.place <= 3 OR one = other AND b.place = 1)
      AND (least(a.words, b.words) >= $brief OR spread <= $few OR containment >= $contained)
    QUALIFY row_number() OVER (PARTITION BY a.document_id, a.version, b.document_id, b.version ORDER BY containment DESC, shared DESC) = 1
    ORDER BY ALL
"""


def find_pairs(connection: duckdb.DuckDBPyConnection, new: Sequence[str], known: Sequence[str], texts: Texts) -> pa.Table:
    """The near-copies among the documents of the sketch files `new`, and between these and those of `known`, as `PAIRS`.

    `texts` gives the coded text of documents, a batch at a time. What exceeds the connection's memory goes to its temporary folder.
    """
    found = [row for batch in _find_candidates(connection, new, known) for row in _judged(batch, texts)]
    return pa.Table.from_pylist(found, PAIRS)


def _find_candidates(connection: duckdb.DuckDBPyConnection, new: Sequence[str], known: Sequence[str]) -> Iterator[list[Row]]:
    """Pairs of documents that share enough grams to be looked at, in batches."""
    if not new:
        return
    files = {"new": len(new), "paths": [*new, *(path for path in known if path not in set(new))]}
    with connection.cursor() as cursor:  # its temporary tables are its own
        cursor.execute(_SKETCHES, files)
        cursor.execute(_MATCHES, {"shared": MIN_SHARED, "common": COMMON})
        cursor.execute(_MEMBERS, {"shortest": SHORTEST})
        limits = {"containment": MIN_CONTAINMENT, "brief": BRIEF, "few": FEW, "contained": CONTAINED}
        for batch in cursor.sql(_CANDIDATES, params=limits).to_arrow_reader(BATCH):
            yield batch.to_pylist()


def _judged(candidates: Sequence[Row], texts: Texts) -> Iterator[Row]:
    """Those candidates that are near-copies, each with the rule that says so."""
    doubtful = [row for row in candidates if _rule_of(row) is None]
    wanted = sorted({version for row in doubtful for version in _both(row)})
    readings = {version: reading_of(text) for version, text in texts(wanted).items()} if wanted else {}
    for row in candidates:
        if rule := _rule_of(row):
            yield row | {"aligned": None, "rule": rule}
        elif is_copy(found := align(*(readings[version] for version in _both(row)))):
            yield row | {"aligned": found.aligned, "rule": "aligned"}


def _rule_of(row: Row) -> str | None:
    """The rule by which sketches alone decide that two texts are near-copies; None where they don't."""
    if row["same"]:
        return "same"
    sure = row["containment"] >= CONTAINED and row["shared"] >= MANY and min(row["words"], row["copy_of_words"]) >= BRIEF
    return "contained" if sure else None


def _both(pair: Row) -> tuple[Version, Version]:
    return (pair["document_id"], pair["version"]), (pair["copy_of_document_id"], pair["copy_of_version"])


def form_stories(pairs: pa.Table, reported: Mapping[Version, str | None], apart: Collection[frozenset[str]] = ()) -> pa.Table:
    """The stories of two or more documents that pairs tie together, as `STORIES`, one row a member.

    `reported` gives the documents' days (YYYY-MM-DD); `apart` are pairs of document ids that someone has found to be no copies.
    """
    ties = _ties(pair for pair in pairs.to_pylist() if _may_tie(pair, reported, apart))
    for version, others in _parts_of_round_ups(ties):
        for other in others:
            if (pair := ties[version].get(other)) and pair["rule"] != "decided":
                del ties[version][other], ties[other][version]
    rows = [row for members in _components(ties) for row in _story(members, ties, reported)]
    return pa.Table.from_pylist(
        sorted(rows, key=lambda row: (row["story_id"], not row["first"], row["document_id"], row["version"])), STORIES
    )


def _may_tie(pair: Row, reported: Mapping[Version, str | None], apart: Collection[frozenset[str]]) -> bool:
    one, other = (reported.get(version) for version in _both(pair))
    near = not one or not other or abs((date.fromisoformat(one) - date.fromisoformat(other)).days) <= DAYS
    return pair["rule"] == "decided" or (near and frozenset((pair["document_id"], pair["copy_of_document_id"])) not in apart)


def _ties(pairs: Iterable[Row]) -> Ties:
    """For each document its near-copies, each with their pair."""
    ties: Ties = defaultdict(dict)
    for pair in pairs:
        one, other = _both(pair)
        ties[one][other] = ties[other][one] = pair
    return ties


def _parts_of_round_ups(ties: Ties) -> list[tuple[Version, list[Version]]]:
    """Each round-up with the documents that it holds: each less than `PART` of it, and some of them no copies of the others."""
    found = []
    for version, others in ties.items():
        parts = [other for other, pair in others.items() if _words(other, pair) < PART * _words(version, pair)]
        among = {part: {other: ties[part][other] for other in parts if other in ties[part]} for part in parts}
        if len(list(_components(among))) > 1:
            found.append((version, parts))
    return found


def _words(version: Version, pair: Row) -> int:
    """The length of one of a pair."""
    words: int = pair["words"] if version == _both(pair)[0] else pair["copy_of_words"]
    return words


def _components(ties: Mapping[Version, Mapping[Version, Row]]) -> Iterator[list[Version]]:
    """Documents that are tied to one another, directly or by way of others."""
    seen: set[Version] = set()
    for start in ties:
        members, waiting = [], [start]
        while waiting:
            version = waiting.pop()
            if version not in seen:
                seen.add(version)
                members.append(version)
                waiting += ties[version]
        if members:
            yield members


def _story(members: Sequence[Version], ties: Ties, reported: Mapping[Version, str | None]) -> Iterator[Row]:
    """The rows of a story, which is named by its first member; nothing for a document on its own."""
    if len(members) < 2:
        return
    first = min(members, key=lambda version: (reported.get(version) or "9999", version))
    story_id = sha256(first[0].encode()).hexdigest()[:16]
    for version in members:
        closest, pair = max(ties[version].items(), key=lambda tie: (tie[1]["aligned"] or tie[1]["containment"], tie[0]))
        yield {
            "story_id": story_id,
            "document_id": version[0],
            "version": version[1],
            "first": version == first,
            "linked_to": closest[0],
            "containment": pair["containment"],
        }
