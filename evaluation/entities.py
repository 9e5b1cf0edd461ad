"""Score entities: `python -m evaluation.entities FILE.jsonl...`, spans of PER, LOC and ORG over gold words.

Contract: in - JSON Lines of `{"tokens", "tags"}` with BIO (or IO) tags, plain or gzipped; out - precision, recall and F1 of
spans with their label, over all and by label. Other labels are left out on both sides. Signed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from evaluation.coding import FILES, JSON, MODEL, Parse, load_parse, run, show
from evaluation.gold import Row, read_rows, signed
from evaluation.measures import shares

LABELS = ("PER", "LOC", "ORG")
Labelled = tuple[int, int, str]


@click.command()
@FILES
@MODEL
@JSON
def main(files: tuple[Path, ...], model: Path | None, as_json: bool) -> None:
    """Score entities on FILEs of tagged words, taken together."""
    parse, signature = load_parse(model)
    show(score_files(files, parse, signature), as_json, lines)


def score_files(files: Sequence[Path], parse: Parse, signature: str) -> Row:
    """Figures of a parser over files of tagged words, signed."""
    figures = score((row for path in files for row in read_rows(path)), parse)
    return figures | {"signature": signed(signature, files)}


def score(rows: Iterable[Row], parse: Parse) -> Row:
    """Span figures over all labels, and by label."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        gold = {span for span in spans_of(row["tags"]) if span[2] in LABELS}
        entities = parse(row["tokens"]).entities
        coded = {(one.start_word, one.end_word, one.label) for one in entities if one.label in LABELS}
        for name, spans in (("hits", gold & coded), ("coded", coded), ("gold", gold)):
            counts.update((name, label) for _, _, label in spans)
    by_label = {label: shares(*(counts[name, label] for name in ("hits", "coded", "gold"))) for label in LABELS}
    return shares(*(sum(counts[name, label] for label in LABELS) for name in ("hits", "coded", "gold"))) | {"per_label": by_label}


def spans_of(tags: Sequence[str]) -> Iterator[Labelled]:
    """Spans of BIO tags, end exclusive; an `I-` that continues nothing opens a span, which is how IO tags read."""
    start, label = 0, ""
    for index, tag in enumerate([*tags, "O"]):
        mark, _, kind = tag.partition("-")
        if label and (mark != "I" or kind != label):
            yield start, index, label
            label = ""
        if mark != "O" and not label:
            start, label = index, kind


def lines(figures: Row) -> Iterator[str]:
    """The figures as a table."""
    for name, row in [("all", figures), *figures["per_label"].items()]:
        yield f"{name:<5} P {row['precision']:.3f}  R {row['recall']:.3f}  F1 {row['f1']:.3f}  (gold {row['gold']}, coded {row['coded']})"
    yield str(figures["signature"])


if __name__ == "__main__":
    run(main)
