"""Words are cut as Universal Dependencies cuts English."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.text.words import abbreviations, find_words


def cut(text: str) -> str:
    return " ".join(text[start:end] for start, end in find_words(text, 0, len(text)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("They don't talk.", "They do n't talk ."),
        ("They don’t talk.", "They do n’t talk ."),
        ("She cannot and won't go.", "She can not and wo n't go ."),
        ("I'm sure we're late.", "I 'm sure we 're late ."),
        ("Ruritania's envoy", "Ruritania 's envoy"),
        ("the students' march", "the students ' march"),
        ("The O'Hara plan split Shi'ite parties", "The O'Hara plan split Shi'ite parties"),
        ("CAN'T STOP", "CA N'T STOP"),
    ],
)
def test_contractions_are_parted_where_the_words_meet(text: str, words: str):
    assert cut(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the foreign-backed al-Ani bloc", "the foreign - backed al - Ani bloc"),
        ("pro-government and anti-war ex-ministers", "pro-government and anti-war ex-ministers"),
        ("a non-oil-producing state", "a non-oil - producing state"),
        ("mid-March e-mail", "mid-March e-mail"),
        ("ministers and/or envoys", "ministers and / or envoys"),
        ("the 1990–1995 war", "the 1990 – 1995 war"),
    ],
)
def test_compounds_are_parted_at_the_hyphen_unless_it_follows_a_prefix(text: str, words: str):
    assert cut(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mr. Roe met Lt. Col. Doe at 5 p.m. on Jan. 3.", "Mr. Roe met Lt. Col. Doe at 5 p.m. on Jan. 3 ."),
        ("He left the U.S.", "He left the U.S."),
        ("George W. Roe of Example Inc. resigned.", "George W. Roe of Example Inc. resigned ."),
        ("It was vitamin C.", "It was vitamin C ."),
        ("He said no.", "He said no ."),
        ("Resolution No. 5 passed.", "Resolution No. 5 passed ."),
    ],
)
def test_abbreviations_keep_their_period_and_sentences_lose_it(text: str, words: str):
    assert cut(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$10 or US$3.5bn, 10% of 1,000", "$ 10 or US$ 3.5 bn , 10 % of 1,000"),
        ("5km at 7:30pm on 9/11", "5 km at 7:30 pm on 9/11"),
        ("the 20th of the 1970s", "the 20th of the 1970s"),
        (
            "see https://example.org/a-b?c=d, or write to jane.doe@example.org.",
            "see https://example.org/a-b?c=d , or write to jane.doe@example.org .",
        ),
        ("wait ... what -- why?!", "wait ... what -- why ?!"),
        ("“Stop,” (he) said", "“ Stop , ” ( he ) said"),
        ("AT&T and R&D", "AT&T and R&D"),
    ],
)
def test_numbers_addresses_and_marks_are_words_of_their_own(text: str, words: str):
    assert cut(text) == words


def test_only_the_stretch_asked_for_is_cut():
    assert find_words("One two three", 4, 7) == [(4, 7)]


def test_a_stretch_of_white_space_has_no_words():
    assert find_words("a    b", 1, 5) == []


def test_a_symbol_that_no_rule_knows_is_a_word():
    assert cut("☂ \u200b") == "☂ \u200b"


@given(st.text(alphabet="aZé1.,'’-\"“”()/$%@ \n\tn't🙂", max_size=80))
def test_words_never_overlap_and_leave_out_white_space_alone(text: str):
    spans = find_words(text, 0, len(text))

    assert all(first < last for first, last in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    covered = {index for first, last in spans for index in range(first, last)}
    assert all(character.isspace() for index, character in enumerate(text) if index not in covered)


@pytest.mark.parametrize("piece", [" ", "a.", "a-", "1,11", "1/", "a@", "ab.", "\"'"])
def test_the_time_grows_with_the_length_alone(piece: str):
    text = piece * (10_000 // len(piece)) + "x"
    began = time.process_time()
    find_words(text, 0, len(text))

    assert time.process_time() - began < 5


def test_every_abbreviation_stands_without_its_period():
    assert all(not name.endswith(".") for name in abbreviations())
    assert abbreviations()["Lt"] == "title"
