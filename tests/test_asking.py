"""The commands that ask a ledger: tables for people, files for programs, faults told."""

import csv
import io
import json
from pathlib import Path

import click
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from ledgers import act, make_ledger, told

from communique.errors import InputError
from communique.ledger.query import Ledger
from communique.views.answers import event_of
from communique.views.asking import COMMANDS

DOCUMENTS = [
    told(
        "flour",
        "2023-03-14",
        ("Peru sent flour to Chile.", act("AID", "sent", "Peru: PER", "Chile: CHL", contexts=("health",), place="Arica: CHL")),
        (
            "The minister denied a raid on Chile.",
            act("ASSAULT", "raid", "PER MIL", "Chile: CHL", said_by="The minister: PER GOV", stance="denies"),
        ),
        title="=Flour, and more",
        publisher="Daily Plain",
        agencies=["AFP"],
    ),
    told("copy", "2023-03-15", ("Peru sent flour to Chile.", act("AID", "sent", "Peru: PER", "Chile: CHL", place="Arica: CHL"))),
    told("talks", "2023-05-02", ("Chile and Bolivia met.", act("CONSULT", "met", ("Chile: CHL", "Bolivia: BOL")))),
]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    fault = InputError("broken.txt", "has no text", "Leave it out.")
    return make_ledger(tmp_path_factory.mktemp("asked") / "ledger", DOCUMENTS, stories=[["flour", "copy"]], rejects=[fault])


def run(name: str, *arguments: object) -> Result:
    group = click.Group("communique", commands={command.name: command for command in COMMANDS})
    return CliRunner().invoke(group, [name, *map(str, arguments)])


def printed(name: str, *arguments: object) -> str:
    """What a command prints, with runs of blanks as one."""
    result = run(name, *arguments)
    assert result.exit_code == 0, result.stderr
    return " ".join(result.stdout.split())


def test_events_stand_under_the_heading_of_their_report(ledger: Path):
    text = printed("events", ledger, "--actor", "PER", "--with", "CHL")

    assert text.startswith(
        "=Flour, and more 2023-03-14 · Daily Plain · flour AID Peru (PER) → Chile (CHL) 0.90 flour.1 “sent” · Arica (CHL)"
    )
    assert "ASSAULT PER MIL → Chile (CHL) 0.90 flour.2 “raid” · denied by The minister (PER GOV)" in text


def test_a_table_is_short_and_says_what_it_leaves_out(ledger: Path):
    text = printed("events", ledger, "--limit", 1)

    assert "flour.1" in text
    assert text.endswith("… 3 more: give --limit, or -o FILE.csv for all")
    assert "more:" not in printed("events", ledger, "--limit", 4)


def test_a_table_fits_100_columns_without_a_terminal(ledger: Path):
    lines = run("events", ledger).stdout.splitlines() + run("sql", ledger, "FROM events").stdout.splitlines()

    assert max(map(len, lines)) <= 100


def test_occurrences_are_listed_and_shown(ledger: Path):
    text = printed("occurrences", ledger, "--type", "AID")

    with Ledger(ledger) as opened:
        name = opened.occurrences(type="AID")["occurrence_id"][0].as_py()
    assert text == f"~2023-03-14 AID PER → CHL actual {name} Arica (CHL) · 2 reports, 1 independent"
    shown = printed("occurrence", ledger, name[:10])
    assert "Peru sent flour to Chile. Peru (PER) → Chile (CHL) · in the report’s own voice copy.1 · same_sentence" in shown


def test_an_event_is_shown_with_marks_and_reasons(ledger: Path):
    text = printed("show", ledger, "flour.2")

    assert "carried by AFP Peru sent flour to Chile. The minister denied a raid on Chile." in text
    assert "[speaker The minister] denied a [trigger raid] on [recipient Chile]." in text
    assert "because head 0.90 · rule by_hand" in text


def test_a_timeline_has_a_row_for_each_direction_and_period(ledger: Path):
    lines = run("timeline", ledger, "PER", "CHL", "--by", "year").stdout.splitlines()

    assert [line.split() for line in lines] == [
        ["source", "target", "period", "events", "quad1", "quad2", "quad3", "quad4", "intensity"],
        ["PER", "CHL", "2023-01-01", "2", "0", "1", "0", "1", "0.50"],
        ["CHL", "PER", "2023-01-01", "0", "0", "0", "0", "0"],
    ]


def test_a_panel_goes_to_a_file_told_by_its_ending(ledger: Path, tmp_path: Path):
    assert run("panel", ledger, "--since", "2023-01", "-o", tmp_path / "panel.parquet").exit_code == 0

    table = pq.read_table(tmp_path / "panel.parquet")
    assert (len(table), sum(table["AID"].to_pylist())) == (15, 1)
    assert "AID" not in printed("panel", ledger, "--no-zeros", "--modality", "all")


def test_the_order_of_options_does_not_matter(ledger: Path, tmp_path: Path):
    one = run("events", ledger, "-o", tmp_path / "a.jsonl", "--limit", 2, "--format", "csv")
    other = run("events", ledger, "--format", "csv", "--limit", 2, "-o", tmp_path / "b.jsonl")

    assert (one.exit_code, other.exit_code) == (0, 0)
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_a_story_a_search_and_rejects_are_listed(ledger: Path):
    assert "copy 2023-03-15" in printed("story", ledger, "flour")
    assert "Chile and Bolivia [met]." in printed("search", ledger, "met")
    assert printed("rejects", ledger) == "place fact remedy broken.txt has no text Leave it out."
    assert printed("search", ledger, "nowhere") == "nothing found"


def test_csv_has_cells_that_people_can_read(ledger: Path):
    rows = list(csv.DictReader(io.StringIO(run("events", ledger, "--format", "csv").stdout)))

    raid = rows[1]
    assert (raid["actors"], raid["actor_codes"], raid["said_by"], raid["said_by_codes"]) == ("PER MIL", "PER", "PER GOV", "PER")
    assert (raid["trigger"], raid["sentence_index"], raid["why_rule"], raid["score"]) == ("raid", "1", "by_hand", "0.9")
    assert (rows[0]["contexts"], rows[0]["place"], rows[0]["place_country"]) == ("health", "Arica", "CHL")
    assert rows[3]["actors"] == "CHL; BOL"


def test_csv_has_nothing_that_a_spreadsheet_would_run(ledger: Path):
    rows = list(
        csv.DictReader(io.StringIO(run("sql", ledger, "SELECT '=1+1' AS a, '@b' AS b, -1 AS c, 'd-e' AS d", "--format", "csv").stdout))
    )

    assert rows == [{"a": "'=1+1", "b": "'@b", "c": "-1", "d": "d-e"}]


def test_json_lines_have_the_record_as_it_is(ledger: Path):
    rows = [json.loads(line) for line in run("events", ledger, "--format", "jsonl").stdout.splitlines()]

    assert rows[0]["title"] == "=Flour, and more"
    assert rows[0]["actors"][0]["code"] == "PER"
    assert rows[0]["reported"] == "2023-03-14"
    assert event_of(rows[0]).trigger == {"text": "sent", "start": 23, "end": 27}


@pytest.mark.parametrize(
    ("arguments", "told_"),
    [
        (("events", "--actor", "PEX"), "communique: actor: unknown code 'PEX'"),
        (("events", "--with", "PEX"), "communique: with: unknown code 'PEX'"),
        (("timeline", "PER", "Chile"), "communique: actor: unknown code 'Chile'"),
        (("show", "nothing"), "communique: nothing: is no event_id of the ledger\n  The view events has them all."),
        (("sql", "DROP VIEW events"), "communique: sql: is not one question"),
        (("search", "cease-fire"), "communique: cease-fire: cannot be searched for"),
        (("rejects", "-o", "/nowhere/x.csv"), "communique: /nowhere/x.csv: cannot be written"),
    ],
    ids=str,
)
def test_a_fault_is_told_with_its_remedy(ledger: Path, arguments: tuple[str, ...], told_: str):
    name, *rest = arguments

    result = run(name, ledger, *rest)

    assert result.exit_code == 1
    assert result.stderr.startswith(told_)
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(("arguments", "told_"), [(["--format", "parquet"], "Name a file with -o"), (["-o", "x.doc"], "Give --format")])
def test_a_form_that_cannot_be_told_is_wrong_usage(ledger: Path, arguments: list[str], told_: str):
    result = run("events", ledger, *arguments)

    assert result.exit_code == 2
    assert told_ in result.stderr


def test_a_folder_that_is_no_ledger_is_told(tmp_path: Path):
    result = run("events", tmp_path)

    assert result.exit_code == 1
    assert "is no ledger" in result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_an_example(command: click.Command):
    assert f"communique {command.name} ledger/" in run(str(command.name), "--help").stdout
