"""A ledger made by hand, for tests of what is asked of ledgers; rows are made as of real reports, but no text is read and no weights are.

`make_ledger` takes documents of sentences with acts. Parties are written `WORDS: CODE SECTOR NAME`, or without words where only implied:

    make_ledger(tmp_path / "ledger", [
        told("d1", "2023-03-14", ("Iran sent flour to Armenia.", act("AID", "sent", "Iran: IRN", "Armenia: ARM"))),
    ])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from communique.errors import InputError
from communique.ledger.catalogue import Run
from communique.ledger.coded import reject_row, rows_of
from communique.ledger.files import store_table, table_of, to_parquet
from communique.ledger.occurrences import form_occurrences
from communique.ledger.read import connect
from communique.ledger.schema import CODED, STORIES
from communique.ledger.write import Shard, Writer
from communique.meaning.plover import Plover
from communique.records import Article, Carrier, Document, Event, Part, Participant, Place, Report, Sentence
from communique.text.intake import document_from_text

RUN = Run("run1", "communique:0|tables:0|model:0", "0", "none", "0", 0.0)
MEMBERS = pa.schema([STORIES.field(name) for name in ("story_id", "document_id")])


@dataclass(frozen=True, slots=True)
class Act:
    """An event to be; `trigger` is a word of the sentence it stands in."""

    type: str
    trigger: str
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    said_by: tuple[str, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """A document to be: its fields, and its sentences with their acts."""

    id: str
    reported: str | None
    sentences: tuple[tuple[Any, ...], ...]
    title: str | None = None
    publisher: str | None = None
    agencies: tuple[str, ...] = ()


def act(
    kind: str,
    trigger: str,
    actors: str | Sequence[str],
    recipients: str | Sequence[str] = (),
    *,
    said_by: str | Sequence[str] = (),
    place: str | None = None,
    **changes: Any,
) -> Act:
    """An event to be; `place` is written `WORDS: COUNTRY`, `changes` are fields of the record."""
    if place:
        words, _, country = place.partition(": ")
        changes["place"] = Place(words, None, None, country)
    return Act(kind, trigger, _several(actors), _several(recipients), _several(said_by), changes)


def told(
    document_id: str,
    reported: str | None,
    *sentences: str | tuple[str | Act, ...],
    title: str | None = None,
    publisher: str | None = None,
    agencies: Sequence[str] = (),
) -> Told:
    """A document to be; a sentence is its text, or its text and acts."""
    return Told(document_id, reported, tuple(_several(one) for one in sentences), title, publisher, tuple(agencies))


def make_ledger(
    folder: Path, documents: Sequence[Told], *, stories: Sequence[Sequence[str]] = (), rejects: Sequence[InputError] = (), run: Run = RUN
) -> Path:
    """A ledger of these documents; each of `stories` lists the ids of copies of one text, the first one first."""
    with Writer(folder, "made by hand", create=True) as writer:
        writer.commit(shard_of(documents, rejects, run))
        derive(writer, stories, {one.id: one.reported for one in documents})
    return folder


def shard_of(documents: Sequence[Told], rejects: Sequence[InputError] = (), run: Run = RUN) -> Shard:
    """What coding the documents would have given."""
    coded = [rows_of(report_of(one), run.run, f"{one.id}.txt") for one in documents]
    tables = {name: to_parquet(table_of(name, [row for rows in coded for row in rows[name]]), name) for name in CODED}
    return Shard(tables, run, (), tuple(reject_row(fault) | {"run": run.run} for fault in rejects))


def derive(writer: Writer, stories: Sequence[Sequence[str]], reported: dict[str, str | None]) -> None:
    """Give the ledger the stories that are told, and the occurrences that follow."""
    members = [_member(story, one, reported[one]) for story in stories for one in story]
    connection = connect(writer.folder, writer.catalogue)
    connection.register("members", pa.Table.from_pylist(members, STORIES).select(MEMBERS.names))
    occurrences = form_occurrences(connection, (), (), RUN.run)
    made = [store_table(occurrences, writer.folder, "occurrences", "all")]
    made += [store_table(pa.Table.from_pylist(members, STORIES), writer.folder, "stories", "all")] if members else []
    writer.replace([], made)


def report_of(one: Told) -> Report:
    """The document as if it had been coded: a title, one paragraph, and a credit that names the agencies."""
    body = " ".join(sentence[0] for sentence in one.sentences)
    at = len(one.title) + 2 if one.title else 0
    text = (f"{one.title}\n\n" if one.title else "") + body + "".join(f"\n\nSource: {name}" for name in one.agencies)
    document: Document = replace(document_from_text(text, id=one.id, date=one.reported), publisher=one.publisher)
    parts = [Part("title", 0, len(one.title))] if one.title else []
    named = [(name, text.index(f"Source: {name}") + 8) for name in one.agencies]
    carriers = [Carrier(name, "agency", start, start + len(name)) for name, start in named]
    article = Article(document, (*parts, Part("paragraph", at, at + len(body))), tuple(carriers), document.date)
    sentences: list[Sentence] = []
    events: list[Event] = []
    for words, *acts in one.sentences:
        sentences.append(Sentence(len(sentences), at, at + len(words), ()))
        events += [_event(f"{one.id}.{len(events) + n}", one.id, made, words, sentences[-1]) for n, made in enumerate(acts, 1)]
        at += len(words) + 1
    return Report(article, tuple(sentences), (), tuple(events), (), RUN.signature)


def _event(event_id: str, document_id: str, act: Act, words: str, sentence: Sentence) -> Event:
    """The event of an act, with quad, intensity and CAMEO code as the definitions have them."""
    kind, at = _plover().types[act.type], sentence.start + words.index(act.trigger)
    event = Event(
        event_id=event_id,
        document_id=document_id,
        type=act.type,
        mode=None,
        contexts=(),
        quad=kind.quad,
        intensity=kind.intensity,
        cameo=_plover().cameo(act.type, None, ()),
        trigger={"text": act.trigger, "start": at, "end": at + len(act.trigger)},
        sentence={"index": sentence.index, "start": sentence.start, "end": sentence.end},
        actors=tuple(_participant(one, words, sentence.start) for one in act.actors),
        recipients=tuple(_participant(one, words, sentence.start) for one in act.recipients),
        place=None,
        date=None,
        date_text=None,
        modality="actual",
        said_by=tuple(_participant(one, words, sentence.start) for one in act.said_by),
        stance="states",
        score=0.9,
        why={"head": 0.9, "rule": "by_hand", "table": None},
        occurrence_id="",
    )
    return replace(event, **act.changes)


def _participant(written: str, words: str, start: int) -> Participant:
    """`Iran: IRN`, `the minister: IRN GOV Ada Blank`, `UNK`."""
    text, _, who = written.rpartition(": ")
    code, *rest = who.split(" ", 2)
    sector, name = (*rest, None, None)[:2]
    at = start + words.index(text) if text else None
    return Participant(text, at, None if at is None else at + len(text), code, sector, name, who, "by_hand.csv:2" if text else "")


def _member(story: Sequence[str], document_id: str, reported: str | None) -> dict[str, object]:
    first = document_id == story[0]
    return {
        "story_id": f"story-{story[0]}",
        "document_id": document_id,
        "version": "",
        "reported": date.fromisoformat(reported) if reported else None,
        "first": first,
        "linked_to": None if first else story[0],
        "containment": None if first else 0.9,
        "run": RUN.run,
    }


def _several(one: str | Sequence[Any]) -> tuple[Any, ...]:
    return (one,) if isinstance(one, str) else tuple(one)


@cache
def _plover() -> Plover:
    return Plover.load()
