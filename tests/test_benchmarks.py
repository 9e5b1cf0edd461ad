"""The benchmark's own arithmetic: the stopwatch, the operations of the encoder, rates, growth, and the table. Nothing is timed."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from benchmarks import arithmetic, bench, rates, scaling, yardsticks
from benchmarks.processes import Cost
from benchmarks.stages import STAGES, Stopwatch, holders, name_of, shares_by_stage, timed
from communique.text import words as words_module
from communique.text.intake import document_from_text
from communique.text.words import find_words

LABELS = dict.fromkeys("upos feats lemmas entities sectors types modality stance mode contexts flags deprels roles arguments".split(), 1)
READING = {
    "signature": "communique:0.1.0|tables:0000|model:none",
    "documents": 2_250,
    "words": 80_000,
    "one_process": {
        "encoder_words_per_second": 9_000.0,
        "pipeline_words_per_second": 6_300.0,
        "pipeline_share": 0.7,
        "flop_per_word": 3.1e7,
    },
    "two_processes": {"encoder_words_per_second": 17_000.0, "pipeline_words_per_second": 11_900.0, "pipeline_share": 0.7},
    "stages": {"encoder/model": 0.75, "meaning/mentions": 0.25},
    "version_seconds": 0.1,
    "read_seconds": 1.2,
    "read_megabytes": 210.0,
    "gemm_flops": {"layer": 9e10, "square": 1.2e11},
    "encoder_flops": 2.7e11,
    "encoder_shares": {"layer": 3.0, "square": 2.25},
    "yardstick": {"name": "spaCy 3.8.0", "tokens": 90_000, "tokens_per_second": 15_000.0},
}
LEDGER = {"documents": 8_000, "documents_per_second": {"1": 150.0, "2": 280.0}, "scaling": 1.87}


def ticking(*times: float) -> Callable[[], float]:
    """A clock that shows these times, one a look."""
    return iter(times).__next__


def documents(number: int):
    return [document_from_text("Peru and Chile met.", id=f"d{one}", date="2024-05-01") for one in range(number)]


def test_time_in_a_stage_is_less_what_other_stages_took_that_it_called():
    watch = Stopwatch(ticking(10, 11, 15, 16, 18, 20))

    watch.enter("pipeline")
    watch.enter("encoder/model")
    watch.leave()
    watch.enter("text/words")
    watch.leave()
    watch.leave()

    assert watch.seconds == {"pipeline": 1 + 1 + 2, "encoder/model": 4, "text/words": 2}
    assert list(watch.shares().items()) == [("pipeline", 0.4), ("encoder/model", 0.4), ("text/words", 0.2)]


def test_a_stage_that_calls_itself_counts_once():
    watch = Stopwatch(ticking(0, 1, 3, 4))

    watch.enter("meaning/mentions")
    watch.enter("meaning/mentions")
    watch.leave()
    watch.leave()

    assert watch.seconds == {"meaning/mentions": 4}


def test_a_stage_is_timed_under_every_name_and_put_back_afterwards():
    watch, held = Stopwatch(count().__next__), holders(find_words)

    with timed([find_words], watch):
        assert all(getattr(owner, name) is not find_words for owner, name in held)
        assert words_module.find_words("Peru met Chile", 0, 14) == [(0, 4), (5, 8), (9, 14)]

    assert watch.seconds == {"text/words": 1}
    assert words_module.find_words is find_words
    assert holders(find_words) == held


def test_a_stage_that_fails_is_left_all_the_same():
    watch = Stopwatch(count().__next__)

    with pytest.raises(TypeError), timed([find_words], watch):
        words_module.find_words(None, 0, 1)
    watch.enter("other")
    watch.leave()

    assert watch.seconds == {"text/words": 1, "other": 1}
    assert words_module.find_words is find_words


def test_shares_add_up_to_one():
    shares = shares_by_stage(lambda: words_module.find_words("Kenya and Somalia met in Nairobi. " * 50, 0, 1_650))

    assert shares.keys() == {"text/words", "other"}
    assert sum(shares.values()) == pytest.approx(1)


def test_every_stage_is_held_by_the_package_and_named_by_its_module():
    assert [stage for stage in STAGES if not holders(stage)] == []
    assert name_of(find_words) == "text/words"
    assert {"pipeline", "encoder/model", "encoder/tree", "meaning/events", "meaning/claims"} <= {name_of(stage) for stage in STAGES}


def test_operations_of_a_sentence_are_those_of_its_products():
    layers = 6 * (3 * (4 * 384 * 384 + 2 * 384 * 1536) + 2 * 3 * 3 * 384)
    heads = (384 * 256 + 256 * 3) + (384 * 256 + 256 * 2) + (384 * 384 + 384) + (384 * 384 + 384 * 5)
    pairs = sum(2 * 384 * width + (width + 1) ** 2 + (width + 1) for width in (256, 128, 192))

    assert arithmetic.flop_of(3, 1, LABELS) == 2 * (layers + heads + pairs)


def test_operations_grow_faster_than_the_sentence():
    assert arithmetic.flop_of(40, 30, LABELS) > 2 * arithmetic.flop_of(20, 15, LABELS)
    assert arithmetic.flop_of(20, 15, LABELS | {"deprels": 50}) > arithmetic.flop_of(20, 15, LABELS)


def test_processes_at_once_are_as_fast_as_the_slowest_of_them():
    assert rates.rate([100, 100], [[1.0, 4.0, 2.0], [2.0, 1.0, 2.0]]) == 100.0


def test_documents_are_spread_evenly():
    found = documents(10)

    assert [one.id for one in bench.spread(found, 3)] == ["d0", "d3", "d6"]
    assert bench.spread(found, 50) == found


def test_reports_are_written_as_the_command_reads_them(tmp_path: Path):
    path = scaling.write_reports(tmp_path / "reports.jsonl", documents(2))

    assert list(bench.reports(path)) == documents(2)
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[1])["id"] == "d1"


def test_start_up_counts_for_no_document(monkeypatch: pytest.MonkeyPatch):
    def cost(*arguments: str, model: Path | None) -> Cost:
        number, workers = int(arguments[4]), int(arguments[6])
        return Cost(5 + workers + number / (10 * workers), 100 + number / 100)

    monkeypatch.setattr(scaling, "cost_of", cost)

    found = scaling.measured(documents(3_000), 500, 9_999, None, lambda _: None)

    assert found["documents"] == 500
    assert found["documents_per_second"] == {"1": pytest.approx(10), "2": pytest.approx(20)}
    assert found["scaling"] == pytest.approx(2)
    assert found["growth"]["documents"] == 3_000
    assert found["growth"]["seconds_per_document"] == {"first": pytest.approx(0.1), "later": pytest.approx(0.1)}
    assert found["growth"]["peak_megabytes"] == {"first": 110, "all": 130}


def test_growth_is_the_cost_of_a_later_document_by_that_of_an_early_one():
    costs = {1_000: Cost(21.0, 300), 3_000: Cost(101.0, 400)}

    found = scaling.grown(lambda number, workers: costs[number], Cost(1.02, 200), 3_000)

    assert found["seconds_per_document"] == {"first": pytest.approx(0.02), "later": pytest.approx(0.04)}
    assert found["ratio"] == pytest.approx(2)


def test_few_documents_tell_nothing_of_growth(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scaling, "cost_of", lambda *arguments, model: Cost(float(arguments[4]), 1.0))

    assert scaling.measured(documents(20), 8_000, 10_000, None, lambda _: None)["growth"] is None


def test_the_table_fits_a_hundred_columns():
    growth = scaling.grown(lambda number, workers: Cost(number / 100, number / 10), Cost(1.0, 50.0), 100_000)

    table = list(bench.lines(READING | {"ledger": LEDGER | {"growth": growth}}))

    assert max(map(len, table)) <= 100
    assert any(line.split() == ["bare", "encoder", "9,000", "17,000"] for line in table)
    assert any(line.split()[:3] == ["up", "to", "100,000,"] for line in table)


def test_what_could_not_be_measured_is_told():
    table = "\n".join(bench.lines(READING | {"yardstick": None, "ledger": LEDGER | {"growth": None}}))

    assert "pip install --editable '.[bench]'" in table
    assert "needs more than 1,000 documents" in table


def test_every_sentence_of_the_yardstick_is_annotated_word_by_word():
    for words, tags, heads, relations, names in yardsticks.SENTENCES:
        assert {len(words.split()), len(tags.split()), len(relations.split()), len(names.split())} == {len(heads)}
