"""Dates: every definition's own examples, what is no date, and how expressions join."""

from __future__ import annotations

import itertools
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.errors import TableError
from communique.meaning.almanac import MEANINGS
from communique.meaning.dates import DateMention, Dates, Definition, past_clause
from tests.trees import parsed

DATES = Dates.load()
PUBLISHED = date(2023, 3, 15)  # a Wednesday
EDTF = re.compile(r"\d{4}(-\d\d(-\d\d)?)?(/\d{4}(-\d\d(-\d\d)?)?)?")


def said(text: str, published: date | None = PUBLISHED, past: bool = True) -> list[tuple[str, str | None]]:
    """The expressions of a text already split into words, and their dates."""
    words = text.split()
    return [(" ".join(words[m.start_word : m.end_word]), m.date) for m in DATES.find_dates(words, published, past)]


@pytest.mark.parametrize("definition", DATES.definitions, ids=lambda definition: definition.name)
def test_a_definition_finds_its_own_examples(definition: Definition) -> None:
    for text, published, expression, edtf, *future in definition.examples:
        words = text.split()
        found = DATES.find_dates(words, date.fromisoformat(published) if published else None, not future)

        assert [(" ".join(words[m.start_word : m.end_word]), m.date or "", m.rule) for m in found] == [(expression, edtf, definition.name)]


def test_every_meaning_is_used_by_some_definition() -> None:
    assert {definition.meaning for definition in DATES.definitions} == MEANINGS


@pytest.mark.parametrize(
    "text",
    [
        "The envoy may march to the border for a second time .",
        "Theresa May resigned after a two - day visit .",
        "He was jailed for three years .",
        "The March on the ministry drew 2014 people .",
        "They counted 1,950 votes and 2000 soldiers .",
        "Workers spring into action and prices fall .",
        "April Stone spoke to the Sunday Times .",
        "Prayers are held every Friday .",
        "The truce will last two weeks .",
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Filed 2023-03-13 by the court .", [("2023-03-13", "2023-03-13")]),
        ("Filed 13/03/2023 by the court .", [("13/03/2023", "2023-03-13")]),
        ("Filed 03/04/2023 by the court .", []),
        ("The raids of May 3-5 , 2021 .", [("May 3-5 , 2021", "2021-05-03/2021-05-05")]),
        ("The war of 1990-1994 was long .", [("1990-1994", "1990/1994")]),
    ],
)
def test_joined_numbers_are_read_where_one_reading_is_possible(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He has been held since 2014 .", ("since 2014", "2014/2023")),
        ("He has been held since last October .", ("since last October", "2022-10/2023-03")),
        ("He has been held since Monday .", ("since Monday", "2023-03-13/2023-03-15")),
        ("Shops were shut from Monday until Tuesday .", ("from Monday until Tuesday", "2023-03-13/2023-03-14")),
        ("Between last month and yesterday it rained .", ("Between last month and yesterday", "2023-02/2023-03-14")),
    ],
)
def test_since_and_from_to_make_intervals(text: str, expected: tuple[str, str]) -> None:
    assert said(text) == [expected]


def test_tense_decides_between_the_last_and_the_next_one() -> None:
    assert said("Talks on Friday .") == [("Friday", "2023-03-10")]
    assert said("Talks on Friday .", past=False) == [("Friday", "2023-03-17")]
    assert said("Talks in April .") == [("April", "2022-04")]
    assert said("Talks in April .", past=False) == [("April", "2023-04")]


def test_tense_may_be_asked_word_by_word() -> None:
    words = "Seized on Friday , he will appear on Saturday .".split()

    found = DATES.find_dates(words, PUBLISHED, lambda word: word < 4)

    assert [mention.date for mention in found] == ["2023-03-10", "2023-03-18"]


def test_a_day_soon_after_publication_is_not_put_a_year_back() -> None:
    assert said("A vote is set for March 20 .") == [("March 20", "2023-03-20")]
    assert said("A vote was held on August 20 .") == [("August 20", "2022-08-20")]


def test_without_publication_date_only_full_dates_are_known() -> None:
    assert said("On 2 May 2021 and yesterday .", None) == [("2 May 2021", "2021-05-02"), ("yesterday", None)]


def test_the_first_of_march_follows_the_last_of_february() -> None:
    assert said("He fell last night .", date(2024, 3, 1)) == [("last night", "2024-02-29")]
    assert said("He fell three months ago .", date(2023, 5, 31)) == [("three months ago", "2023-02")]


@given(
    st.lists(
        st.sampled_from("in March 13 , 2023 last week 1970s the Monday - to 31 since ago two years first quarter of May".split()),
        max_size=14,
    )
)
def test_mentions_are_in_order_without_overlap_and_in_edtf(words: list[str]) -> None:
    found = DATES.find_dates(words, PUBLISHED)

    assert all(0 <= m.start_word < m.end_word <= len(words) for m in found)
    assert all(a.end_word <= b.start_word for a, b in itertools.pairwise(found))
    assert all(m.date is None or EDTF.fullmatch(m.date) for m in found)


def test_a_clause_with_will_looks_ahead() -> None:
    tokens = parsed("""
        Envoys  NOUN  3 nsubj
        will    AUX   3 aux
        meet    VERB  0 root
        on      ADP   5 case
        Monday  PROPN 3 obl
    """)

    assert not past_clause(tokens)(4)


def test_what_is_due_looks_ahead_though_the_report_is_past() -> None:
    tokens = parsed("""
        Talks    NOUN  2 nsubj
        planned  VERB  5 acl
        for      ADP   4 case
        Monday   PROPN 2 obl
        failed   VERB  0 root
        Sunday   PROPN 5 obl
    """)
    tokens.lemmas[1] = "plan"

    assert not past_clause(tokens)(3)
    assert past_clause(tokens)(5)


def test_a_definition_with_an_unknown_class_is_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "dates.toml"
    path.write_text('[odd]\npatterns = ["{fortnight} ago"]\nmeaning = "ago"\nexamples = [["a", "b"]]\n', encoding="utf-8")

    with pytest.raises(TableError, match=r"dates.toml:1: unknown class 'fortnight'"):
        Dates.load(path)


def test_a_mention_names_its_definition() -> None:
    assert DATES.find_dates("It ended last week .".split(), PUBLISHED) == [DateMention(2, 4, "2023-03-06/2023-03-12", "week", "last_week")]
