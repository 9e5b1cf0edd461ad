"""Invented: a ledger of as many events as wanted, which nobody has reported, to see how large ledgers behave.

Contract: in - a folder, a number of events; out - a ledger there as `communique add` and `compact` leave it: files by month, full text,
stories, occurrences. No text is read and no model is needed: some thousand sentences with an act each are made up, every document has
three of them, and those of one day are told by many. The same number gives the same ledger.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from communique.ledger.catalogue import Run
from communique.ledger.compact import compact
from communique.ledger.files import table_of, to_parquet
from communique.ledger.filters import CONTEXTS, codes
from communique.ledger.schema import CODED, EVENTS, SCHEMAS
from communique.ledger.write import Shard, Writer
from communique.meaning.plover import EventType, Plover

FIRST, DAYS = date(2001, 1, 1), 9_000
EACH = 3  # sentences in a document
PROTOTYPES, WIDTH = 6_000, 160  # for each place in a document; characters
NEAR = 60  # prototypes that the documents of a day draw from
SHARD = 10_000  # documents
RUN = Run("invented", "communique:0|tables:0|model:0", "0", "invented", "0", 0.0)
STANCES = {"states": 14, "alleges": 4, "denies": 1, "confirms": 1}
MODALITIES = {"actual": 14, "future": 3, "hypothetical": 2, "negated": 1}
VERBS = {
    "AGREE": "promised to help",
    "CONSULT": "held talks with",
    "SUPPORT": "praised",
    "CONCEDE": "gave way to",
    "COOPERATE": "traded with",
    "AID": "sent grain to",
    "RETREAT": "withdrew from",
    "REQUEST": "called upon",
    "ACCUSE": "blamed",
    "REJECT": "turned down",
    "THREATEN": "warned",
    "PROTEST": "marched against",
    "SANCTION": "fined",
    "MOBILIZE": "sent ships towards",
    "COERCE": "seized boats of",
    "ASSAULT": "shelled",
}
Record = dict[str, Any]


def invent_ledger(folder: Path, events: int, step: Callable[[int], None] = lambda _: None) -> None:
    """Make the ledger; `step` is told how many events each shard has added."""
    made, total = Invention(events), events // EACH
    with Writer(folder, "invented", create=True) as writer:
        for first in range(0, total, SHARD):
            numbers = range(first, min(first + SHARD, total))
            writer.commit(Shard(made.tables(numbers, total), RUN, (), ()))
            step(len(numbers) * EACH)
        compact(writer)


class Invention:
    """Sentences with their acts for each place in a document, and documents made of them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.types = list(Plover.load().types.values())
        self.codes = self._shuffled(codes() - {"UNK"})
        self.words = ["".join(self.chance.choice("bdfgklmnprstvz") + self.chance.choice("aeiou") for _ in "123") for _ in range(20_000)]
        self.publishers = [f"The {self._word().title()} {kind}" for kind in ("Herald", "Courier", "Gazette", "Post") for _ in range(10)]
        self.agencies = [f"{self._word().title()} News Agency" for _ in range(6)]
        told = [self._told(place) for place in range(EACH) for _ in range(PROTOTYPES)]
        self.sentences = [text for text, _ in told]
        self.events = pa.Table.from_pylist([event for _, event in told], EVENTS)

    def tables(self, numbers: range, total: int) -> dict[str, bytes]:
        """The Parquet files of some documents, of `total` that are spread evenly over all days."""
        dice = np.random.default_rng(numbers.start)
        days = np.array(numbers) * DAYS // total
        near = np.minimum(dice.zipf(1.5, (len(numbers), EACH)), NEAR)
        chosen = (days[:, None] * 37 + near) % PROTOTYPES + np.arange(EACH) * PROTOTYPES
        coding = [self._coding(number, int(day)) for number, day in zip(numbers, days, strict=True)]
        each = [one for one in coding for _ in range(EACH)]
        rows = {
            "documents": table_of("documents", [one | self._document(row) for one, row in zip(coding, chosen.tolist(), strict=True)]),
            "sentences": table_of("sentences", [one | _span(number % EACH) for number, one in enumerate(each)]),
            "events": self._events(chosen.ravel(), each, dice),
        }
        return {name: to_parquet(rows.get(name, SCHEMAS[name].empty_table()), name) for name in CODED}

    def _events(self, chosen: NDArray[np.int64], coding: Sequence[Record], dice: np.random.Generator) -> pa.Table:
        """The acts of the chosen sentences; of half of them the day is told, some days before the report."""
        lags = np.where(dice.random(len(coding)) < 0.5, dice.integers(0, 5, len(coding)), -1).tolist()
        days = [one["reported"] - timedelta(lag) if lag >= 0 else None for one, lag in zip(coding, lags, strict=True)]
        names = [_short(f"event {number} of {one['document_id']}") for number, one in enumerate(coding)]
        told = {"event_id": names, "first_day": days, "last_day": days, "date": [day and day.isoformat() for day in days]}
        table = self.events.take(pa.array(chosen))
        for name, values in (told | {name: [one[name] for one in coding] for name in coding[0]}).items():
            at = EVENTS.get_field_index(name)
            table = table.set_column(at, EVENTS.field(at), pa.array(values, EVENTS.field(at).type))
        return table

    def _coding(self, number: int, day: int) -> Record:
        return {
            "document_id": _short(f"document {number}"),
            "version": _short(f"version {number}"),
            "reported": FIRST + timedelta(day),
            "run": RUN.run,
        }

    def _document(self, chosen: Sequence[int]) -> Record:
        """A document of these sentences."""
        text = " ".join(self.sentences[one] for one in chosen)
        agency = {"name": self.chance.choice(self.agencies), "kind": "agency", "rule": "invented"}
        return {
            "title": text[: text.index(" about")],
            "publisher": self.chance.choice(self.publishers),
            "text": text,
            "parts": [{"kind": "paragraph", "start": 0, "end": len(text), "rule": "invented"}],
            "carriers": [agency] if self.chance.random() < 0.3 else [],
        }

    def _told(self, place: int) -> tuple[str, Record]:
        """A sentence and its act."""
        kind, start = self.chance.choice(self.types), place * (WIDTH + 1)
        actor, recipient = self._code(), self._code()
        text = f"{actor} {VERBS[kind.name]} {recipient} about".ljust(WIDTH)
        filler = " ".join(self._word() for _ in range(WIDTH // 7))
        text = f"{text.rstrip()} {filler}"[: WIDTH - 1] + "."
        verb = VERBS[kind.name].split()[0]
        stance = self._drawn(STANCES)
        act = {
            "trigger": {"text": verb, "start": start + text.index(verb), "end": start + text.index(verb) + len(verb)},
            "sentence": {"index": place, "start": start, "end": start + WIDTH},
            "actors": [self._party(actor, text, start)],
            "recipients": [self._party(recipient, text, start)],
            "said_by": [self._party(self._code())] if stance != "states" else [],
            "stance": stance,
            "modality": self._drawn(MODALITIES),
            "contexts": self.chance.sample(CONTEXTS, self.chance.randint(0, 2)),
            "place": self._place() if self.chance.random() < 0.35 else None,
            "score": round(self.chance.uniform(0.3, 1), 4),
            "why": {"head": 0.5, "rule": "invented"},
        }
        return text, act | _kind(kind)

    def _party(self, code: str, text: str = "", start: int = 0) -> Record:
        """A participant, now and then by name; without text one that is only implied."""
        name = f"{self._word().title()} {self._word().title()}" if self.chance.random() < 0.2 else None
        at = start + text.index(code) if text else None
        words = {"text": code if text else "", "start": at, "end": None if at is None else at + len(code)}
        return {**words, "code": code, "sector": "GOV", "name": name, "actor_id": f"{code} {name or 'GOV'}"}

    def _place(self) -> Record:
        return {"text": self._word().title(), "country": self._code()}

    def _code(self) -> str:
        """A code; some few are in most of the news."""
        return self.codes[min(int(self.chance.paretovariate(0.6)), len(self.codes)) - 1]

    def _word(self) -> str:
        return self.words[min(int(self.chance.paretovariate(0.5)), len(self.words)) - 1]

    def _drawn(self, weights: dict[str, int]) -> str:
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def _shuffled(self, texts: Sequence[str] | frozenset[str]) -> list[str]:
        return self.chance.sample(sorted(texts), len(texts))


def _kind(kind: EventType) -> Record:
    return {"type": kind.name, "quad": kind.quad, "intensity": kind.intensity, "cameo": "010"}


def _span(place: int) -> Record:
    return {"index": place, "start": place * (WIDTH + 1), "end": place * (WIDTH + 1) + WIDTH}


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
