"""Streams: files and standard input as bytes, unpacked as they are read, with a count of how far the reading has come.

Contract: in - a stream; out - buffered binary streams. Nothing is unpacked ahead of what is asked for, so that a packed
stream of any length fills neither memory nor disk.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import sys
from collections.abc import Callable
from typing import IO, Any

PACKED: dict[bytes, Callable[[Any], Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\x00": lzma.open}
_WIDE = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class Counted(io.RawIOBase):
    """A stream that knows how many bytes were read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream: Any = stream  # all binary streams of the standard library have `read1`, if not by their type
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.stream.read1(len(buffer))  # what is there, so that damage further on takes nothing of it
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)

    def tell(self) -> int:
        return self.count


class Recoded(io.RawIOBase):
    """A stream of UTF-16 or UTF-32 with a byte order mark, as UTF-8."""

    def __init__(self, stream: io.BufferedReader, encoding: str) -> None:
        self.text, self.rest = io.TextIOWrapper(stream, encoding, newline=""), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.rest or self.text.read(io.DEFAULT_BUFFER_SIZE).encode("utf-8", "replace")
        size = min(len(data), len(buffer))
        buffer[:size], self.rest = data[:size], data[size:]
        return size


def standard_input() -> IO[bytes]:
    """The bytes of standard input."""
    return sys.stdin.buffer


def buffered(stream: io.RawIOBase) -> io.BufferedReader:
    """The stream, so that one can look ahead in it."""
    return io.BufferedReader(stream, 1 << 16)


def unpacked(stream: io.BufferedReader) -> io.BufferedReader:
    """The stream itself, or what is packed in it by gzip, bzip2 or xz."""
    head = stream.peek(8)
    unpack = next((way for magic, way in PACKED.items() if head.startswith(magic)), None)
    return stream if unpack is None else buffered(Counted(unpack(stream)))


def as_utf8(stream: io.BufferedReader) -> io.BufferedReader:
    """The stream itself, or, where its byte order mark says that it is UTF-16 or UTF-32, the same in UTF-8."""
    encoding = wide_encoding(stream.peek(4))
    return buffered(Recoded(stream, encoding)) if encoding else stream


def wide_encoding(head: bytes) -> str:
    """`utf-16` or `utf-32` by the byte order mark that bytes begin with, or else an empty text."""
    return next((encoding for mark, encoding in _WIDE.items() if head.startswith(mark)), "")
