"""Rates: words per second of the bare encoder and of the whole pipeline, in one process and in several at once.

Contract: in - documents, a model folder or None; out - for so many processes, that all start together on the same documents, the words of
all by the time of the slowest. Encoder and pipeline take turns, so that both see the same machine; medians count. The bare encoder is the
network alone, on word pieces cut before, a sentence a call; a process has one thread.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from itertools import starmap
from pathlib import Path
from typing import NamedTuple

from benchmarks.arithmetic import flop_of
from benchmarks.processes import at_once, seconds_of
from communique.encoder.memory import Memory
from communique.pipeline import Reader
from communique.records import Document
from communique.text.article import find_article
from communique.text.sentences import cut_sentences
from evaluation.gold import Row


class Laps(NamedTuple):
    """What one process found: seconds a round, and what the encoder had to do in each."""

    words: int
    flop: int
    encoder: list[float]
    pipeline: list[float]


def measured(processes: int, documents: Sequence[Document], rounds: int, model: Path | None) -> Row:
    """Words per second with so many processes, and the arithmetic behind a word."""
    laps = at_once(processes, run_laps, documents, rounds, model)
    words = [lap.words for lap in laps]
    encoder, pipeline = rate(words, [lap.encoder for lap in laps]), rate(words, [lap.pipeline for lap in laps])
    return {
        "words": laps[0].words,
        "encoder_words_per_second": encoder,
        "pipeline_words_per_second": pipeline,
        "pipeline_share": pipeline / encoder,
        "flop_per_word": laps[0].flop / laps[0].words,
    }


def rate(words: Sequence[int], seconds: Sequence[Sequence[float]]) -> float:
    """The median over rounds of the words of all processes by the time of the slowest."""
    slowest: list[float] = [max(lap) for lap in zip(*seconds, strict=True)]
    return sum(words) / statistics.median(slowest)


def run_laps(wait: Callable[[], object], documents: Sequence[Document], rounds: int, model: Path | None) -> Laps:
    """Read everything once to warm up, then so many rounds by turns; `wait` returns when all processes have called it."""
    reader = Reader(model)
    reading_seconds(reader, documents)
    encoder = reader.encoder
    sentences = [
        encoder.pieces.of_sentence([document.text[start:end] for start, end in sentence.words])
        for document in documents
        for sentence in cut_sentences(find_article(document))
    ]
    sizes = {head: len(labels) for head, labels in encoder.labels.items()}
    flop = sum(flop_of(len(ids), len(firsts), sizes) for ids, _, firsts, _ in sentences)
    laps = Laps(sum(len(firsts) for _, _, firsts, _ in sentences), flop, [], [])
    for _ in range(rounds):
        wait()
        laps.encoder.append(seconds_of(starmap(encoder.run, sentences)))
        wait()
        laps.pipeline.append(reading_seconds(reader, documents))
    return laps


def reading_seconds(reader: Reader, documents: Sequence[Document]) -> float:
    """How long it takes to read documents that the reader has not seen before, or has forgotten."""
    reader.memory = Memory()
    return seconds_of(reader.read_documents(documents))
