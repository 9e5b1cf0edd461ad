"""Sources: files and standard input, cut into items here and read as documents elsewhere.

Contract: `find_items` is cheap: it cuts and reads nothing of a report. `read_item` is costly, and made to run in other processes. One bad
item is an `InputError`, and never the end of a source. Touches no network, but for files that an address says to be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date as Day
from datetime import timedelta
from pathlib import Path
from typing import IO

import orjson

from communique.errors import CommuniqueError, InputError, printable
from communique.records import Document
from communique.text.columns import from_object, parse_mapping
from communique.text.containers import Container
from communique.text.decode import decoded
from communique.text.files import SourceFile, find_files
from communique.text.formats import cut
from communique.text.intake import document_from_text, parse_date
from communique.text.items import Intake, Item
from communique.text.language import ENGLISH, language_name, language_of, stated_language
from communique.text.pages import plain, read_page, read_pdf
from communique.text.streams import Counted, buffered, standard_input

__all__ = ["Intake", "Item", "find_items", "parse_mapping", "read_item", "size_of"]

_AHEAD = timedelta(days=2)  # that a report may be dated after today, for time zones and morning papers


def find_items(source: str, options: Intake) -> Iterator[Item | InputError]:
    """The items of a source as `find_files` takes it, or of `-` for standard input, in order."""
    if source == "-":
        yield from _cut_stream("stdin", "stdin", standard_input(), 0, options)
        return
    before = 0
    for file in find_files(source):
        if isinstance(file, InputError):
            yield file
            continue
        yield from cut_file(file, options, before)
        before += file.size


def cut_file(file: SourceFile, options: Intake, before: int = 0) -> Iterator[Item | InputError]:
    """The items of a file; `before` is the size of the files before it."""
    place = printable(file.address)
    try:
        with file.open() as stream:
            yield from _cut_stream(place, printable(file.name) if options.short_names else place, stream, before, options, file.path)
    except InputError as fault:
        yield fault


def size_of(sources: Sequence[str]) -> int:
    """Bytes in all files of the sources; standard input and what cannot be found count as none."""
    found = (file for source in sources if source != "-" for file in find_files(source))
    return sum(file.size for file in found if isinstance(file, SourceFile))


def read_item(item: Item, options: Intake) -> Document:
    """The document of an item. Raises `InputError`."""
    fields = {name: value for name, value in {**_READERS[item.form](item, options), **item.fields}.items() if value}
    try:
        document = document_from_text(
            fields.get("text", ""),
            id=fields.get("id") or fields.get("url") or item.name,
            date=_date(fields.get("date") or fields.get("fetched") or options.date, item.place, options),
            title=fields.get("title"),
            publisher=fields.get("publisher"),
            url=fields.get("url"),
        )
    except CommuniqueError as fault:
        raise InputError(item.place, fault.fact, fault.remedy) from fault
    if "id" not in fields and "url" not in fields:
        document = replace(document, id=f"{item.name}#{document.sha256[:12]}")  # its line would change with what stands before it
    if options.english_only:
        _check_language(document.text, fields.get("language"), item.place)
    return document


def _cut_stream(
    place: str, name: str, stream: IO[bytes], before: int, options: Intake, path: Path | None = None
) -> Iterator[Item | InputError]:
    """The items of one opened file; `before` is the size of the files before it."""
    counted = Counted(stream)
    yield from cut(Container(place, name, buffered(counted), lambda: before + counted.count, options.mapping, before, path))


def _read_text(item: Item, _options: Intake) -> Mapping[str, str]:
    return {"text": decoded(item.data, item.place, item.fields.get("charset", ""))}


def _read_html(item: Item, _options: Intake) -> Mapping[str, str]:
    return read_page(decoded(item.data, item.place, item.fields.get("charset", "")), item.place)


def _read_pdf(item: Item, _options: Intake) -> Mapping[str, str]:
    return {"text": read_pdf(item.data, item.place)}


def _read_object(item: Item, options: Intake) -> Mapping[str, str]:
    """An object as an archive has it, or one that is under the fields' own names."""
    try:
        record = orjson.loads(decoded(item.data, item.place))
    except orjson.JSONDecodeError as fault:
        raise InputError(item.place, f"is no JSON: {fault}", "Write one whole object a line.") from fault
    if not isinstance(record, dict):
        raise InputError(item.place, f"is a {type(record).__name__}, not an object", 'Write {"id": ..., "text": ...} on each line.')
    fields = from_object(record, options.mapping if item.form == "json" else {}, item.place)
    title = " ".join(plain(fields.get("title", ""), item.place).split())
    return {**fields, "text": plain(fields["text"], item.place), "title": title}


_READERS: dict[str, Callable[[Item, Intake], Mapping[str, str]]] = {
    "text": _read_text,
    "html": _read_html,
    "pdf": _read_pdf,
    "json": _read_object,
    "record": _read_object,
}


def _date(value: str | None, place: str, options: Intake) -> str | None:
    """The day of publication, which may not be yet to come."""
    if value is None:
        return None
    day = parse_date(value, place, options.date_format)
    if options.today is not None and Day.fromisoformat(day) > Day.fromisoformat(options.today) + _AHEAD:
        raise InputError(place, f"is dated {day}, which is yet to come", "Mend its date.")
    return day


def _check_language(text: str, stated: str | None, place: str) -> None:
    """Raise for a report that is not in English; what an archive states of it is believed."""
    code = stated_language(stated) if stated else language_of(text)
    if code != ENGLISH:
        raise InputError(place, f"is in {language_name(code)} ({code})", "Leave it out; only English is coded.")
