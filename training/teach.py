"""Teach: label sentences that nobody has annotated, by models that are there already.

usage: python -m training.teach --model DIR [--model DIR ...] --out RUN/taught.jsonl.gz [--items 40000] [--seed 1] [--workers 2]

Items of Wikipedia's Current Events, those of the annotated corpus left out. What several models say is averaged. Head, rules and heading
must agree: an item under a heading of sport or arts in which the head sees an act is left out, and so is one under a heading of war in
which it sees none; where the head's actor is not the subject of an active verb, the actor is left in doubt. Rare types are kept more often.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from communique.encoder.decode import read_tokens
from communique.encoder.model import Encoder, Scores
from communique.meaning import phrases
from communique.records import Tokens
from communique.records import Trigger as Proposal
from communique.text.sentences import find_sentences
from communique.text.words import find_words
from training.corpora import DATA, IGNORE, Example, Trigger, records_of

SURE_NONE = 0.97  # probability of NONE from which a word is surely no trigger
ACT, SURE = 0.5, 0.8  # probability from which a word is taught as a trigger, and a label as certain
MOST_WORDS = 70
QUIET = frozenset("Sport|Sports|Arts and culture|Science and technology|Science|Arts|Culture".split("|"))
LOUD = frozenset("Armed conflicts and attacks|Armed conflict and attacks|Armed conflicts and incidents".split("|"))
RARE = frozenset("MOBILIZE AID COOPERATE RETREAT CONCEDE THREATEN PROTEST REJECT SUPPORT".split())
KEPT = 0.6  # share kept of the items without a rare type


class Teachers:
    """Several models that speak as one: probabilities and logits are averaged, best labels are the first model's."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.models = [Encoder.load(folder) for folder in folders]
        self.labels, self.pieces = self.models[0].labels, self.models[0].pieces
        self.last: list[Scores] = []

    def score(self, words: Sequence[str]) -> Scores:
        """The mean of what the models say."""
        each = [model.score(words) for model in self.models]
        means = {name: np.mean([getattr(scores, name) for scores in each], 0) for name in ("entities", "arcs", "types", "details", "roles")}
        self.last.append(each[0]._replace(**means))
        return self.last[-1]


def unlabelled(seed: int) -> Iterator[dict[str, Any]]:
    """The items outside the annotated corpus, in random order."""
    taken = {record["id"] for path in (DATA / "events").glob("*.jsonl") for record in records_of(path)}
    items = [item for item in records_of(DATA / "news/wikipedia-current-events.jsonl.gz") if item["id"] not in taken]
    random.Random(seed).shuffle(items)
    return iter(items)


def teach(teachers: Teachers, item: dict[str, Any]) -> list[Example]:
    """The sentences of an item with what the teachers say; none where the heading speaks against them."""
    text, found = item["text"], []
    for start, end in find_sentences(text, 0, len(text)):
        spans = find_words(text, start, end)
        if 3 <= len(spans) <= MOST_WORDS:
            teachers.last.clear()
            tokens = read_tokens(teachers, text, spans)  # type: ignore[arg-type]
            if len(teachers.last) == 1:
                found.append(_example(tokens, teachers.last[0]))
    acts = any(trigger.weight >= SURE for example in found for trigger in example.triggers or [])
    if (item["category"] in QUIET and acts) or (item["category"] in LOUD and not acts):
        return []
    return found


def _example(tokens: Tokens, scores: Scores) -> Example:
    doubtful = np.flatnonzero(scores.types[:, 0] < SURE_NONE).tolist()
    types = {word: [round(float(p), 3) for p in scores.types[word]] for word in doubtful}
    triggers = [_trigger(tokens, t, 1 - types[t.word][0]) for t in tokens.triggers if types[t.word][0] <= 1 - ACT]
    return Example(tokens.texts, triggers=triggers, types=types)


def _trigger(tokens: Tokens, proposal: Proposal, weight: float) -> Trigger:
    def certain(chances: dict[str, float]) -> str:
        best = max(chances, key=lambda name: chances[name])
        return best if chances[best] >= SURE else ""

    roles = {role: [round(p, 2) for p in chances] for role, chances in proposal.roles.items()}
    if _at_odds(tokens, proposal):
        roles["actor"] = [IGNORE] * len(tokens)
    flags = [round(proposal.flags["attributed"], 2), IGNORE, IGNORE]
    return Trigger(proposal.word, proposal.type, certain(proposal.modality), certain(proposal.stance), "", None, flags, roles, weight)


def _at_odds(tokens: Tokens, proposal: Proposal) -> bool:
    """Whether the head takes another word than the subject of an active verb for the actor."""
    word, chances = proposal.word, proposal.roles["actor"]
    if tokens.upos[word] != "VERB" or phrases.is_passive(tokens, word):
        return False
    subject = phrases.subject_of(tokens, word)
    return subject is not None and chances[subject] < 1 - SURE and max(chances) > ACT


_teachers: Teachers


def _begin(folders: Sequence[Path]) -> None:
    global _teachers
    _teachers = Teachers(folders)


def _teach_all(items: Sequence[dict[str, Any]]) -> list[list[Example]]:
    return [teach(_teachers, item) for item in items]


def main() -> None:
    """Write the taught sentences."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, action="append", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--items", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    chance, kept = random.Random(options.seed), 0
    with (
        ProcessPoolExecutor(options.workers, get_context("spawn"), _begin, (options.model,)) as pool,
        gzip.open(options.out, "wt", encoding="utf-8") as out,
    ):
        items = unlabelled(options.seed)
        while part := list(islice(items, 64 * 100)):
            for examples in (one for found in pool.map(_teach_all, [part[n : n + 64] for n in range(0, len(part), 64)]) for one in found):
                rare = any(trigger.type in RARE for example in examples for trigger in example.triggers or [])
                if examples and kept < options.items and (rare or chance.random() < KEPT):
                    kept += 1
                    for example in examples:
                        row = {"words": example.words, "types": example.types, "triggers": [asdict(t) for t in example.triggers or []]}
                        out.write(json.dumps(row, ensure_ascii=False) + "\n")
            print(f"{kept} of {options.items} items", flush=True)
            if kept >= options.items:
                return


if __name__ == "__main__":
    main()
