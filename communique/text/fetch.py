"""Fetch: get feeds and pages from the web as a polite guest who trusts no link.

Contract: in - an address and what is expected there; out - a `Fetched`, or a `FetchError` that says whether to come again, and when.
One request at a time, with a pause between two to the same host; robots.txt is kept to; a host that is overtaxed or cannot be reached
is left alone for a while. Nothing is read beyond the limits of size and time, no cookie is kept, and private addresses are refused,
also after a redirect, unless they are allowed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
from protego import Protego

from communique import __version__
from communique.errors import InputError
from communique.text.connection import Connection, FetchError, check_host, read_body

MAX_REDIRECTS = 5
PATIENCE = 60.0  # seconds that a pause is waited out; what takes longer is left for another time
_AGENT = "communique"
_ROBOTS_KEPT = 86_400.0
_HELD = 600.0  # seconds that a host in trouble is left alone where it does not say for how long
_LONGEST_HOLD = 7 * 86_400.0
_PERMANENT = frozenset({301, 308})
_OVERTAXED = frozenset({429, 503})
_PASSING = frozenset({408, 425, 429})  # of 4xx, those that may answer otherwise another time


@dataclass(frozen=True, slots=True)
class Kind:
    """What is expected at an address: bytes at most, and the media types taken (none named: any)."""

    name: str
    max_bytes: int
    types: frozenset[str] = frozenset()


_XML = {"text/xml", "application/xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml"}
FEED = Kind("feed", 10_000_000, frozenset({"text/html", "text/plain", *_XML}))
PAGE = Kind("page", 5_000_000, frozenset({"text/html", "text/plain", "application/xhtml+xml"}))
_ROBOTS = Kind("robots.txt", 500_000)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its bytes, unpacked, and what to ask with the next time; `moved` is where the address has moved to for good."""

    url: str
    status: int
    data: bytes = b""
    media_type: str = ""
    charset: str | None = None
    etag: str | None = None
    modified: str | None = None
    moved: str | None = None

    @property
    def unchanged(self) -> bool:
        """Is it as it was when it was last fetched?"""
        return self.status == 304


class Fetcher:
    """Gets feeds and pages. Times are in seconds; `clock` tells those since 1970; `contact` is who the servers may turn to."""

    def __init__(
        self,
        contact: str = "",
        *,
        allow_private: bool = False,
        pause: float = 2.0,
        connect: float = 10.0,
        read: float = 20.0,
        whole: float = 60.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not (contact.isascii() and contact.isprintable()):
            raise InputError("--contact", f"{contact!r} cannot be sent", "Give a mail or web address in ASCII.")
        self._allow_private, self._pause, self._whole = allow_private, pause, whole
        self._clock, self._sleep = clock, sleep
        self._rules: dict[str, tuple[float, Protego | FetchError]] = {}  # by origin, with the time up to which they hold
        self._last: dict[str, float] = {}  # by host, when it last answered
        self._held: dict[str, float] = {}  # by host, until when it is left alone
        agent = f"{_AGENT}/{__version__}" + (f" (+{contact})" if contact else "")
        self._client = httpx.Client(
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(read, connect=connect),
            limits=httpx.Limits(max_keepalive_connections=0),  # each request has its own connection, which can be looked at and cut
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, url: str, kind: Kind, *, etag: str | None = None, modified: str | None = None) -> Fetched:
        """What stands at an address, or that it is unchanged since it had that `etag` or was `modified` then. Raises `FetchError`."""
        headers = {"If-None-Match": etag, "If-Modified-Since": modified, "Accept": ", ".join([*sorted(kind.types), "*/*;q=0.1"])}
        return self._follow(_parsed(url), kind, {name: value for name, value in headers.items() if value})

    def _follow(self, url: httpx.URL, kind: Kind, headers: Mapping[str, str]) -> Fetched:
        """The answer at the end of the redirects."""
        asked, moved, for_good = url, None, True
        for _ in range(MAX_REDIRECTS + 1):
            self._check_address(url)
            if kind is not _ROBOTS:
                self._check_robots(url)
            answer = self._ask(url, kind, headers)
            if answer.status in (200, 304):
                return replace(answer, moved=moved)
            url, for_good = _parsed(answer.url), for_good and answer.status in _PERMANENT
            moved = str(url) if for_good else moved
        raise FetchError(str(asked), f"redirects more than {MAX_REDIRECTS} times", "Check where it leads.", lasting=True)

    def _ask(self, url: httpx.URL, kind: Kind, headers: Mapping[str, str]) -> Fetched:
        """One request, after the pause that its host is owed."""
        self._wait_for(url)
        connection = Connection(url, self._allow_private)
        request = self._client.stream("GET", url, headers=headers, extensions={"trace": connection.trace})
        try:
            with connection.cut_after(self._whole), request as response:
                answer = self._answer(response, url, kind, headers)
                if connection.is_cut:  # a body of no declared length merely seems to end there
                    raise httpx.ReadTimeout("time is up")
                return answer
        except httpx.HTTPError as fault:
            if isinstance(fault, httpx.TimeoutException | httpx.NetworkError):
                self._hold(url, _HELD)
            fact = f"took longer than {self._whole:g} s" if connection.is_cut else _fact(fault)
            raise FetchError(str(url), fact, "It is tried again later.") from fault
        finally:
            self._last[url.host] = self._clock()

    def _answer(self, response: httpx.Response, url: httpx.URL, kind: Kind, headers: Mapping[str, str]) -> Fetched:
        """The response as an answer, whose body is read only where it is what was asked for."""
        status, place = response.status_code, str(url)
        if response.next_request:  # the address is then where it leads
            return Fetched(str(response.next_request.url), status)
        if status == 304 and ("If-None-Match" in headers or "If-Modified-Since" in headers):
            return Fetched(place, status)
        if status != 200:
            raise self._refusal(response, url)
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind.types and media_type and media_type not in kind.types:
            raise FetchError(place, f"is {media_type}, no {kind.name}", "Only text, HTML and XML are read.", lasting=True)
        data = read_body(response, place, kind.max_bytes)
        etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
        return Fetched(place, status, data, media_type, response.charset_encoding, etag, modified)

    def _refusal(self, response: httpx.Response, url: httpx.URL) -> FetchError:
        """The error that an answer means; a host that is overtaxed is left alone, for as long as it asks for."""
        status = response.status_code
        wait = _seconds(response.headers.get("Retry-After", ""), self._clock()) if status in _OVERTAXED else None
        if status in _OVERTAXED:
            self._hold(url, _HELD if wait is None else wait)
        lasting = 400 <= status < 500 and status not in _PASSING
        remedy = "Check the address." if lasting else "It is tried again later."
        return FetchError(str(url), f"the server answers {status}", remedy, lasting=lasting, wait=wait, status=status)

    def _hold(self, url: httpx.URL, seconds: float) -> None:
        self._held[url.host] = self._clock() + seconds

    def _wait_for(self, url: httpx.URL) -> None:
        """Wait until the host may be asked. Raises where that takes too long."""
        now = self._clock()
        held = self._held.get(url.host, now) - now
        pause = min(self._last.get(url.host, -math.inf) - now, 0.0) + self._pause_of(url)
        wait = max(held, pause)
        if wait > PATIENCE:
            raise FetchError(str(url), f"{url.host} is left alone for another {wait:.0f} s", "It is tried again later.", wait=wait)
        if wait > 0:
            self._sleep(wait)

    def _pause_of(self, url: httpx.URL) -> float:
        """Seconds between two requests to a host: its own wish, if it is longer than ours."""
        _, rules = self._rules.get(_origin(url), (0, None))
        return max(self._pause, (rules.crawl_delay(_AGENT) if isinstance(rules, Protego) else None) or 0.0)

    def _check_robots(self, url: httpx.URL) -> None:
        """Raise where the host's robots.txt does not allow the address, or cannot be had for now."""
        kept_until, rules = self._rules.get(_origin(url), (0.0, None))
        if rules is None or kept_until <= self._clock():
            rules = self._read_robots(url)
            kept = _ROBOTS_KEPT if isinstance(rules, Protego) else rules.wait or _HELD
            self._rules[_origin(url)] = self._clock() + kept, rules
        if isinstance(rules, FetchError):
            raise rules.with_traceback(None)
        if not rules.can_fetch(str(url), _AGENT):
            raise FetchError(str(url), f"robots.txt of {url.host} does not allow it", "Leave it out, or ask the publisher.", lasting=True)

    def _read_robots(self, url: httpx.URL) -> Protego | FetchError:
        """The rules of a host. None of its own (4xx) allow all; while the server is at fault, the error stands for them."""
        try:
            answer = self._follow(url.copy_with(raw_path=b"/robots.txt"), _ROBOTS, {})
        except FetchError as fault:
            return Protego.parse("") if fault.lasting and fault.status else fault
        return Protego.parse(answer.data.decode("utf-8", "replace"))

    def _check_address(self, url: httpx.URL) -> None:
        """Raise for what is no address of the web, and for names that stand for a private address."""
        if url.scheme not in ("http", "https") or not url.host:
            raise FetchError(str(url), "is no http or https address", "Give one that begins with https://.", lasting=True)
        if url.userinfo:
            raise FetchError(str(url.copy_with(username=None, password=None)), "comes with a password", "Leave it out.", lasting=True)
        check_host(url, self._allow_private)


def _seconds(retry_after: str, now: float) -> float | None:
    """The seconds of a Retry-After, which gives them or a date."""
    if retry_after.strip().isdecimal():
        return min(float(retry_after), _LONGEST_HOLD)
    try:
        return min(max(parsedate_to_datetime(retry_after).timestamp() - now, 0.0), _LONGEST_HOLD)
    except (ValueError, OverflowError):
        return None


def _fact(fault: httpx.HTTPError) -> str:
    """What went wrong on the way, in words."""
    if isinstance(fault, httpx.TimeoutException):
        return "does not answer in time"
    return f"cannot be reached ({fault})" if isinstance(fault, httpx.ConnectError) else f"fails to answer ({fault})"


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as fault:
        raise FetchError(url, f"is no address ({fault})", "Check it.", lasting=True) from fault


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
