"""The command line: what it prints, what it says of faults, and how it exits."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result
from readers import OneByOne
from samples import TEXT, event, report

from communique.errors import InputError, ModelError
from communique.records import Document, Report
from communique.views.cli import main

ROOT = Path(__file__).parent.parent


class FakeReader(OneByOne):
    """Codes one event of score 0.91 in any text."""

    def __init__(self, model: Path | None = None) -> None:
        if model is not None:
            raise ModelError(str(model), "no manifest.toml", "Name a model folder.")

    def read_document(self, document: Document, min_score: float | None = None) -> Report:
        if "unreadable" in document.text:
            raise InputError(document.id, "cannot be coded", "Leave it out.")
        found = event(document_id=document.id)
        return report(document, (found,) if found.score >= (min_score or 0) else ())


@pytest.fixture(autouse=True)
def fake_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = ModuleType("communique.pipeline")
    pipeline.Reader = FakeReader
    monkeypatch.setitem(sys.modules, "communique.pipeline", pipeline)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "quito.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def read(*arguments: object, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["read", *map(str, arguments)], input=stdin, catch_exceptions=False)


def test_a_file_is_printed_as_a_table(source: Path):
    result = read(source)

    assert result.exit_code == 0
    assert "Peru (PER) → rebels (BOL REB)" in result.stdout
    assert "\x1b" not in result.stdout


def test_jsonl_prints_an_event_a_line_under_the_file_name(source: Path):
    result = read("--jsonl", source)

    assert [json.loads(line)["document_id"] for line in result.stdout.splitlines()] == ["quito.txt"]


def test_json_prints_the_whole_report(source: Path):
    assert json.loads(read("--json", source).stdout)["text"] == TEXT


def test_explain_marks_the_sentence(source: Path):
    assert "[actor Peru] is accused of [trigger arming]" in read("--explain", source).stdout


@pytest.mark.parametrize("arguments", [["-"], []])
def test_standard_input_is_read(arguments: list[str]):
    assert json.loads(read("--jsonl", *arguments, stdin=TEXT).stdout)["type"] == "AID"


def test_a_date_is_given_to_a_report_without_one(source: Path):
    assert json.loads(read("--json", "--date", "2023-03-13", source).stdout)["date"] == "2023-03-13"


def test_a_report_keeps_the_date_it_came_with(tmp_path: Path):
    path = tmp_path / "archive.jsonl"
    path.write_text(json.dumps({"id": "a", "date": "2020-01-02", "text": TEXT}) + "\n", encoding="utf-8")

    assert json.loads(read("--json", "--date", "2023-03-13", path).stdout)["date"] == "2020-01-02"


def test_events_under_the_least_score_are_left_out(source: Path):
    assert read("--jsonl", "--min-score", "0.95", source).stdout == ""


def test_a_missing_file_fails_with_place_fact_and_remedy(tmp_path: Path):
    result = read(tmp_path / "nowhere.txt")

    assert result.exit_code == 1
    assert result.stderr.startswith(f"communique: {tmp_path / 'nowhere.txt'}: ")
    assert len(result.stderr.splitlines()) == 2


@pytest.mark.parametrize(("name", "content"), [("empty.txt", b""), ("binary.txt", b"\x00\x01\x02" * 100)])
def test_what_is_no_text_fails_without_a_trace(tmp_path: Path, name: str, content: bytes):
    path = tmp_path / name
    path.write_bytes(content)
    result = read(path)

    assert result.exit_code == 1
    assert result.stderr.startswith("communique: ")
    assert result.stdout == ""


def test_a_bad_line_is_told_and_the_others_are_read(tmp_path: Path):
    path = tmp_path / "archive.jsonl"
    lines = [json.dumps({"id": "a", "text": TEXT}), "{broken", json.dumps({"id": "c", "text": TEXT})]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = read("--jsonl", path)

    assert result.exit_code == 3
    assert [json.loads(line)["document_id"] for line in result.stdout.splitlines()] == ["a", "c"]
    assert "archive.jsonl:2" in result.stderr


def test_a_bad_line_of_standard_input_is_told_and_the_others_are_read():
    lines = [json.dumps({"id": "a", "text": TEXT}), "{broken", json.dumps({"id": "c", "text": TEXT})]
    result = read("--jsonl", stdin="\n".join(lines) + "\n")

    assert result.exit_code == 3
    assert [json.loads(line)["document_id"] for line in result.stdout.splitlines()] == ["a", "c"]


def test_a_report_that_cannot_be_coded_does_not_stop_the_others(source: Path, tmp_path: Path):
    bad = tmp_path / "bad.txt"
    bad.write_text("This is unreadable.", encoding="utf-8")
    result = read("--jsonl", bad, source)

    assert result.exit_code == 3
    assert len(result.stdout.splitlines()) == 1
    assert result.stderr == "communique: bad.txt: cannot be coded\n  Leave it out.\n"


def test_a_model_folder_without_a_model_is_told_once(source: Path, tmp_path: Path):
    result = read("--model", tmp_path, source, source)

    assert result.exit_code == 1
    assert result.stderr == f"communique: {tmp_path}: no manifest.toml\n  Name a model folder.\n"


@pytest.mark.parametrize(
    "arguments",
    [["--date", "2023-02-30"], ["--date", "yesterday"], ["--min-score", "2"], ["--json", "--jsonl"], ["--no-such-option"]],
)
def test_wrong_usage_exits_with_2(source: Path, arguments: list[str]):
    result = read(*arguments, source)

    assert result.exit_code == 2
    assert "Usage: " in result.stderr


def run(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "communique", *arguments], input=stdin, capture_output=True, text=True, cwd=ROOT, check=False
    )


def test_the_module_is_the_command():
    assert run("--version").stdout == "communique 0.1.0\n"


def test_the_help_has_examples():
    assert "communique read --date 2023-03-13 --explain report.txt" in run("read", "--help").stdout


def test_the_help_tells_the_least_score_that_the_pipeline_has(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "communique.pipeline")
    from communique.pipeline import DEFAULT_SCORE

    assert f"[default: {DEFAULT_SCORE}]" in read("--help").stdout


def test_the_version_loads_none_of_the_heavy_packages():
    code = "import sys, communique.views.cli; print([name for name in ('numpy', 'onnxruntime', 'rich') if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)

    assert shown.stdout == "[]\n"


def test_the_version_is_told_at_once():
    """Processor time, not time by the clock, which other work on the machine lengthens."""

    def seconds() -> float:
        before = os.times()
        run("--version")
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(seconds() for _ in range(5)) < 0.15
