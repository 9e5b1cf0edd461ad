"""Fit the weights of `parties.csv` on the annotated training corpus: which state is meant where words do not say.

usage: python tools/fit_parties.py [--model DIR] [--penalty 0.3]

A conditional logit over the choices that `communique.meaning.parties` finds, with an L2 penalty; weights of reasons by themselves, by type
and by mode. Prints how often the right choice is the likeliest, in five folds by document. What the heads add is left out of the fit, since
they have seen the corpus.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).parent.parent))

from communique.meaning.mentions import Mentions
from communique.meaning.parties import Choice, Gap, Parties, find_choices, kinds_of
from communique.pipeline import Reader
from communique.records import Trigger
from communique.tables.load import DATA
from communique.text.intake import document_from_text
from evaluation.measures import find_trigger, text_of
from training.corpora import TRAIN, records_of

FOLDS, LEAST, LEAST_WEIGHT, MIN_SCORE = 5, 4, 0.05, 0.3
Key = tuple[str, str, str]  # gap, type, reason


class Example:
    """A gap of an annotated event: the keys that speak for each choice, and which choice is right."""

    def __init__(self, gap: Gap, trigger: Trigger, choices: Sequence[Choice], right: int, document: int) -> None:
        self.keys = [[(gap.kind, kind, reason) for reason in c.reasons for kind in kinds_of(trigger, reason)] for c in choices]
        self.kind, self.right, self.document = gap.kind, right, document


class Recorder(Parties):
    """Parties that know the answer: every gap of an annotated event is kept, and filled as the annotators did."""

    def __init__(self) -> None:
        super().__init__([])
        self.gold: dict[int, dict[str, Any]] = {}  # annotated event by the offset of its trigger
        self.document = 0
        self.examples: list[Example] = []
        self.lost = 0

    def choose(self, gap: Gap, mentions: Mentions, trigger: Trigger) -> tuple[Choice, str]:
        """The annotators' choice, where there is one."""
        choices = find_choices(gap, mentions, trigger)
        event = self.gold.get(mentions.tokens.starts[trigger.word])
        codes = self._codes(gap, mentions, event) if event and event["type"] == trigger.type else None
        if codes is None:
            return choices[0], choices[0].reasons[0]
        right = [n for n, choice in enumerate(choices) if set(choice.codes) == codes]
        self.lost += not right
        if not right:
            return choices[0], choices[0].reasons[0]
        self.examples.append(Example(gap, trigger, choices, right[0], self.document))
        return choices[right[0]], choices[right[0]].reasons[0]

    @staticmethod
    def _codes(gap: Gap, mentions: Mentions, event: dict[str, Any]) -> set[str] | None:
        people = event["actors" if gap.role == "actor" else "recipients"]
        if gap.kind == "partner":
            return {one["who"].split(" ")[0] for one in people if not one["text"]}
        if gap.kind != "noun":
            return None if any(one["text"] for one in people) else {one["who"].split(" ")[0] for one in people}
        noun = mentions.tokens.texts[gap.anchor]
        return {one["who"].split(" ")[0] for one in people if noun in one["text"].split()} or None


def collect(reader: Reader) -> Recorder:
    """All gaps of the training corpus."""
    recorder = Recorder()
    reader.rules = replace(reader.rules, parties=recorder)
    for path in TRAIN:
        for row in records_of(path):
            recorder.document += 1
            recorder.gold, offset = {}, 0
            for sentence in row["sentences"]:
                for event in sentence["events"]:
                    at = find_trigger(sentence["text"], event)
                    if at is not None:
                        recorder.gold[offset + at] = event
                offset += len(sentence["text"]) + 1
            reader.read_document(document_from_text(text_of(row), id=row["id"], date=row["date"], title=row["title"]), MIN_SCORE)
    return recorder


class Logit:
    """A conditional logit over sparse reasons."""

    def __init__(self, examples: Iterable[Example]) -> None:
        counted = Counter(key for example in examples for keys in example.keys for key in keys)
        self.number = {key: n for n, key in enumerate(sorted(key for key, count in counted.items() if count >= LEAST))}
        self.weights = torch.zeros(len(self.number), requires_grad=True)

    def scores(self, examples: Sequence[Example]) -> torch.Tensor:
        """(examples, most choices), -inf where there are fewer."""
        flat, starts, at = [], [], []
        most = max(len(example.keys) for example in examples)
        for row, example in enumerate(examples):
            for column, keys in enumerate(example.keys):
                starts.append(len(flat))
                flat += [self.number[key] for key in keys if key in self.number]
                at.append(row * most + column)
        sums = F.embedding_bag(torch.tensor(flat), self.weights.unsqueeze(1), torch.tensor(starts), mode="sum")[:, 0]
        table = torch.full((len(examples) * most,), -1e9)
        return table.index_put((torch.tensor(at),), sums).view(len(examples), most)

    def fit(self, examples: Sequence[Example], penalty: float) -> None:
        """L-BFGS to the optimum."""
        right = torch.tensor([example.right for example in examples])
        optimiser = torch.optim.LBFGS([self.weights], max_iter=60, history_size=10, line_search_fn="strong_wolfe")

        def closure() -> torch.Tensor:
            optimiser.zero_grad()
            loss = F.cross_entropy(self.scores(examples), right, reduction="sum") + penalty * self.weights.square().sum()
            loss.backward()
            return loss

        optimiser.step(closure)  # type: ignore[no-untyped-call]

    def hits(self, examples: Sequence[Example]) -> list[bool]:
        """Whether the likeliest choice is the right one."""
        with torch.no_grad():
            best = self.scores(examples).argmax(1).tolist()
        return [choice == example.right for choice, example in zip(best, examples, strict=True)]


def main() -> None:
    """Collect, try, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--penalty", type=float, default=0.3)
    options = parser.parse_args()
    recorder = collect(Reader(options.model))
    examples = recorder.examples
    print(f"{len(examples)} gaps; the right choice is not among the choices of {recorder.lost} more")
    right, seen = Counter[str](), Counter(example.kind for example in examples)
    for fold in range(FOLDS):
        held = [example for example in examples if example.document % FOLDS == fold]
        kept = [example for example in examples if example.document % FOLDS != fold]
        model = Logit(kept)
        model.fit(kept, options.penalty)
        right.update(example.kind for example, hit in zip(held, model.hits(held), strict=True) if hit)
    for kind in sorted(seen):
        print(f"{kind:<10} {right[kind] / seen[kind]:.3f} of {seen[kind]} right in folds")
    model = Logit(examples)
    model.fit(examples, options.penalty)
    with (DATA / "parties.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("gap", "type", "reason", "weight", "source"))
        for key, number in model.number.items():
            weight = round(float(model.weights[number]), 2)
            if abs(weight) >= LEAST_WEIGHT:
                writer.writerow((*key, weight, "communique: fitted on train"))


if __name__ == "__main__":
    main()
