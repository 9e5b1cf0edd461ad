"""Schema: one pyarrow schema for each table of a ledger, and what its rows are sorted by.

Contract: names are those of the record (`ledger/rows.py`). Tables of `CODED` hold what one coding of one document gives, so that each of
their rows has `document_id`, `version` (of its text and metadata), `reported` (publication day) and `run` (what coded it); those of
`FOUND` and `DERIVED` follow from the whole ledger. `KEYS` name the rows of a table; files are sorted by them.
"""

from __future__ import annotations

import pyarrow as pa

_TEXT, _SPAN, _COUNT = pa.string(), pa.int32(), pa.int32()
_DAY = pa.date32()


def _struct(**fields: pa.DataType) -> pa.DataType:
    return pa.struct(list(fields.items()))


def _schema(**fields: pa.DataType) -> pa.Schema:
    return pa.schema(list(fields.items()))


WORDS = _struct(text=_TEXT, start=_SPAN, end=_SPAN)
SENTENCE = _struct(index=_COUNT, start=_SPAN, end=_SPAN)
PARTICIPANT = _struct(text=_TEXT, start=_SPAN, end=_SPAN, code=_TEXT, sector=_TEXT, name=_TEXT, actor_id=_TEXT, table=_TEXT)
PLACE = _struct(
    text=_TEXT,
    start=_SPAN,
    end=_SPAN,
    country=_TEXT,
    admin1=_TEXT,
    latitude=pa.float64(),
    longitude=pa.float64(),
    table=_TEXT,
)
_CODING = {"document_id": _TEXT, "version": _TEXT, "reported": _DAY, "run": _TEXT}

DOCUMENTS = _schema(
    **_CODING,
    title=_TEXT,
    publisher=_TEXT,
    url=_TEXT,
    source=_TEXT,  # file and place in it
    given=_struct(title=_TEXT, date=_TEXT),  # beside the text, not found in it
    sha256=_TEXT,
    text=_TEXT,
    parts=pa.list_(_struct(kind=_TEXT, start=_SPAN, end=_SPAN, rule=_TEXT)),
    carriers=pa.list_(_struct(name=_TEXT, kind=_TEXT, start=_SPAN, end=_SPAN, rule=_TEXT)),
)
SENTENCES = _schema(**_CODING, index=_COUNT, start=_SPAN, end=_SPAN)
EVENTS = _schema(
    event_id=_TEXT,
    **_CODING,
    type=_TEXT,
    mode=_TEXT,
    contexts=pa.list_(_TEXT),
    quad=pa.int8(),
    intensity=pa.float64(),
    cameo=_TEXT,
    trigger=WORDS,
    sentence=SENTENCE,
    actors=pa.list_(PARTICIPANT),
    recipients=pa.list_(PARTICIPANT),
    place=PLACE,
    date=_TEXT,
    date_text=_TEXT,
    first_day=_DAY,
    last_day=_DAY,
    modality=_TEXT,
    said_by=pa.list_(PARTICIPANT),
    stance=_TEXT,
    score=pa.float64(),
    why=_struct(head=pa.float64(), rule=_TEXT, table=_TEXT),
)
RELATIONS = _schema(
    relation_id=_TEXT,
    **_CODING,
    kind=_TEXT,
    trigger=WORDS,
    sentence=SENTENCE,
    source=PARTICIPANT,
    target=PARTICIPANT,
    about=_TEXT,
    said_by=pa.list_(PARTICIPANT),
    why=_struct(rule=_TEXT, table=_TEXT),
)
SKETCHES = _schema(**_CODING, level=pa.int8(), words=_COUNT, grams=pa.list_(pa.uint64()))
REJECTS = _schema(reject_id=_TEXT, place=_TEXT, fact=_TEXT, remedy=_TEXT, run=_TEXT)
COPIES = _schema(
    document_id=_TEXT,
    version=_TEXT,
    copy_of_document_id=_TEXT,  # always the smaller of both ids; which came first is told by their dates
    copy_of_version=_TEXT,
    words=_COUNT,
    copy_of_words=_COUNT,
    shared=_COUNT,  # grams that are not common
    containment=pa.float32(),  # of the shorter sketch
    aligned=pa.float32(),  # null where containment decided
    rule=_TEXT,
    run=_TEXT,
)
STORIES = _schema(
    story_id=_TEXT,
    document_id=_TEXT,
    version=_TEXT,
    reported=_DAY,
    first=pa.bool_(),  # the earliest
    linked_to=_TEXT,  # its closest copy
    containment=pa.float32(),  # of these two
    run=_TEXT,
)
OCCURRENCES = _schema(
    occurrence_id=_TEXT,
    reported=_DAY,  # the first report of it
    type=_TEXT,
    actors=pa.list_(_TEXT),
    recipients=pa.list_(_TEXT),
    country=_TEXT,
    place=_TEXT,
    first_day=_DAY,
    last_day=_DAY,
    modality=_TEXT,
    quad=pa.int8(),
    intensity=pa.float64(),
    last_report=_DAY,
    reports=_COUNT,
    stories=_COUNT,
    independent=_COUNT,
    publishers=pa.list_(_TEXT),
    agencies=pa.list_(_TEXT),
    own_voice=_COUNT,  # reports that state it in their own voice
    asserted_by=pa.list_(_TEXT),
    alleged_by=pa.list_(_TEXT),
    denied_by=pa.list_(_TEXT),
    events=pa.list_(_struct(event_id=_TEXT, document_id=_TEXT, rule=_TEXT)),
    run=_TEXT,
)

CODED = {"documents": DOCUMENTS, "sentences": SENTENCES, "events": EVENTS, "relations": RELATIONS, "sketches": SKETCHES}
FOUND = {"rejects": REJECTS, "copies": COPIES}
DERIVED = {"stories": STORIES, "occurrences": OCCURRENCES}
SCHEMAS = CODED | FOUND | DERIVED
KEYS = {
    "documents": ("document_id", "version", "run"),
    "sentences": ("document_id", "version", "run", "index"),
    "events": ("document_id", "version", "run", "event_id"),
    "relations": ("document_id", "version", "run", "relation_id"),
    "sketches": ("document_id", "version", "run"),
    "rejects": ("reject_id",),
    "copies": ("document_id", "version", "copy_of_document_id", "copy_of_version"),
    "stories": ("story_id", "document_id"),
    "occurrences": ("occurrence_id",),
}
