"""A ledger is asked: events, occurrences, counts over time, stories, words, and SQL that can do nothing but ask."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from ledgers import RUN, act, make_ledger, shard_of, told

import communique
from communique.errors import InputError, LedgerError, QueryError
from communique.ledger.query import RECORD, VIEWS, Ledger
from communique.ledger.write import Writer

GOV = "the minister: PER GOV Ada Núñez Blank"
DOCUMENTS = [
    told(
        "flour",
        "2023-03-14",
        ("Peru sent flour to Chile.", act("AID", "sent", "Peru: PER", "Chile: CHL", contexts=("health",), place="Arica: CHL")),
        ("On Monday the minister accused Chile of delay.", act("ACCUSE", "accused", GOV, "Chile: CHL", date="2023-03-13")),
        title="Flour crosses the border",
        publisher="Daily Plain",
        agencies=["AFP"],
    ),
    told(
        "copy",
        "2023-03-15",
        ("Peru sent flour to Chile.", act("AID", "sent", "Peru: PER", "Chile: CHL", contexts=("health",), place="Arica: CHL")),
        title="Flour for the neighbours",
        publisher="Évora Post",
    ),
    told(
        "talks",
        "2023-05-02",
        ("Chile and Bolivia met, and envoys may sign.", act("CONSULT", "met", ("Chile: CHL", "Bolivia: BOL"))),
        (
            "A convoy was shelled, Bolivia says.",
            act("ASSAULT", "shelled", "UNK", "BOL CVL", said_by="Bolivia: BOL", stance="alleges", score=0.5),
        ),
        ("Chile would arm Peru.", act("AID", "arm", "Chile: CHL", "Peru: PER", modality="hypothetical")),
    ),
    told("letter", None, ("Chile praised Peru.", act("SUPPORT", "praised", "Chile: CHL", "Peru: PER"))),
]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory):
    fault = InputError("broken.txt", "has no text", "Leave it out.")
    folder = make_ledger(tmp_path_factory.mktemp("asked") / "ledger", DOCUMENTS, stories=[["flour", "copy"]], rejects=[fault])
    with Ledger(folder) as opened:
        yield opened


def ids(table: pa.Table) -> list[str]:
    return table["event_id"].to_pylist()


def test_all_events_come_by_day_those_without_a_date_last(ledger: Ledger):
    table = ledger.events()

    assert ids(table) == ["flour.2", "flour.1", "copy.1", "talks.1", "talks.2", "talks.3", "letter.1"]
    assert table.column_names == [*RECORD, "reported", "title", "publisher", "occurrence_id"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"actor": "PER"}, ["flour.2", "flour.1", "copy.1"]),
        ({"actor": "PER GOV"}, ["flour.2"]),
        ({"actor": "nunez"}, ["flour.2"]),
        ({"actor": "the MINISTER"}, ["flour.2"]),
        ({"actor": ["PER GOV", "BOL"]}, ["flour.2", "talks.1"]),
        ({"recipient": "BOL CVL"}, ["talks.2"]),
        ({"with_": "BOL"}, ["talks.1", "talks.2"]),
        ({"actor": "CHL", "with_": "BOL"}, ["talks.1"]),
        ({"actor": "CHL", "with_": "PER", "type": "AID"}, ["flour.1", "copy.1", "talks.3"]),
        ({"type": ["ACCUSE", "CONSULT"]}, ["flour.2", "talks.1"]),
        ({"quad": 4}, ["talks.2"]),
        ({"modality": "hypothetical"}, ["talks.3"]),
        ({"stance": "alleges", "said_by": "BOL"}, ["talks.2"]),
        ({"context": "health"}, ["flour.1", "copy.1"]),
        ({"place": "CHL"}, ["flour.1", "copy.1"]),
        ({"place": "arica", "publisher": "evora post"}, ["copy.1"]),
        ({"agency": "afp"}, ["flour.2", "flour.1"]),
        ({"min_score": 0.9, "quad": [3, 4]}, ["flour.2"]),
        ({"until": "2023-03-13"}, ["flour.2"]),
        ({"since": "2023-03-14", "until": "2023-03"}, ["flour.1", "copy.1"]),
        ({"since": date(2023, 5, 2), "limit": 1}, ["talks.1"]),
        ({"mode": "visit"}, []),
    ],
    ids=str,
)
def test_options_narrow_events_down_and_values_are_alternatives(ledger: Ledger, asked: dict[str, Any], found: list[str]):
    assert ids(ledger.events(**asked)) == found


@pytest.mark.parametrize(
    ("asked", "told_"),
    [
        ({"actor": "PEX"}, "actor: unknown code 'PEX'"),
        ({"actor": "PER GOX"}, "actor: unknown sector 'GOX' · Did you mean 'GOV'?"),
        ({"type": "ACUSE"}, "type: unknown type 'ACUSE' · Did you mean 'ACCUSE'?"),
        ({"context": "heath"}, "context: unknown context 'heath' · Did you mean 'health'?"),
        ({"modality": "actal"}, "modality: unknown modality 'actal' · Did you mean 'actual'?"),
        ({"quad": 5}, "quad: unknown quad 5"),
        ({"since": "13.3.2023"}, "since: '13.3.2023' is no date · Write YYYY, YYYY-MM or YYYY-MM-DD."),
        ({"until": "2023-02-30"}, "until: '2023-02-30' is no date"),
        ({"actors": "PER"}, "question: unknown option 'actors' · Did you mean 'actor'?"),
        ({"limit": -1}, "limit: -1 is no number of rows"),
        ({"to": "panda"}, "to: unknown form 'panda' · Did you mean 'pandas'?"),
    ],
    ids=str,
)
def test_what_there_is_none_of_is_told_with_the_nearest(ledger: Ledger, asked: dict[str, Any], told_: str):
    with pytest.raises(QueryError) as fault:
        ledger.events(**asked)

    assert str(fault.value).startswith(told_)


def test_a_value_is_never_read_as_sql(ledger: Ledger):
    assert ids(ledger.events(actor="x' OR true --", publisher='") OR ("1" = "1')) == []


def test_copies_tell_of_one_occurrence(ledger: Ledger):
    table = ledger.occurrences(actor="PER", type="AID")

    assert table.select(["type", "reports", "stories", "publishers"]).to_pylist() == [
        {"type": "AID", "reports": 2, "stories": 1, "publishers": ["Daily Plain", "Évora Post"]}
    ]
    assert ledger.count(type="AID") == 3
    assert ledger.count(of="occurrences", type="AID") == 2


def test_an_occurrence_has_each_event_with_its_report_sentence_and_rule(ledger: Ledger):
    (listed,) = ledger.occurrences(actor="PER", type="AID").to_pylist()

    (found,) = ledger.occurrence(listed["occurrence_id"][:12]).to_pylist()

    assert found["reports"] == 2
    assert [(one["event_id"], one["title"], one["rule"]) for one in found["events"]] == [
        ("flour.1", "Flour crosses the border", "first"),
        ("copy.1", "Flour for the neighbours", "same_sentence"),
    ]
    assert {one["text"] for one in found["events"]} == {"Peru sent flour to Chile."}


@pytest.mark.parametrize(("given", "fact"), [("zz", "is no occurrence_id of the ledger"), ("", "begins the occurrence_id")])
def test_an_id_must_name_one(ledger: Ledger, given: str, fact: str):
    with pytest.raises(QueryError, match=fact):
        ledger.occurrence(given)


def test_an_event_is_shown_with_its_document_and_paragraph(ledger: Ledger):
    (row,) = ledger.show("flour.2").to_pylist()

    span = row["paragraph"]
    assert row["title"] == "Flour crosses the border"
    assert row["text"][span["start"] : span["end"]] == "Peru sent flour to Chile. On Monday the minister accused Chile of delay."
    assert row["text"][row["trigger"]["start"] : row["trigger"]["end"]] == "accused"
    assert [one["name"] for one in row["carriers"]] == ["AFP"]


def test_a_timeline_counts_both_directions_in_every_period(ledger: Ledger):
    rows = ledger.timeline("CHL", "PER", modality=None).to_pylist()

    counted = [(row["source"], row["period"].isoformat(), row["events"], row["quad2"], row["intensity"]) for row in rows]
    assert counted == [
        ("CHL", "2023-03-01", 0, 0, None),
        ("CHL", "2023-04-01", 0, 0, None),
        ("CHL", "2023-05-01", 1, 1, 10.0),
        ("PER", "2023-03-01", 2, 1, 4.0),
        ("PER", "2023-04-01", 0, 0, None),
        ("PER", "2023-05-01", 0, 0, None),
    ]


def test_weeks_begin_on_monday_and_reports_are_counted_where_asked(ledger: Ledger):
    rows = ledger.timeline("PER", "CHL", since="2023-03-15", until="2023-03-20", by="week", count="reports").to_pylist()

    assert [(row["source"], row["period"].isoformat()) for row in rows if row["source"] == "PER"] == [
        ("PER", "2023-03-13"),
        ("PER", "2023-03-20"),
    ]
    assert ledger.timeline("PER", "CHL", by="year", count="reports")["events"].to_pylist() == [3, 0]


def test_a_timeline_of_a_span_without_acts_is_all_zeros(ledger: Ledger):
    table = ledger.timeline("PER", "BOL", since="2023-01", until="2023-03")

    assert table["events"].to_pylist() == [0] * 6
    assert len(ledger.timeline("PER", "BOL")) == 0


def test_a_panel_has_a_row_for_every_dyad_and_period(ledger: Ledger):
    table = ledger.panel()

    rows = [(row["source"], row["target"], row["period"].month, row["events"], row["AID"], row["ACCUSE"]) for row in table.to_pylist()]
    assert rows == [
        *(("BOL", "CHL", month, int(month == 5), 0, 0) for month in (3, 4, 5)),
        *(("CHL", "BOL", month, int(month == 5), 0, 0) for month in (3, 4, 5)),
        ("PER", "CHL", 3, 2, 1, 1),
        *(("PER", "CHL", month, 0, 0, 0) for month in (4, 5)),
    ]
    assert table.column_names[:8] == ["source", "target", "period", "events", "quad1", "quad2", "quad3", "quad4"]


def test_a_panel_without_zeros_has_the_same_rows_of_events(ledger: Ledger):
    sparse, whole = ledger.panel(zeros=False), ledger.panel()

    assert sparse.schema == whole.schema
    assert sparse.to_pylist() == [row for row in whole.to_pylist() if row["events"]]


def test_a_panel_keeps_to_the_span_and_the_actors_asked_for(ledger: Ledger):
    table = ledger.panel(["PER", "CHL"], since="2022", until="2023", by="year")

    assert [(row["source"], row["period"].year, row["events"]) for row in table.to_pylist()] == [("PER", 2022, 0), ("PER", 2023, 2)]
    assert len(ledger.panel(["PER", "BOL"])) == 0


def test_acts_within_a_country_are_left_out_where_asked(tmp_path: Path):
    document = told("a", "2023-01-02", ("Police held two men.", act("COERCE", "held", "Police: PER COP", "two men: PER CVL")))

    with Ledger(make_ledger(tmp_path / "ledger", [document])) as opened:
        assert opened.panel()["COERCE"].to_pylist() == [1]
        assert len(opened.panel(abroad=True)) == 0


def test_a_panel_beyond_measure_is_refused(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.ledger.panel.MAX_ROWS", 5)

    with pytest.raises(QueryError, match="would have 9 rows"):
        ledger.panel()


def test_documents_and_stories_are_listed(ledger: Ledger):
    assert ledger.documents(until="2023-03")["document_id"].to_pylist() == ["flour", "copy"]
    assert ledger.documents()["events"].to_pylist() == [2, 1, 3, 1]
    (story,) = ledger.stories().to_pylist()
    assert (story["document_id"], story["documents"], story["publishers"]) == ("flour", 2, ["Daily Plain", "Évora Post"])


def test_a_story_says_what_each_copy_is_linked_to(ledger: Ledger):
    rows = ledger.story("copy").to_pylist()

    assert [(row["document_id"], row["first"], row["linked_to"]) for row in rows] == [("flour", True, None), ("copy", False, "flour")]
    with pytest.raises(QueryError, match="is in no story"):
        ledger.story("talks")


@pytest.mark.parametrize("words", ["flour", '"sent flour"', "flo* NOT accused", "FLOUR AND peru", "title : neighbours"])
def test_a_report_is_found_by_its_words(ledger: Ledger, words: str):
    assert "copy" in ledger.search(words)["document_id"].to_pylist()


def test_hits_are_marked_in_a_stretch_of_the_stored_text(ledger: Ledger):
    (row,) = ledger.search("convoy").to_pylist()

    assert row["document_id"] == "talks"
    assert "A [convoy] was shelled" in row["snippet"]
    assert row["score"] > 0


@pytest.mark.parametrize("words", ["cease-fire", '"open', "AND", ""])
def test_words_with_a_fault_are_told(ledger: Ledger, words: str):
    with pytest.raises(QueryError, match="cannot be searched for"):
        ledger.search(words)


def test_sql_answers_with_parameters(ledger: Ledger):
    table = ledger.sql("SELECT count(*) AS n FROM events WHERE type = ?", ["AID"])

    assert table["n"].to_pylist() == [3]
    assert ledger.sql("WITH a AS (FROM links) SELECT rule FROM a WHERE event_id = $id", {"id": "copy.1"})["rule"].to_pylist() == [
        "same_sentence"
    ]


@pytest.mark.parametrize("query", ["DESCRIBE events", "SUMMARIZE documents", "FROM participants; ", "SHOW TABLES"])
def test_sql_may_ask_for_views_and_columns(ledger: Ledger, query: str):
    assert len(ledger.sql(query)) > 0


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM DOCUMENTS_OF_CALLER",
        "COPY (SELECT 1) TO '{folder}/x.csv'",
        "WITH x AS (COPY (SELECT 1) TO '{folder}/x.csv') SELECT 1",
        "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('WITH x AS (COPY (SELECT 1) TO ''{folder}/x.csv'') SELECT 1'))",
        "SELECT * FROM query('SELECT * FROM json_execute' || '_serialized_sql(json_serialize_sql(''SELECT 1''))')",
        "ATTACH '{folder}/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 1",
        "CREATE TABLE t AS SELECT 1",
        "DROP VIEW events",
        "SELECT 1; SELECT 2",
        "",
        "SELECT nothing FROM events",
        "SELEC 1",
        "SELECT ? + 1",
    ],
)
def test_sql_does_nothing_but_ask(ledger: Ledger, query: str):
    folder = Path(ledger._reader.folder)
    DOCUMENTS_OF_CALLER = pa.table({"a": [1]})  # noqa: F841  a variable that DuckDB would find

    with pytest.raises(QueryError):
        ledger.sql(query.replace("{folder}", str(folder)))

    assert not list(folder.glob("x.*"))


def test_rejects_runs_and_views_are_listed(ledger: Ledger):
    assert ledger.rejects()["fact"].to_pylist() == ["has no text"]
    assert RUN.run in ledger.runs()["run"].to_pylist()
    assert set(ledger.views()["view"].to_pylist()) == set(VIEWS)


@pytest.mark.parametrize(("to", "name"), [("arrow", "Table"), ("pandas", "DataFrame"), ("polars", "DataFrame")])
def test_answers_come_in_the_form_asked_for(ledger: Ledger, to: str, name: str):
    if to != "arrow":
        pytest.importorskip(to)

    for answer in (ledger.events(to=to), ledger.panel(to=to), ledger.runs(to=to)):
        assert type(answer).__name__ == name


def test_a_form_whose_library_is_missing_is_told(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "polars", None)

    with pytest.raises(QueryError, match="polars is not installed"):
        ledger.runs(to="polars")


def test_a_question_sees_what_was_added_meanwhile(tmp_path: Path):
    folder = make_ledger(tmp_path / "ledger", DOCUMENTS[:1])
    with communique.Ledger(folder) as opened:
        before = opened.count()
        with Writer(folder, "more") as writer:
            writer.commit(shard_of(DOCUMENTS[2:3]))

        assert (before, opened.count()) == (2, 5)


def test_an_empty_ledger_answers_with_nothing(tmp_path: Path):
    with Ledger(make_ledger(tmp_path / "ledger", [])) as opened:
        answers = [
            opened.events(),
            opened.occurrences(),
            opened.panel(),
            opened.timeline("PER", "CHL"),
            opened.search("flour"),
            opened.stories(),
        ]

    assert [len(answer) for answer in answers] == [0] * 6


def test_a_folder_that_is_no_ledger_is_told(tmp_path: Path):
    with pytest.raises(LedgerError, match="is no ledger"):
        Ledger(tmp_path)
