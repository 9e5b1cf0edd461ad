"""Sources: what is found where, how it is named, and what becomes of an item when it is read."""

import io
import pickle
import socket
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest

from communique.errors import InputError
from communique.records import Document
from communique.text import intake, streams
from communique.text.columns import FIELDS
from communique.text.items import Intake, Item
from communique.text.sources import find_items, parse_mapping, read_item, size_of

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


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def items(source: Path | str, options: Intake | None = None) -> list[Item | InputError]:
    return list(find_items(str(source), options or Intake()))


def one(source: Path | str, options: Intake | None = None) -> Document:
    """The only document of a source; what is wrong with it is raised."""
    (item,) = items(source, options)
    if isinstance(item, InputError):
        raise item
    return read_item(item, options or Intake())


def record(**fields: object) -> Item:
    return Item("r.jsonl:1", "json", orjson.dumps(fields), {}, "0" * 32, 0, "r.jsonl")


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(streams, "sys", SimpleNamespace(stdin=SimpleNamespace(buffer=io.BytesIO(data))))


def test_a_text_file_is_one_document_called_by_its_path(tmp_path: Path):
    path = write(tmp_path, "news/report.txt", "The envoy left.\n")

    assert (one(path).id, one(path).text) == (path.as_posix(), "The envoy left.\n")
    assert one(path, Intake(short_names=True)).id == "report.txt"


def test_a_folder_is_walked_in_order_without_hidden_files_and_what_a_saved_page_brings_along(tmp_path: Path):
    for name in ("b.txt", "a/2.txt", "a/10.txt", ".hidden.txt", ".git/x.txt", "a/page_files/style.css", "c.txt"):
        write(tmp_path, name, "Talks.")

    found = [Path(item.place).relative_to(tmp_path).as_posix() for item in items(tmp_path)]

    assert found == ["a/10.txt", "a/2.txt", "b.txt", "c.txt"]
    assert size_of([str(tmp_path), str(tmp_path / "b.txt"), "-", "nowhere"]) == 5 * len("Talks.")


def test_a_pattern_is_expanded_in_order(tmp_path: Path):
    for name in ("b/1.txt", "a/1.txt", "a/1.html", "0.txt"):
        write(tmp_path, name, "Talks.")

    assert [Path(item.place).relative_to(tmp_path).as_posix() for item in items(f"{tmp_path}/**/*.txt")] == ["0.txt", "a/1.txt", "b/1.txt"]


def test_a_link_to_a_folder_above_does_not_go_round_in_circles(tmp_path: Path):
    write(tmp_path, "a/1.txt", "Talks.")
    (tmp_path / "a" / "again").symlink_to(tmp_path)

    assert len(items(tmp_path)) == 1


@pytest.mark.parametrize(("name", "fact"), [("nothing.txt", "no such file"), ("*.txt", "no files"), ("folder", "no files")])
def test_a_source_without_files_is_named(tmp_path: Path, name: str, fact: str):
    (tmp_path / "folder").mkdir()
    (fault,) = items(tmp_path / name)

    assert isinstance(fault, InputError)
    assert fault.place == str(tmp_path / name)
    assert fact in fault.fact


def test_bytes_read_so_far_add_up_over_the_files_of_a_source(tmp_path: Path):
    write(tmp_path, "a.txt", "Talks.")
    write(tmp_path, "b.jsonl", '{"text": "One."}\n{"text": "Two."}\n')
    found = [item.consumed for item in items(tmp_path)]

    assert found == sorted(found)
    assert found[0] == len("Talks.")
    assert found[-1] == size_of([str(tmp_path)])


def test_the_key_of_a_file_is_of_its_path_and_bytes_and_that_of_a_record_of_itself_alone(tmp_path: Path):
    line = '{"text": "One."}\n'
    (text,), (same_text,), (other,) = (items(write(tmp_path, name, data)) for name, data in [("a", "x"), ("b", "x"), ("a", "y")])
    (first,) = items(write(tmp_path, "a.jsonl", line))
    _, moved = items(write(tmp_path, "b.jsonl", '{"text": "Zero."}\n' + line))

    assert len({text.key, same_text.key, other.key}) == 3
    assert first.key == moved.key
    assert len(first.key) == 32


def test_a_record_without_an_id_is_called_by_its_address_or_its_file_and_text(tmp_path: Path):
    path = write(tmp_path, "r.jsonl", '{"text": "One."}\n{"text": "Two.", "url": "u"}\n{"text": "Three.", "id": 7, "url": "u"}\n')
    names = [read_item(item, Intake()).id for item in items(path)]
    path.write_text('{"text": "Zero."}\n{"text": "One."}\n')

    assert names[1:] == ["u", "7"]
    assert names[0].startswith(f"{path.as_posix()}#")
    assert read_item(items(path)[1], Intake()).id == names[0]


def test_items_and_options_travel_between_processes(tmp_path: Path):
    (item,) = items(write(tmp_path, "r.jsonl", '{"text": "One."}'))
    options = Intake({"text": "body"}, today="2024-01-01")

    assert pickle.loads(pickle.dumps((item, options))) == (item, options)


@pytest.mark.parametrize(
    ("data", "ids"), [(b"The envoy left.", ["stdin"]), (b'{"id": "a", "text": "One."}\n{"id": 7, "text": "Two."}', ["a", "7"])]
)
def test_standard_input_is_read_as_text_or_json_lines(monkeypatch: pytest.MonkeyPatch, data: bytes, ids: list[str]):
    stdin(monkeypatch, data)

    assert [read_item(item, Intake()).id for item in items("-")] == ids


def test_standard_input_that_cannot_be_gone_back_in_is_refused_where_a_format_needs_it(monkeypatch: pytest.MonkeyPatch):
    stdin(monkeypatch, b"PAR1....")
    (fault,) = items("-")

    assert isinstance(fault, InputError)
    assert "Parquet" in fault.fact


@pytest.mark.parametrize(
    ("name", "data", "fact", "remedy"),
    [
        ("empty.txt", b" \n", "is empty", "words of a report"),
        ("a.docx", b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", "office file", "plain text"),
        ("a.doc", b"\xd0\xcf\x11\xe0....", "old office file", "plain text"),
        ("a.jpg", b"\xff\xd8\xff\xe0....", "picture", "Leave it out"),
        ("data.bin", b"abc\x00def", "character 3 is NUL", "UTF-8"),
        ("noise", bytes(range(1, 256)) * 8, "is no text", "UTF-8"),
        ("page.html", b"<html><head><title>x</title></head><body></body></html>", "no article", "plain text"),
        ("menu.html", b"<!doctype html><html><body><nav>Home</nav></body></html>", "no article", "plain text"),
        ("deep.html", b"<html><body>" + b"<div>" * 5000 + b"Home" + b"</div>" * 5000, "page", "plain text"),
    ],
)
def test_a_file_that_is_no_report_is_refused_with_a_remedy(tmp_path: Path, name: str, data: bytes, fact: str, remedy: str):
    path = write(tmp_path, name, data)
    with pytest.raises(InputError) as fault:
        one(path)

    assert fault.value.place == path.as_posix()
    assert fact in fault.value.fact
    assert remedy in fault.value.remedy


def test_a_file_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.text.containers.MAX_BYTES", 10)

    with pytest.raises(InputError, match="over the limit"):
        one(write(tmp_path, "long.txt", "The envoy left."))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_a_text_is_read_in_the_encoding_it_is_in(tmp_path: Path, encoding: str):
    text = "“We are ready,” said Señor Peña in Curaçao."

    assert one(write(tmp_path, "a.txt", text.encode(encoding))).text == text


def test_a_text_in_an_old_encoding_of_another_script_is_read(tmp_path: Path):
    text = "Министр иностранных дел прибыл в столицу в понедельник для переговоров."

    assert one(write(tmp_path, "a.txt", text.encode("koi8-r"))).text == text


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
    page = PAGE.replace("<head>", '<head><meta charset="windows-1251">').replace("old capital", "city of Москва")

    assert "Москва" in one(write(tmp_path, "page", page.encode("windows-1251"))).text


def test_a_report_without_a_date_takes_the_given_one():
    options = Intake(date="2023-03-13")

    assert read_item(record(text="One."), options).date == "2023-03-13"
    assert read_item(record(text="One.", date="2020-01-02"), options).date == "2020-01-02"


def test_a_report_may_be_dated_two_days_ahead_and_no_more():
    options = Intake(today="2023-03-13")

    assert read_item(record(text="One.", date="2023-03-15"), options).date == "2023-03-15"
    with pytest.raises(InputError, match="is dated 2023-03-16, which is yet to come"):
        read_item(record(text="One.", date="2023-03-16"), options)


def test_only_english_is_let_through_where_that_is_asked_for():
    german = record(text="Der Außenminister traf am Montag in der Hauptstadt ein, um über die Grenze zu sprechen.")

    assert read_item(german, Intake()).text
    with pytest.raises(InputError, match=r"is in German \(de\)"):
        read_item(german, Intake(english_only=True))


def test_a_record_is_believed_about_its_language():
    with pytest.raises(InputError, match=r"is in French \(fr\)"):
        read_item(record(text="The envoy of Peru left.", language="fr-FR"), Intake(english_only=True))

    assert read_item(record(text="Quito, Lima, La Paz", language="eng"), Intake(english_only=True)).text


def test_what_a_container_says_goes_before_what_a_page_says():
    page = Item("feed", "html", PAGE.encode(), {"url": "https://example.org/1", "date": "2023-03-14"}, "0" * 32, 0)
    fetched = replace(page, fields={"url": "https://example.org/1", "fetched": "2024-01-01T00:00:00Z"})

    assert (read_item(page, Intake()).id, read_item(page, Intake()).date) == ("https://example.org/1", "2023-03-14")
    assert read_item(fetched, Intake()).date == "2023-03-13"


def test_a_long_text_in_a_record_is_refused_with_the_place_of_the_record(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intake, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="over the limit") as fault:
        read_item(record(text="The envoy left."), Intake())

    assert fault.value.place == "r.jsonl:1"


def test_the_docs_tell_the_names_that_columns_may_have():
    docs = (Path(__file__).parent.parent / "docs" / "reading.md").read_text(encoding="utf-8")

    assert [field for field, names in FIELDS.items() if f"| `{field}` | {', '.join(f'`{name}`' for name in names)} |" not in docs] == []


def test_a_mapping_gives_columns_to_fields():
    assert parse_mapping("text=body, date=pub date") == {"text": "body", "date": "pub date"}


@pytest.mark.parametrize("text", ["text", "text=", "words=body", "text=a,text=b"])
def test_a_mapping_with_a_fault_is_refused(text: str):
    with pytest.raises(InputError, match="FIELD=COLUMN"):
        parse_mapping(text)
