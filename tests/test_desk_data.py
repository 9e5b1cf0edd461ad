"""The desk is asked: a snapshot follows its ledger, its questions agree with the ledger's, and data comes as JSON and files."""

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from keeper import take
from ledgers import act, make_ledger, told

from benchmarks import invented
from communique.errors import LedgerError, QueryError
from communique.ledger.compact import compact
from communique.ledger.query import Ledger
from communique.ledger.write import Writer
from communique.views.desk import api, exports, faults, questions
from communique.views.desk import snapshot as snapshots
from communique.views.desk.choosing import OCCURRENCE
from communique.views.desk.snapshot import Snapshot, Snapshots

MINISTER = "the minister: PER GOV Ada Núñez Blank"
RAID = (
    "Chile says that Peru shelled Arica.",
    act("ASSAULT", "shelled", "Peru: PER", "CHL", said_by="Chile: CHL", stance="alleges", place="Arica: CHL"),
)
DOCUMENTS = [
    told(
        "flour",
        "2023-03-14",
        ("Peru sent flour to Chile.", act("AID", "sent", "Peru: PER", "Chile: CHL", contexts=("health",), place="Arica: CHL")),
        ("On Monday the minister accused Chile of delay.", act("ACCUSE", "accused", MINISTER, "Chile: CHL", date="2023-03-13")),
        title="Flour crosses the border",
        publisher="Daily Plain",
        agencies=["AFP"],
    ),
    told(
        "copy",
        "2023-03-15",
        ("Peru sent flour to Chile.", act("AID", "sent", "Peru: PER", "Chile: CHL", contexts=("health",), place="Arica: CHL")),
        publisher="Évora Post",
    ),
    told(
        "talks",
        "2023-05-02",
        ("Chile and Bolivia met.", act("CONSULT", "met", ("Chile: CHL", "Bolivia: BOL"))),
        ("Chile will lend Peru ships.", act("AGREE", "lend", "Chile: CHL", "Peru: PER", date="2024", modality="future")),
    ),
    told("raid", "2023-06-01", RAID),
    told(
        "denial",
        "2023-06-01",
        (
            "Peru denied that it shelled Arica.",
            act("ASSAULT", "shelled", "it: PER", "CHL", said_by="Peru: PER", stance="denies", place="Arica: CHL"),
        ),
    ),
    told("ships", "2024-03-01", ("Chile lent Peru ships.", act("AID", "lent", "Chile: CHL", "Peru: PER"))),
    told("letter", None, ("Chile praised Peru.", act("SUPPORT", "praised", "Chile: CHL", "Peru: PER"))),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_ledger(tmp_path_factory.mktemp("desk") / "ledger", DOCUMENTS, stories=[["flour", "copy"]])


@pytest.fixture(scope="module")
def opened(folder: Path) -> Iterator[Snapshots]:
    found = Snapshots(folder, questions.prepare)
    yield found
    found.close()


@pytest.fixture
def s(opened: Snapshots) -> Iterator[Snapshot]:
    with opened.current() as snapshot:
        yield snapshot


@pytest.fixture(scope="module")
def client(opened: Snapshots) -> TestClient:
    app = FastAPI()
    app.state.snapshots = opened
    for part in (api, exports):
        app.include_router(part.router)
    faults.handle(app)
    return TestClient(app)


def kinds(rows: list[dict[str, Any]]) -> list[str]:
    return [row["type"] for row in rows]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"actor": "PER"},
        {"with_": ["BOL"]},
        {"publisher": "evora post"},
        {"agency": "AFP"},
        {"since": "2023-06"},
        {"context": "health", "quad": [2]},
    ],
    ids=str,
)
def test_the_desk_finds_what_the_ledger_finds(folder: Path, s: Snapshot, asked: dict[str, Any]):
    with Ledger(folder) as ledger:
        events, occurrences = ledger.events(**asked), ledger.occurrences(**asked)

    found = questions.events(s, asked), questions.occurrences(s, asked)

    assert {row["event_id"] for row in found[0]["rows"]} == set(events["event_id"].to_pylist())
    assert {row["occurrence_id"] for row in found[1]["rows"]} == set(occurrences["occurrence_id"].to_pylist())
    assert [one["total"] for one in found] == [len(events), len(occurrences)]


def test_an_occurrence_on_a_page_has_the_columns_of_the_ledger_and_dates_as_text(s: Snapshot):
    newest = questions.occurrences(s, {})["rows"][0]

    assert list(newest) == OCCURRENCE
    assert (newest["type"], newest["reported"], newest["first_day"]) == ("AID", "2024-03-01", None)


def test_rows_come_page_by_page_in_the_order_asked_for(s: Snapshot):
    pages = [questions.occurrences(s, {}, page, 2)["rows"] for page in (1, 2, 3, 4)]
    most = questions.occurrences(s, {}, 1, 1, "reports")["rows"]

    assert [kinds(rows) for rows in pages] == [["AID", "ASSAULT"], ["AGREE", "CONSULT"], ["AID", "ACCUSE"], ["SUPPORT"]]
    assert [row["reports"] for row in most] == [2]


@pytest.mark.parametrize(
    ("page", "size", "order", "fault"),
    [
        (0, 10, "newest", "page: 0 is no page that can be shown"),
        (1, 1_000, "newest", "size: 1000 is no size of a page"),
        (10_000_000, 10, "newest", "page: 10000000 is no page"),
        (1, 10, "newset", "order: unknown order 'newset' · Did you mean 'newest'?"),
    ],
)
def test_pages_have_bounds(s: Snapshot, page: int, size: int, order: str, fault: str):
    with pytest.raises(QueryError) as raised:
        questions.occurrences(s, {}, page, size, order)

    assert str(raised.value).startswith(fault)


def test_the_front_page_counts_acts_that_happened_and_lists_what_is_disputed(s: Snapshot):
    front = questions.front(s, {})

    assert front["totals"] == {"events": 9, "occurrences": 7, "documents": 7, "publishers": 2, "first": "2023-03-14", "last": "2024-03-01"}
    assert kinds(front["latest"]) == ["AID", "ASSAULT", "AGREE", "CONSULT", "AID", "ACCUSE", "SUPPORT"]
    assert kinds(front["most_disputed"]) == ["ASSAULT"]
    assert front["dyads"][0] | {"intensity": 0} == {
        "source": "PER",
        "target": "CHL",
        "occurrences": 3,
        "intensity": 0,
        "quads": [0, 1, 1, 1],
    }
    assert {row["country"]: row["occurrences"] for row in front["countries"]} == {"CHL": 2}
    assert (front["modality"], front["by"], len(front["quads"])) == ("actual", "month", 13 * 4)
    assert sum(row["occurrences"] for row in front["quads"]) == 5


def test_a_change_is_held_against_the_year_before(s: Snapshot):
    changes = {(row["source"], row["target"]): row for row in questions.front(s, {})["changes"]}

    assert changes["CHL", "PER"]["recent"] == 1
    assert changes["PER", "CHL"]["recent"] == 0
    assert changes["PER", "CHL"]["usual"] == pytest.approx(3 * 30 / 365)
    assert changes["CHL", "PER"]["score"] > 0 > changes["PER", "CHL"]["score"]


def test_a_filter_narrows_the_whole_front_page(s: Snapshot):
    front = questions.front(s, {"actor": ["PER"], "type": ["AID"]})

    assert front["totals"] == {"events": 2, "occurrences": 1, "documents": 2, "publishers": 2, "first": "2023-03-14", "last": "2023-03-15"}
    assert [kinds(front[name]) for name in ("latest", "most_reported", "most_disputed")] == [["AID"], ["AID"], []]
    assert [(row["source"], row["target"]) for row in front["dyads"]] == [("PER", "CHL")]


def test_a_dyad_has_both_directions_over_time_as_the_ledger_counts_them(folder: Path, s: Snapshot):
    with Ledger(folder) as ledger:
        timeline = ledger.timeline("PER", "CHL", "2023-03", "2024-03-01", by="week")

    found = questions.dyad(s, "PER", "CHL", {})

    events = {(row["source"], row["target"], row["period"]): row["events"] for row in found["timeline"]}
    assert events == {(row["source"], row["target"], str(row["period"])): row["events"] for row in timeline.to_pylist()}
    assert found["by"] == "week"
    assert {row["type"]: row["occurrences"] for row in found["types"] if row["source"] == "PER"} == {"AID": 1, "ACCUSE": 1, "ASSAULT": 1}
    assert found["totals"]["occurrences"] == 5


def test_a_dyad_tells_who_says_what_of_whom(s: Snapshot):
    voices = {(row["speaker"], row["about_source"]): row for row in questions.dyad(s, "CHL", "PER", {})["voices"]}

    assert (voices["CHL", "PER"]["alleges"], voices["PER", "PER"]["denies"]) == (1, 1)


def test_a_promise_has_what_became_of_it_within_a_year(s: Snapshot):
    (promise,) = questions.dyad(s, "PER", "CHL", {})["promises"]

    assert promise["occurrence"]["type"] == "AGREE"
    assert kinds(promise["outcome"]) == ["AID"]


def test_a_dyad_under_a_filter_keeps_to_it_but_for_what_became_of_promises(s: Snapshot):
    asked = {"type": ["AGREE"]}
    found, points = questions.dyad(s, "PER", "CHL", asked), questions.points(s, "PER", "CHL", asked)

    assert (found["totals"]["occurrences"], kinds(points), sum(row["events"] for row in found["timeline"])) == (1, ["AGREE"], 0)
    assert kinds(found["promises"][0]["outcome"]) == ["AID"]


def test_an_actor_has_its_ties_its_persons_and_what_it_is_accused_of(s: Snapshot):
    found = questions.actor(s, "PER", {})

    assert [(row["code"], row["as_actor"], row["as_recipient"]) for row in found["ties"]] == [("CHL", 3, 1)]
    assert [row["name"] for row in found["names"]] == ["Ada Núñez Blank"]
    assert [(row["occurrence"]["type"], row["by"]) for row in found["accused"]] == [("ASSAULT", ["CHL"])]
    assert [row["text"] for row in found["denies"]] == ["Peru denied that it shelled Arica."]
    assert {(edge["source"], edge["target"]) for edge in found["network"]["edges"]} == {("PER", "CHL"), ("CHL", "PER")}
    assert found["totals"] | {"reports": 0} == {
        "occurrences": 6, "as_actor": 3, "as_recipient": 3, "reports": 0, "first": "2023-03-13", "last": "2024-03-01",
    }  # fmt: skip


def test_the_offices_of_a_known_person_are_told_in_their_order():
    offices = questions.offices("IRN Mahmoud Ahmadinejad")

    assert "head_of_state" in {one["office"] for one in offices}
    assert [one["start"] for one in offices] == sorted(one["start"] for one in offices)


@pytest.mark.parametrize(
    "ask", [lambda s: questions.actor(s, "PEX", {}), lambda s: questions.dyad(s, "PER", "PEX", {})], ids=["actor", "dyad"]
)
def test_a_code_that_there_is_none_of_is_told(s: Snapshot, ask: Any):
    with pytest.raises(QueryError, match="unknown code 'PEX'"):
        ask(s)


def test_an_occurrence_has_its_reports_by_story_the_copy_under_the_first(s: Snapshot):
    aid = questions.occurrences(s, {"type": ["AID"], "actor": ["PER"]})["rows"][0]["occurrence_id"]

    found = questions.occurrence(s, aid[:8])

    assert [(one["document_id"], one["first_of_story"], one["text"]) for one in found["events"]] == [
        ("flour", True, "Peru sent flour to Chile."),
        ("copy", False, "Peru sent flour to Chile."),
    ]
    assert [(one["document_id"], one["agencies"], [copy["document_id"] for copy in one["copies"]]) for one in found["sources"]] == [
        ("flour", ["AFP"], ["copy"])
    ]


def test_a_report_has_its_text_and_all_spans_count_it(s: Snapshot):
    found = questions.report(s, "flour")

    text = found["text"]
    assert [text[one["trigger"]["start"] : one["trigger"]["end"]] for one in found["events"]] == ["sent", "accused"]
    assert [text[one["start"] : one["end"]] for one in found["sentences"]] == [
        "Peru sent flour to Chile.",
        "On Monday the minister accused Chile of delay.",
    ]
    assert [part["kind"] for part in found["parts"]] == ["title", "paragraph"]
    assert [one["document_id"] for one in found["story"]] == ["flour", "copy"]
    assert json.dumps(found)


@pytest.mark.parametrize("ask", [questions.report, questions.occurrence])
@pytest.mark.parametrize("given", ["nothing", ""])
def test_what_the_ledger_does_not_have_is_told(s: Snapshot, ask: Any, given: str):
    with pytest.raises(QueryError):
        ask(s, given)


def test_hits_of_a_search_stand_between_two_characters_for_private_use(s: Snapshot):
    found = questions.search(s, "flour")

    assert {row["document_id"] for row in found["rows"]} == {"flour", "copy"}
    assert found["rows"][0]["snippet"].count("{}flour{}".format(*questions.MARKS)) == 1
    assert not found["more"]


def test_words_that_cannot_be_searched_for_are_told(s: Snapshot):
    with pytest.raises(QueryError, match="cannot be searched for"):
        questions.search(s, '"flour')


def test_every_code_has_a_name():
    names = questions.names()

    assert (names["PER"], names["UNO"], names["KOR"]) == ("Peru", "United Nations", "South Korea")


def test_an_empty_ledger_answers_every_question(tmp_path: Path):
    empty = Snapshots(make_ledger(tmp_path / "empty", []), questions.prepare)
    with empty.current() as s:
        answers = [
            questions.front(s, {}),
            questions.dyad(s, "PER", "CHL", {}),
            questions.actor(s, "PER", {}),
            questions.events(s, {}),
            questions.search(s, "flour"),
        ]
    empty.close()

    assert answers[0]["totals"]["events"] == 0
    assert answers[1]["timeline"] == answers[2]["ties"] == answers[4]["rows"] == []


def test_a_folder_that_is_no_ledger_is_refused_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with pytest.raises(LedgerError):
        Snapshots(tmp_path / "none")

    assert list(tmp_path.iterdir()) == []


def test_a_snapshot_stays_as_it_is_while_the_ledger_grows_and_the_next_one_has_it_all(tmp_path: Path):
    folder = make_ledger(tmp_path / "ledger", DOCUMENTS[:1])
    growing = Snapshots(folder)
    with growing.current() as old:
        take(folder, *DOCUMENTS[2:4])
        growing.renew()
        with growing.current() as new:
            totals = [questions.front(one, {})["totals"]["documents"] for one in (old, new)]
    growing.close()

    assert totals == [1, 3]


def test_a_ledger_that_has_changed_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(snapshots, "PAUSE", 0.05)
    folder = make_ledger(tmp_path / "ledger", DOCUMENTS[:1])
    watching = Snapshots(folder)
    take(folder, DOCUMENTS[2])
    for _ in range(200):
        with watching.current() as s:
            if (total := questions.events(s, {})["total"]) == 4:
                break
        time.sleep(0.05)
    watching.close()

    assert total == 4


def test_snapshots_that_are_no_longer_used_are_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = make_ledger(tmp_path / "ledger", DOCUMENTS[:1])
    growing = Snapshots(folder)
    take(folder, DOCUMENTS[2])
    growing.renew()
    kept = len(list(tmp_path.glob("communique-desk-*/*")))
    growing.close()

    assert (kept, list(tmp_path.iterdir())) == (1, [folder])


def test_a_text_that_has_been_moved_meanwhile_is_found(tmp_path: Path):
    folder = make_ledger(tmp_path / "ledger", DOCUMENTS[:3])
    moving = Snapshots(folder)
    with moving.current() as s:
        with Writer(folder, "compact") as writer:
            compact(writer)
        found = questions.report(s, "flour"), questions.search(s, "flour")
    moving.close()

    assert "Peru sent flour" in found[0]["text"]
    assert len(found[1]["rows"]) == 2


@pytest.mark.parametrize(
    "path",
    [
        "/names",
        "/front",
        "/front?actor=Peru",
        "/dyad/PER/CHL",
        "/actor/PER",
        "/occurrences?dyad=PER+CHL",
        "/events?with=CHL;BOL",
        "/report/flour",
        "/search?q=flour",
    ],
)
def test_every_call_answers_with_a_json_object(client: TestClient, path: str):
    answer = client.get(f"/api{path}")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert isinstance(answer.json(), dict)


def test_acts_in_one_direction_alone_can_be_asked_for(client: TestClient):
    found = client.get("/api/occurrences", params={"dyad": "CHL PER"}).json()

    assert kinds(found["rows"]) == ["AID", "AGREE"]


@pytest.mark.parametrize(
    ("path", "status", "fact"),
    [
        ("/api/events?actr=PER", 400, "unknown parameter 'actr'"),
        ("/api/events?actor=PEX", 400, "unknown code 'PEX'"),
        ("/api/events?size=201", 400, "input should be less than or equal to 200"),
        ("/api/actor/PEX", 400, "unknown code 'PEX'"),
        ("/api/report/none", 404, "is no document_id of the ledger"),
        ("/api/occurrence/none", 404, "is no occurrence_id of the ledger"),
        ("/export/panel.csv?by=day", 400, "unknown period 'day'"),
    ],
)
def test_a_fault_is_told_as_json_with_place_fact_and_remedy(client: TestClient, path: str, status: int, fact: str):
    answer = client.get(path)

    assert (answer.status_code, answer.json()["fact"]) == (status, fact)
    assert answer.json()["remedy"]


def test_the_description_names_every_filter_of_a_call(client: TestClient):
    paths = client.get("/openapi.json").json()["paths"]

    named = {one["name"] for one in paths["/api/events"]["get"]["parameters"]}
    assert {"since", "until", "actor", "with", "dyad", "quad", "page", "size"} <= named
    assert "dyad" not in {one["name"] for one in paths["/api/front"]["get"]["parameters"]}


def test_an_export_has_the_rows_of_the_filters_in_each_form(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exports, "BATCH", 2)

    answers = [client.get(f"/export/events.{form}?actor=PER") for form in ("csv", "jsonl", "parquet")]

    rows = list(csv.DictReader(io.StringIO(answers[0].text)))
    lines = [json.loads(line) for line in answers[1].text.splitlines()]
    table = pq.read_table(io.BytesIO(answers[2].content))
    assert [row["event_id"] for row in rows] == [row["event_id"] for row in lines] == table["event_id"].to_pylist()
    assert [row["event_id"] for row in rows] == ["flour.2", "flour.1", "copy.1", "denial.1", "raid.1"]
    assert answers[0].headers["content-disposition"] == 'attachment; filename="events.csv"'


def test_an_export_without_rows_has_the_header(client: TestClient):
    answer = client.get("/export/occurrences.csv?actor=BRA")

    assert answer.text.splitlines() == [answer.text.strip()] and answer.text.startswith('"occurrence_id"')


def test_a_panel_of_named_dyads_keeps_to_their_direction_and_has_zeros_if_asked(client: TestClient):
    few = list(csv.DictReader(io.StringIO(client.get("/export/panel.csv?dyad=PER+CHL").text)))
    many = list(csv.DictReader(io.StringIO(client.get("/export/panel.csv?dyad=PER+CHL&zeros=true&by=week").text)))

    assert {(row["source"], row["target"]) for row in few} == {("PER", "CHL")}
    assert sum(int(row["events"]) for row in few) == sum(int(row["events"]) for row in many)
    assert "0" in {row["events"] for row in many}


def test_an_export_of_too_many_rows_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exports, "MOST", 3)

    answer = client.get("/export/events.csv")

    assert (answer.status_code, answer.json()["fact"]) == (400, "has 9 rows")


def test_an_invented_ledger_can_be_asked_and_is_the_same_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(invented, "PROTOTYPES", 120)
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        invented.invent_ledger(folder, 60)
    with Ledger(folders[0]) as one, Ledger(folders[1]) as other:
        events = one.events(), other.events()

    assert len(events[0]) == 60
    assert events[0] == events[1]
