"""Yardsticks: tokens per second of a spaCy pipeline of the small kind on the same texts, one process, one thread.

Contract: in - texts, label names; out - its version and speed by its own count of tokens. Layers and widths are those of the small English
pipeline (words by hashes, four convolutions of width 96, tagger, parser and names); its weights are random but for a few steps on
sentences written here, since only time counts and nothing is downloaded. Needs spaCy, an extra: `bench`.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from benchmarks.processes import at_once, seconds_of
from evaluation.gold import Row

WIDTH, STEPS = 96, 20
ATTRIBUTES = {"NORM": 5000, "PREFIX": 1000, "SUFFIX": 2500, "SHAPE": 2500}  # rows of each table of vectors
CONTEXT = {"SPACY": 50, "IS_SPACE": 50}  # also known to all but the names
SENTENCES = [  # their words, tags, heads, relations and names
    ("Norway lent Iceland ships .", "PROPN VERB PROPN NOUN PUNCT", [1, 1, 1, 1, 1], "nsubj root iobj obj punct", "U-LOC O U-LOC O O"),
    (
        "Two envoys met in Oslo .",
        "NUM NOUN VERB ADP PROPN PUNCT",
        [1, 2, 2, 4, 2, 2],
        "nummod nsubj root case obl punct",
        "O O O O U-LOC O",
    ),
    ("Ada Berg denied it .", "PROPN PROPN VERB PRON PUNCT", [2, 0, 2, 2, 2], "nsubj flat root obj punct", "B-PER L-PER O O O"),
    (
        "The Fjord Bank closed early .",
        "DET PROPN PROPN VERB ADV PUNCT",
        [2, 2, 3, 3, 3, 3],
        "det compound nsubj root advmod punct",
        "O B-ORG L-ORG O O O",
    ),
]


def measured(texts: Sequence[str], labels: dict[str, list[str]], rounds: int) -> Row | None:
    """Version and speed; None where spaCy is not installed."""
    return at_once(1, run, texts, labels, rounds)[0] if find_spec("spacy") else None


def run(_: Callable[[], object], texts: Sequence[str], labels: dict[str, list[str]], rounds: int) -> Row:
    """Read all texts so many times, in batches of the usual size, after once to warm up; the median counts."""
    nlp = built(labels)
    tokens = sum(len(doc) for doc in nlp.pipe(texts))
    taken = statistics.median(seconds_of(nlp.pipe(texts)) for _ in range(rounds))
    return {"name": f"spaCy {version('spacy')}", "tokens": tokens, "tokens_per_second": tokens / taken}


def built(labels: dict[str, list[str]]) -> Any:
    """The pipeline, with as many tags, relations and kinds of names as the encoder has."""
    import spacy
    from spacy.tokens import Doc
    from spacy.training import Example

    nlp = spacy.blank("en")
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": WIDTH}
    nlp.add_pipe("tok2vec", config={"model": _vectors(ATTRIBUTES | CONTEXT)})
    nlp.add_pipe("tagger", config={"model": {"tok2vec": listener}})
    nlp.add_pipe("parser", config={"model": {"tok2vec": listener, "hidden_width": 64, "maxout_pieces": 2}})
    nlp.add_pipe("ner", config={"model": {"tok2vec": _vectors(ATTRIBUTES), "hidden_width": 64, "maxout_pieces": 2}})
    _add(nlp.get_pipe("tagger"), labels["upos"])
    _add(nlp.get_pipe("parser"), labels["deprels"])
    _add(nlp.get_pipe("ner"), sorted({label[2:] for label in labels["entities"] if label != "O"}))
    examples = []
    for words, tags, heads, relations, names in SENTENCES:
        doc = Doc(nlp.vocab, words.split())
        examples.append(
            Example.from_dict(doc, {"tags": tags.split(), "heads": heads, "deps": relations.split(), "entities": names.split()})
        )
    steps = nlp.initialize(lambda: examples)
    for _ in range(STEPS):
        nlp.update(examples, sgd=steps)
    return nlp


def _add(pipe: Any, labels: Iterable[str]) -> None:
    for label in labels:
        pipe.add_label(label)


def _vectors(rows: dict[str, int]) -> Row:
    """The layers that make vectors of words."""
    embed = {"@architectures": "spacy.MultiHashEmbed.v2", "width": WIDTH, "attrs": list(rows), "rows": list(rows.values())}
    encode = {"@architectures": "spacy.MaxoutWindowEncoder.v2", "width": WIDTH, "depth": 4, "window_size": 1, "maxout_pieces": 3}
    return {"@architectures": "spacy.Tok2Vec.v2", "embed": embed | {"include_static_vectors": False}, "encode": encode}
