"""Containers: an opened file that holds one report or many, and how its items are named.

Contract: values only, but for the stream, which is read once.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from communique.errors import InputError
from communique.text.intake import MAX_BYTES
from communique.text.items import Item, item_key

_PACKED = re.compile(r"\.(?:gz|bz2|xz)$", re.IGNORECASE)
_SIDE_FILES = (".", "__MACOSX")


@dataclass(frozen=True, slots=True)
class Container:
    """An opened file, or a member of an archive."""

    place: str  # for messages
    name: str  # what its reports are called after
    stream: io.BufferedReader
    consumed: Callable[[], int]  # bytes of the source read so far
    mapping: Mapping[str, str]
    before: int = 0  # bytes of the files before it
    path: Path | None = None  # where it is a file by itself that is not packed
    inside: bool = False  # of an archive

    @property
    def suffix(self) -> str:
        """The suffix in small letters, without that of the packing."""
        return PurePosixPath(_PACKED.sub("", self.place)).suffix.lower()

    def item(self, number: int, form: str, data: bytes, **fields: str) -> Item:
        """The item with that number."""
        return Item(f"{self.place}:{number}", form, data, fields, item_key(data, fields), self.consumed(), self.name)

    def whole(self) -> bytes:
        """All bytes. Raises where they are more than one text may have."""
        return within_limit(self.stream.read(MAX_BYTES + 1), self.place)


def within_limit(data: bytes, place: str) -> bytes:
    """The bytes themselves. Raises where they are more than one text may have."""
    if len(data) > MAX_BYTES:
        raise InputError(place, f"is over the limit of {MAX_BYTES // 1_000_000} MB for one text", "Split it, or write it as JSON Lines.")
    return data


def is_hidden(path: str) -> bool:
    """Is it a file that systems keep beside the user's own?"""
    return any(part.startswith(_SIDE_FILES) and part not in (".", "..") for part in PurePosixPath(path).parts)
