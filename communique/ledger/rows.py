"""Rows: a report and what was found in it as plain dicts, keys in the order that the documentation gives.

Contract: in - a `Report` or its events; out - dicts of plain values. Scores are rounded to `SCORE_DIGITS`; offsets count code points of
the report's text.
"""

from __future__ import annotations

from typing import Any

from communique.records import Carrier, Event, Mention, Part, Participant, Place, Relation, Report

Record = dict[str, Any]
SCORE_DIGITS = 4


def participant_record(one: Participant) -> Record:
    """Who takes part, or speaks; `start` and `end` are null where the participant is only implied."""
    return {
        "text": one.text,
        "start": one.start,
        "end": one.end,
        "code": one.code,
        "sector": one.sector,
        "name": one.name,
        "actor_id": one.actor_id,
        "table": one.table or None,
    }


def place_record(place: Place) -> Record:
    """Where it happened; coordinates are degrees, WGS 84."""
    return {
        "text": place.text,
        "start": place.start,
        "end": place.end,
        "country": place.country,
        "admin1": place.admin1,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "table": place.table or None,
    }


def carrier_record(one: Carrier) -> Record:
    """Who carried a report, and where it says so."""
    return {"name": one.name, "kind": one.kind, "start": one.start, "end": one.end, "rule": one.rule}


def event_record(event: Event) -> Record:
    """One event as `--jsonl` prints it."""
    return {
        "event_id": event.event_id,
        "document_id": event.document_id,
        "type": event.type,
        "mode": event.mode,
        "contexts": list(event.contexts),
        "quad": event.quad,
        "intensity": event.intensity,
        "cameo": event.cameo,
        "trigger": _ordered(event.trigger, ("text", "start", "end")),
        "sentence": _ordered(event.sentence, ("index", "start", "end")),
        "actors": [participant_record(one) for one in event.actors],
        "recipients": [participant_record(one) for one in event.recipients],
        "place": place_record(event.place) if event.place else None,
        "date": event.date,
        "date_text": event.date_text,
        "modality": event.modality,
        "said_by": [participant_record(one) for one in event.said_by],
        "stance": event.stance,
        "score": round(event.score, SCORE_DIGITS),
        "why": {name: _rounded(value) for name, value in event.why.items()},
        "occurrence_id": event.occurrence_id,
    }


def relation_record(relation: Relation) -> Record:
    """One standing relation."""
    return {
        "relation_id": relation.relation_id,
        "document_id": relation.document_id,
        "kind": relation.kind,
        "trigger": _ordered(relation.trigger, ("text", "start", "end")),
        "sentence": _ordered(relation.sentence, ("index", "start", "end")),
        "source": participant_record(relation.source),
        "target": participant_record(relation.target) if relation.target else None,
        "about": relation.about,
        "said_by": [participant_record(one) for one in relation.said_by],
        "why": {name: _rounded(value) for name, value in relation.why.items()},
    }


def mention_record(mention: Mention) -> Record:
    """Words that refer to an actor, and whom."""
    return {
        "text": mention.text,
        "start": mention.start,
        "end": mention.end,
        "sentence": mention.sentence,
        "actors": [participant_record(one) for one in mention.actors],
        "rule": mention.rule,
    }


def report_record(report: Report) -> Record:
    """The whole report, as `--json` prints it: the stored text, its parts, carriers, mentions, events and relations."""
    article, document = report.article, report.article.document
    return {
        "document_id": document.id,
        "date": article.date,
        "title": title_of(report),
        "publisher": document.publisher,
        "url": document.url,
        "sha256": document.sha256,
        "signature": report.signature,
        "text": document.text,
        "parts": [_part_record(part, document.text) for part in article.parts],
        "carriers": [carrier_record(one) for one in article.carriers],
        "sentences": [{"index": one.index, "start": one.start, "end": one.end} for one in report.sentences],
        "mentions": [mention_record(mention) for mention in report.mentions],
        "events": [event_record(event) for event in report.events],
        "relations": [relation_record(relation) for relation in report.relations],
    }


def title_of(report: Report) -> str | None:
    """The title that was given beside the text, else the one found in it."""
    document = report.article.document
    found = (document.text[part.start : part.end].strip() for part in report.article.parts if part.kind == "title")
    return document.title or next(found, None)


def _part_record(part: Part, text: str) -> Record:
    return {"kind": part.kind, "start": part.start, "end": part.end, "rule": part.rule, "text": text[part.start : part.end]}


def _ordered(span: dict[str, Any], names: tuple[str, ...]) -> Record:
    return {name: span[name] for name in names}


def _rounded(value: object) -> object:
    return round(value, SCORE_DIGITS) if isinstance(value, float) else value
