"""Files, streams and records come in as documents, or with an error that says what to do."""

import hashlib
import io
import socket
from pathlib import Path

import pytest

from communique.errors import DateError, InputError
from communique.text import intake
from communique.text.intake import document_from_text, parse_date, read_path, read_stdin

PAGE = """<!doctype html><html><head><title>Two states sign a pact</title>
<meta property="og:title" content="Two states sign a pact"><meta property="og:site_name" content="The Daily Example">
<meta name="description" content="The pact ends a dispute of ten years.">
<meta property="article:published_time" content="2023-03-13T10:00:00Z"></head>
<body><nav><a href="/">Home</a><a href="/world">World</a></nav><div class="standfirst">The pact ends a dispute of ten years.</div>
<article><h1>Two states sign a pact</h1>
<p>The foreign ministers of the two states signed a pact in the old capital on Monday, after talks that had lasted for three weeks.</p>
<p>Both parliaments must now ratify the text, which the opposition in each of the countries has called a surrender to the other.</p>
<p>Observers of the union said that they would watch over the withdrawal of the troops from both banks of the river.</p>
</article><footer>All rights reserved</footer></body></html>"""


def one(path: Path):
    documents = list(read_path(path))
    assert len(documents) == 1
    return documents[0]


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_a_text_file_is_one_document_named_after_the_file(tmp_path: Path):
    document = one(write(tmp_path, "report.txt", "The envoy left.\n"))

    assert (document.id, document.text) == ("report.txt", "The envoy left.\n")
    assert document.sha256 == hashlib.sha256(b"The envoy left.\n").hexdigest()


def test_line_ends_and_the_byte_order_mark_are_mended_and_control_characters_replaced_one_for_one():
    document = document_from_text("\ufeffOne\r\ntwo\rthree\x00\x07\tfour", id="x")

    assert document.text == "One\ntwo\nthree  \tfour"


def test_half_a_code_point_does_not_break_the_checksum():
    assert document_from_text("a \ud800 b", id="x").text == "a \ufffd b"


@pytest.mark.parametrize(
    ("name", "data", "fact", "remedy"),
    [
        ("empty.txt", b" \n", "is empty", "words of a report"),
        ("a.pdf", b"%PDF-1.7 ...", "is a PDF", "pdftotext"),
        ("a.docx", b"PK\x03\x04....", "zip archive", "plain text"),
        ("a.gz", b"\x1f\x8b\x08....", "gzipped", "gunzip"),
        ("utf16.txt", "Talks".encode("utf-16"), "UTF-16", "iconv -f UTF-16"),
        ("data.bin", b"abc\x00def", "byte 3 is NUL", "UTF-8"),
        ("latin.txt", "Köln".encode("latin-1"), "byte 1 (0xf6) is not UTF-8", "iconv"),
        ("page.html", b"<html><head><title>x</title></head><body></body></html>", "no article", "plain text"),
        ("menu.html", b"<!doctype html><html><body><nav>Home</nav></body></html>", "no article", "plain text"),
    ],
)
def test_a_source_that_is_no_text_is_refused_with_a_remedy(tmp_path: Path, name: str, data: bytes, fact: str, remedy: str):
    with pytest.raises(InputError) as fault:
        list(read_path(write(tmp_path, name, data)))

    assert fault.value.place == name
    assert fact in fault.value.fact
    assert remedy in fault.value.remedy


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path):
    with pytest.raises(InputError, match="no such file"):
        list(read_path(tmp_path / "nothing.txt"))
    with pytest.raises(InputError, match="is a folder"):
        list(read_path(tmp_path))


def test_a_text_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intake, "MAX_BYTES", 10)

    with pytest.raises(InputError, match="over the limit"):
        list(read_path(write(tmp_path, "long.txt", "The envoy left.")))
    with pytest.raises(InputError, match="over the limit"):
        document_from_text("The envoy left.", id="x")


def test_a_page_gives_its_article_title_date_and_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    document = one(write(tmp_path, "page.html", PAGE))

    assert (document.title, document.date, document.publisher) == ("Two states sign a pact", "2023-03-13", "The Daily Example")
    assert document.text.startswith("The pact ends a dispute of ten years.\n")
    assert "Both parliaments must now ratify" in document.text
    assert "Home" not in document.text


def test_a_page_is_told_by_its_content_and_read_in_the_encoding_it_declares(tmp_path: Path):
    page = PAGE.replace("<head>", '<head><meta charset="windows-1252">').replace("old capital", "café")

    assert "café" in one(write(tmp_path, "page", page.encode("windows-1252"))).text


def test_each_line_of_json_lines_is_a_document(tmp_path: Path):
    lines = '{"id": "a", "date": "2023-03-13T08:00:00Z", "title": "T", "text": "One.", "publisher": "P", "url": "u"}\n\n{"text": "Two."}\n'
    first, second = read_path(write(tmp_path, "reports.jsonl", lines))

    assert (first.id, first.date, first.title, first.publisher, first.url) == ("a", "2023-03-13", "T", "P", "u")
    assert (second.id, second.date) == ("reports.jsonl:3", None)


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ('{"id": "a"', "is no JSON"),
        ("[1]", "is a list"),
        ('{"id": "a", "text": " "}', "has no 'text'"),
        ('{"id": "a", "text": 3}', "'text' is a int"),
        ('{"id": "a", "text": "One.", "date": "13/03/2023"}', "'13/03/2023' is no date"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_read(tmp_path: Path, line: str, fact: str):
    path = write(tmp_path, "r.jsonl", f'{{"text": "One."}}\n{line}\n{{"text": "Two."}}\n')
    before, fault, after = read_path(path)

    assert isinstance(fault, InputError)
    assert fault.place == "r.jsonl:2"
    assert fact in fault.fact
    assert fault.remedy
    assert not isinstance(before, InputError)
    assert not isinstance(after, InputError)


def test_a_line_over_the_limit_is_skipped_with_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intake, "MAX_LINE_BYTES", 30)
    fault, after = read_path(write(tmp_path, "r.jsonl", f'{{"text": "{"a" * 90}"}}\n{{"text": "Two."}}\n'))

    assert isinstance(fault, InputError)
    assert fault.place == "r.jsonl:1"
    assert not isinstance(after, InputError)


@pytest.mark.parametrize(
    ("data", "ids"), [(b"The envoy left.", ["stdin"]), (b'{"id": "a", "text": "One."}\n{"id": 7, "text": "Two."}', ["a", "7"])]
)
def test_standard_input_is_read_as_text_or_json_lines(data: bytes, ids: list[str]):
    assert [document.id for document in read_stdin(io.BufferedReader(io.BytesIO(data)))] == ids


@pytest.mark.parametrize("value", ["2023-03-13", "2023-03-13T10:20:30Z", "2023-03-13 10:20", "2023-03-13T10:20:30.5+02:00"])
def test_a_date_is_taken_from_iso_forms(value: str):
    assert parse_date(value) == "2023-03-13"


@pytest.mark.parametrize("value", ["2023-02-30", "13 March 2023", "", "2023", "20230313x"])
def test_anything_else_is_no_date(value: str):
    with pytest.raises(DateError, match="YYYY-MM-DD"):
        parse_date(value)


def test_a_text_without_words_is_refused():
    with pytest.raises(InputError, match="empty"):
        document_from_text(" \n", id="x")
