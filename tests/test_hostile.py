"""Hostile files: each broken, huge or misleading item of a folder becomes a document, or a fault that says why, and stops no other."""

import os
from pathlib import Path

import pytest
from ledgers import MEMBERS, act, make_ledger
from ledgers import told as told_of

from benchmarks.hostile_files import ODD_NAMES, fits, make_folder, told
from communique.encoder.pieces import MAX_WORD, Pieces
from communique.errors import InputError, LedgerError, printable
from communique.ledger.catalogue import Catalogue
from communique.ledger.occurrences import form_occurrences
from communique.ledger.read import connect
from communique.ledger.write import Writer
from communique.text import containers, rows
from communique.text.article import find_article
from communique.text.intake import document_from_text
from communique.text.items import Intake, Item
from communique.text.sentences import MAX_WORDS, cut_sentences
from communique.text.sources import find_items, read_item

OPTIONS = Intake(today="2026-11-30", english_only=True)
GIANT = 2_000_000


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch):
    """Limits that are passed without files of hundreds of megabytes."""
    monkeypatch.setattr(containers, "MAX_BYTES", GIANT // 2)
    monkeypatch.setattr(rows, "MAX_LINE_BYTES", GIANT // 2)


def fact_of(item: Item | InputError) -> str:
    """Why there is no document of an item; empty where there is one."""
    try:
        if isinstance(item, InputError):
            raise item
        read_item(item, OPTIONS)
    except InputError as fault:
        return fault.fact
    return ""


def test_every_item_of_a_hostile_folder_is_a_document_or_a_fault_with_a_reason(tmp_path: Path, small_limits: None):
    outcomes = make_folder(tmp_path, GIANT)
    found = {item.place.removeprefix(f"{tmp_path.as_posix()}/"): fact_of(item) for item in find_items(str(tmp_path), OPTIONS)}
    (tmp_path / "locked").chmod(0o700)

    assert set(found) == set(outcomes)
    assert {place: fact for place, fact in found.items() if not fits(outcomes[place], fact)} == {}


def test_a_folder_that_may_not_be_read_is_a_fault_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(path: os.PathLike[str]) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    scan = os.scandir
    monkeypatch.setattr(os, "scandir", refuse)
    (tmp_path / "locked").mkdir()
    (tmp_path / "open.txt").write_text(told(1))

    assert [fact_of(item) for item in find_items(str(tmp_path), OPTIONS)] == ["cannot be opened (Permission denied)", ""]


def test_a_name_whose_bytes_are_no_utf_8_is_told_with_escapes():
    assert printable(ODD_NAMES[-1]) == "caf\\udce9.txt"
    assert InputError(ODD_NAMES[-1], "is empty").place == "caf\\udce9.txt"


def test_a_cell_with_an_open_quotation_mark_is_a_fault_even_in_the_header(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text('id,"text\n1,The envoy left.\n')

    (fault,) = find_items(str(path), OPTIONS)

    assert isinstance(fault, InputError)
    assert fault.fact == "has a cell that goes on to the end of the file"


@pytest.mark.parametrize("word", ["=" * 400, "%d0%9f" * 300, "a" * 1_000_000], ids=["rule", "address", "letters"])
def test_a_word_of_more_pieces_than_the_encoder_has_positions_is_one_unknown_piece(word: str):
    pieces = Pieces(["[UNK]", "[CLS]", "[SEP]", "=", "%", "d", "##0", "9", "##f"])

    assert len(word) > MAX_WORD
    assert pieces.of_word(word)[0] == (pieces.unknown,)


def test_a_ledger_whose_name_is_no_utf_8_is_refused(tmp_path: Path):
    with pytest.raises(LedgerError, match="no UTF-8"):
        Writer(tmp_path / os.fsdecode(b"caf\xe9"), "add", create=True)


def test_nothing_that_steers_a_terminal_gets_into_a_document_or_a_fault():
    document = document_from_text("Talks\x1b[2J go on.", id="a\x1b[2J", title="b\x1b[2J", publisher="c\x07", url="d\x9b")
    fault = InputError("a\x1b[2J\n", "is no JSON")

    assert (document.text, document.id, document.title, document.publisher, document.url) == (
        "Talks [2J go on.",
        "a [2J",
        "b [2J",
        "c ",
        "d ",
    )
    assert str(fault) == "a\\x1b[2J\\n: is no JSON"


def test_what_goes_on_longer_than_any_sentence_is_coded_in_stretches():
    text = "envoys " * (2 * MAX_WORDS + 1)
    sentences = cut_sentences(find_article(document_from_text(text, id="a")))

    assert [len(one.words) for one in sentences] == [MAX_WORDS, MAX_WORDS, 1]
    assert " ".join(text[one.start : one.end] for one in sentences) == text.strip()


def test_occurrences_of_a_long_report_with_many_events_take_no_more_memory_than_others(tmp_path: Path):
    acts = (act("AID", "sent", "Iran: IRN", f"X: A{number % 90:02}") for number in range(3_000))
    sentences = ((f"Iran sent flour to X, number {number}, {'and more ' * 20}.", one) for number, one in enumerate(acts))
    ledger = make_ledger(tmp_path / "ledger", [told_of("d1", "2024-05-06", *sentences)])
    catalogue = Catalogue.open(ledger)
    connection = connect(ledger, catalogue, {"memory_limit": "200MB", "temp_directory": ""})
    connection.register("members", MEMBERS.empty_table())

    occurrences = form_occurrences(connection, (), (), "run")
    catalogue.close()

    assert sum(map(len, occurrences["events"].to_pylist())) == 3_000
