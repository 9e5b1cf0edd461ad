"""The sheet of mentions: what is drawn into it, and what is counted of it once it is filled."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from samples import FIRST, TEXT, event, participant, report

from communique.records import Document, Report
from evaluation import mentions
from evaluation.mentions import HEADER, main, rows_of

GOLD = {"id": "quito.txt", "date": "2023-03-14", "title": "Envoy speaks", "sentences": [{"text": TEXT}]}


class FakeReader:
    """Codes the sample's event twice, so that each mention plays two parts."""

    def __init__(self, model: Path | None = None) -> None:
        pass

    def read_document(self, document: Document, min_score: float | None = None) -> Report:
        return report(document, (event(), event(type="ASSAULT")))


def drawn(folder: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> list[dict[str, str]]:
    path = folder / "gold.jsonl"
    path.write_text("".join(json.dumps(GOLD | {"id": name}) + "\n" for name in ("a", "b", "c")), encoding="utf-8")
    monkeypatch.setattr(mentions, "Reader", FakeReader)
    result = CliRunner().invoke(main, ["draw", str(path), *options], catch_exceptions=False)
    assert result.exit_code == 0
    return list(csv.DictReader(result.stdout.splitlines()))


def counted(folder: Path, *marks: tuple[str, str]) -> list[str]:
    path = folder / "sheet.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows([""] * (len(HEADER) - 2) + list(pair) for pair in marks)
    return CliRunner().invoke(main, ["count", str(path)], catch_exceptions=False).stdout.splitlines()


def test_a_mention_stands_once_and_marked_in_its_sentence() -> None:
    rows = [dict(zip(HEADER, row, strict=True)) for row in rows_of(GOLD, FakeReader())]

    assert [(row["mention"], row["code"], row["sector"]) for row in rows] == [("Peru", "PER", ""), ("rebels", "BOL", "REB")]
    assert rows[0]["sentence"] == FIRST.replace("Peru", "[[Peru]]")
    assert (rows[0]["document"], rows[0]["date"], rows[0]["title"], rows[0]["why"]) == (
        "quito.txt",
        "2023-03-14",
        "Envoy speaks",
        "accused_of",
    )
    assert rows[0]["code_right"] == rows[0]["person_right"] == ""


def test_who_is_only_implied_is_not_on_the_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    implied = event(actors=(participant("", "PER"),), recipients=())
    monkeypatch.setattr(FakeReader, "read_document", lambda _, document: report(document, (implied,)))

    assert list(rows_of(GOLD, FakeReader())) == []


def test_as_many_mentions_are_drawn_as_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = drawn(tmp_path, monkeypatch, "--count", "3")

    assert [len(row) for row in rows] == [len(HEADER)] * 3


def test_the_same_seed_draws_the_same_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(tmp_path, monkeypatch, "--seed", "7") == drawn(tmp_path, monkeypatch, "--seed", "7")


def test_marks_are_counted_and_what_does_not_apply_is_not(tmp_path: Path) -> None:
    lines = counted(tmp_path, ("1", "-"), ("1", "1"), ("0", "-"), ("1", ""), ("-", "0"))

    assert [line.split() for line in lines] == [["code_right", "0.750", "of", "4"], ["person_right", "0.500", "of", "2"]]


def test_a_sheet_without_marks_counts_nothing(tmp_path: Path) -> None:
    assert [line.split()[1:] for line in counted(tmp_path, ("", ""))] == [["0.000", "of", "0"]] * 2
