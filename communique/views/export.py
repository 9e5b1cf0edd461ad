"""Export: reports as JSON bytes.

Contract: in - a `Report`; out - one JSON object a line. The same report gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from communique.ledger.rows import Record, event_record, report_record
from communique.records import Report


def to_jsonl(report: Report) -> Iterator[bytes]:
    """One line of JSON an event."""
    return _lines(event_record(event) for event in report.events)


def to_json(report: Report) -> bytes:
    """One line of JSON for the whole report."""
    return next(_lines([report_record(report)]))


def _lines(records: Iterable[Record]) -> Iterator[bytes]:
    return (orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)
