"""Speed: `python -m benchmarks.bench [FILE.jsonl]`, the bare encoder and the whole pipeline in one run, one process, one thread.

Contract: in - reports as JSON Lines of `{"id", "date", "title", "text"}`, plain or gzipped (default: `news/articles-500.jsonl.gz` under
`$COMMUNIQUE_DATA`, else the example report many times over); out - words per second of both, the pipeline's share of the encoder,
its time by stage, start-up time and peak memory. The bare encoder is the network alone, on word pieces cut before, a sentence a call.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import click

from benchmarks.stages import shares_by_stage
from communique.encoder.model import Encoder
from communique.pipeline import Reader
from communique.records import Document, Report
from communique.text.intake import document_from_text
from evaluation.coding import JSON, MODEL, run, show
from evaluation.gold import ROOT, Row, data_folder, read_rows

COPIES = 200  # of the example report, where there is no other text


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--documents", type=click.IntRange(1), default=100, show_default=True, help="Read the first N reports.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Measure each N times in turn; the median counts.")
@MODEL
@JSON
def main(file: Path | None, documents: int, rounds: int, model: Path | None, as_json: bool) -> None:
    """Measure words per second on FILE."""
    show(measured(list(islice(reports(file), documents)), rounds, model), as_json, lines)


def reports(file: Path | None) -> Iterator[Document]:
    """The reports to read: those of the file, or of the corpora, or the example."""
    file = file or data_folder() / "news" / "articles-500.jsonl.gz"
    if not file.exists():
        text = (ROOT / "examples" / "report.txt").read_text(encoding="utf-8")
        yield from (document_from_text(text, id=str(number)) for number in range(COPIES))
        return
    for row in read_rows(file):
        yield document_from_text(row["text"], id=str(row["id"]), date=row.get("date"), title=row.get("title"))


def measured(documents: Sequence[Document], rounds: int, model: Path | None) -> Row:
    """All figures; encoder and pipeline take turns, so that both see the same machine."""
    start_up = seconds(lambda: subprocess.run([sys.executable, "-m", "communique", "--version"], check=True, stdout=subprocess.DEVNULL))
    loading = seconds(lambda: Reader(model))
    reader, encoder = Reader(model), Encoder.load(model)
    found = [reader.read_document(document) for document in documents]  # also warms up
    sentences = [words for report in found for words in words_of(report)]
    count = sum(len(words) for words in sentences)
    pieces = [encoder.pieces.of_sentence(words) for words in sentences]
    bare, whole = [], []
    for _ in range(rounds):
        bare.append(count / seconds(lambda: [encoder.run(*one) for one in pieces]))
        whole.append(count / seconds(lambda: [reader.read_document(document) for document in documents]))
    return {
        "documents": len(documents),
        "words": count,
        "encoder_words_per_second": statistics.median(bare),
        "pipeline_words_per_second": statistics.median(whole),
        "pipeline_share": statistics.median(whole) / statistics.median(bare),
        "stages": shares_by_stage(lambda: [reader.read_document(document) for document in documents]),
        "version_seconds": start_up,
        "load_seconds": loading,
        "peak_megabytes": peak_megabytes(),
        "signature": reader.signature,
    }


def words_of(report: Report) -> Iterator[list[str]]:
    """The words of each coded sentence."""
    text = report.article.document.text
    return ([text[start:end] for start, end in sentence.words] for sentence in report.sentences if sentence.words)


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_megabytes() -> float:
    """The most memory this process has held, the bench's own texts and lists included."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1_000_000


def lines(figures: Row) -> Iterator[str]:
    """The figures as a table."""
    yield f"{'documents, words':<24}{figures['documents']:>8,}{figures['words']:>10,}"
    yield f"{'bare encoder':<24}{figures['encoder_words_per_second']:>8,.0f} words/s"
    yield f"{'whole pipeline':<24}{figures['pipeline_words_per_second']:>8,.0f} words/s, {figures['pipeline_share']:.0%} of the encoder"
    yield from (f"  {stage:<22}{share:>8.1%}" for stage, share in figures["stages"].items())
    yield f"{'communique --version':<24}{figures['version_seconds']:>8.3f} s"
    yield f"{'loading':<24}{figures['load_seconds']:>8.3f} s"
    yield f"{'peak memory':<24}{figures['peak_megabytes']:>8.0f} MB"
    yield json.dumps(figures["signature"]).strip('"')


if __name__ == "__main__":
    run(main)
