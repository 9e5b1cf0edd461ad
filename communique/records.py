"""Records: what the stages hand to one another, and what `read` returns.

Contract: frozen values only, no behaviour beyond simple look-ups. Offsets are half-open and count Unicode code points
of `Document.text`, unless a name says `word`; word offsets count the words of one sentence. Imports nothing of the project.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """One report as it came in: `text` is stored as is, but for line ends (always \\n)."""

    id: str
    text: str
    date: str | None = None  # publication, YYYY-MM-DD
    title: str | None = None  # given beside the text, not in it
    publisher: str | None = None
    url: str | None = None
    sha256: str = ""  # of `text` in UTF-8


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text and what it is: one of `PART_KINDS`."""

    kind: str
    start: int
    end: int
    rule: str = ""


PART_KINDS = ("title", "dateline", "byline", "credit", "boilerplate", "paragraph")


@dataclass(frozen=True, slots=True)
class Carrier:
    """An agency or publisher that carried the report; the span is None where only the record's fields say so."""

    name: str
    kind: str  # agency | publisher
    start: int | None = None
    end: int | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A document with its parts found. `date` is the publication date, given or read off the dateline."""

    document: Document
    parts: tuple[Part, ...]
    carriers: tuple[Carrier, ...]
    date: str | None
    place: Span | None = None  # the dateline's place name, if any


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to be coded, and its words as spans of the document's text."""

    index: int
    start: int
    end: int
    words: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """A named stretch of words: PER, LOC or ORG, by the entity head."""

    start_word: int
    end_word: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word that names an act, as the heads read it: the likeliest type, and the probability of each.

    `roles` maps a role to a probability for each word of the sentence; `flags` has the probabilities that the report does not state the act
    in its own voice (`attributed`), that nobody knows who did it (`actor_unknown`), and that it has no recipient (`recipient_none`).
    """

    word: int
    type: str
    score: float
    modality: dict[str, float]
    stance: dict[str, float]
    mode: str | None
    contexts: tuple[str, ...]
    flags: dict[str, float]
    roles: dict[str, list[float]]
    types: dict[str, float]


@dataclass(frozen=True)
class Tokens:
    """A parsed sentence; all lists have one entry a word. `heads` are word indices, -1 for the root."""

    texts: list[str]
    starts: list[int]
    ends: list[int]
    lemmas: list[str]
    upos: list[str]
    feats: list[str]
    heads: list[int]
    deprels: list[str]
    entities: list[Entity] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)  # the sector of the one each word refers to, if it refers to an actor

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def children(self) -> list[list[int]]:
        """For each word its dependents, from left to right."""
        found: list[list[int]] = [[] for _ in self.texts]
        for word, head in enumerate(self.heads):
            if head >= 0:
                found[head].append(word)
        return found


@dataclass(frozen=True, slots=True)
class Identity:
    """An actor as the tables know it. A tie stays unresolved: `candidates` then holds the actor ids it is between."""

    actor_id: str  # "IRN", "IRN GOV", "Q57308", "IGO MIL NATO"
    code: str  # ISO 3166-1 alpha-3, or UNO EUR IGO NGO IMG MNC ISM UNK
    sector: str | None
    name: str | None
    kind: str  # country | demonym | capital | seat | person | organisation | group | office | agent
    table: str  # "offices.csv:41"
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Participant:
    """One who takes part in an event, or speaks of it. Without text (`""`) it is only implied and has no span."""

    text: str
    start: int | None
    end: int | None
    code: str
    sector: str | None
    name: str | None
    actor_id: str
    table: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act happened: the words, the country, and what the place table adds."""

    text: str
    start: int | None
    end: int | None
    country: str | None
    admin1: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    table: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One act as one sentence reports it; field names are those of the output record."""

    event_id: str
    document_id: str
    type: str
    mode: str | None
    contexts: tuple[str, ...]
    quad: int
    intensity: float
    cameo: str
    trigger: dict[str, object]
    sentence: dict[str, int]
    actors: tuple[Participant, ...]
    recipients: tuple[Participant, ...]
    place: Place | None
    date: str | None
    date_text: str | None
    modality: str
    said_by: tuple[Participant, ...]
    stance: str
    score: float
    why: dict[str, object]
    occurrence_id: str


@dataclass(frozen=True, slots=True)
class Relation:
    """How two actors stand to each other, as one sentence states it."""

    relation_id: str
    document_id: str
    kind: str  # ally | ties | adversary | neutral | dispute | member
    trigger: dict[str, object]
    sentence: dict[str, int]
    source: Participant
    target: Participant | None
    about: str | None
    said_by: tuple[Participant, ...]
    why: dict[str, object]


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that refer to an actor, and whom: `rule` names the step that resolved it."""

    text: str
    start: int
    end: int
    sentence: int
    head_word: int
    actors: tuple[Participant, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that is known of one report."""

    article: Article
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    events: tuple[Event, ...]
    relations: tuple[Relation, ...]
    signature: str
