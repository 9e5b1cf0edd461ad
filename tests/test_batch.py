"""Many reports into a ledger: shards, the processes that code them, adding and coding again. A plain reader stands in for the weights."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import keeper
import psutil
import pytest
from keeper import DEADLY, PLAIN, WIDER, PlainReader, ask, faults, hashes, parquet

from communique.batch.add import add, add_found
from communique.batch.engine import code_shards
from communique.batch.progress import Progress
from communique.batch.recode import recode
from communique.batch.shards import Config, Stored, cut_shards, process_shard
from communique.errors import CommuniqueError, InputError, ModelError
from communique.ledger.catalogue import Catalogue
from communique.ledger.files import from_parquet
from communique.records import Document
from communique.text.items import Intake, Item
from communique.text.sources import find_items

ROOT = Path(__file__).parent.parent
CONFIG = Config(model=PLAIN, shard_items=2)
WEEK = [f"Ardania shelled Borland. That was on day {day} of March." for day in range(13, 18)]


def archive(path: Path, *texts: str, prefix: str = "r") -> str:
    """A file of reports, one a line, a day apart."""
    rows = [{"id": f"{prefix}{number}", "date": f"2023-03-{13 + number}", "text": text} for number, text in enumerate(texts)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def items_of(source: str) -> list[Item | InputError]:
    return list(find_items(source, Intake()))


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, reports are read plainly."""
    monkeypatch.setattr("communique.batch.shards.load_reader", PlainReader)
    monkeypatch.setattr("communique.batch.recode.load_reader", PlainReader)


@pytest.fixture
def week(tmp_path: Path) -> str:
    return archive(tmp_path / "week.jsonl", *WEEK)


@pytest.fixture
def ledger(tmp_path: Path, week: str, plain: None) -> Path:
    add(tmp_path / "ledger", [week], CONFIG)
    return tmp_path / "ledger"


# Shards


def test_shards_are_cut_by_number_and_by_size(week: str, monkeypatch: pytest.MonkeyPatch):
    items = items_of(week)

    assert [len(shard) for shard in cut_shards(items, 2)] == [2, 2, 1]
    monkeypatch.setattr("communique.batch.shards.SHARD_BYTES", 2 * len(items[0].data))
    assert [len(shard) for shard in cut_shards([*items, InputError("x", "y")], 9)] == [2, 2, 2]


def test_the_same_items_give_the_same_bytes(week: str, plain: None):
    one, two = (process_shard(items_of(week), CONFIG) for _ in range(2))

    assert one == two
    assert from_parquet(one.tables["documents"])["document_id"].to_pylist() == ["r0", "r1", "r2", "r3", "r4"]


def test_what_comes_twice_in_a_shard_is_coded_once_and_what_cannot_be_coded_comes_back(tmp_path: Path, plain: None):
    source = archive(tmp_path / "some.jsonl", WEEK[0], "This is unforeseen.", " ")
    items = items_of(source)

    shard = process_shard([*items, items[0], InputError("gone.txt", "is gone", "Look for it.")], CONFIG)

    assert from_parquet(shard.tables["documents"])["document_id"].to_pylist() == ["r0"]
    assert shard.keys == (items[0].key,) * 2
    assert [(one["place"], one["fact"].partition(" (")[0]) for one in shard.rejects] == [
        (f"{source}:2", "could not be coded"),
        (f"{source}:3", "has no 'text'"),
        ("gone.txt", "is gone"),
    ]


def test_what_nobody_foresaw_in_reading_is_a_reject_too(week: str, plain: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr("communique.batch.shards.read_item")

    shard = process_shard(items_of(week)[:1], CONFIG)

    assert [one["fact"].partition(" (")[0] for one in shard.rejects] == ["could not be coded"]


def test_of_two_versions_in_one_shard_the_later_is_current(tmp_path: Path, plain: None):
    rows = [{"id": "r", "text": f"It was the {word} of all."} for word in ("first", "second", "third", "fourth")]
    source = tmp_path / "versions.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))

    add(tmp_path / "ledger", [str(source)], replace(CONFIG, shard_items=9))

    assert ask(tmp_path / "ledger", "SELECT text FROM documents") == [("It was the fourth of all.",)]
    assert ask(tmp_path / "ledger", "SELECT count(*) FROM versions") == [(4,)]
    assert faults(tmp_path / "ledger") == []


# Add


def test_adding_the_same_twice_changes_nothing(ledger: Path, week: str):
    before = hashes(ledger), parquet(ledger)

    summary = add(ledger, [week], CONFIG)

    assert (summary.documents, summary.known, summary.rejects) == (0, 5, 0)
    assert (hashes(ledger), parquet(ledger)) == before
    assert faults(ledger) == []


def test_the_same_document_from_two_sources_is_there_once(ledger: Path, tmp_path: Path):
    summary = add(ledger, [archive(tmp_path / "other.jsonl", *WEEK[:3]), archive(tmp_path / "more.jsonl", "News.", prefix="m")], CONFIG)

    assert (summary.documents, summary.known) == (1, 3)
    assert ask(ledger, "SELECT count(*), count(DISTINCT document_id) FROM documents") == [(6, 6)]


def test_a_known_document_in_another_form_is_known(ledger: Path, tmp_path: Path):
    rows = [{"headline": None, "body": WEEK[0], "id": "r0", "pubdate": "2023-03-13"}]
    (tmp_path / "other.json").write_text(json.dumps(rows))

    summary = add(ledger, [str(tmp_path / "other.json")], CONFIG)

    assert (summary.documents, summary.known) == (0, 1)


def test_a_limit_is_of_what_the_ledger_does_not_have(tmp_path: Path, week: str, plain: None):
    taken = [add(tmp_path / "ledger", [week], CONFIG, limit=2).documents for _ in range(4)]

    assert taken == [2, 2, 1, 0]


def test_sources_that_cannot_be_read_are_rejects_every_time(tmp_path: Path, week: str, plain: None):
    summaries = [add(tmp_path / "ledger", ["nowhere.txt", week], CONFIG) for _ in range(2)]

    assert [(one.documents, one.known, one.rejects) for one in summaries] == [(5, 0, 1), (0, 5, 1)]
    assert ask(tmp_path / "ledger", "SELECT count(*) FROM rejects") == [(1,)]


def test_a_run_that_was_ended_is_taken_up_where_it_was(tmp_path: Path, week: str, plain: None):
    def end(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add(tmp_path / "ledger", [week], CONFIG, step=end)
    assert faults(tmp_path / "ledger") == []

    summary = add(tmp_path / "ledger", [week], CONFIG)

    assert (summary.documents, summary.known) == (3, 2)
    add(tmp_path / "at once", [week], CONFIG)
    assert hashes(tmp_path / "ledger") == hashes(tmp_path / "at once")


def test_progress_comes_after_each_shard_and_ends_with_all_bytes(tmp_path: Path, week: str, plain: None):
    seen: list[tuple[str, int, int]] = []
    sources = [week, archive(tmp_path / "more.jsonl", "News.", prefix="m")]

    add(tmp_path / "ledger", sources, CONFIG, step=lambda one: seen.append((one.stage, one.consumed, one.size)))

    size = sum(Path(source).stat().st_size for source in sources)
    assert [stage for stage, *_ in seen] == ["coding"] * 3 + ["merging"]
    assert seen[-2:] == [("coding", size, size), ("merging", size, size)]


def test_items_that_are_at_hand_are_added(tmp_path: Path, week: str, plain: None):
    summary = add_found(tmp_path / "ledger", [*items_of(week), InputError("feed", "is gone", "Leave it out.")], CONFIG, "watch")

    assert (summary.documents, summary.events, summary.rejects) == (5, 5, 1)
    assert summary.occurrences < 5


# Code again


def test_coding_again_replaces_what_another_run_found_and_keeps_it_as_history(tmp_path: Path, plain: None):
    source = archive(tmp_path / "some.jsonl", "Ardania shelled Borland. Corland praised Ardania.", "Corland praised Borland.")
    add(tmp_path / "ledger", [source], CONFIG)

    summary = recode(tmp_path / "ledger", replace(CONFIG, model=WIDER))

    assert (summary.documents, summary.known, summary.events) == (2, 0, 3)
    assert ask(tmp_path / "ledger", "SELECT count(*), count(DISTINCT run) FROM events") == [(3, 1)]
    assert ask(tmp_path / "ledger", "SELECT current, count(*) FROM versions GROUP BY ALL ORDER BY 1") == [(False, 2), (True, 2)]
    assert Catalogue.open(tmp_path / "ledger").history() == []
    assert faults(tmp_path / "ledger") == []
    assert recode(tmp_path / "ledger", replace(CONFIG, model=WIDER)).documents == 0


def test_what_is_coded_again_is_what_adding_would_have_given(ledger: Path, tmp_path: Path, week: str):
    recode(ledger, replace(CONFIG, model=WIDER))

    add(tmp_path / "other", [week], replace(CONFIG, model=WIDER))

    assert hashes(ledger) == hashes(tmp_path / "other")


def test_coding_again_and_back_leaves_the_same_content(ledger: Path):
    before = hashes(ledger)

    for model in (WIDER, PLAIN):
        recode(ledger, replace(CONFIG, model=model))

    assert hashes(ledger) == before
    assert faults(ledger) == []


def test_only_the_days_asked_for_are_coded_again(ledger: Path):
    summary = recode(ledger, replace(CONFIG, model=WIDER), since=date(2023, 3, 14), until=date(2023, 3, 15))

    assert summary.documents == 2
    assert ask(ledger, "SELECT document_id FROM documents JOIN runs USING (run) WHERE model = 'wider' ORDER BY 1") == [("r1",), ("r2",)]
    assert faults(ledger) == []


@pytest.mark.parametrize("stage", ["coding", "merging", "compacting"])
def test_coding_again_that_was_ended_is_taken_up_where_it_was(ledger: Path, tmp_path: Path, week: str, stage: str):
    def end(progress: Progress) -> None:
        if progress.stage == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recode(ledger, replace(CONFIG, model=WIDER), step=end)
    assert faults(ledger) == []

    summary = recode(ledger, replace(CONFIG, model=WIDER))

    assert summary.documents == (3 if stage == "coding" else 0)
    assert Catalogue.open(ledger).is_merged()
    assert faults(ledger) == []
    add(tmp_path / "other", [week], replace(CONFIG, model=WIDER))
    assert hashes(ledger) == hashes(tmp_path / "other")


def test_a_document_that_cannot_be_coded_again_stays_as_it_was(tmp_path: Path, plain: None, monkeypatch: pytest.MonkeyPatch):
    add(tmp_path / "ledger", [archive(tmp_path / "some.jsonl", *WEEK[:2])], CONFIG)
    monkeypatch.setattr(PlainReader, "_events", None)

    summary = recode(tmp_path / "ledger", replace(CONFIG, model=WIDER))

    assert (summary.documents, summary.rejects) == (0, 2)
    assert ask(tmp_path / "ledger", "SELECT count(*) FROM events") == [(2,)]
    assert faults(tmp_path / "ledger") == []


# Processes


def coded(shards: Sequence[list[Item | InputError | Stored]], workers: int = 2) -> list[tuple[list[str], list[str]]]:
    """The ids of the documents of each shard handed back, and its rejects."""
    return [
        (from_parquet(shard.tables["documents"])["document_id"].to_pylist(), [one["place"] for one in shard.rejects])
        for _, shard in code_shards(shards, CONFIG, workers)
    ]


def stored(*names: str) -> list[Stored]:
    return [Stored(name, Document(name, f"Report {name}.")) for name in names]


@pytest.mark.slow
def test_shards_come_back_in_order_whoever_codes_them(monkeypatch: pytest.MonkeyPatch, plain: None):
    monkeypatch.setattr("communique.batch.engine.process_shard", keeper.code_plainly)
    shards = [stored(*(f"{name}{number}" for number in range(9 - 2 * at))) for at, name in enumerate("abcd")]

    assert coded(shards) == coded(shards, workers=1)
    assert [ids[0] for ids, _ in coded(shards, workers=3)] == ["a0", "b0", "c0", "d0"]


@pytest.mark.slow
def test_a_process_that_dies_is_replaced_and_its_shard_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.batch.engine.process_shard", partial(keeper.code_after_one_death, beside=tmp_path))

    assert coded([stored("a"), stored("b"), stored("c")]) == [(["a"], []), (["b"], []), (["c"], [])]


@pytest.mark.slow
def test_an_item_that_always_kills_its_process_is_a_reject_and_the_others_are_coded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.batch.engine.process_shard", keeper.code_plainly)
    source = archive(tmp_path / "some.jsonl", "It rained.", "It snowed.", DEADLY, "It was dry.")

    summary = add(tmp_path / "ledger", [source], replace(CONFIG, shard_items=3), workers=2)

    assert (summary.documents, summary.reasons) == (3, {"ends the process that reads it": 1})
    assert ask(tmp_path / "ledger", "SELECT document_id FROM documents ORDER BY 1") == [("r0",), ("r1",), ("r3",)]
    assert ask(tmp_path / "ledger", "SELECT place FROM rejects") == [(f"{source}:3",)]
    assert faults(tmp_path / "ledger") == []


@pytest.mark.slow
def test_a_fault_of_the_model_is_handed_back_as_it_is():
    with pytest.raises(ModelError, match="plain"):
        coded([stored("a")])


@pytest.mark.slow
def test_processes_that_end_as_they_begin_are_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.batch.local._prepare", keeper.end_at_once)

    with pytest.raises(CommuniqueError, match="end as they begin"):
        coded([stored("a", "b")])


SCRIPT = """
import sys
from functools import partial
from pathlib import Path

sys.path[:0] = {path!r}

if __name__ == "__main__":
    import keeper

    from communique.batch import engine
    from communique.batch.add import add
    from communique.batch.shards import Config
    from communique.views.faults import failing

    engine.process_shard = partial(keeper.code_without_end, beside=Path({beside!r}))
    with failing():
        add(Path({folder!r}), [{source!r}], Config(model=keeper.PLAIN, shard_items=1), workers=2)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)], ids=["killed", "Ctrl-C"])
def test_processes_end_with_the_one_that_made_them(tmp_path: Path, week: str, sent: signal.Signals, code: int):
    script, folder = tmp_path / "script.py", tmp_path / "ledger"
    script.write_text(SCRIPT.format(path=[str(ROOT), str(ROOT / "tests")], folder=str(folder), beside=str(tmp_path), source=week))

    with subprocess.Popen([sys.executable, script], stderr=subprocess.PIPE, text=True) as process:
        wait_until(lambda: len(list(tmp_path.glob("*.pid"))) == 2 or process.poll() is not None)
        workers = [int(path.stem) for path in tmp_path.glob("*.pid")]
        assert len(workers) == 2, process.communicate()[1]
        process.send_signal(sent)
        told = process.communicate(timeout=60)[1]

    assert process.returncode == code
    assert ("interrupted" in told) == (sent == signal.SIGINT)
    assert "Traceback" not in told
    wait_until(lambda: not any(map(runs, workers)))


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for at most a minute."""
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def runs(pid: int) -> bool:
    """Does that process run? One that nobody has buried yet does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / "communique/model/model.onnx").exists(), reason="communique/model/model.onnx is absent")
def test_two_processes_make_the_ledger_that_one_makes(tmp_path: Path):
    texts = [
        "Peru sent flour to Chile on Monday. The minister thanked the drivers.",
        "Chilean police arrested two Peruvian smugglers near Arica, a spokesman said.",
        "Brazil accused Bolivia of arming rebels. Bolivia denied it.",
    ]
    source = archive(tmp_path / "some.jsonl", *texts)

    for workers in (1, 2):
        add(tmp_path / str(workers), [source], Config(shard_items=1), workers=workers)

    assert hashes(tmp_path / "1") == hashes(tmp_path / "2")
    assert ask(tmp_path / "1", "SELECT count(*) > 2 FROM events") == [(True,)]
    assert faults(tmp_path / "2") == []
