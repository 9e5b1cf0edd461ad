"""Score coded events: `python -m evaluation.events GOLD.jsonl...`, of the shipped model or of any output of `--jsonl`.

Contract: in - annotated files (JSON Lines of the codebook) and, with `--coded`, output records; out - the figures of
`evaluation.measures`, signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from communique.pipeline import Reader
from evaluation.coding import FILES, JSON, MODEL, code_documents, run, show
from evaluation.gold import Row, read_rows, signed
from evaluation.measures import Facts, Miss, score

LEAST = 0.2  # the lowest score that the curve is drawn from


@click.command()
@FILES
@click.option("--coded", type=click.Path(exists=True, path_type=Path), help="Score these output records; run no model.")
@click.option("--curve", is_flag=True, help="Show recall and precision by --min-score instead.")
@click.option("--misses", type=int, default=0, metavar="N", help="Show the first N misses.")
@MODEL
@JSON
def main(files: tuple[Path, ...], coded: Path | None, curve: bool, misses: int, model: Path | None, as_json: bool) -> None:
    """Score events against annotated FILEs, taken together."""
    if curve:
        click.echo("min-score  recall  precision  fact precision  dyad F1")
        for at, row in score_curve(files, Reader(model)):
            shares = (row["type"]["recall"], row["type"]["precision"], row["fact_precision"] or 0.0, row["dyad"]["f1"])
            click.echo(f"{at:9.2f}  " + "  ".join(f"{share:.3f}" for share in shares))
        return
    figures, missed = score_files(files, Reader(model)) if coded is None else score_records(files, coded)
    show(figures, as_json, lines)
    for miss in missed[:misses]:
        click.echo("\n" + describe(miss))


def score_files(files: tuple[Path, ...], reader: Reader, min_score: float | None = None) -> tuple[Row, list[Miss]]:
    """Figures and misses of a reader over annotated files, signed."""
    documents = [row for path in files for row in read_rows(path)]
    figures, missed = score(documents, code_documents(reader, documents, min_score))
    return figures | {"signature": signed(reader.signature, files)}, missed


def score_curve(files: tuple[Path, ...], reader: Reader) -> Iterator[tuple[float, Row]]:
    """Figures at every hundredth from `LEAST` on. One reading of the files serves all, so that they can differ a little from those of
    `--min-score`, where the events left out take no part in what later sentences mean."""
    documents = [row for path in files for row in read_rows(path)]
    records = code_documents(reader, documents, LEAST)
    for hundredth in range(round(LEAST * 100), 100):
        yield hundredth / 100, score(documents, [record for record in records if record["score"] >= hundredth / 100])[0]


def score_records(files: tuple[Path, ...], coded: Path) -> tuple[Row, list[Miss]]:
    """Figures and misses of given records; the signature names the gold files only."""
    figures, missed = score([row for path in files for row in read_rows(path)], read_rows(coded))
    return figures | {"signature": signed(f"coded:{coded.name}", files)}, missed


def lines(figures: Row) -> Iterator[str]:
    """The figures as a table."""
    for name in ("sentence", "type", "dyad"):
        row = figures[name]
        counts = f"gold {row['gold']}, coded {row['coded']}"
        yield f"{name:<10} P {row['precision']:.3f}  R {row['recall']:.3f}  F1 {row['f1']:.3f}  ({counts})"
    yield f"{'macro F1':<10} {figures['type']['macro_f1']:.3f}"
    yield f"{'fact':<10} P {_share(figures['fact_precision'])}"
    yield f"{'ece':<10} {_share(figures['ece'])}"
    yield "agreement  " + "  ".join(f"{name} {_share(value)}" for name, value in figures["agreement"].items())
    for name, row in figures["per_type"].items():
        shown = f"P {row['precision']:.2f}  R {row['recall']:.2f}  F1 {row['f1']:.2f}  gold {row['gold']:4d}  coded {row['coded']:4d}"
        yield f"  {name:<10} {shown}"
    yield str(figures["signature"])


def describe(miss: Miss) -> str:
    """A miss in three lines: the sentence, what gold has, what was coded."""
    return f"{miss.kind} {miss.document}: {miss.sentence}\n  gold   {_facts(miss.gold)}\n  coded  {_facts(miss.coded)}"


def _facts(facts: Facts | None) -> str:
    """`ASSAULT drone  RUS → UKR  actual, alleges UNK  2023-03-13  UKR`."""
    if facts is None:
        return "-"
    sides = " → ".join(" ".join(sorted(codes)) or "nobody" for codes in (facts.actors, facts.recipients))
    claim = f"{facts.modality}, {facts.stance}" + (f" {' '.join(sorted(facts.said_by))}" if facts.said_by else "")
    return "  ".join(part for part in (f"{facts.type} {facts.mode or ''}".strip(), sides, claim, facts.date, facts.place) if part)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    run(main)
