"""Measures of coded events against annotated documents: who found what, and how far matched events agree.

Contract: in - annotated documents and output records, both as dicts; out - figures, and the misses behind them. A document's
text is its sentences joined by one space each. A coded event is matched to a gold event of the same sentence and type, one to
one, the most agreeing first.

    sentence   has the sentence any event at all                             precision, recall, F1
    type       event type, per sentence                                      micro precision, recall, F1; macro F1
    dyad       type and the same sets of actor and of recipient codes        precision, recall, F1
    fact       of what is coded as the report's own word (actual, no speaker) the share that gold has so too
    agreement  over matched events: modality, said_by, stance, mode, sector, date, place
    ece        expected calibration error: how far scores are from the share of right types, in ten bins of equal width
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from communique.errors import InputError
from communique.records import Span

Row = dict[str, Any]
ABOVE_STATES = frozenset({"UNO", "EUR", "IGO", "NGO", "IMG", "MNC", "ISM", "UNK"})
AGREEMENT = ("modality", "said_by", "stance", "mode", "sector", "date", "place")
BINS = 10  # of calibration
SAME_PARTICIPANTS, SAME_CLAIM, SAME_TRIGGER = 3, 1, 4  # points when events are paired


@dataclass(frozen=True)
class Facts:
    """What is compared of an event; participants count by their codes, as sets."""

    type: str
    actors: frozenset[str]
    recipients: frozenset[str]
    said_by: frozenset[str]
    modality: str
    stance: str
    mode: str | None
    sector: tuple[frozenset[tuple[str, str | None]], ...]
    date: str | None
    place: str | None

    @property
    def own_word(self) -> bool:
        """Does the report vouch for it as a fact?"""
        return self.modality == "actual" and not self.said_by

    def same_dyad(self, other: Facts) -> bool:
        """Have both the same actors and the same recipients?"""
        return self.actors == other.actors and self.recipients == other.recipients


@dataclass(frozen=True)
class Placed:
    """An event in its sentence; the trigger's span may be unknown."""

    sentence: int
    trigger: Span | None
    facts: Facts
    score: float = 1.0


@dataclass(frozen=True)
class Miss:
    """A gold event that was missed, a coded one too many, or a pair with other actors."""

    kind: str  # missed | extra | dyad
    document: str
    sentence: str
    gold: Facts | None
    coded: Facts | None


@dataclass
class Tally:
    """Counts over documents, added up as they are scored."""

    counts: Counter[str] = field(default_factory=Counter)
    types: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    misses: list[Miss] = field(default_factory=list)
    scored: list[tuple[float, bool]] = field(default_factory=list)  # score of each coded event, and whether its type is right


def text_of(document: Row) -> str:
    """The text that offsets of coded events refer to."""
    return " ".join(sentence["text"] for sentence in document["sentences"])


def code_and_sector(participant: Row) -> tuple[str, str | None]:
    """From an annotation's `who` or a record's `code` and `sector`; bodies above the state count by their code alone."""
    if "who" in participant:
        code, _, rest = participant["who"].partition(" ")
        sector = rest.split(" ")[0] or None
    else:
        code, sector = participant.get("code") or "UNK", participant.get("sector")
    return code or "UNK", None if code in ABOVE_STATES else sector


def facts_of(event: Row) -> Facts:
    """The compared fields of an annotated event or an output record."""
    roles = {role: [code_and_sector(one) for one in event.get(role) or ()] for role in ("actors", "recipients", "said_by")}
    codes = {role: frozenset(code for code, _ in pairs) for role, pairs in roles.items()}
    mode = event.get("mode") or None
    return Facts(
        type=event["type"],
        actors=codes["actors"],
        recipients=codes["recipients"],
        said_by=codes["said_by"],
        modality=event.get("modality") or "actual",
        stance=event.get("stance") or "states",
        mode=mode[0] if isinstance(mode, list) else mode,
        sector=(frozenset(roles["actors"]), frozenset(roles["recipients"])),
        date=event.get("date") or None,
        place=(event.get("place") or {}).get("country") or None,
    )


def find_trigger(text: str, event: Row) -> int | None:
    """Where a gold trigger starts in its sentence: its nth occurrence as a whole word, else as a part of one."""
    trigger = re.escape(event["trigger"])
    found = [match.start() for match in re.finditer(rf"(?<!\w){trigger}(?!\w)", text)]
    found = found or [match.start() for match in re.finditer(trigger, text)]
    return found[min(event.get("nth", 1), len(found)) - 1] if found else None


def gold_events(document: Row) -> Iterator[Placed]:
    """The annotated events of a document, in order."""
    offset = 0
    for index, sentence in enumerate(document["sentences"]):
        for event in sentence.get("events", ()):
            at = find_trigger(sentence["text"], event)
            trigger = None if at is None else (offset + at, offset + at + len(event["trigger"]))
            yield Placed(index, trigger, facts_of(event))
        offset += len(sentence["text"]) + 1


def coded_events(document: Row, records: Iterable[Row]) -> Iterator[Placed]:
    """Output records, each put into the gold sentence where its trigger starts."""
    ends, end = [], 0
    for sentence in document["sentences"]:
        end += len(sentence["text"]) + 1
        ends.append(end)
    for record in records:
        start = record["trigger"]["start"]
        index = next((i for i, end in enumerate(ends) if start < end), len(ends) - 1)
        yield Placed(index, (start, record["trigger"]["end"]), facts_of(record), record.get("score", 1.0))


def likeness(gold: Placed, coded: Placed) -> int:
    """How much two events of one sentence and type agree, in points."""
    one, other = gold.facts, coded.facts
    points = SAME_PARTICIPANTS * ((one.actors == other.actors) + (one.recipients == other.recipients))
    points += SAME_CLAIM * ((one.modality == other.modality) + (one.said_by == other.said_by))
    overlap = gold.trigger and coded.trigger and gold.trigger[0] < coded.trigger[1] and coded.trigger[0] < gold.trigger[1]
    return points + (SAME_TRIGGER if overlap else 0)


def pair(gold: Sequence[Placed], coded: Sequence[Placed]) -> list[tuple[int, int]]:
    """Indices of events paired one to one, the most agreeing first."""
    points = {(i, j): likeness(one, other) for i, one in enumerate(gold) for j, other in enumerate(coded)}
    taken_gold: set[int] = set()
    taken_coded: set[int] = set()
    pairs = []
    for i, j in sorted(points, key=lambda key: (-points[key], key)):
        if i not in taken_gold and j not in taken_coded:
            taken_gold.add(i)
            taken_coded.add(j)
            pairs.append((i, j))
    return pairs


def add_document(tally: Tally, document: Row, records: Iterable[Row]) -> None:
    """Count one document."""
    gold, coded = list(gold_events(document)), list(coded_events(document, records))
    gold_sentences, coded_sentences = {event.sentence for event in gold}, {event.sentence for event in coded}
    tally.counts["sentence gold"] += len(gold_sentences)
    tally.counts["sentence coded"] += len(coded_sentences)
    tally.counts["sentence hits"] += len(gold_sentences & coded_sentences)
    tally.counts["fact coded"] += sum(event.facts.own_word for event in coded)
    for key in sorted({(event.sentence, event.facts.type) for event in [*gold, *coded]}):
        same_key = [[event for event in events if (event.sentence, event.facts.type) == key] for events in (gold, coded)]
        add_sentence_type(tally, document, same_key[0], same_key[1])


def add_sentence_type(tally: Tally, document: Row, gold: list[Placed], coded: list[Placed]) -> None:
    """Count the events of one sentence and type."""
    some = (gold or coded)[0]
    sentence = document["sentences"][some.sentence]["text"]
    of_type = tally.types[some.facts.type]
    of_type["gold"] += len(gold)
    of_type["coded"] += len(coded)
    pairs = pair(gold, coded)
    of_type["hits"] += len(pairs)
    for i, j in pairs:
        add_pair(tally, document["id"], sentence, gold[i].facts, coded[j].facts)
    matched_gold, matched_coded = {i for i, _ in pairs}, {j for _, j in pairs}
    tally.scored += [(event.score, j in matched_coded) for j, event in enumerate(coded)]
    tally.misses += [Miss("missed", document["id"], sentence, g.facts, None) for i, g in enumerate(gold) if i not in matched_gold]
    tally.misses += [Miss("extra", document["id"], sentence, None, c.facts) for j, c in enumerate(coded) if j not in matched_coded]


def add_pair(tally: Tally, document: str, sentence: str, gold: Facts, coded: Facts) -> None:
    """Count in what a matched pair agrees."""
    tally.counts["dyad hits"] += gold.same_dyad(coded)
    tally.counts["fact hits"] += gold.own_word and coded.own_word
    for name in AGREEMENT:
        tally.counts[name] += getattr(gold, name) == getattr(coded, name)
    if not gold.same_dyad(coded):
        tally.misses.append(Miss("dyad", document, sentence, gold, coded))


def shares(hits: int, coded: int, gold: int) -> dict[str, float]:
    """Precision, recall and F1 of counts; what has no denominator is 0."""
    precision = hits / coded if coded else 0.0
    recall = hits / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": precision, "recall": recall, "f1": f1, "gold": gold, "coded": coded}


def binned(scored: Sequence[tuple[float, bool]]) -> dict[int, list[tuple[float, bool]]]:
    """Scores with their hits by bin of equal width, from the lowest to the highest bin that has any."""
    bins: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for score_, hit in scored:
        bins[min(int(score_ * BINS), BINS - 1)].append((score_, hit))
    return dict(sorted(bins.items()))


def calibration_error(scored: Sequence[tuple[float, bool]]) -> float | None:
    """The mean distance between the mean score of a bin and its share of right ones, by the size of the bins; None for no events."""
    gaps = (abs(sum(s for s, _ in one) - sum(hit for _, hit in one)) for one in binned(scored).values())
    return sum(gaps) / len(scored) if scored else None


def figures_of(tally: Tally) -> Row:
    """The figures of all documents counted; a share of nothing is None."""
    counts = tally.counts
    gold, coded, hits = (sum(of_type[name] for of_type in tally.types.values()) for name in ("gold", "coded", "hits"))
    types = {name: shares(of_type["hits"], of_type["coded"], of_type["gold"]) for name, of_type in sorted(tally.types.items())}
    with_gold = [row["f1"] for row in types.values() if row["gold"]]
    return {
        "sentence": shares(counts["sentence hits"], counts["sentence coded"], counts["sentence gold"]),
        "type": shares(hits, coded, gold) | {"macro_f1": sum(with_gold) / len(with_gold) if with_gold else 0.0},
        "dyad": shares(counts["dyad hits"], coded, gold),
        "fact_precision": counts["fact hits"] / counts["fact coded"] if counts["fact coded"] else None,
        "ece": calibration_error(tally.scored),
        "agreement": {name: counts[name] / hits if hits else None for name in AGREEMENT},
        "per_type": types,
    }


def score(documents: Sequence[Row], records: Iterable[Row]) -> tuple[Row, list[Miss]]:
    """Figures and misses of output records against annotated documents."""
    tally = tally_of(documents, records)
    return figures_of(tally), tally.misses


def tally_of(documents: Sequence[Row], records: Iterable[Row]) -> Tally:
    """The counts behind all figures."""
    by_document: defaultdict[str, list[Row]] = defaultdict(list)
    for record in records:
        by_document[record["document_id"]].append(record)
    if unknown := sorted(set(by_document) - {document["id"] for document in documents}):
        raise InputError(unknown[0], "a coded event of a document that gold lacks", "Score the output of the same documents.")
    tally = Tally()
    for document in documents:
        add_document(tally, document, by_document[document["id"]])
    return tally
