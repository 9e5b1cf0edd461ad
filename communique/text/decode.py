"""Decode: bytes as text, in the encoding that they are in.

Contract: in - the bytes of one text or page; out - its characters. A byte order mark is believed, then UTF-8 where all bytes fit it, then
what the page or its server declares, then what fits best. Raises `InputError` for what is no text.
"""

from __future__ import annotations

import codecs
import re

from communique.errors import InputError
from communique.text.streams import wide_encoding

_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LATIN = ["cp1252", "mac_roman", "cp850"]  # of English with a few names and typographic quotes, likeliest first
_SAMPLE = 100_000
_BINARY = {
    b"%PDF": ("is a PDF", "Extract its text first, with pdftotext."),
    b"PK\x03\x04": ("is a zip archive or an office file", "Unpack it, or save it as plain text."),
    b"\xd0\xcf\x11\xe0": ("is an old office file", "Save it as plain text."),
    b"{\\rtf": ("is rich text (RTF)", "Save it as plain text."),
    b"\x89PNG": ("is a picture", "Leave it out."),
    b"\xff\xd8\xff": ("is a picture", "Leave it out."),
    b"GIF8": ("is a picture", "Leave it out."),
}


def decoded(data: bytes, place: str, declared: str = "") -> str:
    """The characters of the bytes; `declared` is the encoding that a server or container gives."""
    _check_bytes(data, place)
    for encoding in filter(None, (wide_encoding(data) or "utf-8", declared, _declared(data))):
        try:
            return _checked(data.decode(codecs.lookup(encoding).name), place)
        except (LookupError, UnicodeError):
            pass  # pages declare encodings that are none, or not theirs
    return _checked(_guessed(data, place), place)


def _check_bytes(data: bytes, place: str) -> None:
    """Raise for no bytes, and for those of a known binary format."""
    if not data.strip():
        raise InputError(place, "is empty", "Give a file with the words of a report.")
    for magic, (fact, remedy) in _BINARY.items():
        if data.startswith(magic):
            raise InputError(place, fact, remedy)


def _declared(data: bytes) -> str:
    """The encoding that a page declares for itself."""
    match = _CHARSET.search(data[:4096])
    return match[1].decode() if match else ""


def _guessed(data: bytes, place: str) -> str:
    """Bytes that are no UTF-8, in the old encoding that fits best."""
    import charset_normalizer  # takes a while to load, and UTF-8 needs none of it

    sample = data[:_SAMPLE]
    few = sum(byte > 127 for byte in sample) < len(sample) / 3
    best = (few and charset_normalizer.from_bytes(sample, cp_isolation=_LATIN).best()) or charset_normalizer.from_bytes(sample).best()
    try:
        if best:
            return data.decode(best.encoding)
    except UnicodeError:
        pass  # what begins like one encoding goes on like none
    raise InputError(place, "is no text in any known encoding", f"Save it as UTF-8: iconv -f WINDOWS-1252 -t UTF-8 {place}.")


def _checked(text: str, place: str) -> str:
    """The text, unless so much of it is control characters that it cannot be one."""
    if "\0" in text:
        raise InputError(place, f"is no text: character {text.index(chr(0))} is NUL", "Save it as plain text in UTF-8.")
    if len(_CONTROL.findall(text[:_SAMPLE])) > max(4, min(len(text), _SAMPLE) / 100):
        raise InputError(place, "is no text: control characters abound", "Save it as plain text in UTF-8.")
    return text
