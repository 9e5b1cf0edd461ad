"""Shards: some thousand items in, the tables of what was coded out. The unit of work of every runner.

Contract: `process_shard(items, config)` is a pure function of its arguments: the same items and settings give the same bytes, in whatever
process of whatever machine; where they go is for others to say. Nothing is lost: an item that cannot be read or coded comes back as a row
of rejects. Model and tables are loaded once a process and kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from communique import __version__
from communique.errors import CommuniqueError, InputError
from communique.ledger.catalogue import Run
from communique.ledger.coded import Rows, reject_row, rows_of
from communique.ledger.files import table_of, to_parquet
from communique.ledger.schema import CODED
from communique.ledger.write import Shard
from communique.pipeline import DEFAULT_SCORE, Reader
from communique.records import Document, Report
from communique.text.items import Intake, Item, short_id
from communique.text.sources import read_item

SHARD_ITEMS = 2_000
SHARD_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Config:
    """How to read and code; `model` is a folder, or None for the shipped one; a shard has at most `shard_items`."""

    intake: Intake = field(default_factory=Intake)
    model: Path | None = None
    min_score: float = DEFAULT_SCORE
    shard_items: int = SHARD_ITEMS


@dataclass(frozen=True, slots=True)
class Stored:
    """A document that a ledger has, to be coded again; `place` is where it came from."""

    place: str
    document: Document


Work = Item | Stored | InputError  # what there is to code, or why there is nothing
Items = list[Work]


def cut_shards(items: Iterable[Work], most: int = SHARD_ITEMS) -> Iterator[Items]:
    """Items in lists of at most so many, and of some `SHARD_BYTES`."""
    shard: Items = []
    size = 0
    for item in items:
        shard.append(item)
        size += _size(item)
        if len(shard) >= most or size >= SHARD_BYTES:
            yield shard
            shard, size = [], 0
    if shard:
        yield shard


def process_shard(items: Iterable[Work], config: Config) -> Shard:
    """Read and code the items. A document that comes twice is there once."""
    reader = load_reader(config.model)
    run = run_of(reader, config.min_score)
    rows: Rows = defaultdict(list)
    rejects, keys = [], []
    seen: dict[tuple[str, str], None] = {}
    items = list(items)
    reports = reader.read_documents((_document(item, config.intake) for item in items), config.min_score)
    for item, report in zip(items, reports, strict=True):
        try:
            coded = _coded(item, report, run)
        except CommuniqueError as fault:
            rejects.append({**reject_row(fault), "run": run.run})
            continue
        keys += [item.key] if isinstance(item, Item) else []
        document = coded["documents"][0]
        if (identity := (document["document_id"], document["version"])) not in seen:
            seen[identity] = None
            for name in CODED:
                rows[name] += coded[name]
    versions = Counter(document_id for document_id, _ in seen)
    order = tuple(identity for identity in seen if versions[identity[0]] > 1)
    return Shard({name: to_parquet(table_of(name, rows[name]), name) for name in CODED}, run, tuple(keys), tuple(rejects), order)


def _size(item: Work) -> int:
    return len(item.data) if isinstance(item, Item) else len(item.document.text) if isinstance(item, Stored) else 0


def _document(item: Work, intake: Intake) -> Document | Exception:
    """What an item holds, or why there is nothing."""
    if isinstance(item, Exception):
        return item
    try:
        return item.document if isinstance(item, Stored) else read_item(item, intake)
    except Exception as fault:
        return fault


def _coded(item: Work, report: Report | Exception, run: Run) -> Rows:
    """The rows of one item. Raises `CommuniqueError`, also for what nobody foresaw: the run goes on."""
    try:
        if isinstance(report, Exception):
            raise report
        return rows_of(report, run.run, item.place)
    except CommuniqueError:
        raise
    except Exception as fault:
        raise InputError(item.place, f"could not be coded ({type(fault).__name__}: {fault})", "Please report it with the text.") from fault


@lru_cache(maxsize=1)
def load_reader(model: Path | None) -> Reader:
    """The reader of the last model folder asked for."""
    return Reader(model)


def run_of(reader: Reader, min_score: float) -> Run:
    """What codes: versions of program, model and tables, and the least score."""
    parts = (__version__, reader.encoder.digest, reader.tables, min_score)
    name = short_id(*parts)
    return Run(name, reader.signature, __version__, reader.encoder.name, reader.tables, min_score)
