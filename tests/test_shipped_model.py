"""The shipped weights and rules on sentences of our own: what a reader may rely on, not a score (the gate has those)."""

import json
from pathlib import Path

import pytest

import communique
from communique import pipeline
from communique.encoder.model import Encoder
from communique.errors import InputError
from communique.pipeline import Reader
from communique.records import Document, Event, Report
from communique.text.article import find_article
from communique.text.intake import document_from_text
from communique.text.sentences import cut_sentences
from communique.views.check import check_examples
from communique.views.export import to_json

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "examples" / "report.txt").read_text(encoding="utf-8")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "communique/model/model.onnx").exists(), reason="communique/model/model.onnx is absent"),
]


@pytest.fixture(scope="module")
def report() -> Report:
    return communique.read(TEXT, id="report.txt")


def events_at(report: Report, word: str) -> list[Event]:
    return [event for event in report.events if event.trigger["text"] == word]


def codes(event: Event) -> tuple[set[str], set[str]]:
    return {one.code for one in event.actors}, {one.code for one in event.recipients}


def test_date_and_carriers_are_read_off_the_report(report: Report):
    assert report.article.date == "2023-03-14"
    assert {carrier.name for carrier in report.article.carriers if carrier.kind == "agency"} == {"Agence France-Presse", "EFE", "Reuters"}


def test_a_meeting_is_a_visit_by_the_guest(report: Report):
    (met,) = events_at(report, "met")

    assert met.type == "CONSULT"
    assert codes(met) == ({"CHL"}, {"PER"})
    assert met.date == "2023-03-14"


def test_a_signature_is_of_both(report: Report):
    (signed,) = events_at(report, "signed")

    assert signed.type == "SUPPORT"
    assert codes(signed)[0] == {"CHL", "PER"}


def test_offices_are_resolved_to_who_held_them_that_day(report: Report):
    names = {actor.name for event in report.events for actor in event.actors}

    assert {"Gabriel Boric", "Dina Boluarte"} <= names


def test_an_agentless_accusation_gives_the_charge_and_the_alleged_act(report: Report):
    (accused,) = events_at(report, "accused")
    alleged = [event for event in events_at(report, "supplying") if event.stance == "alleges"]

    assert accused.type == "ACCUSE"
    assert codes(accused) == ({"UNK"}, {"BOL"})
    assert [codes(event)[0] for event in alleged] == [{"BOL"}]
    assert [one.code for one in alleged[0].said_by] == ["UNK"]


def test_a_denied_act_is_said_by_the_one_who_denies_it(report: Report):
    (denied,) = [event for event in report.events if event.stance == "denies"]

    assert denied.trigger["text"] == "supplying"
    assert [one.code for one in denied.said_by] == ["BOL"]


def test_credits_author_note_and_what_was_not_mentioned_are_not_coded(report: Report):
    coded = {TEXT[event.sentence["start"] : event.sentence["end"]] for event in report.events}

    assert not [sentence for sentence in coded if "did not mention" in sentence or "Andes" in sentence or "Source" in sentence]


def test_standing_ties_are_a_relation_and_no_event(report: Report):
    (ties,) = report.relations

    assert (ties.kind, ties.source.code, ties.target and ties.target.code) == ("ties", "CHL", "BRA")


def test_every_span_is_the_text_it_points_at(report: Report):
    for event in report.events:
        for one in (*event.actors, *event.recipients, *event.said_by):
            assert one.start is None or TEXT[one.start : one.end] == one.text
        assert TEXT[event.trigger["start"] : event.trigger["end"]] == event.trigger["text"]
        assert event.sentence["start"] <= event.trigger["start"] < event.sentence["end"]


def test_every_event_has_an_id_of_its_own_and_names_its_causes(report: Report):
    assert len({event.event_id for event in report.events}) == len(report.events)
    assert all(event.why for event in report.events)


def test_the_same_text_gives_the_same_bytes(report: Report):
    assert to_json(communique.read(TEXT, id="report.txt")) == to_json(report)


def news() -> list[Document]:
    rows = map(json.loads, (ROOT / "examples" / "news.jsonl").read_text(encoding="utf-8").splitlines())
    return [document_from_text(row["text"], id=row["id"], date=row["date"], title=row["title"]) for row in rows]


def test_reports_are_the_same_bytes_read_alone_together_and_again():
    alone = [to_json(Reader().read_document(document)) for document in news()]
    reader = Reader()

    for order in (1, -1):
        together = map(to_json, reader.read_documents(news()[::order]))
        assert list(together)[::order] == alone


def test_a_sentence_that_several_reports_have_is_read_by_the_network_once(monkeypatch: pytest.MonkeyPatch):
    read: list[tuple[str, ...]] = []
    score = Encoder.score
    monkeypatch.setattr(Encoder, "score", lambda encoder, words: read.append(tuple(words)) or score(encoder, words))

    reader = Reader()
    for document in news():
        reader.read_document(document)

    assert len(read) == len(set(read)) < sum(len(cut_sentences(find_article(document))) for document in news())


def test_a_document_that_cannot_be_coded_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch):
    first, second, third, *_ = news()
    find = pipeline.find_article
    monkeypatch.setattr(pipeline, "find_article", lambda document: find(None if document is second else document))
    given = InputError("news.zip", "is no archive")

    outcomes = list(Reader().read_documents([first, given, second, third]))

    assert [type(outcome) for outcome in outcomes] == [Report, InputError, AttributeError, Report]
    assert outcomes[1] is given


def test_a_least_score_only_leaves_events_out(report: Report):
    sure = communique.read(TEXT, id="report.txt", min_score=0.8)

    assert {event.event_id for event in sure.events} == {event.event_id for event in report.events if event.score >= 0.8}


@pytest.mark.parametrize("text", ["x", "¿¡…!?", "A" * 5_000, "word " * 2_000, "1.\n2.\n3.\n", "😀 met 😀 in 😀.", "\n\nLIMA (AFP) -\n\n"])
def test_odd_texts_are_read_without_a_fault(text: str):
    assert json.loads(to_json(communique.read(text)))["text"] == text


def test_sports_and_weather_are_no_events():
    report = communique.read("Heavy rain fell on Oslo. The home team won the match by two goals.", date="2020-05-05")

    assert report.events == ()


def test_most_examples_inside_the_definitions_are_coded_as_defined():
    coded = list(check_examples(Reader()))
    missed = [f"{one.type}: {one.example.text}" for one in coded if not one.as_defined]

    assert len(missed) <= 0.25 * len(coded), "\n".join(missed)


def test_an_act_is_related_from_the_one_who_acts_to_the_other():
    text = "Kenya accused Somalia of shelling a village near the border."
    forward = {tie.type: tie.probability for tie in communique.relate(text, "Kenya", "Somalia")}
    backward = {tie.type: tie.probability for tie in communique.relate(text, source=(14, 21), target=(0, 5))}

    assert len(forward) == len(backward) == 17
    assert sum(forward.values()) == pytest.approx(1.0, abs=1e-4)
    assert sum(backward.values()) == pytest.approx(1.0, abs=1e-4)
    assert next(iter(forward)) == "ACCUSE"
    assert forward["ACCUSE"] > backward["ACCUSE"]
