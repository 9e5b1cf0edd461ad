"""Count how often each row of `triggers.csv` and `reporting.csv` is right on the annotated training corpus, and write it into the row.

usage: python tools/measure_tables.py [--model DIR]

Of a trigger row `seen` is how often it is the one that fits a word, `right` how often the annotators coded that word with its type; a word
beside an annotated trigger of that type (`imposed` beside `sanctions`) is left out of both. Of a verb of saying `seen` is how many
annotated acts stand under it whose actor is not its subject, `right` how many of these have a speaker.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from communique.encoder.decode import read_tokens
from communique.encoder.model import Encoder
from communique.meaning.claims import find_reporting, load_verbs
from communique.meaning.frames import Frames
from communique.meaning.plover import Plover
from communique.records import Span, Tokens
from communique.tables.load import DATA
from communique.text.words import find_words
from evaluation.measures import find_trigger
from training.corpora import TRAIN, records_of, words_in

HEADERS = {
    "triggers.csv": ("lemma", "pos", "needs", "type", "mode", "seen", "right", "source"),
    "reporting.csv": ("lemma", "speaker", "stance", "seen", "right", "source"),
}
Sentence = tuple[Tokens, list[Span], dict[str, Any]]


def read_table(name: str) -> list[dict[str, str]]:
    """The rows as they are; counts that lack are 0."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [{"seen": "0", "right": "0"} | row for row in csv.DictReader(file)]


def write_table(name: str, rows: list[dict[str, str]]) -> None:
    """Put a table back."""
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADERS[name], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def sentences(encoder: Encoder) -> Iterator[Sentence]:
    """The annotated sentences, parsed."""
    for path in TRAIN:
        for document in records_of(path):
            for sentence in document["sentences"]:
                spans = find_words(sentence["text"], 0, len(sentence["text"]))
                yield read_tokens(encoder, sentence["text"], spans), spans, sentence


def trigger_words(spans: list[Span], sentence: dict[str, Any], event: dict[str, Any]) -> list[int]:
    """The words of an annotated trigger."""
    at = find_trigger(sentence["text"], event)
    return [] if at is None else words_in(spans, at, at + len(event["trigger"]))


def count(encoder: Encoder) -> tuple[Counter[str], Counter[str]]:
    """Sightings and hits by table line, of both tables."""
    frames, verbs = Frames.load(Plover.load().types), load_verbs()
    seen: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for tokens, spans, sentence in sentences(encoder):
        coded: dict[int, str] = {}
        for event in sentence["events"]:
            words = trigger_words(spans, sentence, event)
            coded |= dict.fromkeys(words, event["type"])
            reporting = find_reporting(tokens, words[-1], verbs) if words else None
            if (
                reporting
                and reporting.speaker is not None
                and not any(tokens.texts[reporting.speaker] in one["text"] for one in event["actors"])
            ):
                seen[reporting.row.place] += 1
                right[reporting.row.place] += bool(event["said_by"])
        for word in range(len(tokens)):
            frame = frames.find(tokens, word)
            beside = {coded.get(other) for other in (tokens.heads[word], *tokens.children[word])} if word not in coded else set()
            if frame and frame.type not in beside:
                seen[frame.table] += 1
                right[frame.table] += coded.get(word) == frame.type
    return seen, right


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path)
    options = parser.parse_args()
    tables = {name: read_table(name) for name in HEADERS}
    for name, rows in tables.items():
        write_table(name, rows)
    seen, right = count(Encoder.load(options.model))
    for name, rows in tables.items():
        for line, row in enumerate(rows, 2):
            row |= {"seen": str(seen[f"{name}:{line}"]), "right": str(right[f"{name}:{line}"])}
        write_table(name, rows)
        print(f"{name}: {sum(int(row['seen']) for row in rows)} sightings, {sum(int(row['right']) for row in rows)} right")


if __name__ == "__main__":
    main()
