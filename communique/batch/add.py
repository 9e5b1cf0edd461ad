"""Add: reports of any number into a ledger, by any number of processes.

Contract: in - a ledger's folder, sources, settings; out - the ledger with what was new, and a `Summary`. What is known is not read again;
what cannot be coded is a reject and the run goes on. A source that `communique code` has made is taken up as it was coded. Shards enter the
ledger whole and in order: whatever ends the run, what is there is sound, and adding the same sources again goes on behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

from communique.batch.engine import code_shards
from communique.batch.output import find_parts, is_output, open_output, read_part
from communique.batch.progress import Progress, Step
from communique.batch.shards import Config, cut_shards
from communique.errors import InputError
from communique.ledger.compact import compact, needs_compacting
from communique.ledger.merge import merge
from communique.ledger.write import Shard, Summary, Writer
from communique.text.items import Intake, Item
from communique.text.sources import find_items, size_of


def add(
    folder: Path,
    sources: Sequence[str],
    config: Config,
    *,
    workers: int | None = 1,
    address: str | None = None,
    limit: int | None = None,
    step: Step = lambda _: None,
    wait: bool = True,
    tell: Callable[[str], None] | None = None,
) -> Summary:
    """Code the sources into the ledger; at most `limit` items that it does not know, besides what was coded before."""
    outputs = [source for source in sources if is_output(source)]
    others = [source for source in sources if source not in outputs]
    with Writer(folder, f"add {' '.join(sources)}", create=True, wait=wait, tell=tell) as writer:
        for shard in _coded(outputs, writer):
            writer.commit(shard)
            step(Progress("coding", 0, 0, writer.summary))
        sizes = [(source, size_of([source])) for source in others]
        items = _items(sizes, config.intake)
        add_items(writer, items, config, workers=workers, address=address, limit=limit, size=sum(size for _, size in sizes), step=step)
        return writer.summary


def add_found(
    folder: Path, items: Iterable[Item | InputError], config: Config, command: str, tell: Callable[[str], None] | None = None
) -> Summary:
    """Code items that are at hand into the ledger, in this process."""
    with Writer(folder, command, create=True, tell=tell) as writer:
        add_items(writer, items, config)
        return writer.summary


def add_items(
    writer: Writer,
    items: Iterable[Item | InputError],
    config: Config,
    *,
    workers: int | None = 1,
    address: str | None = None,
    limit: int | None = None,
    size: int = 0,
    step: Step = lambda _: None,
) -> None:
    """Code items into an open ledger, then bring its stories and occurrences up to date."""
    shards = cut_shards(islice(_unknown(items, writer), limit), config.shard_items)
    consumed = 0
    with closing(code_shards(shards, config, workers, address)) as coded:  # whatever happens, no process outlives the writer
        for shard_items, shard in coded:
            writer.commit(shard)
            consumed = max([consumed, *(item.consumed for item in shard_items if isinstance(item, Item))])
            step(Progress("coding", consumed, size, writer.summary))
    step(Progress("merging", size, size, writer.summary))
    merge(writer)
    if needs_compacting(writer):
        step(Progress("compacting", size, size, writer.summary))
        compact(writer)


def _coded(outputs: Iterable[str], writer: Writer) -> Iterator[Shard]:
    """The shards of outputs that are not in the ledger; the documents of those that are, are counted."""
    for output in map(open_output, outputs):
        for part in find_parts(output):
            if writer.catalogue.knows_item(part.key):
                writer.summary.known += part.files["documents"]["rows"]
            else:
                yield read_part(output, part)


def _items(sizes: Iterable[tuple[str, int]], intake: Intake) -> Iterator[Item | InputError]:
    """The items of all sources, by their sizes, which count on what has been read of them together."""
    before = 0
    for source, size in sizes:
        for item in find_items(source, intake):
            yield replace(item, consumed=before + item.consumed) if before and isinstance(item, Item) else item
        before += size


def _unknown(items: Iterable[Item | InputError], writer: Writer) -> Iterator[Item | InputError]:
    """The items that are not in the ledger; those that are, are counted."""
    for item in items:
        if isinstance(item, Item) and writer.catalogue.knows_item(item.key):
            writer.summary.known += 1
        else:
            yield item
