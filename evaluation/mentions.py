"""Mentions: draw resolved mentions from annotated files to check by hand, and count what the check says.

usage: python -m evaluation.mentions draw FILE... [--count 300] [--seed 1] > sheet.csv
       python -m evaluation.mentions count sheet.csv

Contract: `draw` - in annotated files; out - a CSV sheet of mentions that play a part in a coded event, each in its sentence with code,
sector, name and rule, and two empty columns to fill with 1 (right), 0 (wrong) or - (does not apply): `code_right`, and `person_right`
where a person is named. `count` - in the filled sheet; out - both shares. The sheet holds sentences of the corpus and stays out of the
repository.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from communique.pipeline import Reader
from communique.records import Event, Participant, Report
from communique.text.intake import document_from_text
from evaluation.coding import FILES, MODEL, run
from evaluation.gold import Row, read_rows
from evaluation.measures import text_of

HEADER = ("document", "date", "title", "sentence", "mention", "code", "sector", "name", "why", "code_right", "person_right")


@click.group()
def main() -> None:
    """Check resolved mentions by hand."""


@main.command()
@FILES
@click.option("--count", default=300, show_default=True, help="How many mentions.")
@click.option("--seed", default=1, show_default=True)
@MODEL
def draw(files: tuple[Path, ...], count: int, seed: int, model: Path | None) -> None:
    """Write a sheet of mentions to check."""
    reader, chance = Reader(model), random.Random(seed)
    documents = [row for path in files for row in read_rows(path)]
    chance.shuffle(documents)
    rows: list[tuple[str, ...]] = []
    for document in documents:
        found = list(rows_of(document, reader))
        rows += chance.sample(found, min(2, len(found)))
        if len(rows) >= count:
            break
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows[:count])


def rows_of(document: Row, reader: Reader) -> Iterator[tuple[str, ...]]:
    """The rows of a document, each mention once."""
    given = document_from_text(text_of(document), id=document["id"], date=document.get("date"), title=document.get("title"))
    report = reader.read_document(given)
    seen = set()
    for event in report.events:
        for one in (*event.actors, *event.recipients):
            if one.start is not None and (one.start, one.code) not in seen:
                seen.add((one.start, one.code))
                yield _row(report, event, one)


def _row(report: Report, event: Event, one: Participant) -> tuple[str, ...]:
    text, sentence = report.article.document.text, event.sentence
    start, end = one.start or 0, one.end or 0
    marked = f"{text[sentence['start'] : start]}[[{text[start:end]}]]{text[end : sentence['end']]}"
    document = report.article.document
    return (
        *(document.id, document.date or "", document.title or "", marked, one.text, one.code, one.sector or "", one.name or ""),
        *(str(event.why["rule"]), "", ""),
    )


@main.command()
@click.argument("sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def count(sheet: Path) -> None:
    """Count a filled sheet."""
    with sheet.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column in ("code_right", "person_right"):
        marks = [row[column] for row in rows if row[column] in ("0", "1")]
        click.echo(f"{column:<14}{marks.count('1') / len(marks) if marks else 0.0:.3f} of {len(marks)}")


if __name__ == "__main__":
    run(main)
