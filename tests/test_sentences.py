"""Sentences end where a reader would say so."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.records import Article, Document, Part
from communique.text.sentences import cut_sentences, find_paragraphs, find_sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in find_sentences(text, 0, len(text))]


@pytest.mark.parametrize(
    "sentence",
    [
        "Lt. Col. Jane Doe met U.S. President John Roe and Gen. George W. Moe.",
        "The council adopted Resolution No. 5 on Jan. 3 by 3.5 to 1.",
        "Example Inc. said it would leave, e.g. in spring.",
        "The envoy asked whether Yahoo! and others would pay.",
        '"Will you stay?" Roe asked.',
        'He told parliament, "We will not go. We will stay here." and left.',
        "Art. IV of the treaty was suspended.",
        "The U.N. Security Council met at 5 p.m. EDT in New York.",
    ],
)
def test_a_period_inside_a_sentence_does_not_end_it(sentence: str):
    assert cut(f"{sentence} Nothing more was said.") == [sentence, "Nothing more was said."]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("He returned to the U.S. The talks failed.", 2),
        ("They came at 5 p.m. The guards let them in.", 2),
        ("Was it war? No! It was peace.", 3),
        ('"We agreed." The minister left.', 2),
        ("(He declined.) She did not.", 2),
        ("The talks broke down in 2014. Fighting followed.", 2),
        ("The army withdrew.[1] The rebels stayed.[2]", 2),
        ("The answer was no. Nobody moved.", 2),
        ("“We agree. We sign today,” he said. He left.", 3),
    ],
)
def test_sentences_are_counted(text: str, count: int):
    assert len(cut(text)) == count


def test_what_closes_after_the_period_belongs_to_the_sentence():
    assert cut("He said: “Go.” (They went.) All left.") == ["He said: “Go.”", "(They went.)", "All left."]


def test_a_line_end_ends_a_paragraph():
    assert cut("A heading\nThe talks began.") == ["A heading", "The talks began."]


def test_wrapped_lines_are_one_paragraph_until_a_blank_line():
    lines = [
        "The ministers of the two neighbouring states met in the old capital on",
        "Monday and spoke for more than three hours about the long dispute over",
        "the river, the bridges and the grain that is to be shipped across both",
        "in the coming year, an official of the ministry told those who waited.",
    ]
    text = "\n".join(lines) + "\n\nNo paper was signed."

    assert cut(text) == ["\n".join(lines), "No paper was signed."]
    assert len(find_paragraphs(text, 0, len(text))) == 2


def test_the_offsets_are_those_of_the_whole_text():
    text = "xx One. Two. yy"

    assert find_sentences(text, 3, 12) == [(3, 7), (8, 12)]


@given(st.text(alphabet='aZ.!?"”“)( \n1', max_size=120))
def test_sentences_never_overlap_and_leave_out_white_space_alone(text: str):
    spans = find_sentences(text, 0, len(text))

    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


def test_only_paragraphs_are_coded_and_what_stands_in_them_is_left_out():
    text = "Pact signed\nDOEVILLE, May 1 (XYZ) - The states signed a pact. Sign up here. It holds for a year."
    dateline, advert = text.index("The states"), text.index("Sign up")
    parts = (
        Part("title", 0, 11),
        Part("paragraph", 12, len(text)),
        Part("dateline", 12, dateline),
        Part("boilerplate", advert, advert + len("Sign up here.")),
    )
    sentences = cut_sentences(Article(Document("x", text), parts, (), None))

    assert [text[sentence.start : sentence.end] for sentence in sentences] == ["The states signed a pact.", "It holds for a year."]
    assert [sentence.index for sentence in sentences] == [0, 1]
    assert [text[start:end] for start, end in sentences[1].words] == ["It", "holds", "for", "a", "year", "."]
