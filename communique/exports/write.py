"""Write: a ledger, or what is asked for of it, in one of the formats.

Contract: in - a ledger's folder, a format, where to write and what is asked for (`ledger/filters.py`); out - a file, or a folder of files,
that is there whole or not at all: it is written beside its place and renamed. It is of one state of the ledger; where a writer takes files
away meanwhile, it is written anew. Raises `QueryError` where it cannot be written, or stands in the place of something.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Unpack

import duckdb

from communique.errors import LedgerError, QueryError
from communique.exports.chosen import Chosen, Step
from communique.ledger.catalogue import Catalogue, File
from communique.ledger.filters import Asked, check, condition_of
from communique.ledger.read import TRIES, connect

MEMORY = "512MB"  # of what DuckDB holds before it spills


@dataclass(frozen=True, slots=True)
class Format:
    """The module that writes it, the files of its folder if it is one, and whether it has room for modalities and for texts of reports."""

    module: str
    files: Sequence[str] = ()
    modalities: bool = True
    texts: bool = False


FORMATS = {
    "tidy": Format(
        "tidy",
        (
            *(f"{name}.{ending}" for name in ("events", "participants", "documents", "occurrences") for ending in ("csv", "parquet")),
            "codebook.csv",
            "codebook.md",
        ),
        texts=True,
    ),
    "polecat": Format("polecat", modalities=False),
    "gdelt": Format("gdelt", ("events.export.CSV", "mentions.CSV"), modalities=False),
    "icews": Format("icews", modalities=False),
    "panel": Format("panel", ("panel.csv", "panel.parquet"), modalities=False),
    "stata": Format("stata"),
    "plover": Format("plover"),
    "jsonld": Format("jsonld"),
    "duckdb": Format("duck", texts=True),
}


def export(
    ledger: Path | str,
    form: str,
    out: Path | str,
    *,
    texts: bool = False,
    overwrite: bool = False,
    step: Step = lambda _done, _total: None,
    **asked: Unpack[Asked],
) -> int:
    """Write the events asked for (`Asked`), and what belongs to them; how many events these are.

    Where a format does not tell what happened from what did not, only what did is written, unless another modality is asked for.
    """
    check("format", "format", [form], FORMATS)
    ledger, out, written = Path(ledger), Path(out), FORMATS[form]
    if not written.modalities:
        asked.setdefault("modality", "actual")
    if texts and not written.texts:
        raise QueryError("texts", f"{form} does not hold the texts of reports", "Leave it out, or write tidy or duckdb.")
    condition_of(asked)  # raises before anything is written
    _check_place(out, written, overwrite)
    catalogue = Catalogue.open(ledger)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
            beside = Path(folder) / "written"
            events = _written(ledger, catalogue, written, beside, asked, texts, step)
            _put(beside, out, Path(folder) / "old")
    except OSError as fault:
        raise QueryError(str(out), f"cannot be written ({fault.strerror or fault})", "Name a place that you may write to.") from fault
    finally:
        catalogue.close()
    return events


def _check_place(out: Path, written: Format, overwrite: bool) -> None:
    """Raise where something is in the way; only an export of the same kind is ever written over."""
    if not out.exists():
        return
    if out.is_dir() != bool(written.files):
        raise QueryError(str(out), f"is {'a folder' if out.is_dir() else 'a file'}", "Name another place.")
    if not overwrite:
        raise QueryError(str(out), "is there already", "Give --overwrite to write over it, or name another place.")
    others = sorted({path.name for path in out.iterdir()} - set(written.files)) if out.is_dir() else []
    if others:
        raise QueryError(str(out), f"has files that are no export ({others[0]})", "Name another place.")


def _written(ledger: Path, catalogue: Catalogue, written: Format, beside: Path, asked: Asked, texts: bool, step: Step) -> int:
    """Write beside; anew where the ledger changed under it."""
    module = import_module(f"communique.exports.{written.module}")
    for _ in range(TRIES):
        state = _state(catalogue)
        _clear(beside)
        if written.files:
            beside.mkdir()
        try:
            with connect(ledger, catalogue, {"memory_limit": MEMORY, "temp_directory": str(beside.with_name("spilled"))}) as connection:
                chosen = Chosen.of(connection, asked, step, texts=texts)
                module.write(chosen, beside)
                return chosen.events
        except duckdb.IOException as fault:
            if _state(catalogue) == state:
                raise LedgerError(
                    str(ledger), f"cannot be exported ({fault})", "Look whether the disk is full; run communique verify."
                ) from fault
    raise LedgerError(str(ledger), "changes faster than it can be exported", "Export it while nothing is added.")


def _state(catalogue: Catalogue) -> list[File]:
    """The files that an export reads."""
    return catalogue.files()


def _put(beside: Path, out: Path, old: Path) -> None:
    """Rename into place; a folder first out of the way, as it cannot be replaced in one step."""
    if out.is_dir():
        out.replace(old)
    beside.replace(out)


def _clear(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
