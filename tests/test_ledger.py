"""A ledger on disk: what is written, replaced, put in order, checked and decided, and what is left where a writer was killed."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from keeper import ask, faults, hashes, parquet, take
from ledgers import act, make_ledger, shard_of, told

import communique.ledger.write as write
from communique.errors import InputError, LedgerError, QueryError
from communique.ledger.catalogue import NAME, Catalogue, Run, add_files
from communique.ledger.compact import compact, needs_compacting
from communique.ledger.decide import decide
from communique.ledger.files import from_parquet, read_tables, store_table, table_of, write_whole
from communique.ledger.read import Connection, Reader
from communique.ledger.schema import SCHEMAS
from communique.ledger.verify import verify
from communique.ledger.write import Writer

TALKS = told(
    "talks", "2023-03-14", ("Ardania met Borland in Vela.", act("CONSULT", "met", "Ardania: ARD", "Borland: BOR", place="Vela: COR"))
)
GRAIN = told("grain", "2023-04-02", ("Ardania sent grain to Borland.", act("AID", "sent", "Ardania: ARD", "Borland: BOR")))
LETTER = told("letter", None, "A letter was read.", ("Borland praised Ardania.", act("SUPPORT", "praised", "Borland: BOR", "Ardania: ARD")))
Row = dict[str, Any]
OTHER_RUN = Run("run2", "communique:0|tables:1|model:0", "0", "none", "1", 0.0)


def compacted(folder: Path) -> int:
    with Writer(folder, "compact") as writer:
        return compact(writer)


def months(folder: Path, name: str) -> list[tuple[str, int]]:
    return sorted((file.month, file.rows) for file in Catalogue.open(folder).files(name))


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger of three documents, which came in two shards."""
    take(tmp_path / "ledger", TALKS, GRAIN)
    take(tmp_path / "ledger", LETTER)
    return tmp_path / "ledger"


# What is written


def test_adding_the_same_twice_changes_no_row_and_no_file(ledger: Path):
    before = hashes(ledger), parquet(ledger)

    summary = take(ledger, TALKS, GRAIN)

    assert (summary.documents, summary.known) == (0, 2)
    assert (hashes(ledger), parquet(ledger)) == before


def test_of_a_shard_only_what_is_new_is_taken(ledger: Path):
    summary = take(ledger, TALKS, told("news", "2023-05-01", "Nothing happened."))

    assert (summary.documents, summary.known, summary.sentences, summary.events) == (1, 1, 1, 0)
    assert ask(ledger, "SELECT count(*), count(DISTINCT document_id) FROM documents") == [(4, 4)]
    assert faults(ledger) == []


def test_a_new_version_takes_the_place_of_the_old_one_and_both_stay(ledger: Path):
    take(ledger, told("talks", "2023-03-14", "Ardania did not meet Borland after all."))

    assert ask(ledger, "SELECT count(*) FROM events WHERE document_id = 'talks'") == [(0,)]
    assert ask(ledger, "SELECT current, text[:25] FROM versions WHERE document_id = 'talks' ORDER BY current") == [
        (False, "Ardania met Borland in Ve"),
        (True, "Ardania did not meet Borl"),
    ]
    assert [one[0] for one in Catalogue.open(ledger).search("met OR meet", 9)] == ["talks"]
    assert faults(ledger) == []


def test_of_two_versions_in_one_shard_the_later_is_current(tmp_path: Path):
    earlier, later = (told("talks", "2023-03-14", f"The {word} version.") for word in ("earlier", "later"))
    for folder, order in ((tmp_path / "one", (earlier, later)), (tmp_path / "two", (later, earlier))):
        with Writer(folder, "add", create=True) as writer:
            shard = shard_of(order)
            found = {one["text"]: one["version"] for one in from_parquet(shard.tables["documents"]).to_pylist()}
            writer.commit(replace(shard, order=tuple(("talks", found[one.sentences[0][0]]) for one in order)))

    assert ask(tmp_path / "one", "SELECT text FROM documents") == [("The later version.",)]
    assert ask(tmp_path / "two", "SELECT text FROM documents") == [("The earlier version.",)]


def test_rejects_are_recorded_once_and_counted_in_every_run(tmp_path: Path):
    broken = InputError("broken.txt", "has no text", "Leave it out.")

    first, second = (take(tmp_path / "ledger", rejects=(broken, broken)) for _ in range(2))

    assert (first.rejects, second.rejects, second.reasons) == (1, 1, {"has no text": 1})
    assert ask(tmp_path / "ledger", "SELECT place, fact, remedy FROM rejects") == [("broken.txt", "has no text", "Leave it out.")]


def test_the_summary_counts_the_occurrences_of_the_whole_ledger_even_where_nothing_was_new(ledger: Path):
    assert take(ledger, TALKS).occurrences == 3


# What a writer that was killed leaves


def test_a_shard_that_was_not_committed_leaves_only_what_the_next_writer_sweeps(ledger: Path):
    before = hashes(ledger), parquet(ledger)
    with Writer(ledger, "add") as writer:
        write_whole(b"", writer.incoming / "beside", writer.incoming / "documents.parquet")

    assert parquet(ledger) != before[1]
    assert faults(ledger) == []
    compacted(ledger)
    assert hashes(ledger) == before[0]
    assert not [path for path in parquet(ledger) if path.startswith(".incoming")]


def test_a_writer_killed_between_moving_files_and_the_catalogue_leaves_a_sound_ledger(ledger: Path, monkeypatch: pytest.MonkeyPatch):
    before = hashes(ledger), parquet(ledger)
    news = told("news", "2023-05-01", "Nothing happened.")
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(write, "add_version", interrupt)
        take(ledger, news)

    assert len(parquet(ledger)) > len(before[1])
    assert (hashes(ledger), faults(ledger)) == (before[0], [])
    with Writer(ledger, "sweep"):
        assert parquet(ledger) == before[1]
    assert take(ledger, news).documents == 1


def test_a_merge_that_was_interrupted_is_done_by_the_next_command(ledger: Path):
    with Writer(ledger, "add") as writer:
        writer.commit(shard_of([told("grain", "2023-04-03", *GRAIN.sentences)]))

    assert faults(ledger) == []
    compacted(ledger)
    assert ask(ledger, "SELECT count(*) FROM links ANTI JOIN events USING (event_id)") == [(0,)]
    assert Catalogue.open(ledger).is_merged()


def test_a_writer_that_fails_to_open_gives_the_lock_back(ledger: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Writer, "_sweep", interrupt)
    with pytest.raises(KeyboardInterrupt), Writer(ledger, "add"):
        pass
    monkeypatch.undo()

    with Writer(ledger, "add", wait=False):
        pass


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


# Who may write


def test_a_second_writer_is_told(ledger: Path):
    with (
        Writer(ledger, "first"),
        pytest.raises(LedgerError, match="being written by another process"),
        Writer(ledger, "second", wait=False),
    ):
        pass


def test_a_writer_that_waits_says_so_first(ledger: Path):
    first, lines = Writer(ledger, "first").__enter__(), []

    def end_first(line: str) -> None:
        lines.append(line)
        first.__exit__(None, None, None)

    with Writer(ledger, "second", tell=end_first) as second:
        unfinished = second.catalogue.connection.execute("SELECT command FROM adds WHERE finished IS NULL").fetchall()

    assert lines == [f"{ledger} is being written by another process; waiting for it to end"]
    assert unfinished == [("second",)]


@pytest.mark.parametrize("inside", ["documents/mine/data.parquet", "notes.txt"])
def test_a_folder_with_other_files_does_not_become_a_ledger(tmp_path: Path, inside: str):
    (tmp_path / inside).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / inside).write_text("mine")

    with pytest.raises(LedgerError, match="has other files in it"):
        take(tmp_path, TALKS)

    assert [path.name for path in tmp_path.iterdir()] == [inside.split("/")[0]]
    assert (tmp_path / inside).read_text() == "mine"


def test_a_folder_that_is_no_ledger_is_told(tmp_path: Path):
    for open_ in (Catalogue.open, lambda folder: Writer(folder, "compact"), Reader):
        with pytest.raises(LedgerError, match="is no ledger: it has no catalogue"):
            open_(tmp_path / "nowhere")

    assert list(tmp_path.iterdir()) == []


def test_a_ledger_of_another_format_is_refused_and_stays_unlocked(ledger: Path):
    catalogue = Catalogue.open(ledger)
    catalogue.connection.execute("UPDATE meta SET value = '99' WHERE name = 'format'")

    for _ in range(2):
        with pytest.raises(LedgerError, match="has format 99, not 1"), Writer(ledger, "add", wait=False):
            pass


def test_a_catalogue_that_is_none_is_told(ledger: Path):
    for path in ledger.glob(f"{NAME}*"):
        path.write_bytes(b"no database " * 99)

    with pytest.raises(LedgerError, match="cannot be read"):
        Catalogue.open(ledger)


# Readers beside a writer


def test_a_reader_sees_the_newest_state_while_a_writer_replaces_files(ledger: Path):
    count = "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM events)"
    with Reader(ledger) as reader:
        answers = [reader.ask(lambda connection: connection.execute(count).fetchall())]
        old = {file.path for file in Catalogue.open(ledger).files("documents") if file.rows == 2}
        compacted(ledger)
        assert old and not old & set(parquet(ledger))
        answers.append(reader.ask(lambda connection: connection.execute(count).fetchall()))

    assert answers == [[(3, 3)]] * 2


def test_a_question_under_way_is_asked_again_where_its_files_were_replaced(ledger: Path):
    tries = []

    def question(connection: Connection) -> list[tuple[object, ...]]:
        if not tries:
            compacted(ledger)
        tries.append(1)
        return connection.execute("SELECT count(*) FROM documents").fetchall()

    with Reader(ledger) as reader:
        assert reader.ask(question) == [(3,)]


# Compact


def test_compacting_puts_rows_into_months_and_changes_no_answer(ledger: Path):
    before = hashes(ledger)

    assert compacted(ledger) > 0

    assert hashes(ledger) == before
    assert months(ledger, "documents") == [("2023-03", 1), ("2023-04", 1), ("undated", 1)]
    assert faults(ledger) == []
    assert compacted(ledger) == 0


def test_full_files_are_left_alone_and_others_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.ledger.compact.MAX_ROWS", 2)
    folder = tmp_path / "ledger"
    kept: set[str] = set()
    for number in range(3):
        take(folder, *(told(f"{number}{name}", "2023-03-14", f"It is {number}{name}.") for name in "abc"))
        compacted(folder)
        full = {file.path for file in Catalogue.open(folder).files("documents") if file.rows == 2}
        assert kept <= full
        kept = full

    assert months(folder, "documents") == [("2023-03", 1), *[("2023-03", 2)] * 4]
    assert ask(folder, "SELECT count(*) FROM documents") == [(9,)]


def test_superseded_rows_are_set_apart_and_still_told_as_versions(ledger: Path):
    compacted(ledger)
    take(ledger, told("talks", "2023-03-14", "Ardania did not meet Borland after all."))
    before = hashes(ledger)

    compacted(ledger)

    catalogue = Catalogue.open(ledger)
    assert (catalogue.history(), hashes(ledger), faults(ledger)) == ([], before, [])
    assert {(file.name, file.month) for file in catalogue.files(status="history")} == {
        (name, "2023-03") for name in ("documents", "events", "sentences", "sketches")
    }
    assert ask(ledger, "SELECT current FROM versions WHERE document_id = 'talks' ORDER BY current") == [(False,), (True,)]


def test_compacting_that_is_ended_goes_on_where_it_was(ledger: Path):
    take(ledger, told("talks", "2023-03-14", "Ardania did not meet Borland after all."))
    before = hashes(ledger)
    with pytest.raises(KeyboardInterrupt), Writer(ledger, "compact") as writer:
        compact(writer, interrupt)

    assert (hashes(ledger), faults(ledger)) == (before, [])
    compacted(ledger)
    assert (hashes(ledger), faults(ledger)) == (before, [])


def test_many_small_files_ask_to_be_compacted(ledger: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.ledger.compact.MANY", 1)

    with Writer(ledger, "compact") as writer:
        asked = [needs_compacting(writer), compact(writer) > 0, needs_compacting(writer)]

    assert asked == [True, True, False]


# Coding again


def test_coding_again_replaces_rows_and_keeps_history(ledger: Path):
    first = replace(TALKS, sentences=(("Ardania met Borland in Vela.",),))

    summary = take(ledger, first, run=OTHER_RUN, recode=True)

    assert (summary.documents, summary.known) == (1, 0)
    assert ask(ledger, "SELECT run FROM documents WHERE document_id = 'talks'") == [("run2",)]
    assert ask(ledger, "SELECT count(*) FROM events WHERE document_id = 'talks'") == [(0,)]
    assert ask(ledger, "SELECT run, current FROM versions WHERE document_id = 'talks' ORDER BY run") == [("run1", False), ("run2", True)]
    assert faults(ledger) == []
    compacted(ledger)
    assert faults(ledger) == []


def test_what_this_run_has_coded_is_not_coded_again(ledger: Path):
    assert take(ledger, TALKS, recode=True).documents == 0


# Verify


def rewritten(folder: Path, name: str, change: Callable[[list[Row]], list[Row]]) -> None:
    """Put rows that `change` makes of a table's rows in their place, as if they had been written so."""
    with Writer(folder, "change") as writer:
        files = writer.catalogue.files(name)
        rows = change(read_tables(folder, files, name).to_pylist())
        writer.replace(files, [store_table(table_of(name, rows), folder, name, "recent")])


def test_a_sound_ledger_has_no_faults_and_every_byte_is_looked_at(ledger: Path):
    seen: list[int] = []

    assert list(verify(ledger, Catalogue.open(ledger), seen.append)) == []
    assert sum(seen) == sum((ledger / path).stat().st_size for path in parquet(ledger))


def test_a_changed_byte_and_a_missing_file_are_found(ledger: Path):
    changed, missing = (next(iter(Catalogue.open(ledger).files(name))).path for name in ("events", "sentences"))
    data = bytearray((ledger / changed).read_bytes())
    data[len(data) // 2] ^= 1
    (ledger / changed).write_bytes(data)
    (ledger / missing).unlink()

    assert sorted(faults(ledger)) == sorted([f"{changed}: has other bytes than were written", f"{missing}: is missing"])


def test_rows_in_the_file_of_another_month_are_found(ledger: Path):
    with Writer(ledger, "change") as writer:
        (file,) = (file for file in writer.catalogue.files("documents") if file.rows == 2)
        writer.replace([file], [store_table(pq.read_table(ledger / file.path), ledger, "documents", "2023-03")])

    (found,) = faults(ledger)
    assert found.endswith("has rows of other months than 2023-03")


def test_a_file_of_other_rows_than_the_catalogue_says_is_found(ledger: Path):
    catalogue = Catalogue.open(ledger)
    file = catalogue.files("events")[0]
    with catalogue.transaction() as connection:
        add_files(connection, [replace(file, rows=9)])

    assert faults(ledger) == [f"{file.path}: has other rows or columns than the catalogue says"]


def test_an_event_without_its_sentence_is_found(ledger: Path):
    rewritten(ledger, "sentences", lambda rows: [row for row in rows if row["document_id"] != "talks"])

    assert faults(ledger) == ["talks.1: events without their sentence"]


def test_a_sentence_without_its_document_is_found(ledger: Path):
    rewritten(ledger, "sentences", lambda rows: [*rows, rows[0] | {"document_id": "lost"}])

    assert faults(ledger) == ["sentences of lost: sentences, events, relations and sketches without their document"]


def test_an_offset_that_is_wrong_is_found(ledger: Path):
    def moved(rows: list[Row]) -> list[Row]:
        return [row | {"place": row["place"] and row["place"] | {"start": 0, "end": 4}} for row in rows]

    rewritten(ledger, "events", moved)

    assert faults(ledger) == ["events talks.1: 'Vela' is not what the text has there"]


def test_a_document_that_is_only_in_the_catalogue_or_only_in_a_file_is_found(ledger: Path):
    with Catalogue.open(ledger).transaction() as connection:
        connection.execute("UPDATE documents SET document_id = 'other' WHERE document_id = 'letter'")

    assert faults(ledger) == ["other: is in the catalogue, but in no file", "letter: is in a file, but not in the catalogue"]


def test_rows_that_are_there_twice_are_found(ledger: Path):
    rewritten(ledger, "events", lambda rows: [*rows, rows[0]])

    assert "events of grain: rows that are there twice" in faults(ledger)


def test_an_event_in_no_occurrence_and_a_run_that_is_not_on_record_are_found(ledger: Path):
    rewritten(ledger, "occurrences", lambda rows: [row | {"run": "lost"} for row in rows if row["type"] != "AID"])

    assert faults(ledger) == ["lost: rows of no run on record", "grain.1: events in no occurrence, or in several"]


def test_the_hashes_of_a_content_are_those_of_the_same_content_in_other_files(ledger: Path, tmp_path: Path):
    take(tmp_path / "other", LETTER, TALKS, GRAIN)

    assert hashes(tmp_path / "other") == hashes(ledger)


# Decide


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Two reports of one act and one of a later act."""
    words = ("Ardania sent grain to Borland.", act("AID", "sent", "Ardania: ARD", "Borland: BOR"))
    days = {"one": "2023-04-02", "two": "2023-04-02", "three": "2023-06-01"}
    take(tmp_path / "ledger", *(told(name, day, words) for name, day in days.items()))
    return tmp_path / "ledger"


def acts(folder: Path) -> list[list[str]]:
    rows = ask(folder, "SELECT list(event_id ORDER BY event_id) FROM links GROUP BY occurrence_id ORDER BY 1")
    return [list(events) for (events,) in rows]  # type: ignore[call-overload]


def test_events_are_kept_apart_by_a_decision_until_it_is_taken_back(papers: Path):
    before = hashes(papers)

    decide(papers, "apart", "two.1", "one.1", "two convoys")
    assert acts(papers) == [["one.1"], ["three.1"], ["two.1"]]
    assert ask(papers, "SELECT kind, first, second, note FROM decisions") == [("apart", "one.1", "two.1", "two convoys")]
    decide(papers, "apart", "one.1", "two.1", undo=True)

    assert acts(papers) == [["one.1", "two.1"], ["three.1"]]
    assert hashes(papers) == before


def test_events_are_put_together_by_a_decision_and_the_newer_decision_holds(papers: Path):
    decide(papers, "together", "one.1", "three.1")
    assert acts(papers) == [["one.1", "three.1", "two.1"]]

    decide(papers, "apart", "three.1", "one.1")

    assert acts(papers) == [["one.1", "two.1"], ["three.1"]]
    assert faults(papers) == []


def test_documents_put_together_are_one_story(papers: Path):
    decide(papers, "together", "one", "two")

    assert ask(papers, "SELECT document_id, first FROM stories ORDER BY document_id") == [("one", True), ("two", False)]
    assert ask(papers, "SELECT rule FROM links WHERE event_id = 'two.1'") == [("same_sentence",)]
    decide(papers, "together", "one", "two", undo=True)
    assert ask(papers, "SELECT count(*) FROM stories") == [(0,)]


def test_decisions_hold_when_reports_are_added(papers: Path):
    decide(papers, "apart", "one.1", "two.1")

    take(papers, TALKS)

    assert ["one.1"] in acts(papers)


@pytest.mark.parametrize(("first", "second"), [("one", "nothing"), ("one", "one"), ("one", "two.1"), ("one.1", "nothing.1")])
def test_only_two_documents_or_two_events_can_be_decided_upon(papers: Path, first: str, second: str):
    with pytest.raises(QueryError, match="are not two documents, nor two events"):
        decide(papers, "apart", first, second)


def test_a_decision_that_nobody_made_cannot_be_taken_back(papers: Path):
    decide(papers, "apart", "one.1", "two.1")

    with pytest.raises(QueryError, match="nobody has decided that they are together"):
        decide(papers, "together", "one.1", "two.1", undo=True)


def test_a_decision_on_what_is_gone_can_be_taken_back(papers: Path):
    decide(papers, "apart", "one.1", "two.1")
    take(papers, told("two", "2023-04-02", "Nothing was sent."))

    decide(papers, "apart", "one.1", "two.1", undo=True)

    assert ask(papers, "SELECT count(*) FROM decisions") == [(0,)]


def test_a_ledger_without_rows_can_be_kept_and_checked(tmp_path: Path):
    folder = make_ledger(tmp_path / "ledger", [])

    compacted(folder)

    assert faults(folder) == []
    assert set(hashes(folder)) == set(SCHEMAS)


def test_the_catalogue_is_on_disk_before_files_are_deleted(ledger: Path):
    assert Catalogue.open(ledger).connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert sqlite3.connect(ledger / NAME).execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("name", sorted({*SCHEMAS, *(column for schema in SCHEMAS.values() for column in schema.names)}))
def test_every_table_and_column_is_in_the_documentation(name: str):
    docs = "\n".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parent.parent / "docs").glob("*.md"))

    assert f"`{name}`" in docs


def test_words_are_looked_up_by_code_points_whatever_they_are_joined_of(tmp_path: Path):
    text = "Ze\u0301lia 🇨🇱👨‍👩‍👧 sent grain to Borland."

    take(tmp_path / "ledger", told("grain", "2023-04-02", (text, act("AID", "sent", "Ze\u0301lia: ARD", "Borland: BOR"))))

    assert faults(tmp_path / "ledger") == []
