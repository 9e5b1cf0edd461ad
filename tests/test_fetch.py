"""Feeds and pages are fetched politely, within limits, and from public hosts alone."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler

import httpx
import pytest
from web import NOON, Answer, Clock, Site, opened

from communique import __version__
from communique.errors import InputError
from communique.text.connection import Connection, FetchError
from communique.text.fetch import FEED, PAGE, Fetcher, Kind

TEN = Kind("page", 10, frozenset({"text/html"}))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    with opened() as site:
        yield site


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fetcher(clock: Clock) -> Iterator[Fetcher]:
    with Fetcher("desk@example.org", allow_private=True, clock=clock, sleep=clock.sleep) as fetcher:
        yield fetcher


def fault_of(call: Callable[[], object]) -> FetchError:
    with pytest.raises(FetchError) as caught:
        call()
    return caught.value


def test_a_page_comes_with_its_type_its_encoding_and_what_to_ask_with_the_next_time(site: Site, fetcher: Fetcher):
    headers = {"ETag": '"1"', "Last-Modified": "Mon, 13 Mar 2023 10:00:00 GMT", "Content-Type": "Text/HTML; charset=ISO-8859-2"}
    site.pages["/a"] = Answer(b"<p>Talks.", headers=headers)

    page = fetcher.get(f"{site.url}/a", PAGE)

    assert (page.data, page.media_type, page.charset) == (b"<p>Talks.", "text/html", "iso-8859-2")
    assert (page.etag, page.modified, page.unchanged) == ('"1"', "Mon, 13 Mar 2023 10:00:00 GMT", False)


def test_nothing_is_asked_for_but_robots_txt_once_and_the_page(site: Site, fetcher: Fetcher):
    site.pages |= {"/a": Answer(b'<img src="/picture.png"><link rel="stylesheet" href="/style.css"><a href="/b">b</a>')}

    fetcher.get(f"{site.url}/a", PAGE)
    fetcher.get(f"{site.url}/a", PAGE)

    assert site.asked == ["/robots.txt", "/a", "/a"]


def test_the_user_agent_names_the_program_and_the_contact_and_no_cookie_is_kept(site: Site, fetcher: Fetcher):
    site.pages["/a"] = Answer(b"x", headers={"Set-Cookie": "id=7; Path=/"})

    fetcher.get(f"{site.url}/a", PAGE)
    fetcher.get(f"{site.url}/a", PAGE)

    assert {headers["user-agent"] for headers in site.headers} == {f"communique/{__version__} (+desk@example.org)"}
    assert not any("cookie" in headers for headers in site.headers)


def test_a_contact_that_cannot_stand_in_a_header_is_refused():
    with pytest.raises(InputError, match="cannot be sent"):
        Fetcher("desk@example.org\r\nHost: other")


def test_a_feed_is_asked_for_only_if_it_has_changed(site: Site, fetcher: Fetcher):
    site.pages["/feed"] = Answer(status=304)

    answer = fetcher.get(f"{site.url}/feed", FEED, etag='"1"', modified="Mon, 13 Mar 2023 10:00:00 GMT")

    assert answer.unchanged
    assert site.headers[-1]["if-none-match"] == '"1"'
    assert site.headers[-1]["if-modified-since"] == "Mon, 13 Mar 2023 10:00:00 GMT"


def test_an_unchanged_that_was_not_asked_for_is_a_fault(site: Site, fetcher: Fetcher):
    site.pages["/feed"] = Answer(status=304)

    assert "answers 304" in fault_of(lambda: fetcher.get(f"{site.url}/feed", FEED)).fact


def test_what_robots_txt_disallows_is_not_asked_for(site: Site, fetcher: Fetcher):
    site.pages |= {"/robots.txt": Answer(b"User-agent: *\nDisallow: /private\n"), "/private/a": Answer(b"x"), "/a": Answer(b"x")}

    fault = fault_of(lambda: fetcher.get(f"{site.url}/private/a", PAGE))

    assert fault.lasting
    assert fault.fact == "robots.txt of 127.0.0.1 does not allow it"
    assert fetcher.get(f"{site.url}/a", PAGE).data == b"x"
    assert site.count("/private/a") == 0


def test_robots_txt_is_read_anew_after_a_day(site: Site, fetcher: Fetcher, clock: Clock):
    site.pages["/a"] = Answer(b"x")

    fetcher.get(f"{site.url}/a", PAGE)
    clock.now += 90_000
    fetcher.get(f"{site.url}/a", PAGE)

    assert site.count("/robots.txt") == 2


def test_while_robots_txt_cannot_be_had_nothing_else_is_asked_for(site: Site, fetcher: Fetcher, clock: Clock):
    site.pages |= {"/robots.txt": Answer(status=500), "/a": Answer(b"x")}

    assert not fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE)).lasting
    assert not fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE)).lasting
    assert site.asked == ["/robots.txt"]

    site.pages["/robots.txt"] = Answer(status=404)
    clock.now += 3_600
    assert fetcher.get(f"{site.url}/a", PAGE).data == b"x"


def test_a_host_is_given_a_pause_between_two_requests_its_own_where_it_is_longer(site: Site, fetcher: Fetcher, clock: Clock):
    site.pages |= {"/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 7\n"), "/a": Answer(b"x")}

    fetcher.get(f"{site.url}/a", PAGE)
    clock.now += 1
    fetcher.get(f"{site.url}/a", PAGE)

    assert clock.slept == [7, 6]


def test_a_pause_is_two_seconds_unless_they_have_passed_anyway(site: Site, fetcher: Fetcher, clock: Clock):
    site.pages["/a"] = Answer(b"x")

    fetcher.get(f"{site.url}/a", PAGE)
    clock.now += 60
    fetcher.get(f"{site.url}/a", PAGE)

    assert clock.slept == [2]


def test_a_pause_of_hours_is_not_waited_out(site: Site, fetcher: Fetcher, clock: Clock):
    site.pages |= {"/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 7200\n"), "/a": Answer(b"x")}

    fault = fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE))

    assert (fault.lasting, fault.wait, clock.slept) == (False, 7200, [])


def test_redirects_are_followed_and_one_for_good_is_noted(site: Site, fetcher: Fetcher):
    site.pages |= {
        "/old": Answer(status=301, headers={"Location": "/new"}),
        "/new": Answer(status=302, headers={"Location": f"{site.url}/today"}),
        "/today": Answer(b"x"),
    }

    answer = fetcher.get(f"{site.url}/old", PAGE)

    assert (answer.data, answer.url, answer.moved) == (b"x", f"{site.url}/today", f"{site.url}/new")
    assert fetcher.get(f"{site.url}/new", PAGE).moved is None


def test_a_redirect_to_no_address_at_all_is_a_fault_of_the_page_not_of_its_host(site: Site, fetcher: Fetcher):
    site.pages |= {"/a": Answer(status=302, headers={"Location": "http://[::bad/"}), "/b": Answer(b"x")}

    assert "Invalid URL" in fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE)).fact
    assert fetcher.get(f"{site.url}/b", PAGE).data == b"x"


def test_a_circle_of_redirects_is_left_after_the_fifth(site: Site, fetcher: Fetcher):
    site.pages |= {"/a": Answer(status=302, headers={"Location": "/b"}), "/b": Answer(status=302, headers={"Location": "/a"})}

    fault = fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE))

    assert (fault.place, fault.fact, fault.lasting) == (f"{site.url}/a", "redirects more than 5 times", True)
    assert site.count("/a") + site.count("/b") == 6


@pytest.mark.parametrize("location", ["file:///etc/hostname", "ftp://example.org/a", "http://user:secret@example.org/"])
def test_a_redirect_to_what_is_no_plain_web_address_is_refused(site: Site, fetcher: Fetcher, location: str):
    site.pages["/a"] = Answer(status=302, headers={"Location": location})

    fault = fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE))

    assert fault.lasting
    assert "secret" not in fault.place


@pytest.mark.parametrize("body", [b"x" * 11, b"x" * 1_000_000])
def test_what_is_over_the_limit_is_not_read(site: Site, fetcher: Fetcher, body: bytes):
    site.pages["/a"] = Answer(body)

    assert "over the limit of 10 bytes" in fault_of(lambda: fetcher.get(f"{site.url}/a", TEN)).fact


def test_packed_bodies_are_unpacked(site: Site, fetcher: Fetcher):
    site.pages["/a"] = Answer(gzip.compress(b"ten bytes."), headers={"Content-Encoding": "gzip"})

    assert fetcher.get(f"{site.url}/a", TEN).data == b"ten bytes."
    assert site.headers[-1]["accept-encoding"] == "gzip"


def test_a_gzip_bomb_is_unpacked_no_further_than_the_limit(site: Site, fetcher: Fetcher):
    site.pages["/a"] = Answer(gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})

    fault = fault_of(lambda: fetcher.get(f"{site.url}/a", TEN))

    assert (fault.fact, fault.lasting) == ("is over the limit of 10 bytes", True)


@pytest.mark.parametrize(
    ("body", "packing", "fact"),
    [
        (b"no gzip", "gzip", "its gzip is damaged"),
        (gzip.compress(b"ten bytes.")[:-6], "gzip", "its gzip ends too early"),
        (b"x", "br", "is packed as br"),
        (b"x", "gzip, gzip", "is packed as gzip, gzip"),
    ],
)
def test_damaged_and_unknown_packing_is_refused(site: Site, fetcher: Fetcher, body: bytes, packing: str, fact: str):
    site.pages["/a"] = Answer(body, headers={"Content-Encoding": packing})

    assert fact in fault_of(lambda: fetcher.get(f"{site.url}/a", TEN)).fact


def test_a_film_is_not_read(site: Site, fetcher: Fetcher):
    site.pages["/a"] = Answer(b"x", media_type="video/mp4")

    assert fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE)).fact == "is video/mp4, no page"


@pytest.mark.parametrize(("status", "lasting"), [(404, True), (410, True), (403, True), (408, False), (500, False), (502, False)])
def test_an_error_says_whether_to_come_again(site: Site, fetcher: Fetcher, status: int, lasting: bool):
    site.pages["/a"] = Answer(status=status)

    fault = fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE))

    assert (fault.status, fault.lasting, fault.wait) == (status, lasting, None)


@pytest.mark.parametrize("retry_after", ["300", formatdate(NOON + 302, usegmt=True)])
def test_a_server_that_asks_for_time_is_given_it(site: Site, fetcher: Fetcher, clock: Clock, retry_after: str):
    site.pages |= {"/a": Answer(status=503, headers={"Retry-After": retry_after}), "/b": Answer(b"x")}

    assert fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE)).wait == 300
    assert fault_of(lambda: fetcher.get(f"{site.url}/b", PAGE)).wait == 300
    assert site.count("/b") == 0

    clock.now += 301
    assert fetcher.get(f"{site.url}/b", PAGE).data == b"x"


@pytest.mark.parametrize("retry_after", ["", "soon", "-5"])
def test_an_overtaxed_server_that_does_not_say_for_how_long_is_left_alone_for_ten_minutes(site: Site, fetcher: Fetcher, retry_after: str):
    site.pages["/a"] = Answer(status=429, headers={"Retry-After": retry_after})

    assert fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE)).wait is None
    assert fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE)).wait == 600


def trickle(handler: BaseHTTPRequestHandler) -> None:
    """A header that never ends, a byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        handler.wfile.write(b"x")
        time.sleep(0.02)


def trickle_body(handler: BaseHTTPRequestHandler) -> None:
    """A body of no declared length that never ends."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        handler.wfile.write(b"x")
        time.sleep(0.02)


def say_nothing(handler: BaseHTTPRequestHandler) -> None:
    handler.rfile.read(1)


def break_off(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nTalks")
    handler.close_connection = True


@pytest.mark.parametrize(
    ("write", "fact"),
    [
        (trickle, "took longer than 0.3 s"),
        (trickle_body, "took longer than 0.3 s"),
        (say_nothing, "does not answer in time"),
        (break_off, "fails to answer"),
    ],
)
def test_a_server_that_is_slow_or_breaks_off_is_left(site: Site, clock: Clock, write: Callable[[BaseHTTPRequestHandler], None], fact: str):
    site.pages["/a"] = Answer(write=write)

    with Fetcher(allow_private=True, read=0.2, whole=0.3, clock=clock, sleep=clock.sleep) as fetcher:
        fault = fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE))

    assert fact in fault.fact
    assert not fault.lasting


def test_a_host_that_cannot_be_reached_is_left_alone_for_a_while(fetcher: Fetcher):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/a"

    assert "cannot be reached" in fault_of(lambda: fetcher.get(url, PAGE)).fact
    assert "cannot be reached" in fault_of(lambda: fetcher.get(url, PAGE)).fact


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "[fe80::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "2130706433",
    ],
)
def test_private_addresses_are_refused(clock: Clock, host: str):
    with Fetcher(clock=clock, sleep=clock.sleep) as fetcher:
        fault = fault_of(lambda: fetcher.get(f"http://{host}/a", PAGE))

    assert "private address" in fault.fact
    assert fault.lasting


def test_a_redirect_to_a_private_address_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch, clock: Clock):
    site.pages |= {"/a": Answer(status=302, headers={"Location": "http://inside.example/secret"})}
    names = {"127.0.0.1": "8.8.8.8", "inside.example": "10.0.0.8"}
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (names[host], port))])
    monkeypatch.setattr(Connection, "trace", lambda *_: None)
    monkeypatch.setattr(socket, "create_connection", connect_without_names(site))

    with Fetcher(clock=clock, sleep=clock.sleep) as fetcher:
        fault = fault_of(lambda: fetcher.get(f"{site.url}/a", PAGE))

    assert (fault.place, fault.fact) == ("http://inside.example/secret", "its host has the private address 10.0.0.8")


def connect_without_names(site: Site) -> Callable[..., socket.socket]:
    def connect(*_: object, **__: object) -> socket.socket:
        made = socket.socket()
        made.connect(("127.0.0.1", httpx.URL(site.url).port))
        return made

    return connect


def test_a_name_that_leads_elsewhere_when_it_is_connected_to_is_asked_nothing(site: Site, monkeypatch: pytest.MonkeyPatch, clock: Clock):
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", port))])
    monkeypatch.setattr(socket, "create_connection", connect_without_names(site))

    with Fetcher(clock=clock, sleep=clock.sleep) as fetcher:
        fault = fault_of(lambda: fetcher.get("http://rebound.example/a", PAGE))

    assert fault.fact == "its host has the private address 127.0.0.1"
    assert site.asked == []


def test_a_proxy_of_the_user_may_be_private(site: Site, monkeypatch: pytest.MonkeyPatch, clock: Clock):
    monkeypatch.setenv("http_proxy", site.url)
    site.pages |= {"http://8.8.8.8/a": Answer(b"x")}

    with Fetcher(clock=clock, sleep=clock.sleep) as fetcher:
        assert fetcher.get("http://8.8.8.8/a", PAGE).data == b"x"


@pytest.mark.parametrize("url", ["example.org/feed", "", "ftp://example.org/", "http://", f"http://{'a' * 70}.example/", "http://a\x00b/"])
def test_what_is_no_address_is_refused(fetcher: Fetcher, url: str):
    assert isinstance(fault_of(lambda: fetcher.get(url, PAGE)), InputError)


def test_no_thread_is_left_behind(site: Site, fetcher: Fetcher):
    site.pages["/a"] = Answer(b"x")

    fetcher.get(f"{site.url}/a", PAGE)

    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer) and thread.is_alive()]
