"""Relate: which acts hold from one span of a sentence to another, on scores made by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import communique
from communique.encoder.model import Scores
from communique.errors import InputError
from communique.meaning.relate import Tie, relate_spans
from communique.pipeline import Reader, _words_of
from communique.records import Span
from communique.text.words import find_words

LABELS = {
    "types": ["NONE", "AID", "CONSULT", "REQUEST"],
    "roles": ["actor", "recipient", "place", "actor_state", "recipient_state"],
}
WORDS, SOURCE, ACT, TARGET, OTHER = 5, 0, 2, 3, 4


def scored(types: dict[int, dict[str, float]], ties: dict[tuple[int, str, int], float] | None = None) -> Scores:
    """Scores of five words: the types of some, and how far the head ties a word to a trigger in a role."""
    chances = np.zeros((WORDS, len(LABELS["types"])), dtype=np.float32)
    for word, likely in types.items():
        for name, chance in likely.items():
            chances[word, LABELS["types"].index(name)] = chance
    chances[:, 0] = 1 - chances.sum(1)
    roles = np.zeros((WORDS, len(LABELS["roles"]), WORDS), dtype=np.float32)
    for (act, role, word), chance in (ties or {}).items():
        roles[act, LABELS["roles"].index(role), word] = chance
    return made(chances, roles)


def made(types: np.ndarray, roles: np.ndarray) -> Scores:
    numbers, chances = np.zeros((len(types), 4), dtype=np.int32), np.zeros((len(types), 1), dtype=np.float32)
    return Scores(numbers, chances, chances, numbers, types, chances, roles)


def related(scores: Scores, source: list[int], target: list[int]) -> dict[str, float]:
    return {tie.type: tie.probability for tie in relate_spans(scores, LABELS, source, target)}


def test_an_act_holds_from_the_one_who_acts_to_the_one_it_is_done_to() -> None:
    scores = scored({ACT: {"AID": 0.9}}, {(ACT, "actor", SOURCE): 1.0, (ACT, "recipient", TARGET): 1.0})

    forward, backward = relate_spans(scores, LABELS, [SOURCE], [TARGET]), relate_spans(scores, LABELS, [TARGET], [SOURCE])

    assert forward[0].type == "AID" and forward[0].probability == pytest.approx(0.9)
    assert backward[0].type == "NONE" and related(scores, [TARGET], [SOURCE])["AID"] < 0.1


def test_who_stands_beside_the_act_takes_no_part_in_it() -> None:
    scores = scored({ACT: {"AID": 0.9}}, {(ACT, "actor", SOURCE): 1.0, (ACT, "recipient", TARGET): 1.0, (ACT, "place", OTHER): 1.0})

    assert relate_spans(scores, LABELS, [SOURCE], [OTHER])[0].type == "NONE"


def test_an_act_of_equals_holds_both_ways() -> None:
    scores = scored({ACT: {"CONSULT": 0.95}}, {(ACT, "actor", SOURCE): 0.9, (ACT, "actor", TARGET): 1.0})

    forward = relate_spans(scores, LABELS, [SOURCE], [TARGET])

    assert forward == relate_spans(scores, LABELS, [TARGET], [SOURCE]) and forward[0].type == "CONSULT"


def test_to_act_together_counts_less_than_to_act_on_the_other() -> None:
    together = scored({ACT: {"AID": 0.9}}, {(ACT, "actor", SOURCE): 1.0, (ACT, "actor", TARGET): 1.0})
    onto = scored({ACT: {"AID": 0.9}}, {(ACT, "actor", SOURCE): 1.0, (ACT, "recipient", TARGET): 1.0})

    assert related(together, [SOURCE], [TARGET])["AID"] < related(onto, [SOURCE], [TARGET])["AID"]


def test_a_state_takes_part_by_those_who_are_of_it() -> None:
    scores = scored({ACT: {"REQUEST": 0.9}}, {(ACT, "actor_state", SOURCE): 1.0, (ACT, "recipient_state", TARGET): 1.0})

    assert relate_spans(scores, LABELS, [SOURCE], [TARGET])[0].type == "REQUEST"


def test_a_span_of_several_words_is_tied_by_any_of_them() -> None:
    scores = scored({ACT: {"AID": 0.9}}, {(ACT, "actor", 1): 1.0, (ACT, "recipient", OTHER): 1.0})

    assert related(scores, [SOURCE, 1], [TARGET, OTHER])["AID"] == pytest.approx(0.9)


def test_a_word_within_a_span_is_not_the_act_between_them() -> None:
    scores = scored({1: {"AID": 0.9}}, {(1, "actor", SOURCE): 1.0, (1, "recipient", TARGET): 1.0})

    assert relate_spans(scores, LABELS, [SOURCE, 1], [TARGET])[0] == Tie("NONE", 1.0)


def test_an_act_tied_to_neither_is_unlikely_but_not_ruled_out() -> None:
    assert 0 < related(scored({ACT: {"AID": 0.9}}), [SOURCE], [TARGET])["AID"] < 0.1


def test_two_acts_of_a_type_make_it_likelier_than_one() -> None:
    one = {(ACT, "actor", SOURCE): 0.5, (ACT, "recipient", TARGET): 1.0}
    two = one | {(OTHER, role, word): chance for (_, role, word), chance in one.items()}

    assert (
        related(scored({ACT: {"AID": 0.6}}, one), [SOURCE], [TARGET])["AID"]
        < related(scored({ACT: {"AID": 0.6}, OTHER: {"AID": 0.6}}, two), [SOURCE], [TARGET])["AID"]
    )


def test_where_there_is_no_act_nothing_holds() -> None:
    ties = relate_spans(scored({}), LABELS, [SOURCE], [TARGET])

    assert ties == (Tie("NONE", 1.0), Tie("AID", 0.0), Tie("CONSULT", 0.0), Tie("REQUEST", 0.0))


@given(st.integers(0, 2**32 - 1))
def test_every_type_is_there_once_with_probabilities_that_fall_and_add_up_to_one(seed: int) -> None:
    random = np.random.default_rng(seed)
    types = random.dirichlet(np.full(len(LABELS["types"]), 0.3), WORDS).astype(np.float32)
    roles = random.random((WORDS, len(LABELS["roles"]), WORDS)).astype(np.float32)

    ties = relate_spans(made(types, roles), LABELS, [SOURCE, 1], [TARGET])
    chances = [tie.probability for tie in ties]

    assert sorted(tie.type for tie in ties) == sorted(LABELS["types"])
    assert sum(chances) == pytest.approx(1.0, abs=1e-5)
    assert chances == sorted(chances, reverse=True) and all(-1e-6 <= chance <= 1 + 1e-6 for chance in chances)


TEXT = "Chile has urged Peru again"  # five words, with the act third and Peru fourth, as in the scores made here
FIRST, FOURTH = (0, 5), (16, 20)


def reader(scores: Scores) -> Reader:
    """A reader without tables whose encoder gives every sentence the same scores."""
    made = object.__new__(Reader)
    made.encoder = SimpleNamespace(score=lambda words: scores, labels=LABELS)
    return made


@pytest.mark.parametrize(
    ("span", "words"),
    [((0, 5), [0]), ((2, 3), [0]), ((4, 7), [0, 1]), ("Peru", [3]), ("urged Peru", [2, 3]), ("er", [3]), ((0, 26), [*range(5)])],
)
def test_a_span_is_the_words_that_it_touches(span: Span | str, words: list[int]) -> None:
    assert _words_of(TEXT, find_words(TEXT, 0, len(TEXT)), span) == words


@pytest.mark.parametrize("span", ["Norway", "peru", "", " ", (5, 6), (3, 3), (5, 0), (-3, 5), (0, 27), (30, 40)])
def test_a_span_outside_or_without_words_is_a_fault(span: Span | str) -> None:
    scores = scored({})

    for source, target in ((span, FOURTH), (FIRST, span)):
        with pytest.raises(InputError, match="no words of the sentence at "):
            reader(scores).relate(TEXT, source, target)


def test_offsets_and_words_are_the_same_span() -> None:
    scores = scored({ACT: {"REQUEST": 0.9}}, {(ACT, "actor", SOURCE): 1.0, (ACT, "recipient", TARGET): 1.0})
    by_words = reader(scores).relate(TEXT, "Chile", "Peru")

    assert by_words == reader(scores).relate(TEXT, FIRST, FOURTH)
    assert by_words[0].type == "REQUEST"
    assert reader(scores).relate(TEXT, "Peru", "Chile")[0].type == "NONE"


def test_a_span_that_the_encoder_did_not_reach_is_a_fault() -> None:
    with pytest.raises(InputError, match="6 words, too many for the encoder"):
        reader(scored({})).relate(f"{TEXT} today", "Chile", "today")


def test_the_package_relates_with_the_reader_that_it_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(communique, "_reader", lambda model: reader(scored({})))

    assert communique.relate(TEXT, source="Chile", target=FOURTH)[0] == Tie("NONE", 1.0)
