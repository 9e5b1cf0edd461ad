"""Hostile files: a folder of broken, huge and misleading files, and what is to become of each item of it.

Contract: in - a folder and the size of the greatest file; out - the files, and for every item, by its place, words that the reason of its
reject must have, or `CODED`. All is made here, of the same bytes each time.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pypdf import PdfWriter

from communique.errors import printable

CODED = ""  # what becomes of an item that is no fault; of another, words that the reason of its reject has
BLOCK = 1_000_000
ODD_NAMES = ("two words.txt", "line\nbreak.txt", 'quote\'s "name".txt', "glob[*]?.txt", "100%.txt", "-r.txt", os.fsdecode(b"caf\xe9.txt"))
_STATES = ("Norway", "Chile", "Kenya", "Japan", "Oman", "Peru", "Latvia", "Ghana", "Nepal", "Fiji")
_CUT_AT = 0.6  # of what is cut short


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file, and what is to become of its items, by what follows its name in their places."""

    name: str
    data: bytes
    outcomes: Mapping[str, str]


def told(number: int) -> str:
    """A good report, another for each number."""
    one, other = _STATES[number % 10], _STATES[(number + 3) % 10]
    return (
        f"{one} said on Monday that it had sent {number + 2} envoys to {other} for talks about the port.\n"
        f"The foreign minister of {other} thanked {one} and called for {number + 3} more meetings before the end of the year."
    )


def make_folder(folder: Path, giant: int) -> dict[str, str]:
    """Write all files; what is to become of each item, by its place below the folder. `giant` is the size of the greatest, in bytes."""
    outcomes: dict[str, str] = {}
    for one in (*texts(giant), *pages(), *records(), *archives(), *formats()):
        path = folder / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.data)
        outcomes |= {one.name + end: outcome for end, outcome in one.outcomes.items()}
    return outcomes | write_giants(folder, giant) | write_places(folder)


def texts(giant: int) -> Iterator[Hostile]:
    """Plain texts: none, in odd encodings, of odd lengths, with odd characters, in other languages."""
    good = told(1)
    marks = "".join(f"{character}\u0301\u0323" if character.isalpha() else character for character in told(2))
    hidden = "\u200f" + told(3).replace(" ", " \u200d\u202e\u200b")
    long = " ".join(f"the envoy of {_STATES[number % 10]} met" for number in range(2_000))
    noise = random.Random(1).randbytes(20_000)
    yield from (
        _whole(name, data, outcome)
        for name, data, outcome in (
            ("empty.txt", b"", "is empty"),
            ("blank.txt", b" \n\t\r\n " * 100, "is empty"),
            ("noise.txt", noise, "is no text"),
            ("noise", noise, "is no text"),
            ("noise-without-nul.txt", noise.replace(b"\0", b""), "is no text"),
            ("picture.txt", b"\x89PNG\r\n\x1a\n" + noise, "is a picture"),
            ("windows.txt", good.replace("port", "Curaçao “port”").encode("cp1252"), CODED),
            ("utf-16-marked.txt", good.encode("utf-16"), CODED),
            ("utf-16-bare.txt", good.encode("utf-16-le"), "NUL"),
            ("mixed.txt", f"{good} «Café»\n".encode() + f"{told(4)} “Café”".encode("cp1252"), CODED),
            ("nul.txt", good.replace("port", "po\0rt").encode(), "NUL"),
            ("controls.txt", good.replace(" ", " \x07\x1b").encode(), "control characters"),
            ("few-controls.txt", good.replace("port", "po\x07rt\x85").encode(), CODED),
            ("sentence-without-end.txt", long.encode(), CODED),
            ("word-without-end.txt", f"{good}\n".encode() + b"a" * (giant // 200), CODED),
            ("lines-without-end.txt", b"Talks\nBorder\nEnvoy\nTreaty\n" * (giant // 40_000), CODED),
            ("rules.txt", f"{good}\n{'=' * 2_000}\n{'- ' * 2_000}\n{told(5)}".encode(), CODED),
            ("address.txt", f"{good} See https://example.org/{'%D0%9F' * 500} for more.".encode(), CODED),
            ("quotes.txt", (good + " “" * 20_000 + ' "' * 20_000 + " (" * 20_000).encode(), CODED),
            ("stops.txt", (good + "." * 50_000 + " ." * 20_000).encode(), CODED),
            ("accents.txt", good.replace("o", "o\u0308").encode(), CODED),
            ("marks.txt", marks.encode(), "is in"),
            ("hidden-characters.txt", hidden.encode(), CODED),
            (
                "french.txt",
                "Le ministre est arrivé lundi dans la capitale pour parler de la frontière avec ses voisins.".encode(),
                "French",
            ),
            ("russian.txt", "Министр прибыл в понедельник в столицу, чтобы говорить с соседями о границе.".encode(), "Russian"),
            ("chinese.txt", "部长星期一抵达首都,与邻国讨论边界问题。双方同意下个月再次会面。".encode(), "Chinese"),
            ("good.txt", told(6).encode(), CODED),
        )
    )


def pages() -> Iterator[Hostile]:
    """HTML, feeds and PDF."""
    article = f"<html><body><article>{''.join(f'<p>{told(number)}</p>' for number in (10, 11, 12))}</article></body></html>"
    entry = "<item><title>Talks {0}</title><link>https://example.org/{0}</link><description>{1}</description></item>"
    feed = f'<rss version="2.0"><channel><title>X</title>{entry.format(1, told(13))}{entry.format(2, told(14) + " & <b>half")}'.encode()
    yield _whole("good.html", article.encode(), CODED)
    yield _whole("empty.html", b"<html><head><title>Talks</title></head><body><script>var a;</script></body></html>", "no article")
    yield _whole("deep.html", f"<html><body>{'<div>' * 10_000}{told(15)}{'</div>' * 10_000}</body></html>".encode(), "page")
    yield _whole("open.html", article.encode()[: int(len(article) * _CUT_AT)], CODED)
    yield Hostile("broken.rss", feed, {":1": CODED, ":2": CODED})
    yield _whole("none.rss", b"<rss><channel>", "without entries")
    yield _whole("short.pdf", _cut(_pdf()), "PDF")
    yield _whole("blank.pdf", _pdf(), "no text")
    yield _whole("locked.pdf", _pdf("secret"), "encrypted")


def records() -> Iterator[Hostile]:
    """JSON and CSV."""
    deep, half = "[" * 100_000 + "]" * 100_000, '"text": "half \\ud800 of a pair"'
    ids = "\n".join(_line(id="same", text=told(number), date="2024-05-06") for number in (20, 21))
    yield Hostile("deep.json", f'{{"text": "x", "deep": {deep}}}'.encode(), {":1": "is no JSON"})
    yield Hostile("deep.jsonl", ('{"a":' * 100_000 + "1" + "}" * 100_000).encode(), {":1": "is no JSON"})
    yield Hostile("half-pair.jsonl", f"{{{half}}}\n{_line(text=told(22))}".encode(), {":1": "is no JSON", ":2": CODED})
    yield Hostile("future.jsonl", _line(text=told(23), date="2087-01-02").encode(), {":1": "yet to come"})
    days = "\n".join(_line(text=told(24), date=date) for date in ("0000-00-00", "0001-01-01T00:00:00"))
    yield Hostile("no-day.jsonl", days.encode(), {":1": "is no date", ":2": "is no date"})
    yield Hostile("same-id.jsonl", ids.encode(), {":1": CODED, ":2": CODED})
    yield Hostile("same-id-elsewhere.jsonl", _line(id="same", text=told(25)).encode(), {":1": CODED})
    yield Hostile("same-text.jsonl", "\n".join(_line(id=name, text=told(26)) for name in "ab").encode(), {":1": CODED, ":2": CODED})
    odd = {
        '{"text": null}': "no 'text'",
        '{"text": ["a"]}': "a list",
        "[1]": "a list",
        "null": "NoneType",
        '{"text": 1e999}': "infinity",
        "{": "no JSON",
    }
    yield Hostile("odd.jsonl", "\n".join(odd).encode(), {f":{number}": outcome for number, outcome in enumerate(odd.values(), 1)})
    yield Hostile(
        "open-quote.csv", f'id,text\n1,{_flat(27)}\n2,"{_flat(28)}\n3,{_flat(29)}\n'.encode(), {":2": CODED, ":3": "end of the file"}
    )
    yield _whole("no-text.csv", b"number,colour\n1,blue\n", "no column of texts")
    yield Hostile("ragged.csv", f"id,text\n1,{_flat(30)}\n2\n3,a,b,c\n".encode(), {":2": CODED, ":3": "has no 'text'", ":4": "4 cells"})


def archives() -> Iterator[Hostile]:
    """What is packed: cut short, within itself, under misleading names."""
    good = told(40).encode() * 50
    for suffix, packed in (("gz", gzip.compress(good)), ("bz2", bz2.compress(good)), ("xz", lzma.compress(good))):
        yield _whole(f"short.txt.{suffix}", _cut(packed), "breaks off")
    inner = _zip({"a.txt": told(41).encode()})
    yield Hostile(
        "nested.zip", _zip({"inner.zip": inner, "good.txt": told(42).encode()}), {"/inner.zip": "zip archive", "/good.txt": CODED}
    )
    climbing = {name: told(43 + number).encode() for number, name in enumerate(("../../climbing.txt", "/tmp/root.txt", "c:\\drive.txt"))}
    yield Hostile("climbing.zip", _zip(climbing), {f"/{name}": CODED for name in climbing})
    yield _whole("short.zip", _cut(inner), "damaged")
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as archive:
        for name, data in ((ODD_NAMES[-1], told(46).encode()), ("../up.txt", told(47).encode())):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    yield Hostile("names.tar.gz", tar.getvalue(), {f"/{printable(ODD_NAMES[-1])}": CODED, "/../up.txt": CODED})


def formats() -> Iterator[Hostile]:
    """Parquet and WARC, cut short."""
    parquet = io.BytesIO()
    pq.write_table(pa.table({"text": [told(50)] * 100}), parquet)
    yield _whole("short.parquet", _cut(parquet.getvalue()), "Parquet")
    crawl = b"".join(_answer(number) for number in (51, 52))
    yield Hostile("short.warc", crawl[: -len(_answer(52)) // 2], {":1": CODED, "": "breaks off"})


def write_giants(folder: Path, size: int) -> dict[str, str]:
    """Files that are greater than any text may be, or become so when they are unpacked."""
    over = "over the limit"
    with gzip.open(folder / "bomb.txt.gz", "wb", 1) as file:
        _fill(file.write, b"\0", size)
    with gzip.open(folder / "bomb.jsonl.gz", "wb", 1) as file:
        _fill(file.write, b"a", size)
    with (
        zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros.txt", "w", force_zip64=True) as file,
    ):
        _fill(file.write, b"\0", size)
    with (folder / "giant.jsonl").open("wb") as file:
        file.write(f'{_line(text=told(60))}\n{{"text": "'.encode())
        _fill(file.write, b"a", size)
        file.write(f'"}}\n{_line(text=told(61))}\n'.encode())
    return {"bomb.txt.gz": over, "bomb.jsonl.gz:1": over, "bomb.zip/zeros.txt": over} | {
        f"giant.jsonl:{number}": outcome for number, outcome in enumerate((CODED, over, CODED), 1)
    }


def write_places(folder: Path) -> dict[str, str]:
    """Names and places that are hard to deal with."""
    deep = folder.joinpath(*["deeper"] * 60)
    locked, loop = folder / "locked", folder / "loop.txt"
    good = {folder / "odd" / name: told(70 + number) for number, name in enumerate(ODD_NAMES)}
    for path, text in (good | {deep / "good.txt": told(80), locked / "good.txt": told(81)}).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    loop.symlink_to(loop.name)
    (deep / "round").symlink_to(folder)
    (folder / "nowhere.txt").symlink_to("nothing.txt")
    locked.chmod(0)
    found = {printable(path.relative_to(folder).as_posix()): CODED for path in (*good, deep / "good.txt")}
    kept_out = {"locked/good.txt": CODED} if os.access(locked, os.R_OK) else {"locked": "cannot be opened"}  # who is root may
    return found | kept_out | {"loop.txt": "cannot be opened", "nowhere.txt": "no such file"}


def _whole(name: str, data: bytes, outcome: str) -> Hostile:
    return Hostile(name, data, {"": outcome})


def _line(**fields: str) -> str:
    return json.dumps(fields)


def _flat(number: int) -> str:
    """A good report as a cell that needs no quotation marks."""
    return told(number).replace("\n", " ")


def _cut(data: bytes) -> bytes:
    return data[: int(len(data) * _CUT_AT)]


def _pdf(password: str = "") -> bytes:
    """A PDF of an empty page."""
    writer, data = PdfWriter(), io.BytesIO()
    writer.add_blank_page(600, 800)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(data)
    return data.getvalue()


def _zip(members: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return data.getvalue()


def _answer(number: int) -> bytes:
    """A page in a web archive."""
    page = f"<html><body><article><p>{told(number)}</p><p>{told(number + 5)}</p></article></body></html>"
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}"
    head = {"WARC-Type": "response", "WARC-Target-URI": f"https://example.org/{number}", "WARC-Date": "2024-05-06T00:00:00Z"}
    head |= {"Content-Type": "application/http; msgtype=response", "Content-Length": str(len(answer))}
    return "\r\n".join(("WARC/1.0", *(f"{name}: {value}" for name, value in head.items()), "", answer, "", "")).encode()


def _fill(write: Callable[[bytes], object], byte: bytes, size: int) -> None:
    """Write the same byte so many times."""
    for start in range(0, size, BLOCK):
        write(byte * min(BLOCK, size - start))


def fits(expected: str | None, found: str | None) -> bool:
    """Is it what should become of the item? Neither may be missing."""
    return expected is not None and found is not None and (expected in found if expected else not found)
