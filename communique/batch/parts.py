"""Parts: archives of any size coded into an output, without a ledger: each process reads what it codes from where it lies.

Contract: in - sources, the address of an output, settings; out - the output with their shards, and a `Summary`. A file is read in turns, by
several processes, each of which codes every so-many-th shard of it. What is done is passed over, whatever ended the run before. The shard
that a file breaks off in is written, but it is not done, nor is the file: it is tried again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from itertools import groupby
from operator import itemgetter

from communique.batch.engine import run
from communique.batch.local import code_alone
from communique.batch.output import Output, begin_output, close_input, find_closed, find_done, is_done, open_output, write_shards
from communique.batch.progress import Progress, Step
from communique.batch.shards import Config, Items, Work, load_reader, process_shard, run_of
from communique.errors import InputError, printable
from communique.ledger.files import rows_in
from communique.ledger.write import Shard, Summary
from communique.text.files import SourceFile, find_files
from communique.text.items import Item
from communique.text.sources import cut_file

TURN_BYTES = 50_000_000  # of a file: some minutes' work where it is packed
MOST_TURNS = 16  # each reads the whole file, which costs a few thousandths of what coding it does
SHARD_BYTES = 256_000_000  # of pages as they were crawled, which are not held together

By = Callable[[Iterable[Work]], Iterator[tuple[Items, Shard]]]


@dataclass(frozen=True, slots=True)
class Turn:
    """Shards of a file: the one of that number, and every `turns`-th after it."""

    file: SourceFile
    first: int
    turns: int

    @property
    def size(self) -> int:
        """Bytes of the file that fall to it."""
        return self.file.size // self.turns


def code(
    sources: Sequence[str],
    output: str,
    config: Config,
    *,
    workers: int | None = 1,
    address: str | None = None,
    step: Step = lambda _: None,
    tell: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Code what of the sources is not in the output yet; `known` counts the shards that are."""
    place, summary = open_output(output), Summary()
    begin_output(place, run_of(load_reader(config.model), config.min_score))
    files = {}
    for found in (found for source in sources for found in find_files(source)):
        if isinstance(found, InputError):
            summary.count({}, {found.fact: 1})
            tell(str(found))
        else:
            files[found.address] = found
    turns = list(_turns(files.values(), place, summary))
    size, consumed = sum(turn.size for turn in turns), 0
    call = partial(code_turn, output=output, config=config)
    for turn, done in run(turns, call, partial(_turn_alone, output=output, config=config), config.model, workers, address):
        summary.count(asdict(done), done.reasons)
        consumed += turn.size
        step(Progress("coding", consumed, size, summary))
    return summary


def code_turn(turn: Turn, output: str, config: Config, by: By | None = None) -> Summary:
    """Code those shards of a turn that are not done, and say what that came to."""
    by = by or partial(_by_itself, config=config)
    place, summary, name = open_output(output), Summary(), name_of(turn.file)
    broken: list[InputError] = []
    number = -1
    for number, group in groupby(_numbered(_noted(turn, config, broken), config.shard_items), itemgetter(0)):
        if number % turn.turns != turn.first:
            continue
        part = f"{name}-{number:05}"
        if is_done(place, part):
            summary.known += 1
            continue
        shards = [shard for _, shard in by(item for _, item in group)]
        write_shards(place, part, turn.file.address, shards, done=not broken)
        for shard in shards:
            summary.count({table: rows_in(data) for table, data in shard.tables.items()}, Counter(one["fact"] for one in shard.rejects))
    if not broken:
        close_input(place, name, turn.file.address, number + 1)
    return summary


def name_of(file: SourceFile) -> str:
    """What the shards of a file are called after: its name, and a hash of its address, for others may have the same name."""
    return re.sub(r"[^\w.-]+", "_", file.name)[:80] + "-" + sha256(file.address.encode()).hexdigest()[:8]


def _turns(files: Iterable[SourceFile], output: Output, summary: Summary) -> Iterator[Turn]:
    """What there is to do; the shards of what is done are counted."""
    done, closed = find_done(output), find_closed(output)
    for file in files:
        name, turns = name_of(file), min(max(file.size // TURN_BYTES, 1), MOST_TURNS)
        for first in range(turns):
            own = {f"{name}-{number:05}" for number in range(first, closed.get(name, 0), turns)}
            if name in closed and own <= done:
                summary.known += len(own)
            else:
                yield Turn(file, first, turns)


def _noted(turn: Turn, config: Config, broken: list[InputError]) -> Iterator[Work]:
    """The items of a file; a fault of the whole file, which may be a passing one, is noted in `broken` too."""
    for item in cut_file(turn.file, config.intake):
        if isinstance(item, InputError) and item.place == printable(turn.file.address):
            broken.append(item)
        yield item


def _numbered(items: Iterable[Work], most: int) -> Iterator[tuple[int, Work]]:
    """Each item with the number of its shard, which has at most so many items and some `SHARD_BYTES`."""
    number = count = size = 0
    for item in items:
        if count >= most or size >= SHARD_BYTES:
            number, count, size = number + 1, 0, 0
        yield number, item
        count += 1
        size += len(item.data) if isinstance(item, Item) else 0


def _by_itself(items: Iterable[Work], config: Config) -> Iterator[tuple[Items, Shard]]:
    """Code items in this process as they come, so that they are never held together."""
    yield [], process_shard(items, config)


def _turn_alone(turn: Turn, output: str, config: Config) -> Iterator[tuple[Turn, Summary]]:
    """Code a turn, each of its shards in a process of its own, or by halves where that dies."""
    call = partial(process_shard, config=config)
    yield turn, code_turn(turn, output, config, lambda items: code_alone(list(items), call, config.model))
