"""Coded: the rows that a coded document gives to each table of a ledger.

Contract: in - a `Report`, the run that made it and where it came from; out - rows by table name, as `ledger/schema.py` describes them.
"""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from communique.errors import CommuniqueError
from communique.ledger.rows import Record, carrier_record, event_record, relation_record, title_of
from communique.records import Document, Report
from communique.text.copies import sketch_of
from communique.text.items import short_id

Rows = dict[str, list[Record]]


def rows_of(report: Report, run: str, source: str) -> Rows:
    """What a report gives to each table of `CODED`."""
    article, document = report.article, report.article.document
    coding = {
        "document_id": document.id,
        "version": version_of(document),
        "reported": date.fromisoformat(article.date) if article.date else None,
        "run": run,
    }
    spans = [(one.index, one.start, one.end) for one in report.sentences]
    sketch = sketch_of(" ".join(document.text[start:end] for _, start, end in spans))
    whole = {
        **coding,
        "title": title_of(report),
        "publisher": document.publisher,
        "url": document.url,
        "source": source,
        "given": {"title": document.title, "date": document.date},
        "sha256": document.sha256,
        "text": document.text,
        "parts": [{"kind": one.kind, "start": one.start, "end": one.end, "rule": one.rule} for one in article.parts],
        "carriers": [carrier_record(one) for one in article.carriers],
    }
    return {
        "documents": [whole],
        "sentences": [{**coding, "index": index, "start": start, "end": end} for index, start, end in spans],
        "events": [_event_row(event_record(event), coding) for event in report.events],
        "relations": [{**relation_record(relation), **coding} for relation in report.relations],
        "sketches": [{**coding, "level": sketch.level, "words": sketch.words, "grams": sketch.grams}],
    }


def reject_row(fault: CommuniqueError) -> dict[str, str]:
    """A fault as a row of `rejects`; the same fault at the same place has the same id."""
    return {"reject_id": short_id(fault.place, fault.fact), "place": fault.place, "fact": fault.fact, "remedy": fault.remedy}


def version_of(document: Document) -> str:
    """Names a document's text and metadata: another version has another name."""
    return short_id(document.sha256, document.date, document.title, document.publisher, document.url)


def days_of(edtf: str) -> tuple[date, date]:
    """The first and last day of `2023-03-13`, `2023-03`, `2023`, or of an interval of these."""
    first, _, last = edtf.partition("/")
    return _first_day(first), _last_day(last or first)


def _event_row(record: Record, coding: dict[str, Any]) -> Record:
    days = days_of(record["date"]) if record["date"] else (None, None)
    return {**record, **coding, "first_day": days[0], "last_day": days[1]}


def _first_day(edtf: str) -> date:
    year, month, day = (*map(int, edtf.split("-")), 1, 1)[:3]
    return date(year, month, day)


def _last_day(edtf: str) -> date:
    parts = [int(part) for part in edtf.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])
