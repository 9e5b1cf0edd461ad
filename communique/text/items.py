"""Items: one report as a source holds it, cut out but not read yet, and what a user says of how to read it.

Contract: values only, picklable, so that items are cut in one process and read in others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson


@dataclass(frozen=True, slots=True)
class Item:
    """One report as a source holds it, not read yet."""

    place: str  # for messages: the path as given, joined with what is inside (`news/a.html`, `archive.jsonl:7`, `crawl.warc.gz:3`)
    form: str  # text | html | pdf | json (an object as found) | record (an object under the names of `FIELDS`)
    data: bytes
    fields: dict[str, str]  # what the container says of it beside the payload: url, date, charset
    key: str  # 32 hexadecimal digits, the same when the item is met again
    consumed: int  # bytes of the source's files read so far, this item included
    name: str = ""  # of its file; a report without an id is called after it


@dataclass(frozen=True, slots=True)
class Intake:
    """How to read: `mapping` gives the archive's column for a field; the rest are for all reports."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    date: str | None = None  # YYYY-MM-DD, of reports without one
    date_format: str | None = None  # as strptime takes it; what does not fit is read in the usual forms
    today: str | None = None  # YYYY-MM-DD; a report dated more than two days later is refused
    english_only: bool = False
    short_names: bool = False  # call a file by its name alone, without its folders


def item_key(*parts: object) -> str:
    """16 bytes of a checksum over all parts, as hexadecimal digits."""
    return hashlib.sha256(orjson.dumps([part.hex() if isinstance(part, bytes) else part for part in parts])).hexdigest()[:32]


def short_id(*parts: object) -> str:
    """An id of 16 hexadecimal digits that depends on nothing but its parts."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
