"""Feeds are watched: what is new goes on once, what fails comes again, and nothing is lost."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from web import NOON, Answer, Clock, Site, opened

from communique.batch.standing import SqliteState, Standing
from communique.batch.watch import Add, watch
from communique.errors import InputError
from communique.text.feeds import Feed
from communique.text.fetch import Fetcher
from communique.text.items import Intake, Item
from communique.text.sources import read_item

QUARTER = 900
DAY = 86_400.0


@dataclass
class Ledger:
    """Takes what is handed on."""

    calls: list[list[Item | InputError]] = field(default_factory=list)

    def add(self, items: list[Item | InputError]) -> None:
        self.calls.append(items)

    @property
    def items(self) -> list[Item]:
        return [item for call in self.calls for item in call if isinstance(item, Item)]

    @property
    def faults(self) -> list[InputError]:
        return [fault for call in self.calls for fault in call if isinstance(fault, InputError)]


@dataclass
class Desk:
    """All that a watch needs, with a site to watch."""

    site: Site
    clock: Clock
    fetcher: Fetcher
    state: SqliteState
    ledger: Ledger = field(default_factory=Ledger)
    told: list[str] = field(default_factory=list)

    def feed(self, path: str = "/feed", **given: object) -> Feed:
        return Feed(self.site.url + path, **given)  # type: ignore[arg-type]

    def watch(self, *feeds: Feed, rounds: int = 1, add: Add | None = None, entries: int = 200) -> None:
        watch(
            feeds or (self.feed(),),
            self.fetcher,
            self.state,
            add or self.ledger.add,
            QUARTER,
            rounds=rounds,
            entries=entries,
            clock=self.clock,
            sleep=self.clock.sleep,
            tell=self.told.append,
        )

    def later(self, seconds: float = QUARTER) -> None:
        self.clock.now += seconds


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    clock = Clock()
    with opened() as site, Fetcher(allow_private=True, clock=clock, sleep=clock.sleep) as fetcher:
        site.pages |= {"/feed": feed_of("/a", "/b"), "/a": Answer(b"<p>Talks."), "/b": Answer(b"A truce.", media_type="text/plain")}
        yield Desk(site, clock, fetcher, SqliteState(sqlite3.connect(":memory:")))


def feed_of(*links: str, headers: dict[str, str] | None = None) -> Answer:
    items = "".join(
        f"<item><title>On {link}</title><link>{link}</link><pubDate>Sun, 12 Mar 2023 10:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;In short: {link}.&lt;/p&gt;</description></item>"
        for link in links
    )
    channel = f"<rss version='2.0'><channel><title>The Daily Example</title><language>en</language>{items}</channel></rss>"
    return Answer(channel.encode(), headers=headers or {}, media_type="application/rss+xml")


def paths(items: list[Item]) -> list[str]:
    return [item.place.removeprefix("http://").partition("/")[2] for item in items]


def test_the_page_of_each_entry_is_handed_on_with_what_the_feed_says_of_it(desk: Desk):
    desk.watch()

    [[page, text]] = desk.ledger.calls
    assert isinstance(page, Item)
    assert isinstance(text, Item)
    assert (page.form, page.data, text.form, text.data) == ("html", b"<p>Talks.", "text", b"A truce.")
    assert page.place == page.fields["id"] == page.fields["url"] == f"{desk.site.url}/a"
    assert page.fields["title"] == "On /a"
    assert (page.fields["date"], page.fields["fetched"]) == ("2023-03-12", "2023-03-13")
    assert (page.fields["publisher"], page.fields["language"]) == ("The Daily Example", "en")
    assert page.key != text.key


def test_without_pages_the_entries_own_content_is_handed_on_and_no_page_fetched(desk: Desk):
    desk.watch(desk.feed(pages=False, name="Example Agency"))

    document = read_item(desk.ledger.items[0], Intake())
    assert (document.text, document.title, document.date) == ("In short: /a.", "On /a", "2023-03-12")
    assert (document.publisher, document.url) == ("Example Agency", f"{desk.site.url}/a")
    assert desk.site.asked == ["/robots.txt", "/feed"]


def test_an_entry_is_fetched_once_however_often_and_wherever_it_is_named(desk: Desk):
    desk.site.pages["/other"] = feed_of("/b?utm_source=other", "/a")

    desk.watch(desk.feed(), desk.feed("/other"))
    desk.later()
    desk.watch(desk.feed(), desk.feed("/other"))

    assert sorted(paths(desk.ledger.items)) == ["a", "b"]
    assert len(desk.ledger.calls) == 1


def test_nothing_is_handed_on_where_nothing_is_new(desk: Desk):
    desk.site.pages["/feed"] = feed_of()

    desk.watch()

    assert desk.ledger.calls == []
    assert desk.told == ["feeds: 1 asked, 0 unchanged, 0 failed, 0 new, 0 unread, 0 left"]


def test_a_feed_that_was_read_is_asked_only_whether_it_changed(desk: Desk):
    desk.site.pages["/feed"] = feed_of("/a", headers={"ETag": '"7"'})
    desk.watch()
    desk.later()
    desk.site.pages["/feed"] = Answer(status=304)

    desk.watch()
    desk.later()
    desk.watch()

    assert [headers.get("if-none-match") for headers in desk.site.headers][-2:] == ['"7"', '"7"']
    assert desk.told[-1] == "feeds: 1 asked, 1 unchanged, 0 failed, 0 new, 0 unread, 0 left"


def test_a_feed_is_asked_when_it_is_due(desk: Desk):
    desk.site.pages["/rare"] = feed_of()

    desk.watch(desk.feed(), desk.feed("/rare", every=3_600), rounds=5)

    assert (desk.site.count("/feed"), desk.site.count("/rare")) == (5, 2)
    assert desk.clock.now - NOON == pytest.approx(3_600, abs=30)


def test_a_job_that_runs_every_quarter_of_an_hour_finds_feeds_due_that_took_a_while(desk: Desk):
    desk.later(20)
    desk.watch()
    desk.later(QUARTER - 20)

    desk.watch()

    assert desk.site.count("/feed") == 2


def test_what_is_not_taken_up_comes_again(desk: Desk):
    def break_off(_: list[Item | InputError]) -> None:
        raise OSError("disk full")

    desk.site.pages["/feed"] = feed_of("/a", "/b", headers={"ETag": '"7"'})
    with pytest.raises(OSError, match="disk full"):
        desk.watch(add=break_off)

    desk.watch()

    assert paths(desk.ledger.items) == ["a", "b"]


def test_an_interruption_ends_the_watch_and_loses_nothing(desk: Desk):
    def interrupt(_: list[Item | InputError]) -> None:
        raise KeyboardInterrupt

    desk.watch(add=interrupt)
    desk.watch()

    assert paths(desk.ledger.items) == ["a", "b"]


def test_what_is_too_much_for_one_round_is_left_for_the_next_and_feeds_take_turns(desk: Desk):
    desk.site.pages |= {"/feed": feed_of("/a", "/b", headers={"ETag": '"7"'}), "/other": feed_of("/c"), "/c": Answer(b"<p>A vote.")}

    desk.watch(desk.feed(), desk.feed("/other"), entries=2)
    first = paths(desk.ledger.items)
    desk.later()
    desk.watch(desk.feed(), desk.feed("/other"), entries=2)

    assert (first, paths(desk.ledger.items)) == (["a", "c"], ["a", "c", "b"])
    assert desk.told[0] == "feeds: 2 asked, 0 unchanged, 0 failed, 2 new, 0 unread, 1 left"


def test_a_feed_that_fails_stops_no_other_and_comes_as_a_reject(desk: Desk):
    desk.site.pages["/broken"] = Answer(b"<html>Home</html>")

    desk.watch(desk.feed("/broken"), desk.feed())

    assert paths(desk.ledger.items) == ["a", "b"]
    assert [fault.fact for fault in desk.ledger.faults] == ["is no RSS or Atom feed"]


def test_a_page_that_is_not_there_stops_no_other_and_is_not_asked_for_again(desk: Desk):
    desk.site.pages["/feed"] = feed_of("/missing", "/a")

    desk.watch()
    desk.later()
    desk.watch()

    assert paths(desk.ledger.items) == ["a"]
    assert [fault.fact for fault in desk.ledger.faults] == ["the server answers 404"]
    assert desk.site.count("/missing") == 1


def test_a_page_that_fails_in_passing_is_tried_again_even_if_its_feed_does_not_change(desk: Desk):
    desk.site.pages |= {"/feed": feed_of("/a", headers={"ETag": '"7"'}), "/a": Answer(status=500)}
    desk.watch()
    desk.later()
    desk.site.pages["/a"] = Answer(b"<p>Talks.")

    desk.watch()

    assert paths(desk.ledger.items) == ["a"]
    assert desk.ledger.faults == []


def test_a_page_that_fails_for_a_day_is_given_up(desk: Desk):
    desk.site.pages |= {"/feed": feed_of("/a"), "/a": Answer(status=500)}

    for wait in (QUARTER, DAY, DAY, DAY):
        desk.watch()
        desk.later(wait)

    assert [fault.fact for fault in desk.ledger.faults] == ["the server answers 500"]
    assert desk.site.count("/a") == 3


def test_the_same_failing_feed_is_asked_ever_more_rarely_up_to_once_a_day(desk: Desk):
    desk.site.pages["/feed"] = Answer(status=500)

    desk.watch(rounds=10)

    waits = [round(slept / QUARTER) for slept in desk.clock.slept if slept > 10]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 96, 96]


def test_a_feed_that_recovers_is_asked_as_before(desk: Desk):
    desk.site.pages["/feed"] = Answer(status=500)
    desk.watch(rounds=3)
    desk.site.pages["/feed"] = feed_of()
    desk.later(DAY)

    desk.watch()

    standing = desk.state.standing(desk.feed().url)
    assert (standing.failures, standing.last_status) == (0, 200)
    assert standing.next_due == pytest.approx(desk.clock.now + QUARTER, abs=10)


def test_a_server_that_asks_for_hours_is_given_them(desk: Desk):
    desk.site.pages["/feed"] = Answer(status=503, headers={"Retry-After": "7200"})
    desk.watch()
    desk.site.pages["/feed"] = feed_of()

    desk.later(7_100)
    desk.watch()
    early = desk.site.count("/feed")
    desk.later(200)
    desk.watch()

    assert (early, desk.site.count("/feed")) == (1, 2)


def test_a_feed_that_is_gone_is_said_to_be_and_never_asked_again(desk: Desk):
    desk.site.pages["/feed"] = Answer(status=410)

    desk.watch(rounds=9)
    desk.later(30 * DAY)
    desk.watch()

    assert desk.site.count("/feed") == 1
    assert desk.told[0] == f"{desk.site.url}/feed: is gone (410) and is not asked again · Drop it from the list."
    assert desk.told[-1] == "no feed is left to be watched"


def test_a_feed_that_has_moved_for_good_is_followed_and_said_to_have_once(desk: Desk):
    desk.site.pages |= {"/old": Answer(status=301, headers={"Location": "/feed"})}

    for _ in range(2):
        desk.watch(desk.feed("/old"))
        desk.later()

    assert paths(desk.ledger.items) == ["a", "b"]
    assert [line for line in desk.told if "moved" in line] == [
        f"{desk.site.url}/old: has moved to {desk.site.url}/feed for good · Write that into the list."
    ]


def test_an_entry_without_text_of_its_own_is_a_reject_where_no_page_is_fetched(desk: Desk):
    desk.site.pages["/feed"] = Answer(b"<rss version='2.0'><channel><item><title>Talks</title><link>/a</link></item></channel></rss>", 200)

    desk.watch(desk.feed(pages=False))

    assert [fault.fact for fault in desk.ledger.faults] == ["the feed gives no text of it"]


@pytest.mark.parametrize("isolation", [None, "DEFERRED"])
def test_what_is_remembered_outlives_the_process_beside_other_tables(tmp_path: Path, isolation: str | None):
    path = tmp_path / "catalogue.sqlite"
    standing = Standing('"7"', "Mon, 13 Mar 2023 10:00:00 GMT", NOON, 2, True, 410, "https://b.example/")
    connection = sqlite3.connect(path, isolation_level=isolation)
    connection.execute("CREATE TABLE documents (id TEXT)")
    state = SqliteState(connection)
    state.keep("https://a.example/", standing)
    state.mark_seen([("https://a.example/1", "https://a.example/")])
    state.failing_since("https://a.example/2", "https://a.example/", NOON)
    connection.close()

    state = SqliteState(sqlite3.connect(path))

    assert state.standing("https://a.example/") == standing
    assert state.is_seen("https://a.example/1")
    assert not state.is_seen("https://a.example/2")
    assert state.failing_since("https://a.example/2", "https://a.example/", NOON + 60) == NOON
