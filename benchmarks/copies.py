"""Near-copies: `python -m benchmarks.copies [--articles N] [--seed N]`, how many of the reprints made of real articles are found.

Contract: in - the articles under `$COMMUNIQUE_DATA/news` of 80 words or more; out - for each kind of change the share of
reprints that are in one story with their article, the share of joined pairs that are of one article, time and memory. Round-ups, which open
like several articles, are a copy of none; how many of them have got into a story is told beside.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import chain, combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.processes import peak_megabytes
from communique.ledger.copies import find_pairs, form_stories
from communique.ledger.schema import SKETCHES
from communique.text.copies import sketch_of
from communique.text.sentences import find_sentences
from evaluation.coding import JSON, run, show
from evaluation.gold import Row, data_folder, read_rows

MIN_WORDS = 80  # of an article
MIN_BRIEF = 25
FILES = ("articles-500.jsonl.gz", "wikinews-2019-2020.jsonl", "kremlin.jsonl.gz")
ARTICLES_A_ROUND_UP = 6
SENTENCES_OF_EACH = 3


@dataclass(frozen=True, slots=True)
class Article:
    """A text to be reprinted; its paragraphs stand on lines of their own."""

    date: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Print:
    """A text, the article that it was made from, and what was done to it."""

    id: str
    article: int | None  # its number; None for round-ups
    kind: str
    date: str | None  # None also for round-ups, so that no date keeps them from a story
    text: str


@click.command()
@click.option("--articles", type=click.IntRange(20), default=1000, show_default=True, help="Take N articles.")
@click.option("--seed", type=int, default=1, show_default=True, help="Draws articles and changes.")
@JSON
def main(articles: int, seed: int, as_json: bool) -> None:
    """Find the reprints of articles again."""
    show(measured(list(reprint(read_articles(articles, seed), seed))), as_json, lines)


def measured(prints: Sequence[Print]) -> Row:
    """All figures."""
    made = {one.id: one for one in prints}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sketches.parquet"
        start = time.perf_counter()
        write_sketches(prints, path)
        sketched = time.perf_counter()
        pairs = find_pairs(duckdb.connect(), [str(path)], [], lambda wanted: {version: made[version[0]].text for version in wanted})
        stories = form_stories(pairs, {(one.id, ""): one.date for one in prints})
        found = time.perf_counter()
    story_of = dict(zip(stories["document_id"].to_pylist(), stories["story_id"].to_pylist(), strict=True))
    joined = count_joined(prints, story_of)
    unlike = [pair for pair in joined if pair[0] != pair[1]]
    changed = {kind: [one for one in prints if one.kind == kind] for kind in CHANGES}
    return {
        "documents": len(prints),
        "pairs": len(pairs),
        "recall": {kind: recall(made, story_of) for kind, made in changed.items()} | {"all": recall([*chain(*changed.values())], story_of)},
        "precision": 1 - sum(joined[pair] for pair in unlike) / joined.total(),
        "unlike": sorted(set(map(tuple, map(sorted, unlike)))),
        "round_ups": sum(one.article is None for one in prints),
        "round_ups_in_stories": sum(one.article is None and one.id in story_of for one in prints),
        "sketching_seconds": sketched - start,
        "finding_seconds": found - sketched,
        "peak_megabytes": peak_megabytes(),
    }


def read_articles(count: int, seed: int) -> list[Article]:
    """So many articles, drawn at random; of those whose longest paragraph is the same only one, as they are copies themselves."""
    found: dict[str, Article] = {}
    for name in FILES:
        for row in read_rows(data_folder() / "news" / name):
            text = row.get("text") or "\n".join(row.get("paras") or row.get("body") or [])
            if len(text.split()) >= MIN_WORDS:
                found.setdefault(" ".join(max(text.casefold().split("\n"), key=len).split()), Article(row["date"], text))
    return random.Random(seed).sample(list(found.values()), count)


def reprint(articles: Sequence[Article], seed: int) -> Iterator[Print]:
    """Every article as it is and once in each kind of change; for every twenty articles a round-up."""
    draw = random.Random(seed)
    texts = [[article.text[start:end] for start, end in find_sentences(article.text, 0, len(article.text))] for article in articles]
    for number, (article, sentences) in enumerate(zip(articles, texts, strict=True)):
        others = [*texts[:number], *texts[number + 1 :]]
        yield Print(f"{number}-original", number, "original", article.date, " ".join(sentences))
        for kind, change in CHANGES.items():
            yield Print(f"{number}-{kind}", number, kind, article.date, " ".join(change(sentences, others, draw)))
    for number in range(len(articles) // 20):
        openings = [sentence for sentences in draw.sample(texts, ARTICLES_A_ROUND_UP) for sentence in sentences[:SENTENCES_OF_EACH]]
        yield Print(f"round-up-{number}", None, "round-up", None, " ".join(openings))


Change = Callable[[Sequence[str], Sequence[Sequence[str]], random.Random], list[str]]  # sentences, those of all other articles


def truncated(sentences: Sequence[str], _: Sequence[Sequence[str]], draw: random.Random) -> list[str]:
    """The first 30 to 80 % of the sentences, as many as make a brief at the least."""
    count = round(len(sentences) * draw.uniform(0.3, 0.8))
    enough = next((number for number in range(len(sentences)) if len(" ".join(sentences[:number]).split()) >= MIN_BRIEF), len(sentences))
    return list(sentences[: max(count, enough)])


def padded(sentences: Sequence[str], others: Sequence[Sequence[str]], draw: random.Random) -> list[str]:
    """The whole, with 20 to 60 % more sentences before and after it, each from another article."""
    more = [draw.choice(draw.choice(others)) for _ in range(max(1, round(len(sentences) * draw.uniform(0.2, 0.6))))]
    before = draw.randint(0, len(more))
    return [*more[:before], *sentences, *more[before:]]


def edited(sentences: Sequence[str], others: Sequence[Sequence[str]], draw: random.Random) -> list[str]:
    """5 to 30 % of the words replaced, left out or preceded by another, at random; the words come from one other article."""
    stock = " ".join(draw.choice(others)).split()
    rate = draw.uniform(0.05, 0.3)
    changed = [
        (draw.choice(stock), "", f"{draw.choice(stock)} {word}")[draw.randrange(3)] if draw.random() < rate else word
        for word in " ".join(sentences).split()
    ]
    return [word for word in changed if word]


def retitled(sentences: Sequence[str], others: Sequence[Sequence[str]], draw: random.Random) -> list[str]:
    """The whole under a title of its own, as long as one has: the first nine words of another article."""
    return [" ".join(draw.choice(others)[0].split()[:9]), *sentences]


def truncated_and_edited(sentences: Sequence[str], others: Sequence[Sequence[str]], draw: random.Random) -> list[str]:
    """Both."""
    return edited(truncated(sentences, others, draw), others, draw)


CHANGES: dict[str, Change] = {change.__name__: change for change in (truncated, padded, edited, retitled, truncated_and_edited)}


def write_sketches(prints: Iterable[Print], path: Path) -> None:
    """The sketch of every print, as a ledger keeps them."""
    rows = [
        {"document_id": one.id, "version": "", "reported": one.date and date.fromisoformat(one.date), **asdict(sketch_of(one.text))}
        for one in prints
    ]
    pq.write_table(pa.Table.from_pylist(rows, SKETCHES), path)


def recall(made: Sequence[Print], stories: Mapping[str, str]) -> float:
    """The share of reprints that are in one story with their article."""
    return sum(one.id in stories and stories[one.id] == stories.get(f"{one.article}-original") for one in made) / len(made)


def count_joined(prints: Iterable[Print], stories: Mapping[str, str]) -> Counter[tuple[int, int]]:
    """How many pairs of prints are in one story, by the articles they were made from; round-ups are left out."""
    members: dict[str, list[int]] = {}
    for one in prints:
        if one.article is not None and one.id in stories:
            members.setdefault(stories[one.id], []).append(one.article)
    return Counter(pair for articles in members.values() for pair in combinations(articles, 2))


def lines(figures: Row) -> Iterator[str]:
    """The figures as a table."""
    yield f"{'documents, pairs':<24}{figures['documents']:>8,}{figures['pairs']:>10,}"
    yield from (f"{f'recall, {kind}':<32}{share:>8.4f}" for kind, share in figures["recall"].items())
    yield f"{'precision':<32}{figures['precision']:>8.4f}, unlike articles joined: {figures['unlike']}"
    yield f"{'round-ups in a story':<24}{figures['round_ups_in_stories']:>8} of {figures['round_ups']}"
    yield f"{'sketching, finding':<24}{figures['sketching_seconds']:>8.1f}{figures['finding_seconds']:>10.1f} s"
    yield f"{'peak memory':<24}{figures['peak_megabytes']:>8.0f} MB"


if __name__ == "__main__":
    run(main)
