"""Exports: each layout is read back by what its users read it with, and says what the ledger says."""

import csv
import json
from datetime import date
from pathlib import Path

import click
import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from ledgers import act, make_ledger, told

from communique.errors import LedgerError, QueryError, TableError
from communique.exports import gdelt, icews, polecat, states, write
from communique.exports.columns import TABLES
from communique.exports.write import FORMATS, export
from communique.ledger.query import VIEWS, Ledger
from communique.tables.load import load_csv
from communique.views import exporting

AWKWARD = '=Flour,\t"and" more'
DOCUMENTS = [
    told(
        "flour",
        "2023-03-14",
        (
            "Peru sent flour to Chile.",
            act(
                "AID",
                "sent",
                "Peru: PER",
                "Chile: CHL",
                contexts=("health", "economic"),
                place="Arica: CHL",
                date="2023-03-13",
            ),
        ),
        (
            "The minister denied a raid on Chile.",
            act("ASSAULT", "raid", "PER MIL", "Chile: CHL", said_by="The minister: PER GOV Ada Blank", stance="denies"),
        ),
        ("Peru may sue Chile.", act("ACCUSE", "sue", "Peru: PER", "Chile: CHL", mode="investigate", modality="hypothetical")),
        title=AWKWARD,
        publisher='The "Daily\tPlain"',
        agencies=["AFP"],
    ),
    told("copy", "2023-03-15", ("Peru sent flour to Chile.", act("AID", "sent", "Peru: PER", "Chile: CHL", place="Arica: CHL"))),
    told(
        "talks",
        "2023-05-02",
        ("Chile and Bolivia met.", act("CONSULT", "met", ("Chile: CHL", "Bolivia: BOL"))),
        ("Zoë Ünal of Serbia praised the Union.", act("SUPPORT", "praised", "Zoë Ünal: SRB GOV Zoë Ünal", "the Union: EUR")),
    ),
]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_ledger(tmp_path_factory.mktemp("exported") / "ledger", DOCUMENTS, stories=[["flour", "copy"]])


def tabs(path: Path) -> pd.DataFrame:
    """As pandas reads a file of tabs, without options but that nothing is guessed."""
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)


def run(*arguments: object) -> Result:
    group = click.Group("communique", commands={command.name: command for command in exporting.COMMANDS})
    return CliRunner().invoke(group, ["export", *map(str, arguments)])


def test_tidy_tables_are_what_the_ledger_answers(ledger: Path, tmp_path: Path):
    assert export(ledger, "tidy", tmp_path / "tidy") == 6

    events = pq.read_table(tmp_path / "tidy/events.parquet")
    with Ledger(ledger) as opened:
        asked = opened.events()
        occurrences = opened.occurrences()
    for name in ("event_id", "document_id", "occurrence_id", "type", "mode", "quad", "cameo", "stance", "modality", "date", "reported"):
        assert events[name].to_pylist() == asked[name].to_pylist()
    assert [row["text"] for row in asked["trigger"].to_pylist()] == events["trigger"].to_pylist()
    assert "health; economic" in events["contexts"].to_pylist()
    written = pq.read_table(tmp_path / "tidy/occurrences.parquet")
    assert written["occurrence_id"].to_pylist() == occurrences["occurrence_id"].to_pylist()
    assert written["reports"].to_pylist() == occurrences["reports"].to_pylist()


@pytest.mark.parametrize("name", TABLES)
def test_tidy_csv_holds_what_parquet_holds(ledger: Path, tmp_path: Path, name: str):
    export(ledger, "tidy", tmp_path / "tidy")

    frame = pd.read_csv(tmp_path / f"tidy/{name}.csv", dtype=str, keep_default_na=False)
    whole = pq.read_table(tmp_path / f"tidy/{name}.parquet").to_pylist()
    texts = [["" if value is None else str(value) for value in row.values()] for row in whole]
    read = [[cell.removeprefix("'") for cell in row] for row in frame.to_numpy().tolist()]
    assert [[_plain(cell) for cell in row] for row in read] == [[_plain(cell) for cell in row] for row in texts]


def _plain(cell: str) -> str:
    """Numbers as numbers are written: 10 and 10.0 are one."""
    return cell.removesuffix(".0")


def test_the_codebook_names_every_column_of_every_table(ledger: Path, tmp_path: Path):
    export(ledger, "tidy", tmp_path / "tidy", texts=True)

    with (tmp_path / "tidy/codebook.csv").open(encoding="utf-8", newline="") as file:
        book = list(csv.DictReader(file))
    for name in TABLES:
        columns = pq.read_schema(tmp_path / f"tidy/{name}.parquet").names
        assert [row["column"] for row in book if row["table"] == name] == columns
        assert all(f"| `{column}` |" in (tmp_path / "tidy/codebook.md").read_text(encoding="utf-8") for column in columns)
    assert all(row["meaning"] and row["type"] for row in book)


def test_texts_of_reports_are_written_only_if_they_are_wanted(ledger: Path, tmp_path: Path):
    for texts in (False, True):
        export(ledger, "tidy", tmp_path / f"tidy{texts}", texts=texts)
        export(ledger, "duckdb", tmp_path / f"{texts}.duckdb", texts=texts)

        assert ("text" in pq.read_schema(tmp_path / f"tidy{texts}/documents.parquet").names) is texts
        for path in (p for p in [*(tmp_path / f"tidy{texts}").iterdir(), tmp_path / f"{texts}.duckdb"] if p.suffix in (".csv", ".duckdb")):
            assert (b"Chile and Bolivia met." in path.read_bytes()) is (texts and path.stem in ("documents", "True"))
    with pytest.raises(QueryError, match="does not hold the texts"):
        export(ledger, "icews", tmp_path / "events.tsv", texts=True)


def test_a_text_that_is_a_formula_to_spreadsheets_gets_an_apostrophe_in_csv(ledger: Path, tmp_path: Path):
    export(ledger, "tidy", tmp_path / "tidy")

    assert pd.read_csv(tmp_path / "tidy/documents.csv")["title"][0] == f"'{AWKWARD}"
    assert pq.read_table(tmp_path / "tidy/documents.parquet")["title"].to_pylist()[0] == AWKWARD


def test_what_is_asked_for_is_what_is_written(ledger: Path, tmp_path: Path):
    assert export(ledger, "tidy", tmp_path / "tidy", type=["CONSULT"]) == 1
    assert export(ledger, "duckdb", tmp_path / "asked.duckdb", type="CONSULT") == 1

    kept = {name: pq.read_table(tmp_path / f"tidy/{name}.parquet") for name in TABLES}
    assert kept["events"]["event_id"].to_pylist() == ["talks.1"]
    assert kept["documents"]["document_id"].to_pylist() == ["talks"]
    assert kept["participants"]["code"].to_pylist() == ["CHL", "BOL"]
    assert len(kept["occurrences"]) == 1
    with duckdb.connect(str(tmp_path / "asked.duckdb"), read_only=True) as database:
        counts = {name: database.sql(f"SELECT count(*) FROM {name}").fetchall() for name in ("events", "documents", "occurrences", "runs")}
    assert set(map(str, counts.values())) == {"[(1,)]"}


def test_polecat_has_the_forty_columns_and_opens_in_pandas(ledger: Path, tmp_path: Path):
    assert export(ledger, "polecat", tmp_path / "events.txt") == 5

    frame = tabs(tmp_path / "events.txt")
    assert list(frame.columns) == list(polecat.COLUMNS)
    assert len(polecat.COLUMNS) == len(set(polecat.COLUMNS)) == 40
    first = frame.iloc[0]
    assert (first["Event Date"], first["Event Type"], first["Quad Code"]) == ("2023-03-13", "AID", "MATERIAL COOPERATION")
    assert first["Contexts"] == "health; economic"
    assert first["Source"] == 'The "Daily\tPlain"'
    assert (first["Actor Country"], first["Actor COW"], first["Recipient COW"]) == ("PER", "135", "155")
    talks = frame[frame["Event Type"] == "CONSULT"].iloc[0]
    assert (talks["Actor Name"], talks["Actor COW"], talks["Recipient Name"]) == ("Chile; Bolivia", "155; 145", "")
    praise = frame[frame["Event Type"] == "SUPPORT"].iloc[0]
    assert (praise["Actor Name"], praise["Primary Actor Sector"], praise["Recipient Country"]) == ("Zoë Ünal", "GOV", "")


def test_icews_has_a_line_for_each_source_and_target(ledger: Path, tmp_path: Path):
    export(ledger, "icews", tmp_path / "events.tsv", type=["AID", "CONSULT"])

    frame = tabs(tmp_path / "events.tsv")
    assert list(frame.columns) == list(icews.COLUMNS)
    assert len(icews.COLUMNS) == 20
    assert frame["Source Name"].tolist() == ["Peru", "Peru", "Chile", "Bolivia"]
    assert frame["Target Name"].tolist() == ["Chile", "Chile", "Bolivia", "Chile"]
    assert frame["CAMEO Code"].tolist() == ["070", "070", "040", "040"]
    assert frame["Sentence Number"].tolist() == ["1", "1", "1", "1"]
    assert frame["Publisher"][0] == 'The "Daily\tPlain"'


def test_gdelt_tables_have_their_columns_and_refer_to_each_other(ledger: Path, tmp_path: Path):
    assert export(ledger, "gdelt", tmp_path / "gdelt") == 5

    events = _gdelt(tmp_path / "gdelt/events.export.CSV", gdelt.EVENTS)
    mentions = _gdelt(tmp_path / "gdelt/mentions.CSV", gdelt.MENTIONS)
    assert (len(gdelt.EVENTS), len(gdelt.MENTIONS)) == (61, 16)
    assert events["GLOBALEVENTID"].is_unique
    assert set(mentions["GLOBALEVENTID"]) == set(events["GLOBALEVENTID"])
    assert max(map(int, events["GLOBALEVENTID"])) < 2**53
    aid = events[events["EventCode"] == "070"].iloc[0]
    assert (aid["Actor1Code"], aid["Actor2CountryCode"], aid["EventRootCode"], aid["QuadClass"]) == ("PER", "CHL", "07", "2")
    assert (aid["GoldsteinScale"], aid["NumMentions"], aid["NumArticles"], aid["IsRootEvent"]) == ("10.0", "2", "2", "1")
    assert (aid["SQLDATE"], aid["ActionGeo_FullName"], aid["ActionGeo_CountryCode"]) == ("20230313", "Arica, Chile", "CI")
    assert (events["Actor1CountryCode"] + events["Actor2KnownGroupCode"]).tolist().count("SRBEUR") == 1
    assert mentions["MentionSourceName"].tolist().count("The 'Daily Plain'") == 2
    assert mentions[mentions["MentionIdentifier"] == "copy"]["MentionTimeDate"].tolist() == ["20230315000000"]


def _gdelt(path: Path, names: tuple[str, ...]) -> pd.DataFrame:
    """As GDELT's files are read: no header, no quotes."""
    frame = pd.read_csv(path, sep="\t", header=None, dtype=str, keep_default_na=False, quoting=csv.QUOTE_NONE)
    assert frame.equals(pd.read_csv(path, sep="\t", header=None, dtype=str, keep_default_na=False))
    return frame.set_axis(list(names), axis=1)


def test_an_id_that_is_no_number_still_has_one():
    assert gdelt._number("83da99e73eefff58") == 0x83DA99E73EEFF
    assert 0 < gdelt._number("no number") < 2**52


@pytest.mark.parametrize("form", ["polecat", "icews", "gdelt", "panel"])
def test_what_did_not_happen_is_left_out_where_the_layout_cannot_say_so(ledger: Path, tmp_path: Path, form: str):
    assert export(ledger, form, tmp_path / "actual") == 5
    assert export(ledger, form, tmp_path / "asked", modality=["hypothetical"]) == 1


def test_a_panel_counts_as_the_ledger_does(ledger: Path, tmp_path: Path):
    export(ledger, "panel", tmp_path / "panel")

    table = pq.read_table(tmp_path / "panel/panel.parquet")
    with Ledger(ledger) as opened:
        asked = opened.panel()
    for name in asked.column_names:
        assert table[name].to_pylist() == asked[name].to_pylist()
    frame = pd.read_csv(tmp_path / "panel/panel.csv", parse_dates=["period"])
    assert len(frame) == len(asked)
    assert frame["events"].sum() == 5
    row = frame[(frame["source"] == "SRB") & (frame["period"] == "2023-05-01")].iloc[0]
    assert (row["source_iso3"], row["source_cow"], row["source_gw"], row["year"], row["month"]) == ("SRB", 345, 340, 2023, 5)
    assert row[["target_iso3", "target_cow", "target_gw"]].isna().all()


def test_a_panel_is_made_of_what_is_asked_for_some_dyads_at_a_time(ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    export(ledger, "panel", tmp_path / "whole")
    monkeypatch.setattr("communique.exports.panel.DYADS", 1)
    export(ledger, "panel", tmp_path / "parts")
    export(ledger, "panel", tmp_path / "aid", type="AID", since="2023-01", until="2023-12")
    export(ledger, "panel", tmp_path / "none", type="PROTEST")

    parts = pq.read_table(tmp_path / "parts/panel.parquet")
    aid = pq.read_table(tmp_path / "aid/panel.parquet")
    assert parts.equals(pq.read_table(tmp_path / "whole/panel.parquet"))
    assert (len(aid), sum(aid["events"].to_pylist()), sum(aid["AID"].to_pylist())) == (12, 1, 1)
    assert len(pq.read_table(tmp_path / "none/panel.parquet")) == 0


@pytest.mark.parametrize(
    ("code", "system", "day", "value"),
    [
        ("DEU", "cow", date(1990, 9, 30), "260"),
        ("DEU", "cow", date(1990, 10, 31), "255"),
        ("DEU", "gw", date(1990, 9, 30), "260"),
        ("SRB", "gw", date(2006, 5, 31), "345"),
        ("SRB", "gw", date(2006, 6, 30), "340"),
        ("SRB", "cow", date(2006, 5, 31), "345"),
        ("RUS", "cow", date(1991, 1, 31), "365"),
        ("YEM", "cow", date(1990, 4, 30), "678"),
        ("SSD", "cow", date(2011, 6, 30), None),
        ("SSD", "cow", None, "626"),
        ("UNO", "cow", None, None),
        (None, "fips", None, None),
    ],
)
def test_a_state_has_the_code_of_its_day(code: str | None, system: str, day: date | None, value: str | None):
    assert states.state_code(code, system, day) == value


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("DEU,cow,260,,1990-10-02,x\nDEU,cow,255,1990-10-02,,x\n", "states.csv:3: DEU has two codes of cow on 1990-10-02"),
        ("DEU,cow,260,,autumn,x\n", "states.csv:2: 'autumn' is no day"),
    ],
)
def test_a_fault_of_the_table_of_states_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: str, fault: str):
    (tmp_path / "states.csv").write_text(f"code,system,value,since,until,source\n{rows}", encoding="utf-8")
    monkeypatch.setattr(states, "SHOWN", tmp_path)

    with pytest.raises(TableError) as told_:
        states.load_states.__wrapped__()

    assert str(told_.value).startswith(fault)


def test_every_state_of_the_table_has_a_name_and_numbers_are_numbers():
    rows = load_csv(states.SHOWN / "states.csv", states.COLUMNS)

    assert {row["code"] for row in rows} <= set(polecat.names())
    assert all(row["value"].isdecimal() for row in rows if row["system"] != "fips")


def test_stata_reads_values_labels_and_days(ledger: Path, tmp_path: Path):
    export(ledger, "stata", tmp_path / "events.dta")
    export(ledger, "tidy", tmp_path / "tidy")

    frame = pd.read_stata(tmp_path / "events.dta")
    events = pq.read_table(tmp_path / "tidy/events.parquet").to_pylist()
    assert list(frame.columns) == list(events[0])
    for name in frame.columns:
        values = [None if pd.isna(value) else value for value in frame[name].tolist()]
        assert [_told(name, row[name]) for row in events] == [
            value.date() if isinstance(value, pd.Timestamp) else value for value in values
        ]
    with pd.io.stata.StataReader(tmp_path / "events.dta") as reader:
        assert reader.variable_labels()["reported"] == "Day of the report"
        assert reader.value_labels()["quad"][4] == "material conflict"
        assert reader.value_labels()["type"][1] == "AGREE"


def _told(name: str, value: object) -> object:
    """A value as Stata has it: no text is an empty one, and a class has its label."""
    if name == "quad":
        return {1: "verbal cooperation", 2: "material cooperation", 3: "verbal conflict", 4: "material conflict"}[value]
    return "" if value is None and name not in NUMBERS else value


NUMBERS = {"place_latitude", "place_longitude", "first_day", "last_day", "why_head"}


def test_pyreadstat_reads_the_data_set_of_stata(ledger: Path, tmp_path: Path):
    pyreadstat = pytest.importorskip("pyreadstat")
    export(ledger, "stata", tmp_path / "events.dta")

    frame, about = pyreadstat.read_dta(tmp_path / "events.dta", apply_value_formats=True)

    assert frame["type"].tolist() == ["AID", "ASSAULT", "ACCUSE", "AID", "CONSULT", "SUPPORT"]
    assert about.column_names_to_labels["event_id"] == "Names the event"
    assert frame["reported"].tolist()[-1] == date(2023, 5, 2)


def test_a_text_too_long_for_stata_is_cut_between_letters(tmp_path: Path):
    long = "ü" * 1500
    made = make_ledger(
        tmp_path / "ledger", [told("one", "2023-01-01", (f"{long} hit Chile.", act("ASSAULT", "hit", "PER", "Chile: CHL", date_text=long)))]
    )

    export(made, "stata", tmp_path / "events.dta")

    assert pd.read_stata(tmp_path / "events.dta")["date_text"][0] == "ü" * 1022


def test_plover_is_an_event_a_line(ledger: Path, tmp_path: Path):
    export(ledger, "plover", tmp_path / "events.jsonl")

    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(events) == 6
    by_id = {event["id"]: event for event in events}
    assert (by_id["flour.1"]["date"], by_id["flour.1"]["event_type"], by_id["flour.1"]["contexts"]) == (
        "2023-03-13",
        "AID",
        ["health", "economic"],
    )
    assert by_id["flour.1"]["actors"] == [{"text": "Peru", "name": "Peru", "code": "PER", "country": "PER", "cow": 135, "sector": None}]
    assert by_id["flour.3"]["auxiliary_mode"] == "hypothetical"
    assert by_id["flour.3"]["event_mode"] == "investigate"
    assert by_id["flour.2"]["said_by"][0]["name"] == "Ada Blank"


def test_json_ld_points_at_the_words_of_the_stored_text(ledger: Path, tmp_path: Path):
    export(ledger, "jsonld", tmp_path / "claims.jsonld")

    graph = json.loads((tmp_path / "claims.jsonld").read_text(encoding="utf-8"))["@graph"]
    nodes = {node["id"]: node for node in graph}
    assert len(nodes) == len(graph) == 1 + 3 + 2 * 6
    with Ledger(ledger) as opened:
        texts = dict(opened.sql("SELECT document_id, text FROM documents").to_pandas().to_numpy().tolist())
    for node in graph:
        if node["type"] == "Annotation":
            position, quoted = node["target"]["selector"]
            text = texts[node["target"]["source"].rpartition(":")[2]]
            assert text[position["start"] : position["end"]] == quoted["exact"]
            assert text[: position["start"]].endswith(quoted["prefix"])
            assert text[position["end"] :].startswith(quoted["suffix"])
            claim = nodes[node["body"]]
            assert claim["wasDerivedFrom"] in nodes
            assert nodes[claim["wasGeneratedBy"]]["name"] == "communique:0|tables:0|model:0"


def test_json_ld_expands_to_known_vocabularies(ledger: Path, tmp_path: Path):
    jsonld = pytest.importorskip("pyld").jsonld
    export(ledger, "jsonld", tmp_path / "claims.jsonld", type="AID")

    expanded = jsonld.expand(json.loads((tmp_path / "claims.jsonld").read_text(encoding="utf-8")))
    kinds = {kind for node in expanded for kind in node["@type"]}
    assert kinds == {
        *("https://schema.org/Claim", "https://schema.org/NewsArticle", "http://www.w3.org/ns/oa#Annotation"),
        *("http://www.w3.org/ns/prov#Entity", "http://www.w3.org/ns/prov#Activity"),
    }
    assert "http://www.w3.org/ns/oa#TextPositionSelector" in json.dumps(expanded)
    assert jsonld.to_rdf(expanded, {"format": "application/n-quads"}).count("<http://www.w3.org/ns/prov#wasDerivedFrom>") == 2


def test_duckdb_has_every_view_as_a_table_in_the_format_of_old_versions(ledger: Path, tmp_path: Path):
    export(ledger, "duckdb", tmp_path / "whole.duckdb", texts=True)

    with duckdb.connect(str(tmp_path / "whole.duckdb"), read_only=True) as database, Ledger(ledger) as opened:
        assert sorted(name for (name,) in database.sql("SELECT table_name FROM duckdb_tables()").fetchall()) == sorted(VIEWS)
        for name in VIEWS:
            assert sorted(map(str, database.sql(f"FROM {name}").fetchall())) == sorted(map(str, _rows(opened, name)))
        ((tags,),) = database.sql("SELECT tags FROM duckdb_databases() WHERE database_name = 'whole'").fetchall()
    assert "v1.2.0" in tags["storage_version"]


def _rows(opened: Ledger, name: str) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in opened.sql(f"FROM {name}").to_pylist()]


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_ledger_gives_the_same_bytes_and_leaves_nothing_beside(ledger: Path, tmp_path: Path, form: str):
    for name in ("one", "two"):
        export(ledger, form, tmp_path / name)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]
    assert form == "duckdb" or _bytes(tmp_path / "one") == _bytes(tmp_path / "two")
    assert not FORMATS[form].files or {path.name for path in (tmp_path / "one").iterdir()} == set(FORMATS[form].files)


def _bytes(path: Path) -> list[bytes]:
    return [one.read_bytes() for one in (sorted(path.iterdir()) if path.is_dir() else [path])]


@pytest.mark.parametrize("form", FORMATS)
def test_a_ledger_without_what_is_asked_for_gives_an_export_without_rows(ledger: Path, tmp_path: Path, form: str):
    assert export(ledger, form, tmp_path / "out", type="PROTEST") == 0
    assert (tmp_path / "out").exists()


def test_an_export_is_written_over_only_if_that_is_wanted(ledger: Path, tmp_path: Path):
    for form, out in (("icews", tmp_path / "events.tsv"), ("tidy", tmp_path / "tidy")):
        export(ledger, form, out, type="AID")
        before = _bytes(out)

        with pytest.raises(QueryError, match="is there already"):
            export(ledger, form, out)
        assert _bytes(out) == before
        export(ledger, form, out, overwrite=True)
        assert _bytes(out) != before


def test_a_folder_of_other_things_is_never_written_over(ledger: Path, tmp_path: Path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/letters.txt").write_text("Dear all")

    with pytest.raises(QueryError, match="has files that are no export"):
        export(ledger, "tidy", tmp_path / "home", overwrite=True)
    with pytest.raises(QueryError, match="is a folder"):
        export(ledger, "icews", tmp_path / "home", overwrite=True)
    with pytest.raises(QueryError, match="is a file"):
        export(ledger, "tidy", tmp_path / "home/letters.txt", overwrite=True)
    with pytest.raises(QueryError, match="cannot be written"):
        export(ledger, "icews", tmp_path / "home/letters.txt/events.tsv")

    assert (tmp_path / "home/letters.txt").read_text() == "Dear all"


def test_what_cannot_be_asked_writes_nothing(ledger: Path, tmp_path: Path):
    with pytest.raises(QueryError, match="unknown type"):
        export(ledger, "tidy", tmp_path / "out", type="AIDE")
    with pytest.raises(QueryError, match="unknown format"):
        export(ledger, "spss", tmp_path / "out")
    with pytest.raises(LedgerError):
        export(tmp_path / "nowhere", "tidy", tmp_path / "out")

    assert list(tmp_path.iterdir()) == []


def test_an_export_that_loses_a_file_to_a_writer_is_written_anew(ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    states_seen = iter([["before"], ["after"], ["after"]])
    real, tries = icews.write, []

    def failing_once(chosen: object, out: Path) -> None:
        tries.append(out)
        out.write_text("half")
        if len(tries) == 1:
            raise duckdb.IOException("gone")
        real(chosen, out)

    monkeypatch.setattr(icews, "write", failing_once)
    monkeypatch.setattr(write, "_state", lambda _catalogue: next(states_seen))
    export(ledger, "icews", tmp_path / "events.tsv")

    assert len(tries) == 2
    assert len(tabs(tmp_path / "events.tsv")) == 6


def test_the_command_offers_every_format_and_tells_what_it_wrote(ledger: Path, tmp_path: Path):
    result = run(ledger, "--format", "icews", "--actor", "PER", "--type", "AID", "-o", tmp_path / "events.tsv")

    assert tuple(FORMATS) == exporting.FORMATS
    assert result.exit_code == 0
    assert result.stdout.split() == ["2", "events", "written", "to", str(tmp_path / "events.tsv")]


def test_the_command_tells_faults_without_a_trace(ledger: Path, tmp_path: Path):
    assert run(ledger, "--format", "spss", "-o", tmp_path / "x").exit_code == 2
    assert run(ledger, "--format", "tidy").exit_code == 2
    result = run(ledger, "--format", "tidy", "--actor", "XYZ", "-o", tmp_path / "x")

    assert result.exit_code == 1
    assert result.stderr.startswith("communique: actor: unknown code 'XYZ'")


def test_an_interrupted_export_leaves_nothing(ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupted(_chosen: object, out: Path) -> None:
        out.write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(icews, "write", interrupted)
    result = run(ledger, "--format", "icews", "-o", tmp_path / "events.tsv")

    assert result.exit_code == 130
    assert result.stderr == "communique: interrupted; nothing is written\n"
    assert list(tmp_path.iterdir()) == []
