"""Feeds: which feeds a list names, and which entries a feed holds.

Contract: in - a list of feeds (TOML, OPML, or an address a line), or the bytes of a feed (RSS, Atom); out - `Feed`s and `Entry`s whose
addresses are absolute and free of tracking. Raises `InputError` for what is no feed, and for a list with a fault, by file and line.
Touches no network.
"""

from __future__ import annotations

import html
import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.parsers import expat

import feedparser

from communique.errors import CommuniqueError, InputError, TableError
from communique.tables.load import Column, load_toml
from communique.text.intake import parse_date

SHORTEST = 60  # seconds between two looks at a feed
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_COLUMNS = (
    Column("url"),
    Column("name", required=False),
    Column("pages", required=False, values=frozenset({"True", "False"})),
    Column("every", required=False),
    Column("language", required=False),
)
_TAG = re.compile(r"</?[A-Za-z][^>]*>")
_TRACKING = re.compile(r"(?<=[?&])utm_\w+(?:=[^&]*)?(?:&|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed to be watched: `every` seconds if it has its own interval; without `pages` its entries' own content is coded."""

    url: str
    name: str = ""  # of the publisher
    pages: bool = True
    every: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A report that a feed names; what the feed does not say is empty."""

    url: str
    guid: str
    title: str
    date: str  # YYYY-MM-DD, in the zone that it was written in
    content: str  # HTML: the whole of it if the feed has it, else a summary
    publisher: str
    language: str


def parse_interval(text: str, place: str = "interval") -> int:
    """The seconds of `90s`, `15m`, `2h` or `1d`."""
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", text.strip())
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    if seconds < SHORTEST:
        fact = f"{text!r} is less than a minute" if match else f"{text!r} is no interval"
        raise InputError(place, fact, "Write it as in 15m, 2h or 1d.")
    return seconds


def load_feeds(path: Path) -> tuple[Feed, ...]:
    """The feeds of a list, in its order: TOML, OPML, or an address a line. Raises `InputError` where it has a fault or names none."""
    text = _read_list(path)
    read = _from_toml if path.suffix.lower() == ".toml" else _from_opml if text.lstrip().startswith("<") else _from_lines
    found: dict[str, str] = {}
    feeds = []
    for place, feed in read(path, text):
        _check_url(place, feed.url)
        first = found.setdefault(feed.url, place)
        if first != place:
            raise InputError(place, f"names {feed.url} again, after {first}", "Drop one.")
        feeds.append(feed)
    if not feeds:
        raise InputError(path.name, "names no feed", 'Write [[feed]] and url = "https://..." for each.')
    return tuple(feeds)


def entries_of(data: bytes, url: str, name: str = "", language: str = "") -> list[Entry]:
    """The entries of the feed that stands at an address; `name` and `language` go before what it says of itself."""
    try:
        # As a stream: feedparser would take bare bytes for the name of a file, and open it.
        parsed = feedparser.parse(io.BytesIO(data), response_headers={"content-location": url}, sanitize_html=True)
    except Exception as fault:  # parsers of old formats fail in ways of their own
        raise InputError(url, f"is no feed that can be read ({fault})", "Check the address.") from fault
    if not parsed.entries and not parsed.get("version"):
        raise InputError(url, "is no RSS or Atom feed", "Check the address; a site's feed often stands at /rss or /feed.")
    publisher = name or _plain(parsed.feed, "title")
    return [_entry(found, url, publisher, language or parsed.feed.get("language", "")) for found in parsed.entries]


def _entry(found: Any, base: str, publisher: str, language: str) -> Entry:
    """An entry as feedparser gives it, in our terms."""
    url = _clean_url(base, found.get("link", ""))
    texts = [text.get("value", "") for text in found.get("content", ()) if text.get("type") != "text/plain"]
    return Entry(
        url=url,
        guid=found.get("id", "") or url,
        title=_plain(found, "title"),
        date=_date(found),
        content=max([*texts, found.get("summary", "")], key=len),
        publisher=publisher,
        language=language,
    )


def _clean_url(base: str, link: str) -> str:
    """The absolute address of a link, without its fragment and the parameters that only count readers; "" for what is no page."""
    try:
        url = urldefrag(urljoin(base, link.strip())).url
        is_page = bool(link) and urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return ""
    return _TRACKING.sub("", url).rstrip("?&") if is_page else ""


def _date(found: Any) -> str:
    """The day an entry was published, as written; else as feedparser understands it, in UTC; else ""."""
    for name in ("published", "updated"):
        if name in found:
            try:
                return parse_date(found[name])
            except CommuniqueError:
                if moment := found.get(f"{name}_parsed"):
                    return time.strftime("%Y-%m-%d", moment)
    return ""


def _plain(found: Any, name: str) -> str:
    """A text without markup."""
    text = found.get(name, "")
    if found.get(f"{name}_detail", {}).get("type") != "text/plain":
        text = html.unescape(_TAG.sub("", text))
    return " ".join(text.split())


def _read_list(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError(path.name, f"byte {fault.start} is not UTF-8", "Save it as UTF-8.") from fault
    except OSError as fault:
        raise InputError(str(path), f"cannot be opened ({fault.strerror})", "Check the path.") from fault


def _from_toml(path: Path, _text: str) -> Iterator[tuple[str, Feed]]:
    """The [[feed]] tables of a file."""
    try:
        entries = load_toml(path, _COLUMNS)
    except TableError as fault:
        raise InputError(fault.place, fault.fact, fault.remedy) from fault
    for entry in entries:
        if entry.name != "feed":
            raise InputError(entry.place, f"unknown table {entry.name!r}", "Write [[feed]].")
        for name, value in entry.items():
            if not isinstance(value, bool if name == "pages" else str):
                remedy = "Write true or false." if name == "pages" else "Put it in quotation marks."
                raise InputError(entry.place, f"{name} is {value!r}", remedy)
        every = parse_interval(entry["every"], entry.place) if "every" in entry else None
        yield entry.place, Feed(entry["url"], entry.get("name", ""), entry.get("pages", True), every, entry.get("language", ""))


def _from_opml(path: Path, text: str) -> Iterator[tuple[str, Feed]]:
    """The outlines of an OPML file that name a feed."""
    found: list[tuple[str, Feed]] = []
    parser = expat.ParserCreate()

    def take(tag: str, given: dict[str, str]) -> None:
        if tag == "outline" and "xmlUrl" in given:
            name = given.get("title") or given.get("text", "")
            found.append((f"{path.name}:{parser.CurrentLineNumber}", Feed(given["xmlUrl"], name, language=given.get("language", ""))))

    parser.StartElementHandler = take
    try:
        parser.Parse(text, True)
    except expat.ExpatError as fault:
        raise InputError(f"{path.name}:{fault.lineno}", f"is no XML ({expat.ErrorString(fault.code)})", "Export the list anew.") from fault
    return iter(found)


def _from_lines(path: Path, text: str) -> Iterator[tuple[str, Feed]]:
    """An address a line; what begins with # is a comment."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield f"{path.name}:{number}", Feed(line.strip())


def _check_url(place: str, url: str) -> None:
    """Raise for what is no address of the web."""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)
    except ValueError:
        is_web = False
    if not is_web:
        raise InputError(place, f"{url!r} is no http or https address", "Write it as in https://example.org/feed.xml.")
