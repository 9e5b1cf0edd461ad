"""One act with all its reports, one report with all that was read in it, and the reports that have some words.

Contract: in - a snapshot, an id or words; out - values as JSON has them. Raises `QueryError` for an unknown id, and for words that cannot
be searched for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from communique.errors import QueryError
from communique.ledger.search import cut_snippets
from communique.views.desk.choosing import events_of, numbers, occurrences_of, resolve_id
from communique.views.desk.snapshot import Row, Snapshot

HITS, MAX_PAGES = 20, 100
MARKS = ("\ue000", "\ue001")
_SOURCES = """
SELECT story_id, document_id, title, publisher, [c.name FOR c IN carriers IF c.kind = 'agency'] AS agencies, reported, containment,
    coalesce(first_of_story, true) AS first
FROM documents WHERE document_id IN (SELECT unnest($ids)) ORDER BY coalesce(story_id, document_id), NOT first, reported, document_id
"""
_STORY = """
SELECT document_id, title, publisher, reported, first_of_story AS first, linked_to, containment
FROM documents WHERE story_id = $story ORDER BY NOT first, reported, document_id
"""
_COPY = ("document_id", "title", "publisher", "reported", "containment")
_SOURCE = ("story_id", "document_id", "title", "publisher", "agencies", "reported")
_HIT = ("document_id", "title", "reported", "publisher")


def occurrence(s: Snapshot, id: str) -> Row:  # noqa: A002  as in the ledger
    """One act: what is known of it, each event that tells of it, and its reports by story."""
    given = {"id": resolve_id(s, "occurrences", "occurrence_id", id)}
    (number,) = numbers(s, "SELECT number FROM occurrences WHERE occurrence_id = $id", given)
    (found,) = occurrences_of(s, [number])
    told = "SELECT number FROM events WHERE occurrence = $number ORDER BY reported, document_id, trigger.start"
    events = events_of(s, numbers(s, told, {"number": number}))
    documents = {row["document_id"]: row for row in s.rows(_SOURCES, {"ids": [one["document_id"] for one in events]})}
    for one in events:
        document = documents[one["document_id"]]
        one |= {"story_id": document["story_id"], "first_of_story": document["first"]}
    return found | {"events": events, "sources": list(_sources(documents.values()))}


def report(s: Snapshot, document_id: str) -> Row:
    """One report: its text and parts, and all that was read in it."""
    given = {"id": resolve_id(s, "documents", "document_id", document_id)}
    (found,) = s.rows("SELECT * FROM documents WHERE document_id = $id", given)
    (stored,) = s.stored([found], ("text", "parts"))
    story = found["story_id"]
    return {
        **{name: found[name] for name in ("document_id", "title", "publisher", "url", "source", "reported", "carriers")},
        **stored,
        "sentences": s.rows('SELECT "index", start, "end" FROM sentences WHERE document_id = $id ORDER BY 1', given),
        "events": events_of(s, numbers(s, "SELECT number FROM events WHERE document_id = $id ORDER BY trigger.start, event_id", given)),
        "relations": s.rows("SELECT * FROM relations WHERE document_id = $id ORDER BY trigger.start, relation_id", given),
        "story": s.rows(_STORY, {"story": story}) if story else [],
    }


def search(s: Snapshot, words: str, page: int = 1) -> Row:
    """A page of the reports that have the words, the best first; hits stand between two characters for private use (`MARKS`)."""
    if not 1 <= page <= MAX_PAGES:
        raise QueryError("page", f"{page} is no page that can be shown", "Search for more words.")
    try:
        with s.catalogue() as catalogue:
            hits = catalogue.search(words, page * HITS + 1)
            found = _documents(s, [document_id for document_id, _, _ in hits[(page - 1) * HITS : page * HITS]])
            texts = [(row["title"], stored["text"]) for row, stored in zip(found, s.stored(found, ("text",)), strict=True)]
            snippets = cut_snippets(catalogue, texts, words, MARKS)
    except sqlite3.OperationalError as fault:
        raise QueryError(words, f"cannot be searched for ({fault})", 'Put words with signs in double quotes: "cease-fire".') from fault
    rows = [{name: row[name] for name in _HIT} | {"snippet": snippets.get(number)} for number, row in enumerate(found)]
    return {"rows": rows, "more": len(hits) > page * HITS}


def _documents(s: Snapshot, ids: Sequence[str]) -> list[Row]:
    """The documents of these ids, in their order; one that came after the snapshot was made is left out."""
    rows = s.rows("SELECT * FROM documents WHERE document_id IN (SELECT unnest($ids))", {"ids": list(ids)}) if ids else []
    known = {row["document_id"]: row for row in rows}
    return [known[one] for one in ids if one in known]


def _sources(rows: Iterable[Row]) -> Iterator[Row]:
    """The reports of an act by story: the first, and its copies."""
    for _, told in groupby(rows, key=lambda row: row["story_id"] or row["document_id"]):
        first, *copies = told
        yield {**{name: first[name] for name in _SOURCE}, "copies": [{name: one[name] for name in _COPY} for one in copies]}
