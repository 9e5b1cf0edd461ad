"""Triggers: the head proposes, the trigger table weighs in, and a charge vouches for its content."""

from __future__ import annotations

import pytest

from communique.meaning.frames import Frames
from communique.meaning.triggers import choose_triggers, weigh
from communique.records import Tokens
from tests.acts import frames, trigger
from tests.trees import parsed

ATTACKED = """
    Peru      PROPN 2 nsubj
    attacked  VERB  0 root attack
    Chile     PROPN 2 obj
"""
ACCUSED = """
    Peru      PROPN 2 nsubj
    accused   VERB  0 root accuse
    Chile     PROPN 2 obj
    of        SCONJ 5 mark
    arming    VERB  2 advcl arm
    rebels    NOUN  5 obj rebel
"""
DENIED = """
    Peru      PROPN 2 nsubj
    denied    VERB  0 root deny
    arming    VERB  2 xcomp arm
    rebels    NOUN  3 obj rebel
"""
OFTEN, SELDOM = ("90", "89"), ("90", "1")


@pytest.fixture(autouse=True)
def uncalibrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the fit on the corpus gives may change; here scores are the head's and a row counts as much as it."""
    for name, value in (("SCALE", 1.0), ("SHIFT", 0.0), ("FRAME_WEIGHT", 1.0)):
        monkeypatch.setattr(f"communique.meaning.triggers.{name}", value)


def weighed(table: Frames, kind: str, **chances: float) -> tuple[str, str | None, float, str, str]:
    """Type, mode, score to four places, rule and row of an attack by the chances that the head gives."""
    tokens = parsed(ATTACKED)
    chosen = weigh(tokens, table, trigger(tokens, 1, kind, chances=chances))
    return chosen.trigger.type, chosen.trigger.mode, round(chosen.trigger.score, 4), chosen.rule, chosen.table


def chosen_of(tokens: Tokens, threshold: float = 0.5) -> list[tuple[int, float, str]]:
    return [(one.trigger.word, round(one.trigger.score, 4), one.rule) for one in choose_triggers(tokens, frames(), threshold)]


def test_a_word_without_a_row_has_the_score_of_the_head() -> None:
    assert weighed(frames(), "ASSAULT", ASSAULT=0.7) == ("ASSAULT", None, 0.7, "trigger_head", "")


def test_a_row_of_the_same_type_moves_the_score_by_how_often_it_was_right() -> None:
    for seen, higher in ((OFTEN, True), (SELDOM, False)):
        kind, _, score, rule, table = weighed(frames(("attack", "VERB", "", "ASSAULT", "", *seen)), "ASSAULT", ASSAULT=0.7)
        assert (kind, rule, table, score > 0.7) == ("ASSAULT", "head_and_frame", "triggers.csv:2", higher)


def test_a_row_of_the_same_type_gives_the_mode_that_the_head_leaves_open() -> None:
    table, tokens = frames(("attack", "VERB", "", "ASSAULT", "drone")), parsed(ATTACKED)

    assert weighed(table, "ASSAULT", ASSAULT=0.7)[1] == "drone"
    assert weigh(tokens, table, trigger(tokens, 1, "ASSAULT", mode="aerial")).trigger.mode == "aerial"


def test_a_row_of_another_type_wins_where_both_counts_together_favour_it() -> None:
    table = frames(("attack", "VERB", "", "ACCUSE", "disapprove", *OFTEN))

    kind, mode, score, rule, place = weighed(table, "ASSAULT", ASSAULT=0.5, ACCUSE=0.4)

    assert (kind, mode, rule, place) == ("ACCUSE", "disapprove", "frame_over_head", "triggers.csv:2") and score > 0.5


def test_the_head_wins_where_it_is_sure_and_the_row_is_seldom_right() -> None:
    table = frames(("attack", "VERB", "", "ACCUSE", "disapprove", *SELDOM))

    assert weighed(table, "ASSAULT", ASSAULT=0.7, ACCUSE=0.1) == ("ASSAULT", None, 0.7, "head_over_frame", "")


def test_a_score_is_a_probability_however_sure_both_are() -> None:
    table = frames(("attack", "VERB", "", "ASSAULT", "", "9000", "9000"))

    assert 0.99 < weighed(table, "ASSAULT", ASSAULT=1.0)[2] <= 1
    assert 0 <= weighed(frames(), "ASSAULT", ASSAULT=0.0)[2] < 0.01


def test_a_candidate_below_the_threshold_is_left_out() -> None:
    tokens = parsed(ATTACKED)
    tokens.triggers.append(trigger(tokens, 1, "ASSAULT", chances={"ASSAULT": 0.6}))

    assert chosen_of(tokens, 0.5) == [(1, 0.6, "trigger_head")] and chosen_of(tokens, 0.7) == []


def test_a_row_may_lift_a_candidate_over_the_threshold() -> None:
    tokens = parsed(ATTACKED)
    tokens.triggers.append(trigger(tokens, 1, "ASSAULT", chances={"ASSAULT": 0.4}))
    table = frames(("attack", "VERB", "", "ASSAULT", "", *OFTEN))

    assert [one.rule for one in choose_triggers(tokens, table, 0.5)] == ["head_and_frame"]


def test_what_someone_is_accused_of_is_vouched_for_by_the_charge() -> None:
    tokens = parsed(ACCUSED)
    tokens.triggers.extend([trigger(tokens, 1, "ACCUSE", chances={"ACCUSE": 0.9}), trigger(tokens, 4, "AID", chances={"AID": 0.3})])

    assert chosen_of(tokens) == [(1, 0.9, "trigger_head"), (4, 0.6, "what_is_charged")]


def test_a_doubtful_charge_vouches_for_nothing() -> None:
    tokens = parsed(ACCUSED)
    tokens.triggers.extend([trigger(tokens, 1, "ACCUSE", chances={"ACCUSE": 0.6}), trigger(tokens, 4, "AID", chances={"AID": 0.3})])

    assert chosen_of(tokens) == [(1, 0.6, "trigger_head")]


def test_a_denial_is_no_act_beside_what_is_denied() -> None:
    tokens = parsed(DENIED)
    tokens.triggers.extend([trigger(tokens, 1, "REJECT", chances={"REJECT": 0.8}), trigger(tokens, 2, "AID", chances={"AID": 0.2})])

    assert chosen_of(tokens) == [(2, 0.8, "what_is_denied")]


def test_a_denial_of_something_that_is_no_act_is_one() -> None:
    tokens = parsed(DENIED)
    tokens.triggers.append(trigger(tokens, 1, "REJECT", chances={"REJECT": 0.8}))

    assert chosen_of(tokens) == [(1, 0.8, "trigger_head")]
