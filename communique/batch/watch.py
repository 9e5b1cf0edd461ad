"""Watch: look at feeds as they come due, and hand on what is new in them.

Contract: in - feeds, a fetcher, and a function that takes items into the ledger; out - one call of it a round, with the new items and the
errors of what could not be had. An entry counts as seen, and a feed as read, only after that call has returned: what is broken off comes
again. What fails in passing is tried again for a day.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import zip_longest

import orjson

from communique.batch.standing import SqliteState, Standing
from communique.errors import InputError
from communique.text.connection import FetchError
from communique.text.feeds import Entry, Feed, entries_of
from communique.text.fetch import FEED, PAGE, Fetched, Fetcher
from communique.text.items import Item, item_key

ENTRIES = 200  # of a round; the rest is left for the next one
_ROUND_BYTES = 100_000_000
_DAY = 86_400.0
_SLACK = 30.0  # seconds that a feed may come early, so that a job run every quarter of an hour does not find it due a moment later

Add = Callable[[list[Item | InputError]], object]


def watch(
    feeds: Sequence[Feed],
    fetcher: Fetcher,
    state: SqliteState,
    add: Add,
    every: int,
    *,
    rounds: int | None = None,
    entries: int = ENTRIES,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Look at each feed `every` so many seconds and `add` what is new, for a number of rounds or until it is interrupted."""
    watcher = _Watcher(feeds, fetcher, state, add, every, entries, clock, tell)
    with suppress(KeyboardInterrupt):
        while rounds is None or rounds > 0:
            watcher.run_round()
            rounds = None if rounds is None else rounds - 1
            wait = watcher.find_wait()
            if wait is None:
                tell("no feed is left to be watched")
                return
            if rounds != 0:
                sleep(wait)


@dataclass(slots=True)
class _Round:
    """What a round comes to, to be remembered once it has been taken up."""

    items: list[Item | InputError] = field(default_factory=list)
    size: int = 0  # bytes of the items
    seen: list[tuple[str, str]] = field(default_factory=list)  # entry and feed
    standings: dict[str, Standing] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)  # feeds that hold more than could be had
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Watcher:
    """The parts that a round needs."""

    feeds: Sequence[Feed]
    fetcher: Fetcher
    state: SqliteState
    add: Add
    every: int
    entries: int
    clock: Callable[[], float]
    tell: Callable[[str], None]

    def run_round(self) -> None:
        """Ask the feeds that are due, fetch what is new in them, hand it on, and remember it."""
        now = self.clock()
        this = _Round()
        due = [feed for feed in self.feeds if self._is_due(feed, now)]
        fresh = [[(feed, entry) for entry in self._ask(feed, now, this)] for feed in due]
        # Feeds take turns, so that none fills the round, and the pauses of one host are spent on others.
        turns = {key_of(*one): one for turn in zip_longest(*fresh) for one in turn if one}
        for number, (key, (feed, entry)) in enumerate(turns.items()):
            if number < self.entries and this.size < _ROUND_BYTES:
                self._take(key, feed, entry, now, this)
            else:
                this.left.add(feed.url)
                this.counts["left"] += 1
        if this.items:
            self.add(this.items)
        self._remember(this)
        told = ", ".join(f"{this.counts[name]} {name}" for name in ("unchanged", "failed", "new", "unread", "left"))
        self.tell(f"feeds: {len(due)} asked, {told}")

    def find_wait(self) -> float | None:
        """Seconds until a feed is due; None where all are gone."""
        standings = [self.state.standing(feed.url) for feed in self.feeds]
        due = [standing.next_due for standing in standings if not standing.gone]
        return max(min(due) - self.clock(), 1.0) if due else None

    def _is_due(self, feed: Feed, now: float) -> bool:
        standing = self.state.standing(feed.url)
        return not standing.gone and standing.next_due <= now + _SLACK

    def _ask(self, feed: Feed, now: float, this: _Round) -> list[Entry]:
        """The entries of a feed that were not seen; none where it is unchanged or cannot be had."""
        before = self.state.standing(feed.url)
        try:
            answer = self.fetcher.get(feed.url, FEED, etag=before.etag, modified=before.modified)
            entries = [] if answer.unchanged else entries_of(answer.data, answer.url, feed.name, feed.language)
        except InputError as fault:
            this.items.append(fault)
            this.counts["failed"] += 1
            this.standings[feed.url] = self._after_failure(feed, before, fault, now)
            return []
        if answer.moved and answer.moved != before.moved:
            self.tell(f"{feed.url}: has moved to {answer.moved} for good · Write that into the list.")
        this.counts["unchanged"] += answer.unchanged
        asked = before if answer.unchanged else answer
        next_due = now + (feed.every or self.every)
        this.standings[feed.url] = Standing(asked.etag, asked.modified, next_due, last_status=answer.status, moved=answer.moved)
        return [entry for entry in entries if not self.state.is_seen(key_of(feed, entry))]

    def _after_failure(self, feed: Feed, before: Standing, fault: InputError, now: float) -> Standing:
        """A feed that fails is asked ever more rarely, up to once a day; when the server says, or, where it is gone, never."""
        every = float(feed.every or self.every)
        wait = min(every * 2 ** min(before.failures, 20), max(every, _DAY))
        status = None
        if isinstance(fault, FetchError):
            status = fault.status
            wait = wait if fault.wait is None else max(every, fault.wait + _SLACK)
        gone = status == 410
        if gone:
            self.tell(f"{feed.url}: is gone (410) and is not asked again · Drop it from the list.")
        return replace(before, next_due=now + wait, failures=before.failures + 1, gone=gone, last_status=status)

    def _take(self, key: str, feed: Feed, entry: Entry, now: float, this: _Round) -> None:
        """Fetch an entry's page and make an item of it, or say why there is none; what fails in passing is left for another time."""
        try:
            page = self.fetcher.get(entry.url, PAGE) if feed.pages and entry.url else None
            item = item_of(entry, page, time.strftime("%Y-%m-%d", time.gmtime(now)))
        except InputError as fault:
            passing = isinstance(fault, FetchError) and not fault.lasting
            if passing and now - self.state.failing_since(key, feed.url, now) < _DAY:
                this.left.add(feed.url)
                this.counts["left"] += 1
                return
            this.items.append(fault)
            this.counts["unread"] += 1
        else:
            this.items.append(item)
            this.size += len(item.data)
            this.counts["new"] += 1
        this.seen.append((key, feed.url))

    def _remember(self, this: _Round) -> None:
        """What was handed on is seen. A feed of which something is left must be read again, even if it does not change."""
        self.state.mark_seen(this.seen)
        for url, standing in this.standings.items():
            self.state.keep(url, replace(standing, etag=None, modified=None) if url in this.left else standing)


def key_of(feed: Feed, entry: Entry) -> str:
    """What tells an entry from others: the address of a page, whichever feed names it; else the feed's own name for it."""
    return entry.url if feed.pages and entry.url else f"{feed.url} {entry.guid or item_key(entry.title, entry.content)}"


def item_of(entry: Entry, page: Fetched | None, fetched: str) -> Item:
    """The item of an entry: its page, or else its own content, got on that day. Raises where it has neither."""
    said = {"id": entry.url or entry.guid, "url": entry.url, "date": entry.date, "title": entry.title}
    said |= {"publisher": entry.publisher, "language": entry.language, "charset": (page and page.charset) or ""}
    told = {name: value for name, value in said.items() if value}
    place = entry.url or entry.guid or entry.title
    if not page and not entry.content:
        raise InputError(place, "the feed gives no text of it", "Fetch its pages: pages = true.")
    form = "record" if not page else "text" if page.media_type == "text/plain" else "html"
    data = page.data if page else orjson.dumps({"text": entry.content})
    return Item(place, form, data, {**told, "fetched": fetched}, item_key(data, told), consumed=0)
