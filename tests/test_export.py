"""What `--jsonl` and `--json` print."""

import json

from samples import TEXT, event, report

from communique.ledger.rows import event_record, relation_record, report_record, title_of
from communique.records import Event, Relation
from communique.views.export import to_json, to_jsonl


def test_a_record_has_the_keys_of_an_event_in_their_order():
    assert list(event_record(event())) == list(Event.__dataclass_fields__)


def test_a_relation_has_the_keys_of_its_record_in_their_order():
    assert list(relation_record(report().relations[0])) == list(Relation.__dataclass_fields__)


def test_every_span_of_a_record_is_the_text_it_points_at():
    record = event_record(event())
    spans = [record["trigger"], record["place"], *record["actors"], *record["recipients"]]

    assert [TEXT[span["start"] : span["end"]] for span in spans] == [span["text"] for span in spans]


def test_an_implied_speaker_has_no_span():
    assert event_record(event())["said_by"][0] | {"actor_id": ""} == {
        "text": "",
        "start": None,
        "end": None,
        "code": "UNK",
        "sector": None,
        "name": None,
        "actor_id": "",
        "table": None,
    }


def test_scores_are_rounded_so_that_they_read_well():
    record = event_record(event())

    assert record["score"] == record["why"]["score"] == 0.9123


def test_jsonl_is_one_line_an_event_and_json_one_line_a_report():
    events = list(to_jsonl(report(events=(event(), event(event_id="e2")))))

    assert [json.loads(line)["event_id"] for line in events] == ["e1", "e2"]
    assert all(line.count(b"\n") == 1 and line.endswith(b"\n") for line in [*events, to_json(report())])


def test_a_report_without_events_prints_no_line():
    assert list(to_jsonl(report(events=()))) == []


def test_the_same_report_gives_the_same_bytes():
    assert to_json(report()) == to_json(report())


def test_the_whole_report_has_parts_carriers_mentions_events_and_relations():
    record = report_record(report())

    assert [part["text"] for part in record["parts"] if part["kind"] == "title"] == ["Envoy speaks in Quito"]
    assert [carrier["name"] for carrier in record["carriers"]] == ["AFP", "EFE"]
    assert [mention["text"] for mention in record["mentions"]] == ["Peru"]
    assert [one["kind"] for one in record["relations"]] == ["ties"]
    assert record["signature"] == "communique:0|tables:0|model:0"


def test_the_title_is_the_one_given_or_else_the_one_found():
    assert title_of(report()) == "Envoy speaks in Quito"
