"""Relate: how well `communique.relate` tells the types between two given spans, `python -m evaluation.relate FILE...`.

Contract: in - annotated files; out - `known`: of pairs between which an act holds, the share whose likeliest type (NONE aside) is one of
theirs; `micro`: with NONE as an answer, over all ordered pairs of participants of a sentence. A pair is an actor and a recipient of one
event, or two actors of an event without recipients, in both directions; all other ordered pairs of a sentence's participants are NONE.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations, product
from pathlib import Path

import click

from communique.pipeline import Reader
from evaluation.coding import FILES, JSON, MODEL, run, show
from evaluation.gold import Row, read_rows, signed
from evaluation.measures import shares

Pair = tuple[str, str]


@click.command()
@FILES
@MODEL
@JSON
def main(files: tuple[Path, ...], model: Path | None, as_json: bool) -> None:
    """Score the types between given spans of annotated FILEs, taken together."""
    reader = Reader(model)
    show(score_files(files, reader) | {"signature": signed(reader.signature, files)}, as_json, lines)


def score_files(files: tuple[Path, ...], reader: Reader) -> Row:
    """Both figures and their counts."""
    known = right_known = hits = coded = gold = 0
    sentences = (sentence for path in files for row in read_rows(path) for sentence in row["sentences"])
    for sentence, pairs in ((sentence, pairs_of(sentence)) for sentence in sentences):
        for (source, target), types in pairs.items():
            ties = reader.relate(sentence["text"], source, target)
            if types:
                known += 1
                right_known += next(tie.type for tie in ties if tie.type != "NONE") in types
            hits += ties[0].type in types
            coded += ties[0].type != "NONE"
            gold += bool(types)
    return {"known": right_known / known if known else 0.0, "micro": shares(hits, coded, gold)}


def pairs_of(sentence: Row) -> dict[Pair, set[str]]:
    """The types of every ordered pair of named participants; none for those that no act ties."""
    held: defaultdict[Pair, set[str]] = defaultdict(set)
    people: dict[str, None] = {}
    for event in sentence.get("events", ()):
        actors, recipients = ([one["text"] for one in event.get(role) or () if one["text"]] for role in ("actors", "recipients"))
        people |= dict.fromkeys([*actors, *recipients])
        for source, target in product(actors, recipients) if event.get("recipients") else permutations(actors, 2):
            held[source, target].add(event["type"])
    apart = (pair for pair in permutations(people, 2) if pair[0] not in pair[1] and pair[1] not in pair[0])
    return {pair: held.get(pair, set()) for pair in apart}


def lines(figures: Row) -> Iterator[str]:
    """The figures in words."""
    micro = figures["micro"]
    yield f"known pairs, likeliest type right   {figures['known']:.3f} of {micro['gold']}"
    yield f"all pairs with NONE as an answer    P {micro['precision']:.3f}  R {micro['recall']:.3f}  F1 {micro['f1']:.3f}"
    yield str(figures["signature"])


if __name__ == "__main__":
    run(main)
