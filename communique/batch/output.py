"""Output: coded shards in a folder of this machine or of an object store, as a data set that needs no ledger.

Contract: in - an address, `Shard`s and their names; out - `<table>/<name>.parquet` for each table, and `manifests/<name>.json`, which is
written last: a shard whose manifest is there is done, and what has none is written over. A file in `inputs/` says of a source how many
shards there are in it. Files are put whole. All that lies in an output was coded by one run, which `communique.json` tells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from communique.errors import InputError
from communique.ledger.catalogue import Run
from communique.ledger.files import from_parquet, rows_in, table_of, to_parquet, write_whole
from communique.ledger.schema import CODED
from communique.ledger.write import Shard
from communique.text.files import is_address
from communique.text.items import item_key

MANIFESTS, INPUTS = "manifests", "inputs"
RUN = "communique.json"
TABLES = (*CODED, "rejects")


@dataclass(frozen=True, slots=True)
class Output:
    """A folder on a file system of pyarrow."""

    address: str
    files: Any
    root: str

    def make(self, folders: Iterable[str]) -> None:
        """Make folders, where there are none yet. Raises `InputError`, as all that follow do."""
        with _reaching(self.address):
            for folder in folders:
                self.files.create_dir(f"{self.root}/{folder}", recursive=True)

    def put(self, path: str, data: bytes) -> None:
        """Write a file whole: object stores do, and a disk renames what was written beside."""
        place = f"{self.root}/{path}"
        with _reaching(self.address):
            if self.files.type_name == "local":
                write_whole(data, Path(f"{place}.part"), Path(place))
            else:
                with self.files.open_output_stream(place, compression=None) as stream:
                    stream.write(data)

    def get(self, path: str) -> bytes:
        """The bytes of a file."""
        with _reaching(self.address), self.files.open_input_stream(f"{self.root}/{path}", compression=None) as stream:
            data: bytes = stream.read()
        return data

    def has(self, path: str) -> bool:
        """Is there such a file?"""
        with _reaching(self.address):
            return bool(self.files.get_file_info(f"{self.root}/{path}").is_file)

    def names(self, folder: str) -> set[str]:
        """The names of the manifests in a folder."""
        from pyarrow.fs import FileSelector

        with _reaching(self.address):
            found = self.files.get_file_info(FileSelector(f"{self.root}/{folder}", allow_not_found=True))
        return {one.base_name.removesuffix(".json") for one in found if one.base_name.endswith(".json")}


@dataclass(frozen=True, slots=True)
class Part:
    """What a manifest says of a shard, or of a part of one: its files by table, and what a ledger needs besides."""

    name: str
    files: dict[str, dict[str, Any]]  # rows and sha256
    keys: Sequence[str]  # of the items coded
    order: Sequence[Sequence[str]]  # as in `Shard`

    @property
    def key(self) -> str:
        """Tells a ledger whether it has the part; another coding of the same items has another."""
        return item_key(*(self.files[table]["sha256"] for table in TABLES))


@lru_cache(maxsize=8)
def open_output(address: str) -> Output:
    """The folder at an address, or of a path; it need not be there yet. Raises `InputError`."""
    from pyarrow.fs import FileSystem, LocalFileSystem

    if not is_address(address):
        return Output(address, LocalFileSystem(), Path(address).absolute().as_posix())
    with _reaching(address):
        return Output(address, *FileSystem.from_uri(address))


def is_output(source: str) -> bool:
    """Was the folder made by `communique code`?"""
    try:
        return open_output(source).has(RUN)
    except InputError:  # which is for who reads the source to tell
        return False


def begin_output(output: Output, run: Run) -> None:
    """Make the folders and put the run on record. Raises `InputError` where another one has coded."""
    if not output.has(RUN):
        output.make((*TABLES, MANIFESTS, INPUTS))
        output.put(RUN, orjson.dumps(asdict(run)))
    elif run_of_output(output) != run:
        raise InputError(output.address, "was coded by another model, tables, version or least score", "Name another folder.")


def run_of_output(output: Output) -> Run:
    """What coded all that lies in it."""
    return Run(**orjson.loads(output.get(RUN)))


def write_shards(output: Output, name: str, source: str, shards: Iterable[Shard], *, done: bool) -> None:
    """Write what coding the items of a shard gave, mostly in one part, and then, if it is `done`, the manifest that says so."""
    parts = [_written(output, f"{name}.{number}" if number else name, shard) for number, shard in enumerate(shards)]
    if done:
        output.put(f"{MANIFESTS}/{name}.json", orjson.dumps({"source": source, "parts": parts}))


def is_done(output: Output, name: str) -> bool:
    """Is the shard of that name there whole?"""
    return output.has(f"{MANIFESTS}/{name}.json")


def close_input(output: Output, name: str, source: str, shards: int) -> None:
    """Put on record how many shards there are in a source."""
    output.put(f"{INPUTS}/{name}-{shards:05}.json", orjson.dumps({"source": source, "shards": shards}))


def find_done(output: Output) -> set[str]:
    """The names of all shards that are there whole."""
    return output.names(MANIFESTS)


def find_closed(output: Output) -> dict[str, int]:
    """The names of the sources that were read to their end, and how many shards there are in each."""
    return {name: int(shards) for name, _, shards in (one.rpartition("-") for one in output.names(INPUTS))}


def find_parts(output: Output) -> Iterator[Part]:
    """The parts of all shards that are there whole. Raises `InputError`."""
    for name in sorted(find_done(output)):
        yield from (Part(**part) for part in orjson.loads(output.get(f"{MANIFESTS}/{name}.json"))["parts"])


def read_part(output: Output, part: Part) -> Shard:
    """What coding gave, with the part's own key among those of its items. Raises `InputError`."""
    tables = {table: _read(output, f"{table}/{part.name}.parquet", part.files[table]["sha256"]) for table in TABLES}
    rejects = from_parquet(tables.pop("rejects")).to_pylist()
    return Shard(tables, run_of_output(output), (*part.keys, part.key), tuple(rejects), tuple((one[0], one[1]) for one in part.order))


def _written(output: Output, name: str, shard: Shard) -> Part:
    """Write the tables of a shard; what its manifest says of it."""
    files = {}
    for table, data in {**shard.tables, "rejects": to_parquet(table_of("rejects", shard.rejects), "rejects")}.items():
        output.put(f"{table}/{name}.parquet", data)
        files[table] = {"rows": rows_in(data), "sha256": hashlib.sha256(data).hexdigest()}
    return Part(name, files, shard.keys, shard.order)


def _read(output: Output, path: str, sha256: str) -> bytes:
    """The bytes of a file as its manifest has them."""
    data = output.get(path)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise InputError(f"{output.address}/{path}", "is not what was written", "Restore it from a copy, or code it into another folder.")
    return data


@contextmanager
def _reaching(address: str) -> Iterator[None]:
    """What a file system says is said of the address."""
    try:
        yield
    except (OSError, ValueError) as fault:  # the latter of an address that is none
        raise InputError(address, f"cannot be reached ({fault})", "Check the address, and the rights to read and write there.") from fault
