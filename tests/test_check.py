"""`communique tables check`: sound tables, broken ones, and what is coded of examples, by a reader that codes one act in all."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from samples import event, report

from communique import pipeline
from communique.errors import TableError
from communique.meaning import plover
from communique.meaning.plover import EventType, Example
from communique.records import Document, Event, Report
from communique.views import check
from communique.views.check import Coded, check_examples, check_tables
from communique.views.cli import main

RIGHT = Example("Peru is arming rebels.", None, frozenset({"PER"}), frozenset({"BOL"}), "types.toml:74")
WRONG = Example("Chile is arming rebels.", None, frozenset({"CHL"}), frozenset({"BOL"}), "types.toml:74")


class FakeReader:
    """Knows one type with two examples, and codes the sample's act in any text."""

    plover = SimpleNamespace(types={"AID": EventType("AID", "Gives aid", 2, 7.0, (), (RIGHT, WRONG))})

    def __init__(self, model: Path | None = None) -> None:
        pass

    def read_document(self, document: Document, min_score: float | None = None) -> Report:
        return report(document, (event(document_id=document.id),))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["tables", "check", *arguments], catch_exceptions=False)


def coded(example: Example, *events: Event) -> Coded:
    return Coded("AID", example, events)


def broken() -> None:
    raise TableError("verbs.csv:2", "unknown type 'AGRE'", "Did you mean 'AGREE'?")


@pytest.fixture
def two_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "STAGES", {"verbs.csv": broken, "nouns.csv": dict})


@pytest.fixture
def no_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "STAGES", {"nouns.csv": dict})
    monkeypatch.setattr(pipeline, "Reader", FakeReader)


def test_the_shipped_tables_are_sound() -> None:
    result = run("--no-examples")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [f"{name}: sound" for name in check.STAGES]


def test_a_broken_stage_is_reported_and_the_others_are_checked(two_stages: None) -> None:
    found = [(name, fault and str(fault)) for name, fault in check_tables()]

    assert found == [("verbs.csv", "verbs.csv:2: unknown type 'AGRE' · Did you mean 'AGREE'?"), ("nouns.csv", None)]


def test_a_broken_table_fails_with_place_fact_and_remedy(two_stages: None) -> None:
    result = run()

    assert result.exit_code == 1
    assert result.stdout == "verbs.csv: faulty\nnouns.csv: sound\n"
    assert result.stderr == "communique: verbs.csv:2: unknown type 'AGRE'\n  Did you mean 'AGREE'?\n"


def test_a_fault_in_a_file_is_told_by_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "types.toml").write_text("# types\n\n[AID]\nmaens = 'gives'\n", encoding="utf-8")
    monkeypatch.setattr(plover, "DATA", tmp_path)
    monkeypatch.setattr(check, "STAGES", {"types.toml": plover.Plover.load})
    result = run("--no-examples")

    assert result.exit_code == 1
    assert result.stderr == "communique: types.toml:3: unknown column 'maens'\n  Did you mean 'means'?\n"


def test_an_example_is_coded_as_defined_by_type_and_both_sides() -> None:
    assert coded(RIGHT, event(type="ACCUSE"), event()).as_defined
    assert not coded(RIGHT, event(type="ACCUSE")).as_defined
    assert not coded(WRONG, event()).as_defined
    assert not coded(RIGHT, event(recipients=())).as_defined
    assert not coded(RIGHT).as_defined


def test_two_events_do_not_make_up_one_example() -> None:
    assert not coded(RIGHT, event(actors=()), event(recipients=())).as_defined


def test_the_mode_counts_where_the_example_names_one() -> None:
    moded = Example(RIGHT.text, "visit", RIGHT.actors, RIGHT.recipients, RIGHT.place)

    assert coded(RIGHT, event(mode="visit")).as_defined
    assert coded(moded, event(mode="visit")).as_defined
    assert not coded(moded, event()).as_defined


def test_every_example_is_a_report_of_its_own_under_its_place() -> None:
    found = list(check_examples(FakeReader()))

    assert [(one.type, one.example, one.as_defined) for one in found] == [("AID", RIGHT, True), ("AID", WRONG, False)]
    assert [one.events[0].document_id for one in found] == ["types.toml:74"] * 2


def test_an_example_coded_otherwise_is_shown_with_what_was_coded(no_faults: None) -> None:
    result = run()

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "nouns.csv: sound",
        "types.toml:74 AID: Chile is arming rebels.",
        "  coded: AID PER → BOL",
        "1 of 2 examples are coded as defined",
    ]


def test_examples_are_not_coded_where_they_are_left_out(no_faults: None) -> None:
    assert run("--no-examples").stdout == "nouns.csv: sound\n"


def test_a_strict_check_fails_where_an_example_is_coded_otherwise(no_faults: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("--strict").exit_code == 1
    monkeypatch.setattr(FakeReader, "plover", SimpleNamespace(types={"AID": EventType("AID", "Gives aid", 2, 7.0, (), (RIGHT,))}))
    assert run("--strict").exit_code == 0


def test_a_folder_without_a_model_fails_without_a_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "STAGES", {})
    result = run("--model", str(tmp_path))

    assert result.exit_code == 1
    assert result.stderr.startswith(f"communique: {tmp_path}: ")


def test_the_help_has_examples() -> None:
    shown = run("--help").stdout

    assert "communique tables check\n" in shown
    assert "communique tables check --no-examples" in shown
