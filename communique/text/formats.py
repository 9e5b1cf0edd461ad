"""Formats: which format a container is in, and how each is cut into items.

Contract: in - a `Container`; out - its items in order, and an `InputError` for what is none. Formats are told by suffix and first bytes.
All are read as streams in bounded memory; what a damaged one still gives comes before its error. One bad item or member stops no other.
"""

from __future__ import annotations

import io
import re
import tarfile
import zipfile
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import replace

import orjson

from communique.errors import InputError, printable
from communique.text.containers import Container, is_hidden
from communique.text.crawls import cut_warc
from communique.text.items import Item, item_key
from communique.text.pages import PAGE
from communique.text.rows import cut_lines, cut_objects, cut_parquet, cut_table
from communique.text.streams import Counted, buffered, unpacked

Cut = Callable[[Container], Iterator[Item | InputError]]

_HEAD = 8192
_OFFICE = re.compile(rb"PK\x03\x04.{26}(?:\[Content_Types\]|_rels/|word/|xl/|docProps/|mimetype)", re.DOTALL)
_FEED = re.compile(rb"(?>\s*(?:<\?[^>]*>|<!--.*?-->))*+\s*<(?:rss|feed|rdf:RDF|[\w-]+:feed)\b", re.DOTALL)
_OBJECT = re.compile(rb"\s*\{\s*(?:\"|\})")
_ARRAY = re.compile(rb"\s*\[\s*(?:\{|\])")
_OF_ENTRY = ("url", "title", "date", "publisher", "language")


def cut(container: Container) -> Iterator[Item | InputError]:
    """The items of a container of any format, unpacked if need be."""
    try:
        stream = unpacked(container.stream)
        if stream is not container.stream:
            container = replace(container, stream=stream, path=None)
        yield from _cutter(container)(container)
    except InputError as fault:
        yield fault
    except Exception as fault:  # of parsers that raise all kinds on damaged files
        yield InputError(container.place, f"is damaged or breaks off ({str(fault) or type(fault).__name__})", "Get the whole file again.")


def _cutter(container: Container) -> Cut:
    """What cuts a container of this format."""
    head, suffix = container.stream.peek(_HEAD)[:_HEAD].removeprefix(BOM_UTF8), container.suffix
    if _OFFICE.match(head):
        return _cut_whole
    for magic, cutter in _BY_MAGIC.items():
        if head.startswith(magic):
            return cutter
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    if head[257:262] == b"ustar":
        return _cut_tar
    if _FEED.match(head):
        return _cut_feed
    if _OBJECT.match(head):
        first, line_end, _ = head.lstrip().partition(b"\n")
        return cut_objects if line_end and not first.rstrip().endswith(b"}") else cut_lines
    return cut_objects if _ARRAY.match(head) else _cut_whole


def _cut_whole(container: Container) -> Iterator[Item | InputError]:
    """The whole of it as one text, page or PDF."""
    data = container.whole()
    page = container.suffix in (".html", ".htm", ".xhtml") or PAGE.match(data[:_HEAD].removeprefix(BOM_UTF8))
    form = "pdf" if data.startswith(b"%PDF") else "html" if page else "text"
    yield Item(container.place, form, data, {"id": container.name}, item_key(container.place, data), container.consumed(), container.name)


def _cut_feed(container: Container) -> Iterator[Item | InputError]:
    """Each entry of an RSS or Atom feed."""
    from communique.text.feeds import entries_of

    entries = entries_of(container.whole(), container.place)
    if not entries:
        raise InputError(container.place, "is a feed without entries", "Get it again later.")
    for number, entry in enumerate(entries, 1):
        fields = {"text": entry.content, "id": entry.guid, **{name: getattr(entry, name) for name in _OF_ENTRY}}
        yield container.item(number, "record", orjson.dumps(fields))


def _cut_zip(container: Container) -> Iterator[Item | InputError]:
    """The items of each member of a zip archive."""
    if container.path is None:
        raise InputError(container.place, "is a zip archive in another archive or a stream", "Unpack it to a file.")
    with zipfile.ZipFile(container.path) as archive:
        for member in archive.infolist():
            if member.is_dir() or is_hidden(member.filename):
                continue
            place = f"{container.place}/{member.filename}"
            if member.flag_bits & 1:
                yield InputError(place, "is encrypted", "Unpack it with its password.")
                continue
            end = container.before + member.header_offset + member.compress_size
            try:
                stream = buffered(Counted(archive.open(member)))
            except (NotImplementedError, zipfile.BadZipFile) as fault:
                yield InputError(place, f"cannot be unpacked ({fault})", "Unpack it to a file.")
                continue
            yield from cut(_member(container, member.filename, stream, lambda end=end: end))  # type: ignore[misc]


def _cut_tar(container: Container) -> Iterator[Item | InputError]:
    """The items of each file of a tar archive."""
    if container.inside:
        raise InputError(container.place, "is a tar archive in another archive", "Unpack it to a file.")
    with tarfile.open(fileobj=container.stream, mode="r|") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() and not is_hidden(member.name) else None
            if stream is not None:
                yield from cut(_member(container, member.name, buffered(Counted(stream)), container.consumed))


def _member(container: Container, name: str, stream: io.BufferedReader, consumed: Callable[[], int]) -> Container:
    """A file of an archive, as a container of its own."""
    place, called = printable(f"{container.place}/{name}"), printable(f"{container.name}/{name}")
    return replace(container, place=place, name=called, stream=stream, consumed=consumed, path=None, inside=True)


_BY_MAGIC: dict[bytes, Cut] = {b"PAR1": cut_parquet, b"PK\x03\x04": _cut_zip, b"WARC/": cut_warc, b"%PDF": _cut_whole}
_BY_SUFFIX: dict[str, Cut] = {
    ".jsonl": cut_lines,
    ".ndjson": cut_lines,
    ".json": cut_objects,
    ".csv": cut_table,
    ".tsv": cut_table,
    ".rss": _cut_feed,
    ".atom": _cut_feed,
    ".html": _cut_whole,
    ".htm": _cut_whole,
    ".xhtml": _cut_whole,
}
