"""Coding: run a reader over annotated documents, and what all evaluation commands share.

Contract: in - annotated documents, a model folder or None for the shipped one; out - output records as `--jsonl` gives them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import click

from communique.encoder.decode import read_tokens
from communique.errors import CommuniqueError
from communique.ledger.rows import event_record
from communique.pipeline import Reader
from communique.records import Tokens
from communique.text.intake import document_from_text
from evaluation.gold import Row
from evaluation.measures import text_of

Parse = Callable[[Sequence[str]], Tokens]  # the words of a sentence to its tags, tree and entities

FILES = click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
MODEL = click.option("--model", type=click.Path(path_type=Path), metavar="DIR", help="A model folder in place of the one that is shipped.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")


def code_documents(reader: Reader, documents: Iterable[Row], min_score: float | None = None) -> list[Row]:
    """The events of annotated documents, as records; their text is their sentences joined by a space."""
    records: list[Row] = []
    for gold in documents:
        document = document_from_text(text_of(gold), id=gold["id"], date=gold.get("date"), title=gold.get("title"))
        records += [event_record(event) for event in reader.read_document(document, min_score).events]
    return records


def load_parse(model: Path | None) -> tuple[Parse, str]:
    """What parses the words of one sentence, and the signature of the model behind it."""
    reader = Reader(model)
    return parse_of(reader), reader.signature


def parse_of(reader: Reader) -> Parse:
    """The reader's encoder as a parser of given words; offsets in its answer are those of the words joined by spaces."""

    def parse(words: Sequence[str]) -> Tokens:
        starts = list(accumulate((len(word) + 1 for word in words), initial=0))
        spans = [(start, start + len(word)) for start, word in zip(starts, words, strict=False)]
        return read_tokens(reader.encoder, " ".join(words), spans)

    return parse


def show(figures: Row, as_json: bool, table: Callable[[Row], Iterable[str]]) -> None:
    """Print figures as one line of JSON or as lines of a table."""
    click.echo(json.dumps(figures, sort_keys=True) if as_json else "\n".join(table(figures)))


def run(command: Callable[..., Any]) -> None:
    """Run a command; a fault is told as place, fact and remedy."""
    try:
        command()
    except CommuniqueError as fault:
        click.echo(f"{fault.place}: {fault.fact}" + (f"\n  {fault.remedy}" if fault.remedy else ""), err=True)
        sys.exit(1)
