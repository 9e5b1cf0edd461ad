"""Pairs of participants, and how they are scored, with a reader that knows its answers beforehand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from communique.meaning.relate import Tie
from evaluation.relate import Pair, lines, pairs_of, score_files


def act(kind: str, actors: list[str], recipients: list[str]) -> dict[str, Any]:
    return {"type": kind, "actors": [{"text": text} for text in actors], "recipients": [{"text": text} for text in recipients]}


def sentence(*events: dict[str, Any], text: str = "") -> dict[str, Any]:
    return {"text": text, "events": list(events)}


def test_an_act_holds_from_its_actor_to_its_recipient_and_not_back() -> None:
    assert pairs_of(sentence(act("AID", ["Japan"], ["Vietnam"]))) == {("Japan", "Vietnam"): {"AID"}, ("Vietnam", "Japan"): set()}


def test_an_act_without_recipients_holds_among_its_actors_both_ways() -> None:
    pairs = pairs_of(sentence(act("CONSULT", ["Norway", "Finland"], [])))

    assert pairs == {("Norway", "Finland"): {"CONSULT"}, ("Finland", "Norway"): {"CONSULT"}}


def test_those_who_act_together_on_another_do_nothing_to_each_other() -> None:
    pairs = pairs_of(sentence(act("SANCTION", ["Chile", "Peru"], ["Belarus"])))

    assert {pair for pair, types in pairs.items() if types} == {("Chile", "Belarus"), ("Peru", "Belarus")}
    assert pairs["Chile", "Peru"] == set()


def test_two_acts_between_a_pair_are_both_held() -> None:
    pairs = pairs_of(sentence(act("ACCUSE", ["Mali"], ["Chad"]), act("THREATEN", ["Mali"], ["Chad"])))

    assert pairs["Mali", "Chad"] == {"ACCUSE", "THREATEN"}


def test_participants_of_two_acts_are_pairs_without_a_type() -> None:
    pairs = pairs_of(sentence(act("AID", ["Japan"], ["Vietnam"]), act("ACCUSE", ["Mali"], ["Chad"])))

    assert len(pairs) == 12
    assert pairs["Japan", "Chad"] == pairs["Mali", "Vietnam"] == set()


def test_a_mention_inside_another_is_no_pair_with_it() -> None:
    pairs = pairs_of(sentence(act("COERCE", ["the army of Chad"], ["Chad"]), act("AID", ["Togo"], ["Chad"])))

    assert set(pairs) == {("the army of Chad", "Togo"), ("Togo", "the army of Chad"), ("Togo", "Chad"), ("Chad", "Togo")}


def test_who_is_not_named_is_in_no_pair() -> None:
    assert pairs_of(sentence(act("ACCUSE", [""], ["The army"]))) == {}
    assert pairs_of(sentence(act("ACCUSE", ["Mali", "Chad"], [""]))) == {("Mali", "Chad"): set(), ("Chad", "Mali"): set()}


def test_a_sentence_without_events_has_no_pairs() -> None:
    assert pairs_of({"text": "Nothing happened."}) == {}


class FakeReader:
    """Answers each pair with the types given for it, the likeliest first; all else is NONE."""

    def __init__(self, answers: dict[Pair, tuple[str, ...]]) -> None:
        self.answers = answers

    def relate(self, text: str, source: str, target: str) -> tuple[Tie, ...]:
        named = self.answers.get((source, target), ("NONE", "AID"))
        return tuple(Tie(name, 1 / (rank + 2)) for rank, name in enumerate(named))


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    sentences = [sentence(act("AID", ["Japan"], ["Vietnam"])), sentence(act("CONSULT", ["Norway", "Finland"], []))]
    path.write_text(json.dumps({"id": "d", "sentences": sentences}) + "\n", encoding="utf-8")
    return path


def test_right_answers_score_1(gold: Path) -> None:
    met = ("CONSULT", "NONE")
    reader = FakeReader({("Japan", "Vietnam"): ("AID", "NONE"), ("Norway", "Finland"): met, ("Finland", "Norway"): met})

    figures = score_files((gold,), reader)

    assert figures == {"known": 1.0, "micro": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "gold": 3, "coded": 3}}


def test_known_pairs_are_scored_by_the_likeliest_type_beside_none(gold: Path) -> None:
    hesitant = ("NONE", "CONSULT", "AID")

    figures = score_files((gold,), FakeReader({("Norway", "Finland"): hesitant, ("Finland", "Norway"): hesitant}))

    assert figures["known"] == 1.0
    assert (figures["micro"]["recall"], figures["micro"]["coded"]) == (0.0, 0)


def test_a_type_where_no_act_holds_costs_precision_alone(gold: Path) -> None:
    met, aid = ("CONSULT", "NONE"), ("AID", "NONE")
    pairs = {("Norway", "Finland"): met, ("Finland", "Norway"): met, ("Japan", "Vietnam"): aid, ("Vietnam", "Japan"): aid}

    figures = score_files((gold,), FakeReader(pairs))

    assert figures["known"] == figures["micro"]["recall"] == 1.0
    assert figures["micro"]["precision"] == 0.75


def test_files_without_pairs_score_0(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "d", "sentences": [{"text": "Nothing happened."}]}\n', encoding="utf-8")

    assert score_files((path,), FakeReader({}))["known"] == 0.0


def test_the_figures_are_told_in_words_and_signed(gold: Path) -> None:
    told = list(lines(score_files((gold,), FakeReader({})) | {"signature": "signed"}))

    assert told[0].endswith("0.333 of 3")
    assert told[1].endswith("P 0.000  R 0.000  F1 0.000")
    assert told[2] == "signed"
