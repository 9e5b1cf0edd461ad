"""Scores held against the share of right types, on documents and readers made by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from samples import event, participant, report

from communique.records import Document, Report
from evaluation import calibration
from evaluation.calibration import figures_of, fit
from evaluation.events import LEAST, lines, score_curve
from evaluation.measures import calibration_error, coded_events, score, tally_of

TEXT = "Peru is accused of arming rebels. Chile met Brazil."
GOLD = {
    "id": "d",
    "sentences": [
        {
            "text": "Peru is accused of arming rebels.",
            "events": [{"trigger": "arming", "type": "AID", "actors": [{"who": "PER"}], "recipients": [{"who": "BOL REB"}]}],
        },
        {"text": "Chile met Brazil.", "events": [{"trigger": "met", "type": "CONSULT", "actors": [{"who": "CHL"}], "recipients": []}]},
    ],
}


def record(kind: str, word: str, **cells: object) -> dict[str, object]:
    at = TEXT.index(word)
    return {"document_id": "d", "type": kind, "trigger": {"start": at, "end": at + len(word)}, **cells}


class FakeReader:
    """Codes an act with a score of 0.8 that is right, and one with a score of 0.4 that is not; keeps what was asked of it."""

    signature = "communique:0|tables:0|model:0"

    def __init__(self) -> None:
        self.asked: list[float | None] = []

    def read_document(self, document: Document, min_score: float | None = None) -> Report:
        self.asked.append(min_score)
        at, met = TEXT.index("arming"), TEXT.index("met")
        chile = (participant("Chile", "CHL"),)
        events = (
            event(document_id="d", trigger={"text": "arming", "start": at, "end": at + 6}, score=0.8),
            event(document_id="d", type="AID", trigger={"text": "met", "start": met, "end": met + 3}, actors=chile, score=0.4),
        )
        return report(document, events)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(GOLD) + "\n", encoding="utf-8")
    return path


def test_scores_that_are_the_share_of_right_ones_have_no_error() -> None:
    assert calibration_error([(0.75, True)] * 3 + [(0.75, False)]) == pytest.approx(0.0)


def test_a_bin_errs_by_the_distance_of_its_mean_score_from_its_share_of_right_ones() -> None:
    assert calibration_error([(0.9, True), (0.9, False)]) == pytest.approx(0.4)
    assert calibration_error([(0.62, True), (0.68, False)]) == pytest.approx(0.15)


def test_bins_count_by_their_size() -> None:
    assert calibration_error([(0.9, True)] * 3 + [(0.2, True)]) == pytest.approx((3 * 0.1 + 0.8) / 4)


def test_a_score_of_1_is_in_the_last_bin() -> None:
    assert calibration_error([(1.0, True), (0.9, False)]) == pytest.approx(0.45)


def test_without_events_there_is_no_error_to_tell() -> None:
    assert calibration_error([]) is None
    assert score([GOLD], [])[0]["ece"] is None


def test_a_record_without_a_score_is_certain() -> None:
    placed = list(coded_events(GOLD, [record("AID", "arming"), record("CONSULT", "met", score=0.4)]))

    assert [(one.sentence, one.score) for one in placed] == [(0, 1.0), (1, 0.4)]


def test_every_coded_event_is_scored_with_whether_its_type_is_right() -> None:
    records = [record("AID", "arming", score=0.8), record("ASSAULT", "arming", score=0.3), record("AID", "met", score=0.6)]

    tally = tally_of([GOLD], records)

    assert sorted(tally.scored) == [(0.3, False), (0.6, False), (0.8, True)]
    assert score([GOLD], records)[0]["ece"] == pytest.approx(calibration_error(tally.scored))


def test_of_two_events_of_a_type_where_gold_has_one_only_one_is_right() -> None:
    tally = tally_of([GOLD], [record("AID", "accused", score=0.9), record("AID", "arming", score=0.5)])

    assert sorted(tally.scored) == [(0.5, True), (0.9, False)]


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (0.6, 0.0), (1.4, -0.8), (0.8, 0.5)])
def test_the_factor_and_shift_behind_the_hits_are_found_again(scale: float, shift: float) -> None:
    scored = []
    for at in (number / 20 for number in range(1, 20)):
        right = round(2_000 / (1 + math.exp(-scale * math.log(at / (1 - at)) - shift)))
        scored += [(at, number < right) for number in range(2_000)]

    assert fit(scored) == (pytest.approx(scale, abs=0.01), pytest.approx(shift, abs=0.01))


def test_overconfident_scores_do_not_break_the_fit() -> None:
    scored = [(0.999, number < 90) for number in range(100)] + [(0.3, number < 40) for number in range(100)]

    scale, shift = fit(scored)
    chances = [1 / (1 + math.exp(-scale * math.log(at / (1 - at)) - shift)) for at in (0.999, 0.3)]

    assert chances == pytest.approx([0.9, 0.4], abs=0.01)


def test_a_reliability_table_has_a_row_for_each_bin_with_events() -> None:
    figures = figures_of([(0.25, False), (0.25, True), (0.92, True), (1.0, True), (0.96, False)])

    assert [(row["from"], row["events"]) for row in figures["bins"]] == [(0.2, 2), (0.9, 3)]
    assert [row["score"] for row in figures["bins"]] == pytest.approx([0.25, 0.96])
    assert [row["right"] for row in figures["bins"]] == pytest.approx([0.5, 2 / 3])
    assert figures["ece"] == pytest.approx((2 * 0.25 + 3 * (0.96 - 2 / 3)) / 5)


def test_the_table_names_each_bin_by_its_bounds() -> None:
    figures = figures_of([(0.25, False), (0.25, True), (0.92, True), (0.96, False)]) | {"signature": "signed"}
    head, *rows = calibration.lines(figures)

    assert head.split() == ["score", "events", "mean", "score", "right"]
    assert rows[0].split() == ["0.2", "to", "0.3", "2", "0.250", "0.500"]
    assert rows[1].startswith("0.9 to 1.0")
    assert rows[-1] == "signed"


def test_the_curve_leaves_out_what_scores_less(gold: Path) -> None:
    curve = dict(score_curve((gold,), FakeReader()))
    types = {at: (curve[at]["type"]["precision"], curve[at]["type"]["recall"]) for at in (0.2, 0.4, 0.41, 0.8, 0.81)}

    assert (min(curve), max(curve), len(curve)) == (LEAST, 0.99, 80)
    assert types == {0.2: (0.5, 0.5), 0.4: (0.5, 0.5), 0.41: (1.0, 0.5), 0.8: (1.0, 0.5), 0.81: (0.0, 0.0)}


def test_one_reading_serves_the_whole_curve(gold: Path) -> None:
    reader = FakeReader()
    list(score_curve((gold,), reader))

    assert reader.asked == [LEAST]


def test_the_figures_of_events_tell_their_calibration(gold: Path) -> None:
    figures = dict(score_curve((gold,), FakeReader()))[0.5] | {"signature": "signed"}

    assert "ece        0.200" in list(lines(figures))
