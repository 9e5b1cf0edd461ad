"""Trace: print what each stage makes of one sentence, `python -m tools.trace SENTENCE [--date YYYY-MM-DD]`.

Contract: in - a sentence; out - a text with words and tree, what the heads say, the rows of the trigger table, mentions, the choices where
words do not tell a state, and the events. docs/coding.md shows its output.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import click

from communique.encoder.decode import read_tokens
from communique.meaning.events import ROLE_FLOOR
from communique.meaning.mentions import Discourse, Mentions
from communique.meaning.parties import Choice, Gap, Parties, find_choices
from communique.meaning.triggers import weigh
from communique.pipeline import Reader
from communique.records import Tokens, Trigger
from communique.text.intake import document_from_text
from communique.text.words import find_words
from communique.views import phrases

SHOWN = 0.15  # probability of a word from which it is shown beside a role
MOST = 4  # choices shown


class Watched(Parties):
    """Parties that keep a line on every choice."""

    def __init__(self, parties: Parties) -> None:
        self._weights, self._of_acts, self.lines = parties._weights, parties._of_acts, list[str]()

    def choose(self, gap: Gap, mentions: Mentions, trigger: Trigger) -> tuple[Choice, str]:
        """Choose as ever, and note what was weighed."""
        weighed = [(self.total(gap, mentions, trigger, choice), choice) for choice in find_choices(gap, mentions, trigger)]
        weighed.sort(key=lambda pair: pair[0], reverse=True)
        words = mentions.tokens.texts
        self.lines.append(f"  {gap.role} of {words[trigger.word]}, {f'state of {words[gap.anchor]}' if gap.kind == 'noun' else gap.kind}")
        self.lines += [f"    {weight:6.2f}  {' '.join(c.codes) or 'nobody':<8}  {', '.join(c.reasons)}" for weight, c in weighed[:MOST]]
        return super().choose(gap, mentions, trigger)


def trace(reader: Reader, sentence: str, date: str | None) -> Iterator[str]:
    """The lines of all stages."""
    tokens = read_tokens(reader.encoder, sentence, find_words(sentence, 0, len(sentence)))
    yield "words"
    for word, text in enumerate(tokens.texts):
        head = tokens.texts[tokens.heads[word]] if tokens.heads[word] >= 0 else "-"
        yield f"  {text:<14} {tokens.lemmas[word]:<14} {tokens.upos[word]:<6} {tokens.deprels[word]:<12} {head}"
    yield "names"
    yield from (f"  {e.label}  {' '.join(tokens.texts[e.start_word : e.end_word])}  {e.score:.2f}" for e in tokens.entities)
    yield "triggers"
    for trigger in tokens.triggers:
        yield from of_trigger(reader, tokens, trigger)
    yield "mentions"
    mentions = Discourse(reader.actors, reader.places, date).read_sentence(tokens)
    for found in mentions.all():
        who = ", ".join(" ".join(filter(None, (one.code, one.sector, one.name))) for one in found.who)
        yield f"  {' '.join(tokens.texts[found.start : found.end])} → {who}  ({found.rule}{', by context' if found.loose else ''})"
    watched = Watched(reader.rules.parties)
    reader.rules = replace(reader.rules, parties=watched)
    report = reader.read_document(document_from_text(sentence, id="trace", date=date))
    yield "choices"
    yield from watched.lines
    yield "events"
    for event in report.events:
        yield f"  {event.score:.2f}  {event.type} {event.mode or ''}  “{event.trigger['text']}”  {phrases.dyad(event)}"
        yield f"        {phrases.details(event)} · {event.why['rule']} · {event.why['table']}"


def of_trigger(reader: Reader, tokens: Tokens, trigger: Trigger) -> Iterator[str]:
    """A candidate: types, the table's row, the score, what is said of it, and its words by role."""
    chosen = weigh(tokens, reader.rules.frames, trigger)
    likely = ", ".join(f"{name} {p:.2f}" for name, p in sorted(trigger.types.items(), key=lambda pair: -pair[1]) if p >= SHOWN)
    yield f"  {tokens.texts[trigger.word]}: head {likely or 'none'}; {chosen.rule} {chosen.table}; score {chosen.trigger.score:.2f}"
    said = [max(of.items(), key=lambda pair: pair[1]) for of in (trigger.modality, trigger.stance)]
    yield "    " + ", ".join(f"{name} {p:.2f}" for name, p in (*said, *trigger.flags.items()))
    for role, scores in trigger.roles.items():
        words = [f"{tokens.texts[word]} {p:.2f}" for word, p in enumerate(scores) if p >= max(SHOWN, ROLE_FLOOR.get(role, 0) / 2)]
        if words:
            yield f"    {role}: {', '.join(words)}"


@click.command()
@click.argument("sentence")
@click.option("--date", help="Publication date.")
def main(sentence: str, date: str | None) -> None:
    """Print what each stage makes of SENTENCE."""
    click.echo("\n".join(trace(Reader(), sentence, date)))


if __name__ == "__main__":
    main()
