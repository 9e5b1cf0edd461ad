"""Columns: which column of an archive holds which field of a report.

Contract: in - the names that an archive has, a user's mapping, and objects under those names; out - objects under the names of
`FIELDS`, all values texts. Objects of news agencies in ninjs (1.x to 3.x) are known by their names. Raises `InputError`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from communique.errors import InputError

FIELDS = {
    "text": ("text", "body", "content", "article", "full_text", "fulltext"),
    "date": ("date", "pubdate", "pub_date", "published", "publication_date", "published_at", "publishedat", "datetime", "timestamp"),
    "title": ("title", "headline"),
    "publisher": ("publisher", "source", "outlet", "newspaper", "site"),
    "url": ("url", "link", "uri"),
    "id": ("id", "doc_id", "document_id", "guid", "article_id"),
    "language": ("language", "lang"),
}
_NINJS_BODIES = ("body_xhtml", "body_html", "body_text", "bodies")
_NINJS_DATES = ("versioncreated", "contentcreated", "firstcreated")
_WITHDRAWN = frozenset({"canceled", "cancelled", "withheld"})


def parse_mapping(text: str) -> dict[str, str]:
    """A user's mapping, as in `text=body,date=pubdate`. Raises for a field that is none."""
    mapping: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, column = (part.strip() for part in pair.partition("="))
        if name not in FIELDS or not column or name in mapping:
            raise InputError(pair, "gives no column to a field", f"Write FIELD=COLUMN once for a field; fields are {', '.join(FIELDS)}.")
        mapping[name] = column
    return mapping


def check_mapped(names: Collection[str], mapping: Mapping[str, str], place: str) -> None:
    """Raise where a column that the user maps is not among the names."""
    missing = [column for column in mapping.values() if column not in names]
    if missing:
        raise InputError(place, f"has no column {missing[0]!r}", f"Its columns are {', '.join(names)}.")


def find_columns(names: Iterable[str], mapping: Mapping[str, str], place: str) -> dict[str, str]:
    """The column of each field, by the mapping or else by the usual names. Raises where a mapped one, or one for the text, is not there."""
    names = list(names)
    check_mapped(names, mapping, place)
    usual = {name.strip().lower(): name for name in reversed(names)}
    found = {field: next((usual[name] for name in known if name in usual), None) for field, known in FIELDS.items()}
    columns = {field: column for field, column in {**found, **mapping}.items() if column is not None}
    if "text" not in columns:
        raise InputError(place, "has no column of texts", f"Say which it is, as in text=COLUMN; its columns are {', '.join(names)}.")
    return columns


def is_ninjs(record: Mapping[str, Any]) -> bool:
    """Is it a news item in ninjs? Version 3 writes in camel case what the versions before it write in small letters."""
    names = {name.lower() for name in record}
    return not names.isdisjoint(("uri", "guid")) and not names.isdisjoint((*_NINJS_BODIES, *_NINJS_DATES, "headlines", "pubstatus"))


def from_object(record: Mapping[str, Any], mapping: Mapping[str, str], place: str) -> dict[str, str]:
    """The fields of an object as an archive has it."""
    if not mapping and is_ninjs(record):
        return _checked(_from_ninjs({name.lower(): value for name, value in record.items()}, place), place)
    usual = {name.lower(): value for name, value in reversed(list(record.items())) if value not in (None, "")}
    fields = {field: next((usual[name] for name in known if name in usual), None) for field, known in FIELDS.items()}
    return _checked({**fields, **{field: record.get(column) for field, column in mapping.items()}}, place)


def _checked(fields: Mapping[str, Any], place: str) -> dict[str, str]:
    """The fields that are given, as texts; numbers may stand for ids and dates, and an object for its name."""
    checked = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, int | float) and not isinstance(value, bool) and name != "text":
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise InputError(place, f"{name!r} is a {type(value).__name__}, not a text", f"Put {name!r} in quotation marks.")
        if value and value.strip():
            checked[name] = value
    if "text" not in checked:
        raise InputError(place, "has no 'text'", "Put the words of the report into 'text'.")
    return checked


def _from_ninjs(record: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The fields of a news item, whose names are in small letters. Raises for one that its agency has taken back."""
    status = str(record.get("pubstatus", "")).lower()
    if status in _WITHDRAWN:
        raise InputError(place, f"is {status} by its agency", "Leave it out.")
    sources = record.get("infosources") or record.get("infosource") or record.get("copyrightholder") or record.get("source")
    identity = record.get("uri") or record.get("guid")
    return {
        "text": _ninjs_body(record),
        "date": next((record[name] for name in _NINJS_DATES if record.get(name)), None),
        "title": record.get("headline") or _main(record.get("headlines")),
        "publisher": next(iter(sources), None) if isinstance(sources, list) else sources,
        "url": identity if str(identity).startswith(("http://", "https://")) else None,
        "id": identity,
        "language": record.get("language"),
    }


def _ninjs_body(record: Mapping[str, Any]) -> Any:
    """The body with its paragraphs marked, if there is one, or else the plain one."""
    bodies = record.get("bodies")
    if isinstance(bodies, list):
        return _main(sorted(filter(_has_value, bodies), key=lambda body: not _is_marked(body)))
    return next((record[name] for name in _NINJS_BODIES if record.get(name)), None)


def _main(parts: Any) -> Any:
    """The value of the first of several headlines or bodies."""
    return next((part["value"] for part in parts if _has_value(part)), None) if isinstance(parts, list) else None


def _is_marked(body: Mapping[str, Any]) -> bool:
    """Is it HTML by its media type, whose name version 3 writes `contentType`?"""
    return any(name.lower() == "contenttype" and "html" in str(value) for name, value in body.items())


def _has_value(part: Any) -> bool:
    return isinstance(part, dict) and bool(part.get("value"))
