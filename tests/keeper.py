"""What tests of keeping a ledger share: ways to fill and question one, and a reader that finds a few acts without weights."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

from ledgers import RUN, Told, shard_of
from readers import OneByOne

from communique.batch import shards
from communique.batch.parts import By, Turn, code_turn
from communique.batch.shards import Config, Work, process_shard
from communique.errors import InputError, ModelError
from communique.ledger.catalogue import Catalogue, Run
from communique.ledger.merge import merge
from communique.ledger.read import Reader
from communique.ledger.verify import content_hashes, verify
from communique.ledger.write import Shard, Summary, Writer
from communique.records import Document, Event, Participant, Report, Sentence
from communique.text.article import find_article
from communique.text.items import Item
from communique.text.sentences import cut_sentences

PLAIN, WIDER = Path("plain"), Path("wider")  # model folders that there are not: what a `PlainReader` finds goes by the name
DEADLY = "The machine stops here."


def take(folder: Path, *documents: Told, run: Run = RUN, rejects: Sequence[InputError] = (), recode: bool = False) -> Summary:
    """Add documents as if they had been coded, in one shard, and bring the ledger up to date."""
    with Writer(folder, "add", create=True) as writer:
        writer.commit(shard_of(documents, rejects, run), recode=recode)
        merge(writer)
        return writer.summary


def ask(folder: Path, question: str) -> list[tuple[object, ...]]:
    """The rows that answer an SQL question."""
    with Reader(folder) as reader:
        return reader.ask(lambda connection: connection.execute(question).fetchall())


def hashes(folder: Path) -> dict[str, str]:
    """The hash of the content of each table."""
    return content_hashes(folder, Catalogue.open(folder))


def faults(folder: Path) -> list[str]:
    """What is wrong with a ledger."""
    return [f"{one.place}: {one.fact}" for one in verify(folder, Catalogue.open(folder))]


def parquet(folder: Path) -> list[str]:
    """The Parquet files that lie in a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet"))


class PlainReader(OneByOne):
    """Takes the place of the pipeline's: finds that `X shelled Y`, and by the wider model also that `X praised Y`."""

    def __init__(self, model: Path | None = None) -> None:
        self.encoder = SimpleNamespace(name=str(model), digest=str(model))
        self.tables, self.signature = "none", f"communique:0|tables:none|model:{model}"
        self.verbs = {"shelled": "ASSAULT"} | ({"praised": "SUPPORT"} if model == WIDER else {})

    def read_document(self, document: Document, min_score: float | None = None) -> Report:
        """The parts and sentences of the document, and its acts. Fails at a text that says so."""
        if "unforeseen" in document.text:
            raise KeyError("unforeseen")
        article = find_article(document)
        sentences = cut_sentences(article)
        events = [event for one in sentences for event in self._events(document, one)]
        return Report(article, sentences, (), tuple(events), (), self.signature)

    def _events(self, document: Document, sentence: Sentence) -> list[Event]:
        pattern = re.compile(rf"(\w+) ({'|'.join(self.verbs)}) (\w+)")
        return [self._event(document, sentence, found) for found in pattern.finditer(document.text, sentence.start, sentence.end)]

    def _event(self, document: Document, sentence: Sentence, found: re.Match[str]) -> Event:
        sides = [Participant(found[at], *found.span(at), found[at][:3].upper(), None, None, found[at][:3].upper()) for at in (1, 3)]
        return Event(
            event_id=sha256(repr((document.id, document.sha256, found.start(2))).encode()).hexdigest()[:16],
            document_id=document.id,
            type=self.verbs[found[2]],
            mode=None,
            contexts=(),
            quad=4,
            intensity=-9.0,
            cameo="190",
            trigger={"text": found[2], "start": found.start(2), "end": found.end(2)},
            sentence={"index": sentence.index, "start": sentence.start, "end": sentence.end},
            actors=(sides[0],),
            recipients=(sides[1],),
            place=None,
            date=None,
            date_text=None,
            modality="actual",
            said_by=(),
            stance="states",
            score=0.9,
            why={"head": 0.9, "rule": "plain", "table": None},
            occurrence_id="",
        )


def code_plainly(items: Iterable[Work], config: Config) -> Shard:
    """`process_shard` for processes of their own, by a plain reader. A text with `DEADLY` in it kills the process."""
    shards.load_reader = PlainReader  # type: ignore[assignment]
    return process_shard(map(_survived, items), config)


def code_after_one_death(items: Iterable[Work], config: Config, beside: Path) -> Shard:
    """As `code_plainly`, but the first process of all dies."""
    sign = beside / "died"
    if not sign.exists():
        sign.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return code_plainly(items, config)


def code_where_a_node_is_lost(items: Iterable[Work], config: Config, head: str, beside: Path) -> Shard:
    """As `code_plainly` on the head, once another node has begun; any other node says that it has, and waits for being lost."""
    import ray

    reached = beside / "reached"
    if (here := ray.get_runtime_context().get_node_id()) != head:
        reached.write_text(here)
        signal.pause()
    while not reached.exists():
        time.sleep(0.1)
    return code_plainly(items, config)


def code_without_end(_items: Iterable[Work], config: Config, beside: Path) -> Shard:
    """Says which process this is, and never ends."""
    (beside / f"{os.getpid()}.pid").touch()
    while True:
        signal.pause()


def find_no_model(_items: Iterable[Work], config: Config) -> Shard:
    """What a process does that has no weights."""
    raise ModelError(str(config.model), "is no model", "Name another folder.")


def code_turn_plainly(turn: Turn, output: str, config: Config, by: By | None = None) -> Summary:
    """`code_turn` for processes of their own, by a plain reader."""
    shards.load_reader = PlainReader  # type: ignore[assignment]
    return code_turn(turn, output, config, by or partial(_by_itself, config=config))


def _by_itself(items: Iterable[Work], config: Config) -> Iterator[tuple[list[Work], Shard]]:
    yield [], code_plainly(items, config)


def _survived(item: Work) -> Work:
    if isinstance(item, Item) and DEADLY.encode() in item.data:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def end_at_once(*_: object) -> None:
    """What makes no process ready."""
    os._exit(1)
