"""Gold files: read them, plain or gzipped, name them by their hash, and sign a score with it.

Contract: in - paths of JSON Lines or CoNLL-U files; out - parsed rows, hashes, signatures like
`communique:0.1.0|tables:5f2c|model:en-1|gold:ee01`. A file that cannot be read raises `InputError` with file and line.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from communique.errors import InputError

ROOT = Path(__file__).parent.parent
Row = dict[str, Any]


def data_folder() -> Path:
    """Where the annotated corpora lie: `$COMMUNIQUE_DATA`, else `../shared/data` beside the repository."""
    return Path(os.environ.get("COMMUNIQUE_DATA") or ROOT.parent / "shared" / "data")


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, unpacked where its name ends in `.gz`."""
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(str(path), f"cannot be read ({fault})", "Give a UTF-8 file, plain or gzipped.") from None


def read_rows(path: Path) -> list[Row]:
    """One JSON object a line; empty lines are skipped."""
    return [_row(path, number, line) for number, line in enumerate(read_text(path).split("\n"), 1) if line.strip()]


def _row(path: Path, number: int, line: str) -> Row:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as fault:
        raise InputError(f"{path}:{number}", f"no JSON ({fault.msg})", "Give one object a line.") from None
    if not isinstance(row, dict):
        raise InputError(f"{path}:{number}", "a line that is no JSON object", "Give one object a line.")
    return row


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes as they lie on disk, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def gold_tag(paths: Iterable[Path]) -> str:
    """Four hexadecimal digits that name a set of gold files, whatever their order and folder."""
    hashes = sorted(sha256_of(path) for path in paths)
    return (hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest())[:4]


def signed(signature: str, paths: Iterable[Path]) -> str:
    """A reader's signature with the gold files added."""
    return f"{signature}|gold:{gold_tag(paths)}"
