"""Pipeline: one document in, its report out.

Contract: in - a `Document` with its text normalised; out - a `Report`. The stages are called in the order of the text; nothing here decides
anything, it only joins what they found. A `Reader` loads model and tables once; what it keeps of the documents it has read makes the next
ones faster, but not different.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from communique import __version__
from communique.encoder.decode import decode, score_stretches
from communique.encoder.memory import Memory
from communique.encoder.model import Encoder, Scores
from communique.errors import InputError
from communique.meaning.actors import Actors
from communique.meaning.antecedents import Found
from communique.meaning.claims import Claim, claim_of, load_verbs, speakers_of
from communique.meaning.dates import DateMention, Dates, past_clause
from communique.meaning.events import Draft, Role, Rules, code_events
from communique.meaning.mentions import Discourse
from communique.meaning.places import Places
from communique.meaning.plover import Plover
from communique.meaning.relate import Tie, relate_spans
from communique.meaning.relations import Stand, find_relations, load_nouns
from communique.records import Document, Event, Mention, Participant, Relation, Report, Sentence, Span, Tokens
from communique.tables.load import DATA
from communique.text.article import find_article
from communique.text.items import short_id
from communique.text.sentences import cut_sentences
from communique.text.words import find_words

DEFAULT_SCORE = 0.42  # where types on dev are best while facts hold their precision
STRETCH = 3_000  # words that the network reads at a time
Parse = tuple[tuple[str, ...], Tokens | list[Scores]]  # the words of a sentence, and its parse or what is to become one
Result = TypeVar("Result")


class Reader:
    """A loaded model with its tables, ready to read documents."""

    def __init__(self, model: Path | None = None) -> None:
        self.encoder, self.memory = Encoder.load(model), Memory()
        self.actors, self.places, self.dates, self.plover = Actors.load(), Places.load(), Dates.load(), Plover.load()
        self.rules = Rules.load(self.plover.types)
        self.verbs, self.standings = load_verbs(), load_nouns()

    @cached_property
    def tables(self) -> str:
        """The hash of all tables."""
        digest = hashlib.sha256()
        for path in sorted(DATA.iterdir()):
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()

    @cached_property
    def signature(self) -> str:
        """Version, tables and model that made a record, so that it can be made again."""
        return f"communique:{__version__}|tables:{self.tables[:4]}|model:{self.encoder.name}"

    def read_document(self, document: Document, min_score: float | None = None) -> Report:
        """All stages over one document; events below `min_score` (by default `DEFAULT_SCORE`) are left out."""
        (report,) = self.read_documents([document], min_score)
        if isinstance(report, Exception):
            raise report
        return report

    def read_documents(self, documents: Iterable[Document | Exception], min_score: float | None = None) -> Iterator[Report | Exception]:
        """The report of each document, or what went wrong with it; a fault among the documents comes back in its place.

        The network reads some `STRETCH` words, then the rules code them: each is faster while its own data is in the processor's cache.
        """
        least = DEFAULT_SCORE if min_score is None else min_score
        for stretch in _stretches(Coder(self, document, least) for document in documents):
            parses = [coder.attempt(coder.parse, sentence) if sentence else None for coder, sentence in stretch]
            for (coder, sentence), parse in zip(stretch, parses, strict=True):
                if sentence:
                    coder.attempt(coder.code, sentence, parse)
                else:
                    yield coder.fault or coder.report()

    def relate(self, text: str, source: Span | str, target: Span | str) -> tuple[Tie, ...]:
        """The event types from one span of a sentence to another, see `communique.relate`."""
        words = find_words(text, 0, len(text))
        sides = [_words_of(text, words, span) for span in (source, target)]
        scores = self.encoder.score([text[start:end] for start, end in words])
        if max(map(max, sides)) >= len(scores.tags):
            raise InputError("relate", f"the sentence has {len(words)} words, too many for the encoder", "Give one sentence.")
        return relate_spans(scores, self.encoder.labels, *sides)


def _words_of(text: str, words: Sequence[Span], span: Span | str) -> list[int]:
    """The words that a span touches; a string stands for its first occurrence, as whole words where there is one."""
    if isinstance(span, str):
        whole = re.search(rf"(?<!\w){re.escape(span)}(?!\w)", text)
        start = whole.start() if whole else text.find(span)
        end = start + len(span)
    else:
        start, end = span
    inside = [word for word, (first, last) in enumerate(words) if first < end and start < last] if 0 <= start < end <= len(text) else []
    if not inside:
        raise InputError(
            "relate", f"no words of the sentence at {span!r}", "Give a half-open pair of offsets in the text, or words that it holds."
        )
    return inside


def _stretches(coders: Iterable[Coder]) -> Iterator[list[tuple[Coder, Sentence | None]]]:
    """The sentences of all documents, in lists of some `STRETCH` words; after the last one of a document comes None."""
    stretch: list[tuple[Coder, Sentence | None]] = []
    words = 0
    for coder in coders:
        for sentence in (*(coder.attempt(coder.open) or ()), None):
            stretch.append((coder, sentence))
            words += len(sentence.words) if sentence else 0
            if words >= STRETCH:
                yield stretch
                stretch, words = [], 0
    yield stretch


class Coder:
    """Codes the sentences of one document, in order, until one of its steps fails."""

    def __init__(self, reader: Reader, document: Document | Exception, min_score: float) -> None:
        self.reader, self.given, self.min_score = reader, document, min_score
        self.fault: Exception | None = None
        self.sentences: tuple[Sentence, ...] = ()
        self.mentions: list[Mention] = []
        self.events: list[Event] = []
        self.relations: list[Relation] = []
        self.speaker: tuple[Role, ...] = ()

    def attempt(self, step: Callable[..., Result], *arguments: object) -> Result | None:
        """Take a step, unless an earlier one failed."""
        if self.fault is None:
            try:
                return step(*arguments)
            except Exception as fault:
                self.fault = fault
        return None

    def open(self) -> tuple[Sentence, ...]:
        """Find the parts of the document, and the sentences to code."""
        if isinstance(self.given, Exception):
            raise self.given
        self.document = self.given
        self.article = article = find_article(self.document)
        self.published = date.fromisoformat(article.date) if article.date else None
        self.discourse = Discourse(self.reader.actors, self.reader.places, article.date, self.document.title)
        self.sentences = cut_sentences(article)
        return self.sentences

    def parse(self, sentence: Sentence) -> Parse:
        """What the network says of a sentence, or its parse in an earlier report."""
        words = tuple(self.document.text[start:end] for start, end in sentence.words)
        return words, self.reader.memory.find(words) or score_stretches(self.reader.encoder, words)

    def code(self, sentence: Sentence, parse: Parse) -> None:
        """Add the mentions, events and relations of the next sentence."""
        tokens = self._tokens(sentence, parse)
        mentions = self.discourse.read_sentence(tokens)
        stands = find_relations(tokens, mentions, self.reader.standings)
        if stands:
            free = [trigger for trigger in tokens.triggers if not any(stand.covers(tokens, trigger.word) for stand in stands)]
            tokens = replace(tokens, triggers=free)
        drafts = code_events(tokens, mentions, self._dates(tokens), self.reader.rules, self.min_score)
        claims = [claim_of(tokens, mentions, draft, self.reader.verbs, self.speaker) for draft in drafts]
        self.speaker = next((tuple(Role(None, role.who) for role in claim.said_by) for claim in claims if claim.said_by), ())
        self.events += [self._event(sentence, tokens, draft, claim) for draft, claim in zip(drafts, claims, strict=True)]
        for stand in stands:
            speakers = speakers_of(tokens, mentions, stand.word, self.reader.verbs)
            self.relations.append(self._relation(sentence, tokens, stand, speakers))
        self.mentions += [self._mention(sentence, tokens, found) for found in mentions.all()]

    def report(self) -> Report:
        """All that was found."""
        found = (tuple(self.mentions), tuple(self.events), tuple(self.relations))
        return Report(self.article, self.sentences, *found, self.reader.signature)

    def _tokens(self, sentence: Sentence, parse: Parse) -> Tokens:
        words, read = parse
        if isinstance(read, Tokens):
            return replace(read, texts=list(words), starts=[start for start, _ in sentence.words], ends=[end for _, end in sentence.words])
        tokens = decode(self.reader.encoder, words, sentence.words, read)
        self.reader.memory.keep(words, tokens)
        return tokens

    def _dates(self, tokens: Tokens) -> list[DateMention]:
        if not any(trigger.score >= self.min_score for trigger in tokens.triggers):
            return []
        return self.reader.dates.find_dates(tokens.texts, self.published, past_clause(tokens))

    def _event(self, sentence: Sentence, tokens: Tokens, draft: Draft, claim: Claim) -> Event:
        trigger, plover = draft.trigger, self.reader.plover
        kind = plover.types[trigger.type]
        actors, recipients = self._participants(tokens, draft.actors), self._participants(tokens, draft.recipients)
        when = draft.date.date if draft.date else None
        start, end = tokens.starts[trigger.word], tokens.ends[trigger.word]
        rows = " ".join(dict.fromkeys(filter(None, (draft.table, claim.table, *(one.table for one in (*actors, *recipients))))))
        return Event(
            event_id=short_id(self.document.id, self.document.sha256, start, trigger.type),
            document_id=self.document.id,
            type=trigger.type,
            mode=trigger.mode,
            contexts=trigger.contexts,
            quad=kind.quad,
            intensity=kind.intensity,
            cameo=plover.cameo(trigger.type, trigger.mode, trigger.contexts),
            trigger={"text": self.document.text[start:end], "start": start, "end": end},
            sentence={"index": sentence.index, "start": sentence.start, "end": sentence.end},
            actors=actors,
            recipients=recipients,
            place=draft.place and replace(draft.place, text=self.document.text[draft.place.start : draft.place.end]),
            date=when,
            date_text=_text(self.document, tokens, draft.date.start_word, draft.date.end_word) if draft.date else None,
            modality=claim.modality,
            said_by=self._participants(tokens, claim.said_by),
            stance=claim.stance,
            score=round(trigger.score, 4),
            why={"head": round(trigger.types[trigger.type], 4), "rule": " ".join((*draft.rules, *claim.rules)), "table": rows or None},
            occurrence_id=short_id(
                self.document.id, trigger.type, sorted({p.code for p in actors}), sorted({p.code for p in recipients}), when
            ),
        )

    def _participants(self, tokens: Tokens, roles: Iterable[Role]) -> tuple[Participant, ...]:
        """One participant for each identity of each role, every identity once."""
        found: dict[str, Participant] = {}
        for role in roles:
            text, start, end = "", None, None
            if role.found:
                start, end = tokens.starts[role.found.start], tokens.ends[role.found.end - 1]
                text = self.document.text[start:end]
            for who in role.who:
                key = who.actor_id if who.code != "UNK" else f"UNK {start}"
                found.setdefault(key, Participant(text, start, end, who.code, who.sector, who.name, who.actor_id, who.table))
        return tuple(found.values())

    def _relation(self, sentence: Sentence, tokens: Tokens, stand: Stand, speakers: tuple[Role, ...]) -> Relation:
        start, end = tokens.starts[stand.word], tokens.ends[stand.word]
        source = self._participants(tokens, (Role(stand.source, stand.source.who),))[0]
        target = self._participants(tokens, (Role(stand.target, stand.target.who),))[0] if stand.target else None
        return Relation(
            relation_id=short_id(self.document.id, self.document.sha256, start, stand.kind),
            document_id=self.document.id,
            kind=stand.kind,
            trigger={"text": self.document.text[start:end], "start": start, "end": end},
            sentence={"index": sentence.index, "start": sentence.start, "end": sentence.end},
            source=source,
            target=target,
            about=_text(self.document, tokens, *stand.about) if stand.about else None,
            said_by=self._participants(tokens, speakers),
            why={"rule": stand.rule, "table": stand.table},
        )

    def _mention(self, sentence: Sentence, tokens: Tokens, found: Found) -> Mention:
        start, end = tokens.starts[found.start], tokens.ends[found.end - 1]
        who = self._participants(tokens, (Role(found, found.who),))
        return Mention(self.document.text[start:end], start, end, sentence.index, found.head, who, found.rule)


def _text(document: Document, tokens: Tokens, start_word: int, end_word: int) -> str:
    return document.text[tokens.starts[start_word] : tokens.ends[end_word - 1]]
