"""Speed: `python -m benchmarks.bench [FILE.jsonl]`, all figures of docs/speed.md side by side, from one run on one machine.

Contract: in - reports as JSON Lines of `{"id", "date", "title", "text"}`, plain or gzipped (default:
`news/wikipedia-current-events.jsonl.gz` under `$COMMUNIQUE_DATA`, else the example report many times over), of which evenly spread ones are
read; out - words per second of the bare encoder and of the whole pipeline, its time by stage, start-up, memory, the machine's arithmetic,
documents per second into a ledger, and what another pipeline of the usual kind does with the same texts.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks import rates, scaling, yardsticks
from benchmarks.arithmetic import gemm_rates
from benchmarks.processes import at_once, cost_of
from benchmarks.stages import shares_by_stage
from communique.pipeline import Reader
from communique.records import Document
from communique.text.intake import document_from_text
from evaluation.coding import JSON, MODEL, run, show
from evaluation.gold import ROOT, Row, data_folder, read_rows

COPIES = 200  # of the example report, where there is no other text
STARTS = 5
EXAMPLE = ROOT / "examples" / "report.txt"


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--documents", type=click.IntRange(1), default=2_250, show_default=True, help="Read N reports, evenly spread over the file.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Measure each N times in turn; the median counts.")
@click.option("--added", type=click.IntRange(2), default=8_000, show_default=True, help="Add N reports by one worker and by two.")
@click.option("--growth", type=click.IntRange(0), default=10_000, show_default=True, help="Add N reports and compare with the first 1,000.")
@MODEL
@JSON
def main(file: Path | None, documents: int, rounds: int, added: int, growth: int, model: Path | None, as_json: bool) -> None:
    """Measure on FILE how fast texts are read and kept."""
    found = list(reports(file))
    read, kept = spread(found, documents), spread(found, max(added, growth))
    random.Random(1).shuffle(kept)  # so that the first thousand are like the rest
    del found
    show(measured(read, rounds, model) | {"ledger": scaling.measured(kept, added, growth, model, tell)}, as_json, lines)


def reports(file: Path | None) -> Iterator[Document]:
    """The reports to read: those of the file, or of the corpora, or the example."""
    file = file or data_folder() / "news" / "wikipedia-current-events.jsonl.gz"
    if not file.exists():
        text = EXAMPLE.read_text(encoding="utf-8")
        yield from (document_from_text(text, id=str(number)) for number in range(COPIES))
        return
    for row in read_rows(file):
        yield document_from_text(row["text"], id=str(row["id"]), date=row.get("date"), title=row.get("title"))


def spread(documents: Sequence[Document], count: int) -> list[Document]:
    """So many documents at equal distances, or all where there are fewer."""
    count = min(count, len(documents))
    return [documents[number * len(documents) // count] for number in range(count)]


def measured(documents: Sequence[Document], rounds: int, model: Path | None) -> Row:
    """All figures of reading."""
    reader = Reader(model)
    tell("encoder and pipeline in one process, then in two")
    one, two = (rates.measured(processes, documents, rounds, model) for processes in (1, 2))
    tell("time by stage")
    rates.reading_seconds(reader, documents)  # warms up
    stages = shares_by_stage(lambda: rates.reading_seconds(reader, documents))
    tell("start-up and memory")
    starts = {
        "version_seconds": median_start("--version"),
        "read_seconds": median_start("read", str(EXAMPLE), model=model),
        "read_megabytes": reading_megabytes(documents, model),
    }
    tell("plain products, and another pipeline")
    products = at_once(1, gemm_rates)[0]
    achieved = one["flop_per_word"] * one["encoder_words_per_second"]
    return {
        "documents": len(documents),
        "words": one["words"],
        "one_process": one,
        "two_processes": two,
        "stages": stages,
        **starts,
        "gemm_flops": products,
        "encoder_flops": achieved,
        "encoder_shares": {name: achieved / rate for name, rate in products.items()},
        "yardstick": yardsticks.measured([document.text for document in documents], reader.encoder.labels, rounds),
        "signature": reader.signature,
    }


def median_start(*arguments: str, model: Path | None = None) -> float:
    """How long a short command takes."""
    return statistics.median(cost_of(*arguments, model=model).seconds for _ in range(STARTS))


def reading_megabytes(documents: Sequence[Document], model: Path | None) -> float:
    """The most memory that `communique read` holds while it reads them."""
    with TemporaryDirectory() as folder:
        return cost_of("read", str(scaling.write_reports(Path(folder) / "reports.jsonl", documents)), model=model).megabytes


def tell(doing: str) -> None:
    """A line of progress."""
    click.echo(f"measuring: {doing}", err=True)


def lines(figures: Row) -> Iterator[str]:
    """The figures as a table."""
    yield f"{figures['signature']}, {figures['documents']:,} documents, {figures['words']:,} words"
    yield f"{'words per second':<34}{'one process':>14}{'two at once':>14}"
    runs = (figures["one_process"], figures["two_processes"])
    for name, key in (("bare encoder", "encoder_words_per_second"), ("whole pipeline", "pipeline_words_per_second")):
        yield f"  {name:<32}" + "".join(f"{figure[key]:>14,.0f}" for figure in runs)
    yield f"  {'pipeline, share of the encoder':<32}" + "".join(f"{figure['pipeline_share']:>14.1%}" for figure in runs)
    yield from _yardstick(figures["yardstick"])
    yield f"{'time by stage':<34}"
    yield from (f"  {stage:<32}{share:>14.1%}" for stage, share in figures["stages"].items())
    yield f"{'communique --version':<34}{figures['version_seconds']:>14.3f} s"
    yield f"{'communique read report.txt':<34}{figures['read_seconds']:>14.3f} s"
    yield f"{'communique read, peak memory':<34}{figures['read_megabytes']:>14.0f} MB"
    yield from _arithmetic(figures)
    yield from _ledger(figures["ledger"])


def _yardstick(found: Row | None) -> Iterator[str]:
    if found is None:
        yield "  another pipeline: spaCy is not installed; python -m pip install --editable '.[bench]'"
    else:
        yield f"  {found['name'] + ', small, tokens':<32}{found['tokens_per_second']:>14,.0f}"


def _arithmetic(figures: Row) -> Iterator[str]:
    yield f"{'operations of the encoder':<34}{figures['one_process']['flop_per_word'] / 1e6:>14.1f} MFLOP a word"
    yield f"  {'achieved on one thread':<32}{figures['encoder_flops'] / 1e9:>14.1f} GFLOP/s"
    for name, key in (("fp32 products of its shapes", "layer"), ("fp32 products of 1,024 x 1,024", "square")):
        share = figures["encoder_shares"][key]
        yield f"  {name:<32}{figures['gemm_flops'][key] / 1e9:>14.1f} GFLOP/s, of which the encoder does {share:.0%}"


def _ledger(found: Row) -> Iterator[str]:
    yield f"{'documents per second, ledger':<34}{'one worker':>14}{'two workers':>14}{'ratio':>14}"
    one, two = found["documents_per_second"].values()
    yield f"  {format(found['documents'], ',') + ' documents':<32}{one:>14.1f}{two:>14.1f}{found['scaling']:>14.2f}"
    if (growth := found["growth"]) is None:
        yield f"  growth of the cost: needs more than {scaling.FIRST:,} documents"
        return
    early, late = growth["seconds_per_document"].values()
    yield f"{'cost of a document, ledger':<34}{'first 1,000':>14}{'from there':>14}{'ratio':>14}"
    name = f"up to {growth['documents']:,}"
    yield f"  {name + ', milliseconds':<32}{1000 * early:>14.2f}{1000 * late:>14.2f}{growth['ratio']:>14.2f}"
    yield f"  {'peak memory, MB':<32}" + "".join(f"{megabytes:>14.0f}" for megabytes in growth["peak_megabytes"].values())


if __name__ == "__main__":
    run(main)
