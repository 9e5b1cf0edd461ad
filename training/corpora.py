"""Corpora: read every training corpus into one form, a sentence with whatever labels its corpus has.

Contract: in - the data folder (`COMMUNIQUE_DATA`); out - `Example`s. A label list is None where the corpus does not say; `IGNORE` masks
one word.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from communique.meaning.actors import Actors
from communique.text.words import find_words
from training.labels import lemma_script

IGNORE = -100
DATA = Path(os.environ.get("COMMUNIQUE_DATA", Path(__file__).parents[2] / "shared" / "data"))
TRAIN, DEV = (tuple(DATA / f"events/{part}-{kind}.jsonl" for kind in ("events", "articles")) for part in ("train", "dev"))
OWN = Path(__file__).parent / "own"  # sentences written for this project
CROSSNER = {"politician": "PER", "person": "PER", "organisation": "ORG", "politicalparty": "ORG", "country": "LOC", "location": "LOC"}
TIME_WORD = re.compile(
    r"^(?:today|yesterday|tomorrow|tonight|overnight|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|"
    r"august|september|october|november|december|(?:19|20)\d\d)$"
)
TIME_LINK = re.compile(
    r"^(?:\d{1,2}|\d{1,2}(?:st|nd|rd|th)|last|next|this|early|late|earlier|later|morning|evening|night|afternoon|of|week|month|year)$"
)


@dataclass
class Trigger:
    """An act: the word, its labels ("" or None where they are in doubt), its flags, and for each role a probability or IGNORE a word."""

    word: int
    type: str
    modality: str
    stance: str
    mode: str
    contexts: list[str] | None
    flags: list[float]
    roles: Mapping[str, Sequence[float]]
    weight: float = 1.0


@dataclass
class Example:
    """A sentence of a corpus with the labels it has."""

    words: list[str]
    upos: list[str] | None = None
    feats: list[str] | None = None
    lemmas: list[str] | None = None
    heads: list[int] | None = None  # word indices, -1 for the root
    deprels: list[str] | None = None
    entities: list[str] | None = None
    frames: list[tuple[int, list[tuple[int, str]]]] | None = None  # predicate word, (head word of the argument, label)
    triggers: list[Trigger] | None = None
    types: dict[int, list[float]] = field(default_factory=dict)  # probabilities of the types, where a teacher says so
    sectors: dict[int, str] = field(default_factory=dict)


def lines_of(path: Path) -> Iterator[str]:
    """The lines of a text file, packed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from lines


def records_of(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    return (json.loads(line) for line in lines_of(path) if line.strip())


def read_conllu(path: Path) -> Iterator[tuple[str, Example]]:
    """Sentence id and example of each sentence of a CoNLL-U file."""
    sentence, rows = "", []
    for line in lines_of(path):
        if line.startswith("# sent_id = "):
            sentence = line[12:].strip()
        elif line[:1].isdigit():
            columns = line.rstrip("\n").split("\t")
            if columns[0].isdigit():
                rows.append(columns)
        elif not line.strip() and rows:
            yield sentence, _of_rows(rows)
            rows = []


def _of_rows(rows: list[list[str]]) -> Example:
    return Example(
        words=[row[1] for row in rows],
        upos=[row[3] for row in rows],
        feats=[row[5] for row in rows],
        lemmas=[lemma_script(row[1], row[2]) for row in rows],
        heads=[int(row[6]) - 1 for row in rows],
        deprels=[row[7] for row in rows],
    )


def read_syntax(split: str, data: Path = DATA) -> list[Example]:
    """EWT and GUM, with UNER's entities and PropBank's frames on the sentences of EWT that have them."""
    examples = []
    entities = {r["id"]: r for r in records_of(data / f"entities/uner-ewt-{split}.jsonl.gz")}
    frames = {r["sent_id"]: r for r in records_of(data / "roles/propbank-ewt.jsonl.gz") if r["split"] == split}
    for sentence, example in read_conllu(data / f"syntax/ewt-{split}.conllu.gz"):
        record = entities.get(sentence)
        if record and len(record["tags"]) == len(example.words):
            example.entities = [tag if tag[2:] in ("PER", "LOC", "ORG") else "O" for tag in record["tags"]]
        if sentence in frames:
            example.frames = _frames(example, frames[sentence])
        examples.append(example)
    return examples + [example for _, example in read_conllu(data / f"syntax/gum-free-{split}.conllu.gz")]


def _frames(example: Example, record: dict[str, Any]) -> list[tuple[int, list[tuple[int, str]]]] | None:
    """PropBank's frames over the words of the treebank, arguments by their head word; None when the two do not line up."""
    starts = _starts(example.words)
    tokens = _starts(record["tokens"])
    if "".join(example.words) != "".join(record["tokens"]):
        return None
    word_at = {start: word for word, start in enumerate(starts)}
    found = []
    for frame in record["frames"]:
        if frame["roleset"] in ("have.01", "do.01") or frame["roleset"].startswith("be."):
            continue
        predicate = word_at.get(tokens[frame["pred"]])
        if predicate is None:
            continue
        arguments = []
        for first, last, label in frame["args"]:
            end = tokens[last] if last < len(tokens) else len("".join(example.words))
            inside = [w for w, s in enumerate(starts) if tokens[first] <= s < end]
            heads = [w for w in inside if example.heads and example.heads[w] not in inside]
            if heads and predicate not in inside:
                arguments.append((heads[0], label))
        found.append((predicate, arguments))
    return found


def _starts(words: list[str]) -> list[int]:
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word)
    return starts


def read_names(data: Path = DATA) -> list[Example]:
    """WikiGold and CrossNER politics, in the labels of UNER."""
    gold = [
        Example(r["words"] if "words" in r else r["tokens"], entities=_begin(r["tags"]))
        for r in records_of(data / "entities/wikigold.jsonl")
    ]
    cross = records_of(data / "entities/crossner-politics-train.jsonl")
    return gold + [Example(r["tokens"], entities=[_crossner(tag) for tag in r["tags"]]) for r in cross]


def _begin(tags: list[str]) -> list[str]:
    """IO tags as BIO; neighbours of one label are one name."""
    found, last = [], "O"
    for tag in tags:
        label = tag[2:] if tag[2:] in ("PER", "LOC", "ORG") else ""
        found.append(f"{'I' if label == last else 'B'}-{label}" if label else "O")
        last = label
    return found


def _crossner(tag: str) -> str:
    label = CROSSNER.get(tag[2:])
    return f"{tag[:2]}{label}" if label else "O"


def read_events(path: Path, actors: Actors) -> Iterator[Example]:
    """The sentences of an annotated file, cut into words, with their acts; `actors` tells which names are of which state."""
    for document in records_of(path):
        for sentence in document["sentences"]:
            yield event_example(sentence, document["date"], actors)


def event_example(sentence: dict[str, Any], date: str | None, actors: Actors) -> Example:
    """One annotated sentence as an example."""
    text = sentence["text"]
    spans = find_words(text, 0, len(text))
    example = Example([text[start:end] for start, end in spans], triggers=[])
    states = _states(example.words, spans, sentence, date, actors)
    taken = set()
    for event in sentence.get("events", []):
        at = _nth(text, event["trigger"], event.get("nth", 1))
        words = words_in(spans, at, at + len(event["trigger"])) if at >= 0 else []
        if not words or words[-1] in taken:
            continue
        taken.add(words[-1])
        example.triggers.append(_trigger(event, words[-1], text, spans, states))  # type: ignore[union-attr]
        for role in ("actors", "recipients", "said_by"):
            for participant in event.get(role) or []:
                _sector(example, participant, text, spans)
    return example


def _states(words: list[str], spans: list[tuple[int, int]], sentence: dict[str, Any], date: str | None, actors: Actors) -> dict[int, str]:
    """The code of every word in a name of a state, a body, a known person or an annotated place."""
    states = {}
    for event in sentence.get("events", []):
        place = event.get("place") or {}
        for at in _occurrences(sentence["text"], place["text"]) if place.get("text") else []:
            states |= dict.fromkeys(words_in(spans, at, at + len(place["text"])), place["country"])
    for start, end, identities in actors.find_names(words, date):
        if len({identity.code for identity in identities}) == 1 and identities[0].code != "UNK":
            states |= dict.fromkeys(range(start, end), identities[0].code)
    return states


def _codes(participants: list[dict[str, str]] | None) -> set[str]:
    return {participant["who"].split(" ")[0] for participant in participants or []}


def _trigger(event: dict[str, Any], word: int, text: str, spans: list[tuple[int, int]], states: dict[int, str]) -> Trigger:
    actors, recipients = _codes(event["actors"]), _codes(event.get("recipients"))
    roles = {
        "actor": _role([p["text"] for p in event["actors"]], word, text, spans),
        "recipient": _role([p["text"] for p in event.get("recipients") or []], word, text, spans),
        "speaker": _role([p["text"] for p in event.get("said_by") or []], word, text, spans),
        "place": _role([(event.get("place") or {}).get("text") or ""], word, text, spans),
        "time": _time(event.get("date"), text, spans),
        "actor_state": [int(states[at] in actors) if at in states else IGNORE for at in range(len(spans))],
        "recipient_state": [int(states[at] in recipients) if at in states else IGNORE for at in range(len(spans))],
    }
    mode = f"{event['type']}:{event['mode']}" if event.get("mode") else "NONE"
    flags = [float(bool(event.get("said_by"))), float(actors == {"UNK"}), float(not recipients)]
    return Trigger(word, event["type"], event["modality"], event["stance"], mode, event.get("contexts", []), flags, roles)


def _role(texts: list[str], trigger: int, text: str, spans: list[tuple[int, int]]) -> list[int]:
    """1 for the words of the participants; of a text that occurs twice the one nearest the trigger counts and the others are masked."""
    marks = [0] * len(spans)
    for wanted in filter(None, texts):
        found = [words_in(spans, at, at + len(wanted)) for at in _occurrences(text, wanted)]
        found = sorted((words for words in found if words), key=lambda words: abs(words[-1] - trigger))
        for rank, words in enumerate(found):
            for word in words:
                marks[word] = 1 if rank == 0 else marks[word] or IGNORE
    return marks


def _time(date: str | None, text: str, spans: list[tuple[int, int]]) -> list[int]:
    """The corpus gives dates without their words: the only time expression of a sentence is the date's, several are masked."""
    words = [text[start:end].lower() for start, end in spans]
    groups: list[list[int]] = []
    for index, word in enumerate(words):
        if TIME_WORD.match(word):
            group = groups[-1] if groups and groups[-1][-1] == index - 1 else None
            if group is None:
                groups.append([])
                group = groups[-1]
                if index and TIME_LINK.match(words[index - 1]):
                    group.append(index - 1)
            group.append(index)
    marks = [0] * len(spans)
    for group in groups:
        for word in group:
            marks[word] = 0 if not date else 1 if len(groups) == 1 else IGNORE
    return marks


def _sector(example: Example, participant: dict[str, str], text: str, spans: list[tuple[int, int]]) -> None:
    parts = participant["who"].split(" ")
    for at in _occurrences(text, participant["text"])[:1] if participant["text"] else []:
        for word in words_in(spans, at, at + len(participant["text"])):
            example.sectors[word] = parts[1] if len(parts) > 1 else "NONE"


def _occurrences(text: str, wanted: str) -> list[int]:
    escaped = re.escape(wanted)
    return [m.start() for m in re.finditer(rf"(?<!\w){escaped}(?!\w)", text)] or [m.start() for m in re.finditer(escaped, text)]


def _nth(text: str, wanted: str, nth: int) -> int:
    found = _occurrences(text, wanted)
    return found[min(nth, len(found)) - 1] if found else -1


def words_in(spans: list[tuple[int, int]], start: int, end: int) -> list[int]:
    """The indices of the words that a stretch of the text touches."""
    return [word for word, (first, last) in enumerate(spans) if first < end and start < last]


def read_taught(path: Path) -> Iterator[Example]:
    """Sentences that `training.teach` has labelled."""
    for row in records_of(path):
        triggers = [Trigger(**trigger) for trigger in row["triggers"]]
        yield Example(row["words"], triggers=triggers, types={int(word): chances for word, chances in row["types"].items()})
