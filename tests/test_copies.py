"""Near-copies are found among many reports, and form stories."""

import random
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.ledger import copies
from communique.ledger.copies import DAYS, PAIRS, find_pairs, form_stories
from communique.ledger.schema import SKETCHES
from communique.text.copies import Alignment, align, is_copy, reading_of, sketch_of

SYLLABLES = "ba de fi go lu ma ne pi ro su ta ve".split()
ELECTION = (
    "Ruritania votes on Sunday in an election that the opposition calls unfair, while observers from seven countries wait in the capital "
    "for permission to visit the polling stations along the northern border with Graustark, which has closed its side of the river."
)
FLOOD = (
    "Engineers in Graustark have opened the gates of the upper dam after three days of rain, and villages below it were told to leave "
    "their houses before nightfall; the ministry promised tents, blankets and drinking water for nine thousand people by the morning."
)


def words(seed: int, count: int) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choices(SYLLABLES, k=3)) for _ in range(count)]


def report(seed: int, count: int = 300) -> str:
    return " ".join(words(seed, count))


def edited(text: str, seed: int, rate: float) -> str:
    draw = random.Random(seed)
    return " ".join(draw.choice(words(seed, 50)) if draw.random() < rate else word for word in text.split())


def judged(one: str, other: str) -> bool:
    return is_copy(align(reading_of(one), reading_of(other)))


class Shelf:
    """Reports whose sketches lie in files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.texts = folder, {}
        self.connection = duckdb.connect()

    def file(self, name: str, texts: Mapping[str, str], version: str = "1", day: date | None = None) -> str:
        rows = []
        for document_id, text in texts.items():
            sketch = sketch_of(text)
            self.texts[document_id, version] = text
            rows.append({"document_id": document_id, "version": version, "reported": day, **asdict(sketch)})
        pq.write_table(pa.Table.from_pylist(rows, SKETCHES), self.folder / name)
        return str(self.folder / name)

    def pairs(self, new: list[str], known: list[str]) -> pa.Table:
        return find_pairs(self.connection, new, known, lambda wanted: {version: self.texts[version] for version in wanted})

    def found(self, new: list[str], known: list[str]) -> dict[tuple[str, str], str]:
        return {(row["document_id"], row["copy_of_document_id"]): row["rule"] for row in self.pairs(new, known).to_pylist()}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def pairs_of(*ties: tuple[str, int, str, int, float]) -> pa.Table:
    """Pairs written as `document, its words, the one it is a copy of, its words, share aligned`."""
    names = ("document_id", "words", "copy_of_document_id", "copy_of_words", "aligned")
    rows = [dict(zip(names, tie, strict=True)) | {"version": "1", "copy_of_version": "1", "containment": tie[4]} for tie in ties]
    return pa.Table.from_pylist(rows, PAIRS)


def stories(table: pa.Table) -> list[list[str]]:
    members: dict[str, list[str]] = {}
    for row in table.to_pylist():
        members.setdefault(row["story_id"], []).append(row["document_id"])
    return sorted(members.values())


def test_the_hash_of_a_gram_is_the_one_that_is_written_down():
    grams = 0
    for word in ("no", "ruritanian", "troops", "crossed"):
        grams = (grams + zlib.crc32(word.encode()) + 0x9E3779B97F4A7C15) % 2**64
        grams = (grams ^ grams >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        grams = (grams ^ grams >> 27) * 0x94D049BB133111EB % 2**64
        grams ^= grams >> 31

    assert sketch_of("No Ruritanian troops crossed.").grams.tolist() == [grams]


def test_case_accents_and_marks_make_no_difference_to_a_sketch():
    plain = sketch_of("the mayor of Zelenka said: don't cross the river")

    assert sketch_of("THE MAYOR of Želénka said, “don’t cross” the river!").grams.tolist() == plain.grams.tolist()


@pytest.mark.parametrize(("count", "level"), [(0, 0), (25, 0), (130, 0), (131, 1), (259, 2), (514, 2), (515, 3), (5000, 3)])
def test_the_level_grows_with_the_text_and_leaves_enough_grams(count: int, level: int):
    assert sketch_of(report(1, count)).level == level


@given(st.text())
def test_a_sketch_is_sorted_distinct_and_of_its_level(text: str):
    sketch = sketch_of(text)

    assert sketch.grams.tolist() == sorted(set(sketch.grams.tolist()))
    assert all(gram % 2**sketch.level == 0 for gram in sketch.grams.tolist())


def test_a_short_and_a_long_sketch_share_what_the_higher_level_keeps():
    long, short = sketch_of(report(1, 1000)), sketch_of(report(1, 100))

    shared = set(long.grams.tolist()) & set(short.grams.tolist())

    assert shared == {gram for gram in short.grams.tolist() if gram % 2**long.level == 0}


def test_a_text_with_three_in_ten_words_changed_is_a_copy():
    assert judged(report(1), edited(report(1), seed=2, rate=0.3))


def test_two_reports_that_share_a_quotation_are_no_copies():
    quotation = report(3, 120)

    assert not judged(f"{report(1, 60)} {quotation}", f"{report(2, 200)} {quotation}")


def test_short_items_of_one_pattern_are_no_copies():
    pattern = "A bomb in the market of {} killed at least {} people on Monday, and no group has so far claimed to have placed it there."

    assert not judged(pattern.format("Zenda", 14), pattern.format("Strelsau", 9))
    assert judged(pattern.format("Zenda", 14), "Police said: " + pattern.format("Zenda", 14))


def test_a_toll_that_has_risen_makes_a_short_item_another_report():
    item = "The ministry says that the toll of the flood in the valley below the upper dam has risen to {} and may well rise further."

    assert not judged(item.format(14), item.format(19))


def test_a_very_short_text_is_a_copy_of_nothing():
    assert not judged("The king spoke to the nation.", "The king spoke to the nation.")


def test_texts_without_words_have_nothing_in_common():
    assert align(reading_of(""), reading_of("")) == Alignment(0, 0.0, 0.0, 1.0)


def test_cut_padded_and_edited_copies_are_found(shelf: Shelf):
    original = report(1)
    changed = {
        "cut": report(1, 120),
        "edited": edited(original, seed=5, rate=0.2),
        "other": report(2),
        "padded": f"{report(3, 60)} {original} {report(4, 60)}",
        "same": original,
    }
    file = shelf.file("all", {"article": original} | changed)

    found = shelf.found([file], [])

    assert {copy for copy, of in found if of == "article"} == {"cut", "edited", "padded", "same"}
    assert found["same", "article"] == "same"
    assert found["padded", "article"] == "contained"
    assert found["edited", "article"] == "aligned"
    assert not any("other" in pair for pair in found)


def test_short_copies_are_found_too(shelf: Shelf):
    file = shelf.file("all", {"a": ELECTION, "b": ELECTION.replace("on Sunday", "this weekend"), "c": FLOOD})

    assert shelf.found([file], []) == {("b", "a"): "aligned"}


def test_what_is_found_does_not_depend_on_what_came_first(shelf: Shelf):
    texts = {"a": report(1), "b": report(1, 150), "c": edited(report(1), seed=2, rate=0.1), "d": report(9)}
    together = shelf.pairs([shelf.file("all", texts)], []).to_pylist()

    first, second = (shelf.file(name, {key: texts[key] for key in name}) for name in ("ad", "bc"))

    for early, late in ((first, second), (second, first)):
        apart = [*shelf.pairs([early], []).to_pylist(), *shelf.pairs([late], [early, late]).to_pylist()]
        assert sorted(apart, key=str) == sorted(together, key=str)


def test_pairs_of_known_documents_are_not_found_again(shelf: Shelf):
    known = shelf.file("known", {"a": report(1), "b": report(1), "c": report(1, 200)})
    new = shelf.file("new", {"d": report(2)})

    assert shelf.found([new], [known]) == {}


def test_reprints_without_a_change_are_tied_to_one_of_them(shelf: Shelf):
    file = shelf.file("all", {name: report(1) for name in "abcde"} | {"f": report(1, 200)})

    found = shelf.found([file], [])

    assert {pair for pair, rule in found.items() if rule == "same"} == {("b", "a"), ("c", "a"), ("d", "a"), ("e", "a")}
    assert ("f", "a") in found
    assert len(found) < 8


def test_versions_of_a_document_are_no_copies_of_each_other_but_each_of_another(shelf: Shelf):
    first, second = shelf.file("1", {"a": report(1)}), shelf.file("2", {"a": report(1)}, version="2")
    other = shelf.file("3", {"b": edited(report(1), seed=2, rate=0.1)})

    pairs = shelf.pairs([first, second, other], []).to_pylist()

    assert [(row["document_id"], row["copy_of_document_id"], row["copy_of_version"]) for row in pairs] == [("b", "a", "1"), ("b", "a", "2")]


def test_grams_that_too_many_reports_share_tie_none(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    file = shelf.file("all", {name: edited(report(1), seed, rate=0.1) for seed, name in enumerate("abcdef")})
    before = shelf.found([file], [])

    monkeypatch.setattr(copies, "COMMON", 2)

    assert len(before) == 15
    assert shelf.found([file], []) == {}


@pytest.mark.parametrize("start", [date(2023, 3, day) for day in range(1, 10)])
def test_reports_a_week_apart_are_compared_and_those_further_apart_are_not(shelf: Shelf, start: date):
    first = shelf.file("first", {"a": ELECTION}, day=start)
    near = shelf.file("near", {"b": ELECTION}, day=start + timedelta(DAYS))
    far = shelf.file("far", {"c": ELECTION}, day=start + timedelta(3 * DAYS))

    assert ("b", "a") in shelf.found([first, near, far], [])
    assert ("c", "a") not in shelf.found([first, near, far], [])


def test_a_report_without_a_day_is_compared_with_all(shelf: Shelf):
    dated = [shelf.file(f"f{year}", {f"r{year}": ELECTION}, day=date(year, 1, 1)) for year in (1999, 2023)]
    undated = shelf.file("undated", {"a": ELECTION + " " + FLOOD})

    assert shelf.found([undated], dated).keys() == {("r1999", "a"), ("r2023", "a")}


def test_without_new_files_there_are_no_pairs(shelf: Shelf):
    assert shelf.pairs([], ["nowhere"]).schema == PAIRS
    assert form_stories(shelf.pairs([], []), {}).num_rows == 0


def test_a_text_without_grams_is_passed_over(shelf: Shelf):
    file = shelf.file("all", {"a": "", "b": "", "c": "two words"})

    assert shelf.found([file], []) == {}


def test_a_story_is_named_by_its_earliest_member_whatever_the_order_of_pairs():
    ties = [("b", 300, "a", 300, 0.9), ("c", 300, "b", 300, 0.8)]
    reported = {("a", "1"): None, ("b", "1"): "2024-03-02", ("c", "1"): "2024-03-01"}

    story = form_stories(pairs_of(*ties), reported)

    assert story.equals(form_stories(pairs_of(*ties[::-1]), reported))
    assert [(row["document_id"], row["first"], row["linked_to"]) for row in story.to_pylist()] == [
        ("c", True, "b"),
        ("a", False, "b"),
        ("b", False, "a"),
    ]
    assert set(story["story_id"].to_pylist()) == {"2e7d2c03a9507ae2"}


def test_documents_that_someone_has_set_apart_are_not_tied():
    pairs = pairs_of(("b", 300, "a", 300, 0.9), ("c", 300, "b", 300, 0.9))

    assert stories(form_stories(pairs, {}, apart={frozenset(("a", "b"))})) == [["b", "c"]]


def test_reports_weeks_apart_are_no_story():
    pairs = pairs_of(("b", 300, "a", 300, 0.9))

    assert stories(form_stories(pairs, {("a", "1"): "2024-03-01", ("b", "1"): "2024-03-08"})) == [["a", "b"]]
    assert stories(form_stories(pairs, {("a", "1"): "2024-03-01", ("b", "1"): "2024-06-01"})) == []


def test_a_round_up_joins_none_of_the_stories_that_it_holds():
    flood, election = ("b", 200, "a", 210, 0.9), ("d", 200, "c", 210, 0.9)
    held = [(name, 1000, part, 200, 1.0) for name in ("round-up", "round-up reprinted") for part in "abcd"]
    reprinted = ("round-up reprinted", 1000, "round-up", 1000, 1.0)

    found = stories(form_stories(pairs_of(flood, election, *held, reprinted), {}))

    assert found == [["a", "b"], ["c", "d"], ["round-up", "round-up reprinted"]]


def test_a_long_report_joins_its_short_copies_where_they_are_copies_of_each_other():
    pairs = pairs_of(("b", 100, "a", 1000, 1.0), ("c", 120, "a", 1000, 1.0), ("c", 120, "b", 100, 1.0))

    assert stories(form_stories(pairs, {})) == [["a", "b", "c"]]
