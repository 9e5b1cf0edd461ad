"""Score tags and tree: `python -m evaluation.syntax FILE.conllu...`, on gold words, or with `--raw` on running text.

Contract: in - CoNLL-U files; out - on gold words UPOS, UFeats, UAS and LAS as shares of words; on running text F1 of words,
sentences, UPOS, UAS and LAS over aligned words. Subtypes of relations and punctuation count. Signed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from communique.records import Span, Tokens
from communique.text.sentences import find_sentences
from communique.text.words import find_words
from evaluation.alignment import Placed, align
from evaluation.coding import FILES, JSON, MODEL, Parse, load_parse, run, show
from evaluation.conllu import GoldDocument, read_documents
from evaluation.gold import Row, read_text, signed
from evaluation.measures import shares

GOLD_MEASURES = ("upos", "ufeats", "uas", "las")
RAW_MEASURES = ("words", "sentences", "upos", "uas", "las")


@click.command()
@FILES
@click.option("--raw", is_flag=True, help="Cut the running text into sentences and words; do not use the gold ones.")
@MODEL
@JSON
def main(files: tuple[Path, ...], raw: bool, model: Path | None, as_json: bool) -> None:
    """Score tags and tree on CoNLL-U FILEs, taken together."""
    parse, signature = load_parse(model)
    show(score_files(files, parse, signature, raw), as_json, lines)


def score_files(files: Sequence[Path], parse: Parse, signature: str, raw: bool) -> Row:
    """Figures of a parser over CoNLL-U files, signed."""
    documents = [document for path in files for document in read_documents(read_text(path))]
    figures = score_raw(documents, parse) if raw else score_gold_words(documents, parse)
    return figures | {"signature": signed(signature, files)}


def score_gold_words(documents: Iterable[GoldDocument], parse: Parse) -> Row:
    """Shares of words with the right tag, features, head, and head with relation."""
    counts: Counter[str] = Counter()
    for document in documents:
        for sentence in document.sentences:
            parsed = parse([word.form for word in sentence.words])
            for index, word in enumerate(sentence.words):
                counts["words"] += 1
                counts["upos"] += parsed.upos[index] == word.upos
                counts["ufeats"] += _features(parsed.feats[index]) == _features(word.feats)
                counts["uas"] += parsed.heads[index] == word.head
                counts["las"] += parsed.heads[index] == word.head and parsed.deprels[index] == word.deprel
    return {name: counts[name] / counts["words"] if counts["words"] else 0.0 for name in GOLD_MEASURES} | {"words": counts["words"]}


def score_raw(documents: Iterable[GoldDocument], parse: Parse) -> Row:
    """F1 of what is found in running text."""
    hits: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for document in documents:
        parsed = list(parse_text(document.text, parse))
        _add_sentences(document, [span for span, _ in parsed], hits, totals)
        _add_words(document, [tokens for _, tokens in parsed], hits, totals)
    figures: Row = {}
    for name in RAW_MEASURES:
        unit = "sentences" if name == "sentences" else "words"
        figures[name] = shares(hits[name], totals[f"coded {unit}"], totals[f"gold {unit}"])["f1"]
    return figures


def parse_text(text: str, parse: Parse) -> Iterator[tuple[Span, Tokens]]:
    """The sentences of a running text, cut and parsed; word offsets are those of the text."""
    for start, end in find_sentences(text, 0, len(text)):
        spans = find_words(text, start, end)
        parsed = parse([text[slice(*span)] for span in spans])
        yield (start, end), replace(parsed, starts=[span[0] for span in spans], ends=[span[1] for span in spans])


def _add_sentences(document: GoldDocument, coded: list[Span], hits: Counter[str], totals: Counter[str]) -> None:
    gold = {(spans[0][0], spans[-1][1]) for spans in document.spans}
    hits["sentences"] += len(gold & set(coded))
    totals["gold sentences"] += len(gold)
    totals["coded sentences"] += len(coded)


def _add_words(document: GoldDocument, parsed: list[Tokens], hits: Counter[str], totals: Counter[str]) -> None:
    gold = list(_gold_words(document))
    coded = [(start, end) for tokens in parsed for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    pairs = align(gold, coded, document.text)
    gold_rows, coded_rows = list(_gold_rows(document)), list(_coded_rows(parsed))
    totals["gold words"] += len(gold)
    totals["coded words"] += len(coded)
    hits["words"] += len(pairs)
    for one, other in pairs.items():
        (upos, head, deprel), (coded_upos, coded_head, coded_deprel) = gold_rows[one], coded_rows[other]
        same_head = coded_head == (-1 if head < 0 else pairs.get(head, -2))
        hits["upos"] += upos == coded_upos
        hits["uas"] += same_head
        hits["las"] += same_head and deprel == coded_deprel


def _gold_words(document: GoldDocument) -> Iterator[Placed]:
    for sentence, spans in zip(document.sentences, document.spans, strict=True):
        sizes = Counter(word.token for word in sentence.words)
        yield from (Placed(word.form, spans[word.token], sizes[word.token] > 1) for word in sentence.words)


def _gold_rows(document: GoldDocument) -> Iterator[tuple[str, int, str]]:
    """Tag, head and relation of each word; heads count the words of the document."""
    offset = 0
    for sentence in document.sentences:
        yield from ((word.upos, word.head + offset if word.head >= 0 else -1, word.deprel) for word in sentence.words)
        offset += len(sentence.words)


def _coded_rows(parsed: Iterable[Tokens]) -> Iterator[tuple[str, int, str]]:
    offset = 0
    for tokens in parsed:
        for upos, head, deprel in zip(tokens.upos, tokens.heads, tokens.deprels, strict=True):
            yield upos, head + offset if head >= 0 else -1, deprel
        offset += len(tokens)


def _features(written: str) -> frozenset[str]:
    return frozenset(written.split("|")) - {"", "_"}


def lines(figures: Row) -> Iterator[str]:
    """The figures as a table."""
    yield from (f"{name:<10} {value:.4f}" for name, value in figures.items() if isinstance(value, float))
    yield str(figures["signature"])


if __name__ == "__main__":
    run(main)
