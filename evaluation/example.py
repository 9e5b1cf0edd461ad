"""Score the example report: `python -m evaluation.example [FILE]`, its events and the facts that one report must show.

Contract: in - the annotated example (`$COMMUNIQUE_DATA/events/example.jsonl`); out - how many gold events were found with the
right type, how many of these with the right dyad, and each listed fact as held or not. The report is read as an agency would
send it: title, dateline, sentences, credits, an author note.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from communique.pipeline import Reader
from communique.records import Event, Report
from communique.text.intake import document_from_text
from evaluation.coding import JSON, MODEL, code_documents, run, show
from evaluation.gold import Row, data_folder, read_rows, signed
from evaluation.measures import score

CREDITS = "Source: AFP, dpa, Reuters"
AUTHOR_NOTE = "The author is a correspondent of this newspaper. She was arrested in Minsk in 2020 and met Belarusian exiles in Vilnius."
AGENCIES = {"AFP", "dpa", "Reuters"}


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@MODEL
@JSON
def main(file: Path | None, model: Path | None, as_json: bool) -> None:
    """Score the example report, or another annotated FILE of one document with the same facts."""
    show(score_file(file or data_folder() / "events" / "example.jsonl", Reader(model)), as_json, lines)


def score_file(path: Path, reader: Reader) -> Row:
    """Counts and facts of a reader over the example, signed."""
    gold = read_rows(path)[0]
    figures, _ = score([gold], code_documents(reader, [gold]))
    return {
        "gold": figures["type"]["gold"],
        "types": round(figures["type"]["recall"] * figures["type"]["gold"]),
        "dyads": round(figures["dyad"]["recall"] * figures["dyad"]["gold"]),
        "facts": facts_of(read_in_full(gold, reader)),
        "signature": signed(reader.signature, [path]),
    }


def read_in_full(gold: Row, reader: Reader) -> Report:
    """The report with its credits and an author note, read by the whole pipeline."""
    sentences = [sentence["text"] for sentence in gold["sentences"]]
    paragraphs = [gold["title"], *(" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)), CREDITS, AUTHOR_NOTE]
    document = document_from_text("\n\n".join(paragraphs), id=gold["id"], date=gold["date"], publisher=gold.get("publisher"))
    return reader.read_document(document)


def facts_of(report: Report) -> dict[str, bool]:
    """What the report must show, each fact by itself."""
    text = report.article.document.text
    carriers = report.article.carriers
    agencies = {text[one.start : one.end] for one in carriers if one.kind == "agency" and one.start is not None}
    note = text.index(AUTHOR_NOTE)
    spellings = [_ids_of(report, name) for name in ("Lukashenko", "Lukashenka")]
    return {
        "Lukashenko and Lukashenka are one actor": all(spellings) and len(set.union(*spellings)) == 1,
        "three agencies are carriers": agencies == AGENCIES,
        "the newspaper is a carrier": any(one.name == report.article.document.publisher for one in carriers),
        "the author note is not coded": not any(_start(event) >= note for event in report.events),
        "'did not mention' is not coded": not any("did not mention" in _sentence(event, text) for event in report.events),
        "'last night' is dated": _dated(report, "last night", "2023-03-12"),
        "'today' is dated": _dated(report, "today", "2023-03-13"),
        "the drones are an allegation of an unnamed speaker": any(_unnamed_allegation(event, text) for event in report.events),
    }


def _ids_of(report: Report, name: str) -> set[str]:
    """The actors that mentions with this name, and nobody else's, resolve to."""
    mentions = [mention for mention in report.mentions if name in mention.text and len(mention.actors) == 1]
    return {actor.actor_id for mention in mentions for actor in mention.actors}


def _start(event: Event) -> int:
    return int(str(event.trigger["start"]))


def _sentence(event: Event, text: str) -> str:
    return text[event.sentence["start"] : event.sentence["end"]]


def _dated(report: Report, words: str, day: str) -> bool:
    """Is there an event of that day in the sentence that has these words?"""
    at = report.article.document.text.find(words)
    return any(event.date == day and event.sentence["start"] <= at < event.sentence["end"] for event in report.events)


def _unnamed_allegation(event: Event, text: str) -> bool:
    """Is it an alleged act, said by nobody named, in the sentence about the drones?"""
    return "drones" in _sentence(event, text) and event.stance == "alleges" and [one.code for one in event.said_by] == ["UNK"]


def lines(figures: Row) -> Iterator[str]:
    """The counts and the facts as a table."""
    yield f"events found with the right type  {figures['types']} of {figures['gold']}"
    yield f"dyads right                       {figures['dyads']} of {figures['gold']}"
    yield from (f"{'yes' if held else 'NO ':<4}{fact}" for fact, held in figures["facts"].items())
    yield str(figures["signature"])


if __name__ == "__main__":
    run(main)
