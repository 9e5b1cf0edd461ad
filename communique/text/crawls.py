"""Crawls: web archives (WARC), cut into one item a page or text.

Contract: in - a `Container`; out - an item for each answer of HTTP status 200 that is a page or a text, in order, and an `InputError` for
one over the limit. An archive is read as a stream of any length.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from communique.errors import InputError
from communique.text.containers import Container, within_limit
from communique.text.intake import MAX_BYTES
from communique.text.items import Item
from communique.text.streams import Counted

if TYPE_CHECKING:
    from fastwarc.stream_io import WarcReader
    from fastwarc.warc import WarcRecord

_FORMS = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}
_CHUNK = re.compile(rb"[\da-fA-F]+\s*(?:;|\r?\n)")


def cut_warc(container: Container) -> Iterator[Item | InputError]:
    """Each page or text that was answered with status 200."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    stream = Counted(container.stream)  # fastwarc asks for much at a time, and what it has got of a damaged file must not be lost
    for number, record in enumerate(ArchiveIterator(stream, record_types=WarcRecordType.response), 1):
        form = _FORMS.get((record.http_content_type or "").lower())
        if form is None or record.http_headers is None or record.http_headers.status_code != 200:
            continue
        url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
        fields = {"id": url, "url": url, "fetched": record.headers.get("WARC-Date") or "", "charset": record.http_charset or ""}
        try:
            yield container.item(number, form, _body(record, f"{container.place}:{number}"), **fields)
        except InputError as fault:
            yield fault


def _body(record: WarcRecord, place: str) -> bytes:
    """The bytes of an answer, without the encodings that they were sent in."""
    length = record.content_length
    sent = within_limit(record.reader.read(MAX_BYTES + 1), place)
    if len(sent) < length:
        raise EOFError("a record breaks off")
    try:
        return within_limit(_decoder(record, sent).read(MAX_BYTES + 1), place)
    except OSError:
        return sent  # crawlers name the encodings of answers that they have decoded


def _decoder(record: WarcRecord, sent: bytes) -> WarcReader | BinaryIO:
    """The answer, to be read without chunks and compression."""
    from fastwarc.stream_io import BrotliReader, ChunkedReader, GzipReader, ZstdReader

    by_name: dict[str, Callable[[WarcReader | BinaryIO], WarcReader]] = {
        "gzip": GzipReader,
        "x-gzip": GzipReader,
        "deflate": lambda stream: GzipReader(stream, zlib=True),
        "br": BrotliReader,
        "zstd": ZstdReader,
    }
    headers: Any = record.http_headers or {}
    chunked = "chunked" in (headers.get("Transfer-Encoding") or "").lower() and _CHUNK.match(sent)
    stream: WarcReader | BinaryIO = ChunkedReader(io.BytesIO(sent)) if chunked else io.BytesIO(sent)
    for name in reversed((headers.get("Content-Encoding") or "").lower().split(",")):
        stream = by_name.get(name.strip(), lambda stream: stream)(stream)
    return stream
