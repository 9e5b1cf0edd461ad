"""Files: what a source names: files, folders and patterns of this machine, or of another file system by an address.

Contract: in - a path, a pattern, an address such as `s3://bucket/crawl/*.warc.gz`, or `@list.txt` with any of these on each line; out -
files in the order of their names, opened when asked for. Addresses are found and read by `pyarrow.fs`, with the rights that the machine
has; options may follow them (`?region=eu-west-1`).
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from communique.errors import InputError
from communique.text.containers import is_hidden

_BESIDE_PAGES = frozenset((".css", ".js", ".gif", ".ico", ".jpeg", ".jpg", ".png", ".svg", ".webp", ".woff", ".woff2"))  # saved with them
_MAGIC_CHARACTERS = "*?["
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://")
_AHEAD = 8_000_000  # bytes asked for at once: each asking takes a while


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file, on this machine where it has a `path`."""

    address: str
    size: int  # bytes; 0 where it cannot be found
    path: Path | None = None

    @property
    def name(self) -> str:
        """The address without its folders and options."""
        return PurePosixPath(self.address.partition("?")[0] if self.path is None else self.address).name

    def open(self) -> IO[bytes]:
        """The bytes. Raises where there is no readable file."""
        try:
            return self.path.open("rb") if self.path else _opened(self.address)
        except FileNotFoundError as fault:
            raise InputError(self.address, "no such file", "Check the path.") from fault
        except OSError as fault:
            raise InputError(self.address, f"cannot be opened ({fault.strerror})", "Check the path and its permissions.") from fault


def is_address(source: str) -> bool:
    """Is it the address of a file system, not a path?"""
    return _SCHEME.match(source) is not None


def find_files(source: str) -> Iterator[SourceFile | InputError]:
    """The files of a source, hidden ones left out."""
    if source.startswith("@"):
        yield from _listed(Path(source[1:]))
        return
    path = Path(source)
    if is_address(source):
        found: Iterator[SourceFile | InputError] = _remote(source)
    elif path.is_dir():
        found = _walk(path)
    elif any(character in source for character in _MAGIC_CHARACTERS) and not path.exists():
        found = (_local(path) for path in map(Path, sorted(glob.glob(source, recursive=True))) if path.is_file())  # noqa: PTH207  from any root
    else:
        found = iter([_local(path)])
    first = next(found, None)
    if first is None:
        yield InputError(source, "has no files to read", "Check the path.")
        return
    yield first
    yield from found


def _local(path: Path) -> SourceFile:
    return SourceFile(path.as_posix(), path.stat().st_size if path.exists() else 0, path)


def _listed(path: Path) -> Iterator[SourceFile | InputError]:
    """The files of each line of a list."""
    try:
        with _local(path).open() as stream:
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except InputError as fault:
        yield fault
        return
    for line in filter(None, map(str.strip, lines)):
        yield from find_files(line)


def _walk(folder: Path) -> Iterator[SourceFile | InputError]:
    """The files below a folder, and links to none; links to folders are not followed, for they may go round in circles."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as fault:
        yield InputError(folder.as_posix(), f"cannot be opened ({fault.strerror})", "Check its permissions.")
        return
    for entry in entries:
        path = folder / entry.name
        if is_hidden(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path)
        elif (path.is_file() or not path.exists()) and path.suffix.lower() not in _BESIDE_PAGES:
            yield _local(path)


def _remote(source: str) -> Iterator[SourceFile | InputError]:
    """The file at an address, those in a folder and below it, or those that a pattern fits, in which `*` stands for any part of a name."""
    from pyarrow.fs import FileSelector, FileSystem

    address, mark, options = source.partition("?")
    base = address.partition("*")[0].rpartition("/")[0] if "*" in address else address.rstrip("/")
    try:
        files, root = FileSystem.from_uri(f"{base}{mark}{options}")
        (found,) = files.get_file_info([root])
        below = [found] if found.is_file else files.get_file_info(FileSelector(root, recursive=True))
    except (OSError, ValueError) as fault:
        yield InputError(source, f"cannot be opened ({fault})", "Check the address, and the rights to read there.")
        return
    wanted = _pattern(address) if "*" in address else re.compile(".*", re.DOTALL)
    for name, size in sorted((one.path.removeprefix(root), one.size) for one in below if one.is_file):
        if wanted.fullmatch(base + name) and not is_hidden(name):
            yield SourceFile(f"{base}{name}{mark}{options}", size)


def _pattern(address: str) -> re.Pattern[str]:
    """`*` is any part of a name, `**/` any folders."""
    return re.compile(re.escape(address).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*"))


def _opened(address: str) -> IO[bytes]:
    from pyarrow.fs import FileSystem

    files, path = FileSystem.from_uri(address)
    stream: IO[bytes] = files.open_input_stream(path, compression=None, buffer_size=_AHEAD)
    return stream
