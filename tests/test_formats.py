"""Formats: each is cut into its items, a bad item stops no other, and a damaged file gives what came before."""

import bz2
import csv
import gzip
import io
import json
import lzma
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from test_sources import PAGE, items, one, write

from communique.errors import InputError
from communique.records import Document
from communique.text import rows
from communique.text.items import Intake
from communique.text.sources import find_items, read_item

LINES = b'{"id": "a", "text": "One."}\n{"id": "b", "text": "Two."}\n{"id": "c", "text": "Three."}\n'
BODY = "The minister left for Quito on Monday."


def read(path: Path | str, options: Intake | None = None) -> list[Document | InputError]:
    """The documents of a source, and its faults."""
    options = options or Intake()
    found: list[Document | InputError] = []
    for item in find_items(str(path), options):
        try:
            found.append(item if isinstance(item, InputError) else read_item(item, options))
        except InputError as fault:
            found.append(fault)
    return found


def ids(found: list[Document | InputError]) -> list[str]:
    return ["fault" if isinstance(one, InputError) else one.id for one in found]


def only_fault(path: Path, options: Intake | None = None) -> InputError:
    (fault,) = read(path, options)
    assert isinstance(fault, InputError)
    return fault


def table(*cells: list[object], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(cells)
    return out.getvalue()


def pdf(*lines: str) -> bytes:
    """A PDF of one page with those lines, each on its own."""
    shown = "".join(f"({line}) Tj T* " for line in lines)
    content = f"BT /F1 12 Tf 14 TL 72 720 Td {shown}ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (table, len(data))


def warc(*answers: tuple[str, str, bytes]) -> bytes:
    """A web archive of answers: address, head of the HTTP answer, body."""
    records = []
    for url, head, body in answers:
        block = head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body
        fields = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2023-03-14T08:00:00Z\r\n"
        kind = f"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
        records.append((fields + kind).encode() + block + b"\r\n\r\n")
    return b"".join(records)


# JSON Lines


def test_each_line_of_json_lines_is_a_document(tmp_path: Path):
    lines = '{"id": "a", "date": "2023-03-13T08:00:00Z", "title": "T", "text": "One.", "publisher": "P", "url": "u"}\n\n{"text": "Two."}\n'
    first, second = read(write(tmp_path, "reports.jsonl", lines))

    assert (first.id, first.date, first.title, first.publisher, first.url) == ("a", "2023-03-13", "T", "P", "u")
    assert second.date is None


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ('{"id": "a"', "is no JSON"),
        ("[1]", "is a list"),
        ('{"id": "a", "text": " "}', "has no 'text'"),
        ('{"id": "a", "text": 3}', "'text' is a int"),
        ('{"id": ["a"], "text": "One."}', "'id' is a list"),
        ('{"id": "a", "text": "One.", "date": "03/04/2023"}', "could be two dates"),
        ('{"id": "a", "text": "One.", "date": "soon"}', "is no date"),
        ('{"text": ' + "[" * 100_000, "is no JSON"),
        ('{"text": "' + "<p>" * 3000 + '<p> "}', "empty"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_read(tmp_path: Path, line: str, fact: str):
    path = write(tmp_path, "r.jsonl", f'{{"text": "One."}}\n{line}\n{{"text": "Two."}}\n')
    before, fault, after = read(path)

    assert isinstance(fault, InputError)
    assert fault.place == f"{path.as_posix()}:2"
    assert fact in fault.fact
    assert fault.remedy
    assert (before.text, after.text) == ("One.", "Two.")


def test_a_line_over_the_limit_is_skipped_with_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rows, "MAX_LINE_BYTES", 30)
    fault, after = read(write(tmp_path, "r.jsonl", f'{{"text": "{"a" * 90}"}}\n{{"text": "Two."}}\n'))

    assert isinstance(fault, InputError)
    assert fault.place.endswith("r.jsonl:1")
    assert after.text == "Two."


def test_lines_in_utf_16_and_in_old_encodings_are_read(tmp_path: Path):
    line = '{"id": "a", "text": "Señor Peña left."}\n'

    assert one(write(tmp_path, "wide.jsonl", line.encode("utf-16"))).text == "Señor Peña left."
    assert one(write(tmp_path, "old.jsonl", line.encode("cp1252"))).text == "Señor Peña left."


def test_fields_have_their_usual_names_and_an_object_stands_for_its_name(tmp_path: Path):
    line = {"Headline": "T &amp; U", "body": "One.", "published_at": 1678701600, "source": {"id": 3, "name": "P"}, "link": "u", "doc_id": 5}
    document = one(write(tmp_path, "r.jsonl", json.dumps(line)))

    assert (document.title, document.text, document.date) == ("T & U", "One.", "2023-03-13")
    assert (document.publisher, document.url, document.id) == ("P", "u", "5")


def test_a_mapping_goes_before_usual_names(tmp_path: Path):
    path = write(tmp_path, "r.jsonl", '{"text": "Short.", "long": "The whole."}\n')

    assert one(path, Intake(mapping={"text": "long"})).text == "The whole."


@pytest.mark.parametrize(
    ("name", "data"),
    [("r.jsonl", LINES.decode()), ("r.json", '[{"id": "a", "text": "One."}]'), ("r.csv", "id,text\na,One.\nb,Two.\n")],
)
def test_a_mapped_column_that_a_file_lacks_is_one_fault_for_the_file(tmp_path: Path, name: str, data: str):
    fault = only_fault(write(tmp_path, name, data), Intake(mapping={"date": "when"}))

    assert "no column 'when'" in fault.fact
    assert "id, text" in fault.remedy


# JSON arrays and objects


@pytest.mark.parametrize(
    "data",
    [
        '[{"id": "a", "text": "One."}, {"id": "b", "text": "}{\\"]["}]',
        '[\n  {"id": "a", "text": "One."},\n  {"id": "b", "more": {"deep": [{}]}, "text": "Two."}\n]',
        '{\n"id": "a",\n"text": "One."\n}\n{\n"id": "b",\n"text": "Two."\n}',
    ],
)
@pytest.mark.parametrize("name", ["r.json", "r"])
def test_each_object_of_an_array_is_a_document(tmp_path: Path, name: str, data: str):
    assert ids(read(write(tmp_path, name, data))) == ["a", "b"]


def test_an_array_that_breaks_off_gives_the_objects_before(tmp_path: Path):
    assert ids(read(write(tmp_path, "r.json", '[{"id": "a", "text": "One."}, {"id": "b", "te'))) == ["a", "fault"]


def test_an_object_longer_than_what_is_read_at_a_time_is_whole(tmp_path: Path):
    records = [{"id": str(number), "text": 'Talks. \\ " } ' * 20_000} for number in range(3)]
    found = read(write(tmp_path, "r.json", json.dumps(records)))

    assert [document.text.strip() for document in found] == [record["text"].strip() for record in records]


def test_an_object_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rows, "MAX_LINE_BYTES", 100_000)

    assert "over" in only_fault(write(tmp_path, "r.json", '[{"text": "' + "a" * 300_000 + '"}]')).fact


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5), st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner, max_size=3)), max_size=4
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_an_array_holds_is_cut_as_a_parser_would(tmp_path: Path, records: list[dict[str, object]]):
    path = write(tmp_path, "r.json", json.dumps(records, ensure_ascii=False).encode("utf-8", "replace"))

    assert [json.loads(item.data) for item in items(path)] == json.loads(path.read_bytes())


# ninjs


@pytest.mark.parametrize(
    "item",
    [
        {  # 1.x
            "uri": "http://example.org/1",
            "type": "text",
            "versioncreated": "2023-03-13T10:00:00Z",
            "headline": "A pact",
            "infosource": [{"name": "Example Agency"}],
            "body_text": f"{BODY} He returned.",
            "body_xhtml": f"<p>{BODY}</p><p>He returned.</p>",
            "language": "en",
        },
        {  # 2.x
            "uri": "http://example.org/1",
            "versioncreated": "2023-03-13T10:00:00Z",
            "headlines": [{"role": "main", "value": "A pact"}, {"role": "short", "value": "Pact"}],
            "bodies": [
                {"role": "main", "contenttype": "text/plain", "value": f"{BODY} He returned."},
                {"role": "richtext", "contenttype": "application/xhtml+xml", "value": f"<p>{BODY}</p><p>He returned.</p>"},
            ],
            "copyrightholder": "Example Agency",
            "language": "en-GB",
        },
        {  # 3.x
            "uri": "http://example.org/1",
            "versionCreated": "2023-03-13T10:00:00Z",
            "headlines": [{"role": "main", "value": "A pact"}],
            "bodies": [{"role": "main", "contentType": "text/html", "value": f"<p>{BODY}</p><p>He returned.</p>"}],
            "infoSources": [{"role": "issuer", "name": "Example Agency"}],
            "pubStatus": "usable",
        },
    ],
)
def test_a_news_item_in_ninjs_is_read_in_each_version(tmp_path: Path, item: dict[str, object]):
    document = one(write(tmp_path, "item.json", json.dumps(item, indent=1)))

    assert document.text == f"{BODY}\nHe returned."
    assert (document.id, document.url) == ("http://example.org/1", "http://example.org/1")
    assert (document.title, document.date, document.publisher) == ("A pact", "2023-03-13", "Example Agency")


@pytest.mark.parametrize("status", [{"pubstatus": "canceled"}, {"pubStatus": "withheld"}])
def test_a_news_item_that_its_agency_took_back_is_refused(tmp_path: Path, status: dict[str, str]):
    item = {"uri": "urn:1", "body_text": BODY, **status}

    assert next(iter(status.values())) in only_fault(write(tmp_path, "item.json", json.dumps(item))).fact


# CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_whatever_parts_its_cells(tmp_path: Path, delimiter: str):
    text = 'One, "two"; three|\nand a new\tline.'
    path = write(tmp_path, "r.csv", table(["id", "date", "text"], ["a", "2023-03-13", text], [], ["b", "", "Two."], delimiter=delimiter))
    first, second = read(path)

    assert (first.id, first.date, first.text) == ("a", "2023-03-13", text)
    assert (second.id, second.date) == ("b", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_in_the_encoding_it_is_in(tmp_path: Path, encoding: str):
    data = table(["Title", "Text"], ["Visit", "Señor Peña left."]).encode(encoding)

    assert one(write(tmp_path, "r.csv", data)).text == "Señor Peña left."


def test_a_row_is_named_by_the_line_it_begins_in_and_a_bad_one_stops_no_other(tmp_path: Path):
    path = write(tmp_path, "r.csv", 'id,text\na,"One\nline."\nb,Two,and more\nc,Three.\n')
    _, fault, last = read(path)

    assert isinstance(fault, InputError)
    assert fault.place == f"{path.as_posix()}:4"
    assert "3 cells where the header has 2" in fault.fact
    assert last.id == "c"


def test_a_long_cell_is_read_and_one_over_the_limit_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = write(tmp_path, "r.csv", table(["id", "text"], ["a", "Talks. " * 40_000], ["b", "Two."]))
    assert ids(read(path)) == ["a", "b"]

    monkeypatch.setattr(rows, "MAX_BYTES", 1000)
    assert ids(read(path)) == ["fault", "b"]


def test_a_table_without_a_column_of_texts_says_which_it_has(tmp_path: Path):
    fault = only_fault(write(tmp_path, "r.csv", "id,words\na,One.\nb,Two.\n"))

    assert "no column of texts" in fault.fact
    assert "id, words" in fault.remedy


def test_html_in_a_cell_becomes_paragraphs(tmp_path: Path):
    cell = "<p>The <b>minister</b> of R&amp;D left.</p>\n<script>track()</script><div>She<br/>returned.</div> <!-- end --> Later."
    path = write(tmp_path, "r.csv", table(["text", "title"], [cell, "<i>A</i> visit"]))

    assert one(path).text == "The minister of R&D left.\nShe\nreturned.\nLater."
    assert one(path).title == "A visit"


def test_a_page_in_a_cell_gives_its_article(tmp_path: Path):
    assert "Home" not in one(write(tmp_path, "r.csv", table(["text"], [PAGE]))).text


def test_less_than_and_greater_than_signs_in_a_text_are_no_html(tmp_path: Path):
    assert one(write(tmp_path, "r.csv", table(["text"], ["Turnout was <40% and >30% of voters."]))).text.count("%") == 2


# Parquet


def test_parquet_is_read_with_dates_and_only_the_columns_needed(tmp_path: Path):
    path = tmp_path / "r.parquet"
    cells = {
        "id": [1, 2, 3],
        "body": ["One.", None, "Three."],
        "date": [datetime(2023, 3, 13, 23, 0), datetime(2023, 3, 14), None],
        "other": [b"\xff", b"\xfe", b""],
    }
    pq.write_table(pa.table(cells), path, row_group_size=2)
    first, fault, last = read(path)
    found = items(path)

    assert (first.id, first.text, first.date) == ("1", "One.", "2023-03-13")
    assert isinstance(fault, InputError)
    assert fault.place == f"{path.as_posix()}:2"
    assert last.date is None
    assert found[-1].consumed == path.stat().st_size
    assert b"other" not in found[0].data


def test_days_and_bytes_in_parquet_are_read(tmp_path: Path):
    path = tmp_path / "r.parquet"
    pq.write_table(pa.table({"text": ["Señor Peña left.".encode()], "pubdate": [date(2023, 3, 13)]}), path)

    assert (one(path).text, one(path).date) == ("Señor Peña left.", "2023-03-13")


def test_a_damaged_parquet_file_is_a_fault(tmp_path: Path):
    assert "Parquet" in only_fault(write(tmp_path, "r.parquet", b"PAR1" + bytes(100) + b"PAR1")).fact


# Web archives


OK = "HTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8"


def test_the_pages_of_a_web_archive_are_read(tmp_path: Path):
    undated = PAGE.replace("2023-03-13T10:00:00Z", "")
    data = warc(
        ("https://example.org/1", OK, PAGE.encode()),
        ("https://example.org/2", "HTTP/1.1 404 Not Found\nContent-Type: text/html", PAGE.encode()),
        ("https://example.org/3", "HTTP/1.1 200 OK\nContent-Type: image/png", b"\x89PNG"),
        ("https://example.org/4", "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: gzip", gzip.compress(undated.encode())),
        (
            "https://example.org/5",
            "HTTP/1.1 200 OK\nContent-Type: text/plain; charset=koi8-r",
            "Посол уехал. Посол уехал.".encode("koi8-r"),
        ),
    )
    for path in (write(tmp_path, "crawl.warc", data), write(tmp_path, "crawl.warc.gz", gzip.compress(data))):
        page, undated_page, text = read(path)

        assert (page.id, page.url, page.date) == ("https://example.org/1", "https://example.org/1", "2023-03-13")
        assert (undated_page.id, undated_page.date) == ("https://example.org/4", "2023-03-14")
        assert text.text == "Посол уехал. Посол уехал."
        assert [item.place.rpartition(":")[2] for item in items(path)] == ["1", "4", "5"]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Encoding: gzip", gzip.compress(PAGE.encode())),
        ("Content-Encoding: deflate", zlib.compress(PAGE.encode())),
        ("Transfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE.encode())),
        ("Content-Encoding: gzip", PAGE.encode()),
        ("Transfer-Encoding: chunked", PAGE.encode()),
    ],
)
def test_an_answer_is_decoded_unless_the_crawler_has_done_so(tmp_path: Path, head: str, body: bytes):
    answers = [("https://example.org/1", f"{OK}\n{head}", body), ("https://example.org/2", OK, PAGE.encode())]
    path = write(tmp_path, "crawl.warc", warc(*answers))
    first, second = read(path)

    assert first.text == second.text


def test_a_page_over_the_limit_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("communique.text.containers.MAX_BYTES", 2000)
    monkeypatch.setattr("communique.text.crawls.MAX_BYTES", 2000)
    bomb = (f"{OK}\nContent-Encoding: gzip", gzip.compress(PAGE.encode() * 100))
    long = (OK, PAGE.encode() * 3)
    data = warc(*((f"https://example.org/{number}", *answer) for number, answer in enumerate((bomb, long, (OK, PAGE.encode())))))

    assert ids(read(write(tmp_path, "crawl.warc", data))) == ["fault", "fault", "https://example.org/2"]


def test_a_web_archive_that_breaks_off_gives_the_pages_before(tmp_path: Path):
    data = b"".join(gzip.compress(warc((f"https://example.org/{number}", OK, PAGE.encode()))) for number in range(3))

    plain = warc(*((f"https://example.org/{number}", OK, PAGE.encode()) for number in range(3)))

    assert ids(read(write(tmp_path, "crawl.warc.gz", data[:-300]))) == ["https://example.org/0", "https://example.org/1", "fault"]
    assert ids(read(write(tmp_path, "crawl.warc", plain[:-300]))) == ["https://example.org/0", "https://example.org/1", "fault"]


# PDF


def test_the_lines_of_a_pdf_are_joined_to_paragraphs_and_cut_words_mended(tmp_path: Path):
    data = pdf(
        "Two states sign a pact",
        "The foreign ministers of the two states signed a pact in the old capi-",
        "tal on Monday, after talks that had lasted for three weeks in the hills",
        "near the border.",
        "Both parliaments must now ratify the text, which the opposition in both",
        "countries rejects.",
        "- 1 -",
    )
    lines = one(write(tmp_path, "report.pdf", data)).text.split("\n")

    assert lines[0] == "Two states sign a pact"
    assert lines[1].startswith("The foreign ministers of the two states signed a pact in the old capital on Monday")
    assert lines[1].endswith("near the border.")
    assert lines[2].endswith("countries rejects.")
    assert len(lines) == 3


def test_a_pdf_without_text_or_with_a_password_or_damaged_is_refused(tmp_path: Path):
    scanned, locked = PdfWriter(), PdfWriter()
    for writer in (scanned, locked):
        writer.add_blank_page(100, 100)
    locked.encrypt("secret", algorithm="RC4-128")
    out = {"scanned": io.BytesIO(), "locked": io.BytesIO()}
    scanned.write(out["scanned"])
    locked.write(out["locked"])

    assert "scanned pages" in only_fault(write(tmp_path, "scanned.pdf", out["scanned"].getvalue())).fact
    assert "encrypted" in only_fault(write(tmp_path, "locked.pdf", out["locked"].getvalue())).fact
    assert "cannot be read" in only_fault(write(tmp_path, "broken.pdf", b"%PDF-1.7 ...")).fact


# Feeds


def test_the_entries_of_a_feed_are_read(tmp_path: Path):
    feed = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
    <title>The Daily Example</title><language>en</language>
    <item><title>A &amp; B</title><link>https://example.org/1</link><pubDate>Mon, 13 Mar 2023 23:00:00 -0700</pubDate>
    <description>Short.</description><content:encoded><![CDATA[<p>{BODY}</p><p>He returned.</p>]]></content:encoded></item>
    <item><title>C</title><link>https://example.org/2</link><description>{BODY}</description></item></channel></rss>"""
    first, second = read(write(tmp_path, "feed.xml", feed))

    assert (first.id, first.url, first.title) == ("https://example.org/1", "https://example.org/1", "A & B")
    assert (first.text, first.date, first.publisher) == (f"{BODY}\nHe returned.", "2023-03-13", "The Daily Example")
    assert (second.text, second.date) == (BODY, None)


def test_what_is_no_feed_under_its_suffix_is_a_fault(tmp_path: Path):
    assert "feed" in only_fault(write(tmp_path, "feed.rss", "Talks.")).fact


# Packed files and archives


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_a_packed_file_is_read_as_what_is_in_it(tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]):
    text = write(tmp_path, f"a.txt.{suffix}", pack(BODY.encode()))

    assert ids(read(write(tmp_path, f"r.jsonl.{suffix}", pack(LINES)))) == ["a", "b", "c"]
    assert ids(read(write(tmp_path, f"r.csv.{suffix}", pack(b"id,text\na,One.\n")))) == ["a"]
    assert (one(text).id, one(text).text) == (text.as_posix(), BODY)


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_a_packed_file_that_breaks_off_gives_what_came_before(tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]):
    lines = b"".join(b'{"id": "%d", "text": "%d"}\n' % (number, (number + 3) ** 25) for number in range(20_000))
    packed = pack(lines)
    found = ids(read(write(tmp_path, f"r.jsonl.{suffix}", packed[: len(packed) // 2])))

    assert found[0] == "0"
    assert found.index("fault") == len(found) - 1


def test_a_bomb_fills_no_memory(tmp_path: Path):
    text = write(tmp_path, "a.txt.gz", gzip.compress(b"a" * 100_000_000, 1))
    line = write(tmp_path, "a.jsonl.gz", gzip.compress(b"{" + b" " * 200_000_000 + b"}\n" + LINES, 1))
    tracemalloc.start()

    assert "over the limit" in only_fault(text).fact
    assert ids(read(line)) == ["fault", "a", "b", "c"]
    assert tracemalloc.get_traced_memory()[1] < 160_000_000
    tracemalloc.stop()


def test_each_member_of_a_zip_archive_is_read_and_a_bad_one_stops_no_other(tmp_path: Path):
    path = tmp_path / "news.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", BODY)
        archive.writestr("__MACOSX/a.txt", "x")
        archive.writestr("in/r.jsonl", LINES)
        archive.writestr("bad.txt", b"\x00\x01\x02")
        archive.writestr("inner.zip", b"PK\x03\x04....")
        archive.writestr("page.html", PAGE)
    name = path.as_posix()
    found = read(path)

    assert ids(found) == [f"{name}/a.txt", "a", "b", "c", "fault", "fault", f"{name}/page.html"]
    assert [fault.place for fault in found if isinstance(fault, InputError)] == [f"{name}/bad.txt", f"{name}/inner.zip"]


def test_a_damaged_zip_archive_is_a_fault(tmp_path: Path):
    assert "damaged" in only_fault(write(tmp_path, "a.zip", b"PK\x03\x04" + bytes(200))).fact


def test_archives_in_archives_are_refused(tmp_path: Path):
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    with zipfile.ZipFile(tmp_path / "news.zip", "w") as archive:
        archive.writestr("a.tar", inner.getvalue())

    assert "tar archive in another" in only_fault(tmp_path / "news.zip").fact


def test_comments_without_end_before_a_page_take_no_time(tmp_path: Path):
    data = b"<!-- a -->" * 800 + b"Talks went on."

    assert ids(read(write(tmp_path, "a", data))) == [f"{tmp_path.as_posix()}/a"]


def test_a_byte_order_mark_hides_no_format(tmp_path: Path):
    assert ids(read(write(tmp_path, "a", b"\xef\xbb\xbf" + LINES))) == ["a", "b", "c"]


def test_each_file_of_a_tar_archive_is_read(tmp_path: Path):
    path = tmp_path / "news.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, data in (("news/a.txt", BODY.encode()), ("news/.b.txt", b"x"), ("news/r.jsonl", LINES)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))

    assert ids(read(path)) == [f"{path.as_posix()}/news/a.txt", "a", "b", "c"]


@given(
    st.binary(min_size=1, max_size=300),
    st.sampled_from(["", "%PDF-1.4\n", "<html><p>", "WARC/1.0\r\n", "<rss>", "PK\x03\x04", '{"text": "', "text,id\n"]),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_bytes_whatever_end_in_anything_but_documents_and_faults(tmp_path: Path, data: bytes, head: str):
    assert all(isinstance(found, Document | InputError) for found in read(write(tmp_path, "r", head.encode() + data)))
