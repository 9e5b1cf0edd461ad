"""Many machines: archives coded into folders and object stores, and Ray as the engine. A plain reader stands in for the weights."""

import gzip
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import keeper
import pyarrow.dataset as ds
import pytest
from click.testing import CliRunner
from keeper import DEADLY, PLAIN, WIDER, PlainReader, ask, faults, hashes

from communique.batch.add import add
from communique.batch.cluster import RayCrew
from communique.batch.output import find_parts, open_output
from communique.batch.parts import code
from communique.batch.recode import recode
from communique.batch.shards import Config
from communique.errors import CommuniqueError, InputError, ModelError
from communique.text.files import find_files
from communique.text.items import Intake, Item
from communique.text.sources import find_items, size_of
from communique.views.cli import main

ROOT = Path(__file__).parent.parent
CONFIG = Config(model=PLAIN, shard_items=2)
WEEK = [f"Ardania shelled Borland. That was on day {day} of March." for day in range(13, 18)]


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, reports are read plainly."""
    for module in ("shards", "parts", "recode"):
        monkeypatch.setattr(f"communique.batch.{module}.load_reader", PlainReader)


def archive(path: Path, *texts: str) -> Path:
    """A packed file of reports, one a line, a day apart."""
    rows = [{"id": f"{path.name}/{number}", "date": f"2023-03-{13 + number}", "text": text} for number, text in enumerate(texts)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    return path


@pytest.fixture
def week(tmp_path: Path) -> Path:
    return archive(tmp_path / "crawl" / "week.jsonl.gz", *WEEK)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def ids(folder: Path) -> list[str]:
    """The documents that a data set has."""
    return sorted(ds.dataset(folder / "documents").to_table()["document_id"].to_pylist())


# Into a folder


def test_an_archive_becomes_tables_and_manifests(week: Path, tmp_path: Path, plain: None):
    summary = code([str(week)], str(tmp_path / "out"), CONFIG)

    assert (summary.documents, summary.events, summary.known, summary.rejects) == (5, 5, 0, 0)
    assert ids(tmp_path / "out") == [f"week.jsonl.gz/{number}" for number in range(5)]
    assert ds.dataset(tmp_path / "out" / "events").count_rows() == 5
    assert sorted(path.stem.rpartition("-")[2] for path in (tmp_path / "out" / "manifests").iterdir()) == ["00000", "00001", "00002"]
    assert [path.stem.rpartition("-")[2] for path in (tmp_path / "out" / "inputs").iterdir()] == ["00003"]


def test_what_is_done_is_not_done_again(week: Path, tmp_path: Path, plain: None):
    code([str(week)], str(tmp_path / "out"), CONFIG)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}

    summary = code([str(week)], str(tmp_path / "out"), CONFIG)

    assert (summary.documents, summary.known) == (0, 3)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == before


def test_a_shard_without_its_manifest_is_done_again(week: Path, tmp_path: Path, plain: None):
    code([str(week)], str(tmp_path / "out"), CONFIG)
    before = bytes_of(tmp_path / "out")
    (manifest,) = (tmp_path / "out" / "manifests").glob("*-00001.json")
    manifest.unlink()
    (tmp_path / "out" / "events" / f"{manifest.stem}.parquet").write_bytes(b"PAR1 half of it")

    summary = code([str(week)], str(tmp_path / "out"), CONFIG)

    assert (summary.documents, summary.known) == (2, 2)
    assert bytes_of(tmp_path / "out") == before


def test_the_turns_of_several_give_the_files_of_one(week: Path, tmp_path: Path, plain: None, monkeypatch: pytest.MonkeyPatch):
    code([str(week)], str(tmp_path / "one"), CONFIG)
    monkeypatch.setattr("communique.batch.parts.TURN_BYTES", 40)

    seen: list[tuple[int, int]] = []
    code([str(week)], str(tmp_path / "several"), CONFIG, step=lambda one: seen.append((one.consumed, one.size)))

    assert len(seen) > 2
    assert seen[-1][0] == seen[-1][1]
    assert bytes_of(tmp_path / "several") == bytes_of(tmp_path / "one")


def test_an_output_holds_what_one_run_has_coded(week: Path, tmp_path: Path, plain: None):
    code([str(week)], str(tmp_path / "out"), CONFIG)

    with pytest.raises(InputError, match="coded by another model"):
        code([str(week)], str(tmp_path / "out"), replace(CONFIG, model=WIDER))


def test_a_file_that_breaks_off_is_coded_as_far_as_it_goes_and_tried_again(week: Path, tmp_path: Path, plain: None):
    whole = week.read_bytes()
    week.write_bytes(whole[:-20])

    summary = code([str(week)], str(tmp_path / "out"), CONFIG)
    assert (summary.documents > 0, summary.rejects) == (True, 1)
    assert not list((tmp_path / "out" / "inputs").iterdir())

    week.write_bytes(whole)
    assert code([str(week)], str(tmp_path / "out"), CONFIG).rejects == 0
    code([str(week)], str(tmp_path / "at once"), CONFIG)
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "at once")


def test_what_cannot_be_coded_is_in_the_table_of_rejects(tmp_path: Path, plain: None):
    source = archive(tmp_path / "some.jsonl.gz", WEEK[0], " ", "This is unforeseen.")
    told: list[str] = []

    summary = code([str(source), str(tmp_path / "nowhere.gz"), "*.nothing"], str(tmp_path / "out"), CONFIG, tell=told.append)

    assert (summary.documents, summary.rejects) == (1, 4)
    assert told == ["*.nothing: has no files to read · Check the path."]
    places = ds.dataset(tmp_path / "out" / "rejects").to_table()["place"].to_pylist()
    assert sorted(places) == [f"{tmp_path}/nowhere.gz", f"{source}:2", f"{source}:3"]


def test_an_object_store_gets_the_same_files(week: Path, tmp_path: Path, plain: None):
    code([str(week)], str(tmp_path / "out"), CONFIG)

    for _ in range(2):
        summary = code([str(week)], "mock:///bucket/same", CONFIG)

    store = open_output("mock:///bucket/same")
    assert {name: store.get(name) for name in bytes_of(tmp_path / "out")} == bytes_of(tmp_path / "out")
    assert summary.known == 3
    assert [part.files["documents"]["rows"] for part in find_parts(store)] == [2, 2, 1]


def test_an_address_that_is_none_is_told():
    with pytest.raises(InputError, match="cannot be reached"):
        code([], "nowhere://bucket/out", CONFIG)


# From other file systems


def places(source: str) -> list[str]:
    return [item.place.rpartition("/")[2] for item in find_items(source, Intake()) if isinstance(item, Item)]


def test_addresses_are_read_as_paths_are(tmp_path: Path, week: Path):
    more = archive(tmp_path / "crawl" / "2024" / "more.jsonl.gz", WEEK[0])
    archive(tmp_path / "crawl" / ".hidden.jsonl.gz", WEEK[0])
    base = f"file://{tmp_path.as_posix()}/crawl"

    assert places(f"{base}/week.jsonl.gz") == [f"week.jsonl.gz:{number}" for number in range(1, 6)]
    assert places(f"{base}/") == ["more.jsonl.gz:1", *places(f"{base}/*.gz")]
    assert places(f"{base}/**/more*") == places(f"{base}/2024/*.gz") == ["more.jsonl.gz:1"]
    assert size_of([f"{base}/"]) == week.stat().st_size + more.stat().st_size
    assert [item.data for item in find_items(f"{base}/*.gz", Intake())] == [item.data for item in find_items(str(week), Intake())]


def test_addresses_without_files_are_told(tmp_path: Path):
    for source in (f"file://{tmp_path.as_posix()}/none.gz", f"file://{tmp_path.as_posix()}/*.gz", "nowhere://bucket/x.gz"):
        (fault,) = find_files(source)

        assert isinstance(fault, InputError)
        assert fault.place == source


def test_a_list_names_a_source_a_line(tmp_path: Path, week: Path):
    (tmp_path / "list.txt").write_text(f"{week}\n\n  file://{tmp_path.as_posix()}/crawl/*.gz  \nnowhere.txt\n")

    assert [file.size > 0 for file in find_files(f"@{tmp_path / 'list.txt'}")] == [True, True, False]  # type: ignore[union-attr]
    assert [str(file) for file in find_files("@nowhere.txt")] == ["nowhere.txt: no such file · Check the path."]


# Into a ledger


def test_a_ledger_takes_up_what_was_coded_as_if_it_had_coded_it(tmp_path: Path, plain: None):
    rows = [*WEEK, " ", "It was the first of all.", "It was the second of all."]
    source = archive(tmp_path / "some.jsonl.gz", *rows)
    versions = [{"id": "v", "text": text} for text in rows[-2:]]
    (tmp_path / "versions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in versions))
    sources = [str(source), str(tmp_path / "versions.jsonl")]
    add(tmp_path / "direct", sources, CONFIG)
    code(sources, str(tmp_path / "out"), CONFIG)

    first, second = (add(tmp_path / "ledger", [str(tmp_path / "out")], CONFIG) for _ in range(2))

    assert (first.documents, first.rejects) == (9, 1)
    assert (second.documents, second.known) == (0, 9)
    assert hashes(tmp_path / "ledger") == hashes(tmp_path / "direct")
    assert ask(tmp_path / "ledger", "SELECT text FROM documents WHERE document_id = 'v'") == [("It was the second of all.",)]
    assert faults(tmp_path / "ledger") == []
    assert add(tmp_path / "ledger", sources, CONFIG).known == 9


def test_what_is_not_as_it_was_written_is_not_taken_up(week: Path, tmp_path: Path, plain: None):
    code([str(week)], str(tmp_path / "out"), CONFIG)
    next((tmp_path / "out" / "events").glob("*-00001.parquet")).write_bytes(b"something else")

    with pytest.raises(InputError, match="is not what was written"):
        add(tmp_path / "ledger", [str(tmp_path / "out")], CONFIG)


# The command


def test_the_command_tells_what_was_done(week: Path, tmp_path: Path, plain: None):
    (tmp_path / "list.txt").write_text(str(week))

    results = [
        CliRunner().invoke(main, ["code", f"@{tmp_path / 'list.txt'}", "--output", str(tmp_path / "out"), "--workers", "1"])
        for _ in range(2)
    ]

    assert [one.exit_code for one in results] == [0, 0]
    assert results[0].stdout.splitlines()[0].split() == ["5", "documents", "coded"]
    assert results[1].stdout.splitlines()[4].split() == ["1", "shards", "coded", "before"]


def test_an_engine_that_is_not_installed_is_told(week: Path, tmp_path: Path, plain: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "ray", None)

    result = CliRunner().invoke(main, ["add", str(tmp_path / "ledger"), str(week), "--engine", "ray"])

    assert result.exit_code == 1
    assert "pip install 'communique[cluster]'" in result.stderr


# Processes


@pytest.mark.slow
def test_a_page_that_kills_its_process_costs_itself_alone(tmp_path: Path, plain: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.batch.parts.code_turn", keeper.code_turn_plainly)
    monkeypatch.setattr("communique.batch.parts.process_shard", keeper.code_plainly)
    source = archive(tmp_path / "some.jsonl.gz", WEEK[0], WEEK[1], DEADLY, WEEK[3], WEEK[4])

    summary = code([str(source)], str(tmp_path / "out"), CONFIG, workers=2)

    assert summary.reasons == {"ends the process that reads it": 1}
    assert ids(tmp_path / "out") == [f"some.jsonl.gz/{number}" for number in (0, 1, 3, 4)]
    assert code([str(source)], str(tmp_path / "out"), CONFIG).known == 3
    assert add(tmp_path / "ledger", [str(tmp_path / "out")], CONFIG).documents == 4


# Ray


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A cluster of this machine that has two processors."""
    pytest.importorskip("ray")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), str(ROOT / "tests"))))
        crew = RayCrew(len, 2, "local")
    yield "local"
    crew.stop()


@pytest.mark.slow
def test_a_cluster_makes_the_ledger_that_this_machine_makes(cluster: str, week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.batch.engine.process_shard", keeper.code_plainly)
    monkeypatch.setattr("communique.batch.recode.load_reader", PlainReader)

    add(tmp_path / "local", [str(week)], CONFIG, workers=2)
    add(tmp_path / "ray", [str(week)], CONFIG, workers=2, address=cluster)

    assert hashes(tmp_path / "ray") == hashes(tmp_path / "local")
    assert recode(tmp_path / "ray", replace(CONFIG, model=WIDER), workers=None, address=cluster).documents == 5
    assert faults(tmp_path / "ray") == []


@pytest.mark.slow
def test_a_killed_process_of_a_cluster_loses_nothing(cluster: str, week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.batch.engine.process_shard", partial(keeper.code_after_one_death, beside=tmp_path))

    summary = add(tmp_path / "ray", [str(week)], CONFIG, workers=2, address=cluster)

    assert (tmp_path / "died").exists()
    assert (summary.documents, summary.rejects) == (5, 0)
    add(tmp_path / "local", [str(week)], CONFIG, workers=2)
    assert hashes(tmp_path / "ray") == hashes(tmp_path / "local")


@pytest.mark.slow
def test_an_item_that_kills_every_process_of_a_cluster_is_a_reject(cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.batch.engine.process_shard", keeper.code_plainly)
    source = archive(tmp_path / "some.jsonl.gz", WEEK[0], DEADLY, WEEK[2])

    summary = add(tmp_path / "ledger", [str(source)], CONFIG, workers=2, address=cluster)

    assert (summary.documents, summary.reasons) == (2, {"ends the process that reads it": 1})


@pytest.mark.slow
def test_a_cluster_codes_archives_from_where_they_lie(
    cluster: str, week: Path, tmp_path: Path, plain: None, monkeypatch: pytest.MonkeyPatch
):
    code([str(week)], str(tmp_path / "local"), CONFIG)
    monkeypatch.setattr("communique.batch.parts.code_turn", keeper.code_turn_plainly)
    monkeypatch.setattr("communique.batch.parts.TURN_BYTES", 40)

    code([str(week)], str(tmp_path / "ray"), CONFIG, workers=None, address=cluster)

    assert bytes_of(tmp_path / "ray") == bytes_of(tmp_path / "local")


@pytest.mark.slow
def test_a_fault_of_a_node_is_handed_back_as_it_is(cluster: str, week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.batch.engine.process_shard", keeper.find_no_model)

    with pytest.raises(ModelError, match="plain: is no model"):
        add(tmp_path / "ledger", [str(week)], CONFIG, workers=2, address=cluster)


@pytest.mark.slow
def test_nodes_of_another_version_are_told(cluster: str, week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.batch.cluster.__version__", "9.9")

    with pytest.raises(CommuniqueError, match=r"not 9\.9"):
        add(tmp_path / "ledger", [str(week)], CONFIG, workers=2, address=cluster)
