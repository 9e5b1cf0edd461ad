"""The commands that keep a ledger: what they print, what they say of faults, and how they exit."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from keeper import PlainReader, ask, faults, hashes

from communique.ledger.catalogue import Catalogue
from communique.ledger.write import Summary, Writer
from communique.views.cli import main
from communique.views.keeping import summary_lines


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are read plainly, without weights."""
    monkeypatch.setattr("communique.batch.shards.load_reader", PlainReader)
    monkeypatch.setattr("communique.batch.recode.load_reader", PlainReader)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three reports in English, of which two tell of one act."""
    texts = ["Ardania shelled Borland on that day.", "On that day Ardania shelled Borland.", "There was no news of any kind."]
    rows = [{"id": f"r{number}", "date": "2023-03-13", "text": text} for number, text in enumerate(texts)]
    path = tmp_path / "some.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def ledger(tmp_path: Path, source: Path) -> Path:
    run("add", tmp_path / "ledger", source)
    return tmp_path / "ledger"


def run(command: str, *arguments: object) -> Result:
    own = ("--workers", "1") if command in ("add", "recode") else ()
    return CliRunner().invoke(main, [command, *map(str, arguments), *own], catch_exceptions=False)


def counts(result: Result) -> dict[str, int]:
    """What a command says that it has done."""
    lines = (line.strip().partition("  ") for line in result.stdout.splitlines())
    return {label.strip(): int(number.replace(",", "")) for number, _, label in lines}


def test_adding_tells_what_was_done(tmp_path: Path, source: Path):
    result = run("add", tmp_path / "ledger", source)

    assert result.exit_code == 0
    assert counts(result) == {
        "documents coded": 3,
        "sentences": 3,
        "events": 2,
        "standing relations": 0,
        "copies of other reports in the ledger": 0,
        "occurrences in the ledger": 1,
        "known before": 0,
        "rejected": 0,
    }
    assert result.stderr == ""


def test_adding_again_tells_that_all_was_known(ledger: Path, source: Path):
    before = hashes(ledger)

    told = counts(run("add", ledger, source))

    assert (told["documents coded"], told["known before"], told["occurrences in the ledger"]) == (0, 3, 1)
    assert hashes(ledger) == before


def test_what_is_rejected_is_told_and_the_exit_code_says_in_part(tmp_path: Path, source: Path):
    for _ in range(2):
        result = run("add", tmp_path / "ledger", source, tmp_path / "nowhere.txt")

        assert result.exit_code == 3
        assert counts(result)["rejected"] == 1
    assert faults(tmp_path / "ledger") == []


def test_where_all_is_rejected_the_command_has_failed_every_time(tmp_path: Path):
    french = tmp_path / "nouvelles.txt"
    french.write_text("Le ministre des affaires étrangères est arrivé hier soir dans la capitale pour y rencontrer ses homologues.")

    results = [run("add", tmp_path / "ledger", french) for _ in range(2)]

    assert [result.exit_code for result in results] == [1, 1]
    assert "is in French (fr)" in results[0].stdout


def test_a_report_from_days_yet_to_come_is_rejected(tmp_path: Path):
    path = tmp_path / "late.jsonl"
    path.write_text(json.dumps({"id": "late", "date": "2090-01-01", "text": "There was no news of any kind."}))

    result = run("add", tmp_path / "ledger", path)

    assert result.exit_code == 1
    assert "is dated 2090-01-01, which is yet to come" in result.stdout


def test_columns_and_dates_are_read_as_they_are_said_to_be_written(tmp_path: Path):
    archive = tmp_path / "archive.csv"
    archive.write_text("nr,when,story\n7,02/03/2023,There was no news of any kind.\n8,,Nor was there any that day.\n")

    mapping = ("--map", "id=nr,date=when,text=story", "--date-format", "%d/%m/%Y", "--date", "2023-05-01")
    result = run("add", tmp_path / "ledger", archive, *mapping)

    assert result.exit_code == 0
    assert ask(tmp_path / "ledger", "SELECT document_id, reported::VARCHAR FROM documents ORDER BY 1") == [
        ("7", "2023-03-02"),
        ("8", "2023-05-01"),
    ]


def test_a_limit_leaves_the_rest_for_the_next_time(tmp_path: Path, source: Path):
    told = [counts(run("add", tmp_path / "ledger", source, "--limit", 2))["documents coded"] for _ in range(2)]

    assert told == [2, 1]


def test_standard_input_can_be_added(tmp_path: Path, source: Path):
    arguments = ["add", str(tmp_path / "ledger"), "-", "--workers", "1"]

    result = CliRunner().invoke(main, arguments, input=source.read_bytes(), catch_exceptions=False)

    assert counts(result)["documents coded"] == 3


def test_many_reasons_are_summed_up():
    summary = Summary(rejects=1014, reasons={f"reason {number:02}": 1 for number in range(14)} | {"no text": 1000})

    lines = list(summary_lines(summary))

    assert lines[7:9] == ["       1,014  rejected", "       1,000    no text"]
    assert lines[-1] == "           3    for 3 other reasons"


def test_coding_again_tells_what_was_coded_and_does_it_once(ledger: Path):
    results = [run("recode", ledger, "--min-score", "0.5") for _ in range(2)]

    assert [counts(result)["documents coded"] for result in results] == [3, 0]
    assert [result.exit_code for result in results] == [0, 0]
    assert ask(ledger, "SELECT DISTINCT min_score FROM documents JOIN runs USING (run)") == [(0.5,)]


def test_coding_again_keeps_to_the_days_asked_for(ledger: Path):
    assert counts(run("recode", ledger, "--min-score", "0.5", "--since", "2023-03-14"))["documents coded"] == 0
    assert counts(run("recode", ledger, "--min-score", "0.5", "--until", "2023-03-13"))["documents coded"] == 3


def test_compacting_tells_how_many_files_were_replaced(ledger: Path):
    assert run("compact", ledger).stdout == "5 files replaced\n"
    assert run("compact", ledger).stdout == "0 files replaced\n"


def test_a_sound_ledger_is_told_to_be_sound(ledger: Path):
    result = run("verify", ledger)

    assert (result.exit_code, result.stdout) == (0, "sound\n")


def test_the_hashes_of_the_content_are_printed_where_asked(ledger: Path):
    lines = run("verify", ledger, "--content").stdout.splitlines()

    assert lines == [*(f"{digest}  {name}" for name, digest in hashes(ledger).items()), "sound"]


def test_faults_of_a_ledger_are_listed_and_exit_with_1(ledger: Path):
    file = Catalogue.open(ledger).files("events")[0]
    (ledger / file.path).unlink()

    result = run("verify", ledger, "--content")

    assert (result.exit_code, result.stdout) == (1, f"{file.path}: is missing\n1 faults\n")


def test_decisions_are_told_and_taken_back(ledger: Path):
    one, other = (str(event) for (event,) in ask(ledger, "SELECT event_id FROM events ORDER BY 1"))

    assert run("apart", ledger, one, other, "--note", "two raids").stdout == f"apart: {one} {other}\n"
    assert ask(ledger, "SELECT count(*) FROM occurrences") == [(2,)]
    assert run("apart", ledger, one, other, "--undo").stdout == f"no longer apart: {one} {other}\n"
    assert ask(ledger, "SELECT count(*) FROM occurrences") == [(1,)]


def test_documents_can_be_put_together(ledger: Path):
    assert run("together", ledger, "r0", "r1").exit_code == 0
    assert ask(ledger, "SELECT stories FROM occurrences") == [(1,)]


@pytest.mark.parametrize("command", ["recode", "compact", "verify", "apart", "together"])
def test_where_there_is_no_ledger_the_command_has_failed_and_made_none(tmp_path: Path, command: str):
    result = run(command, tmp_path / "nowhere", *(["a", "b"] if command in ("apart", "together") else []))

    assert result.exit_code == 1
    assert result.stderr.startswith(f"communique: {tmp_path / 'nowhere'}: is no ledger: it has no catalogue\n  Make one: communique add")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("command", ["add", "recode", "compact", "apart", "together"])
def test_who_does_not_want_to_wait_is_told_that_another_writes(ledger: Path, source: Path, command: str):
    arguments = {"add": [source], "apart": ["r0", "r1"], "together": ["r0", "r1"]}.get(command, [])
    with Writer(ledger, "another"):
        result = run(command, ledger, *arguments, "--no-wait")

    assert result.exit_code == 1
    assert result.stderr == f"communique: {ledger}: is being written by another process\n  Wait for it to end.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["add", "ledger"],
        ["add", "ledger", "x.txt", "--limit", "-1"],
        ["add", "ledger", "x.txt", "--date", "13.3."],
        ["add", "ledger", "x.txt", "--workers", "0"],
        ["recode", "ledger", "--since", "soon"],
        ["apart", "ledger", "one"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2(arguments: list[str]):
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_a_fault_in_the_mapping_is_told_before_anything_is_made(tmp_path: Path, source: Path):
    result = run("add", tmp_path / "ledger", source, "--map", "txt=body")

    assert result.exit_code == 1
    assert result.stderr.startswith("communique: txt=body: gives no column to a field")
    assert not (tmp_path / "ledger").exists()


def test_ctrl_c_says_that_what_is_done_is_kept(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("communique.batch.add.merge", interrupt)
        result = run("add", tmp_path / "ledger", source)

    assert result.exit_code == 130
    assert result.stderr == "communique: interrupted; what is done is kept, and the same command goes on from there\n"
    assert counts(run("add", tmp_path / "ledger", source))["known before"] == 3
    assert ask(tmp_path / "ledger", "SELECT count(*) FROM occurrences") == [(1,)]
