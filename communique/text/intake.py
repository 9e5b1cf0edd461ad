"""Intake: read files, streams and records as documents.

Contract: in - a path, a byte stream or a text; out - `Document`s whose text is stored as is, but for line ends (always \\n), a byte
order mark (dropped) and control characters (one space each). Raises `InputError` where a source cannot be read and `DateError` where
a date is none; touches no network. Formats are told by suffix and first bytes: HTML page, JSON Lines, otherwise plain text.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import sys
from collections.abc import Iterator
from datetime import date as Day
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from communique.errors import DateError, InputError
from communique.records import Document

MAX_BYTES = 20_000_000  # of one text or page
MAX_LINE_BYTES = 50_000_000  # of one line of JSON Lines

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?\s?(?:Z|UTC|[+-]\d{2}:?\d{2})?)?")
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype html|html|head)\b", re.IGNORECASE | re.DOTALL)
_RECORD = re.compile(rb"\s*\{\s*(?:\"|\})")
_SENTENCE_END = re.compile(r"\w[.!?][\"'”’)]*(?:\s|$)")  # what has none is a menu, not an article
_BINARY = {
    b"%PDF": ("is a PDF", "Extract its text first, with pdftotext."),
    b"PK\x03\x04": ("is a zip archive or an office file", "Unpack it, or save it as plain text."),
    b"\x1f\x8b": ("is gzipped", "Unpack it with gunzip."),
    b"\xd0\xcf\x11\xe0": ("is an old office file", "Save it as plain text."),
    b"\xff\xfe": ("is UTF-16, not UTF-8", "Convert it: iconv -f UTF-16 -t UTF-8."),
    b"\xfe\xff": ("is UTF-16, not UTF-8", "Convert it: iconv -f UTF-16 -t UTF-8."),
    b"{\\rtf": ("is rich text (RTF)", "Save it as plain text."),
}


def read_path(path: Path | str) -> Iterator[Document | InputError]:
    """The documents of a file, in its order. A bad line of JSON Lines comes as the error that names it, so that a run can go on."""
    with _opened(Path(path)) as stream:
        yield from _read_stream(stream, Path(path).name, Path(path).suffix.lower())


def read_stdin(stream: io.BufferedReader | None = None) -> Iterator[Document | InputError]:
    """The documents of standard input, named `stdin`."""
    source = stream or sys.stdin.buffer
    if not isinstance(source, io.BufferedReader):
        source = io.BufferedReader(io.BytesIO(source.read()))
    yield from _read_stream(source, "stdin", "")


def document_from_text(
    text: str,
    *,
    id: str,  # noqa: A002  the record's own name for it
    date: str | None = None,
    title: str | None = None,
    publisher: str | None = None,
    url: str | None = None,
) -> Document:
    """A document of a text in memory. Raises for a text without a word, one over the limit, and a date that is none."""
    if not text.strip():
        raise InputError(id, "the text is empty", "Give the words of the report.")
    if len(text) > MAX_BYTES:
        raise InputError(id, f"the text has {len(text):,} characters, over the limit of {MAX_BYTES:,}", "Split it into reports.")
    clean = _normalised(text)
    return Document(
        id=id,
        text=clean,
        date=None if date is None else parse_date(date, id),
        title=title or None,
        publisher=publisher or None,
        url=url or None,
        sha256=hashlib.sha256(clean.encode()).hexdigest(),
    )


def parse_date(value: str, place: str = "date") -> str:
    """YYYY-MM-DD of that, or of an ISO date and time. Raises `DateError` for anything else."""
    match = _DATE.fullmatch(value.strip())
    try:
        return Day.fromisoformat(match[1] if match else value).isoformat()
    except ValueError as fault:
        remedy = f"Write it as YYYY-MM-DD, as in {datetime(2023, 3, 13):%Y-%m-%d}."
        raise DateError(place, f"{value!r} is no date", remedy) from fault


def _normalised(text: str) -> str:
    """Line ends as \\n and no byte order mark; control characters and half code points are replaced one for one."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text))


def _opened(path: Path) -> io.BufferedReader:
    """The file's bytes. Raises where there is no readable file."""
    if path.is_dir():
        raise InputError(str(path), "is a folder", f"Name its files, as in {path}/*.txt.")
    try:
        return path.open("rb")
    except FileNotFoundError as fault:
        raise InputError(str(path), "no such file", "Check the path.") from fault
    except OSError as fault:
        raise InputError(str(path), f"cannot be opened ({fault.strerror})", "Check the path and its permissions.") from fault


def _read_stream(stream: io.BufferedReader, name: str, suffix: str) -> Iterator[Document | InputError]:
    """The documents of a stream of any format."""
    head = stream.peek(4096)[:4096]
    if suffix in (".jsonl", ".ndjson") or _RECORD.match(head.removeprefix(codecs.BOM_UTF8)):
        yield from _records(stream, name)
        return
    data = stream.read(MAX_BYTES + 1)
    _check_bytes(data, name)
    if suffix in (".html", ".htm", ".xhtml") or _PAGE.match(data.removeprefix(codecs.BOM_UTF8)):
        yield _page(_decoded_page(data, name), name)
    else:
        yield document_from_text(_decoded(data, name), id=name)


def _check_bytes(data: bytes, name: str) -> None:
    """Raise where the bytes cannot be one text: none, too many, or a binary format."""
    if not data.strip():
        raise InputError(name, "is empty", "Give a file with the words of a report.")
    if len(data) > MAX_BYTES:
        raise InputError(name, f"is over the limit of {MAX_BYTES // 1_000_000} MB for one text", "Split it, or write it as JSON Lines.")
    for magic, (fact, remedy) in _BINARY.items():
        if data.startswith(magic):
            raise InputError(name, fact, remedy)
    if b"\0" in data:
        raise InputError(name, f"is no text: byte {data.index(0)} is NUL", "Save it as plain text in UTF-8.")


def _decoded(data: bytes, name: str) -> str:
    """The bytes as UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        found = f"byte {fault.start} (0x{data[fault.start]:02x}) is not UTF-8"
        raise InputError(name, found, f"Convert it: iconv -f WINDOWS-1252 -t UTF-8 {name}.") from fault


def _decoded_page(data: bytes, name: str) -> str:
    """A page in UTF-8, or else in the encoding that it declares."""
    declared = _CHARSET.search(data[:4096])
    if declared:
        try:
            return data.decode(codecs.lookup(declared[1].decode()).name)
        except (LookupError, UnicodeDecodeError):
            pass  # pages declare encodings that are none, or not theirs
    return _decoded(data, name)


def _page(page: str, name: str) -> Document:
    """The article of an HTML page, with the title, date, site name and address that the page gives."""
    import trafilatura  # takes a third of a second, and plain text needs none of it

    found = trafilatura.bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        include_tables=False,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if found is None or isinstance(found, dict) or not _SENTENCE_END.search(found.text or ""):
        raise InputError(name, "no article was found in the page", "Save the article as plain text.")
    text = _with_lead(found.text or "", found.description or "", trafilatura.html2txt(page))
    return document_from_text(text, id=name, date=found.date or None, title=found.title, publisher=found.sitename, url=found.url)


def _with_lead(text: str, lead: str, shown: str) -> str:
    """The text below its lead, which extraction leaves out where a page sets it above the body; not one that only the head holds."""
    lead, body, shown = (" ".join(part.split()) for part in (lead, text, shown))
    stands_apart = lead.endswith((".", "!", "?", "”", '"')) and not lead.endswith("...") and lead not in body and lead in shown
    return f"{lead}\n{text}" if stands_apart else text


def _records(stream: io.BufferedReader, name: str) -> Iterator[Document | InputError]:
    """The records of JSON Lines, each a document or the error of its line."""
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE_BYTES)
            yield InputError(f"{name}:{number}", f"the line is over the limit of {MAX_LINE_BYTES // 1_000_000} MB", "Split it.")
        elif line.strip():
            yield _record(line.removeprefix(codecs.BOM_UTF8), f"{name}:{number}")
    if not number:
        yield InputError(name, "is empty", 'Write one {"id", "date", "title", "text"} object a line.')


def _record(line: bytes, place: str) -> Document | InputError:
    """One line of JSON Lines as a document, or what is wrong with it."""
    try:
        return _document(_checked_record(line, place), place)
    except InputError as fault:
        return fault
    except DateError as fault:
        return InputError(place, fault.fact, fault.remedy)


def _checked_record(line: bytes, place: str) -> dict[str, Any]:
    """The object of a line, whose known fields are texts."""
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise InputError(place, f"is no JSON: {fault}", "Write one whole object a line.") from fault
    if not isinstance(record, dict):
        raise InputError(place, f"is a {type(record).__name__}, not an object", 'Write {"id": ..., "text": ...} on each line.')
    for name in ("id", "text", "date", "title", "publisher", "url"):
        value = record.get(name)
        if value is not None and not isinstance(value, str) and not (name == "id" and isinstance(value, int)):
            raise InputError(place, f"{name!r} is a {type(value).__name__}, not a text", f"Put {name!r} in quotation marks.")
    return record


def _document(record: dict[str, Any], place: str) -> Document:
    """The document of a checked record; without an id it is called by its file and line."""
    text = record.get("text")
    if not text or not text.strip():
        raise InputError(place, "has no 'text'", "Put the words of the report into 'text'.")
    fields = {name: record.get(name) or None for name in ("date", "title", "publisher", "url")}
    try:
        return document_from_text(text, id=str(record.get("id") or place), **fields)
    except InputError as fault:
        raise InputError(place, fault.fact, fault.remedy) from fault
