"""Lists of feeds are read strictly, and feeds as the press writes them."""

from pathlib import Path

import pytest

from communique.errors import InputError
from communique.text.feeds import Feed, entries_of, load_feeds, parse_interval

AT = "https://news.example/world/feed.xml"


def rss(items: str, head: str = "<title>The Daily Example</title>") -> bytes:
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<?xml version="1.0"?><rss version="2.0" {space}><channel>{head}{items}</channel></rss>'.encode()


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_toml_list_says_of_each_feed_all_that_can_be_said(tmp_path: Path):
    path = write(
        tmp_path,
        "feeds.toml",
        """
        [[feed]]
        url = "https://news.example/feed"

        [[feed]]
        url = "https://agency.example/rss"
        name = "Example Agency"
        pages = false
        every = "30m"
        language = "en"
        """,
    )

    assert load_feeds(path) == (
        Feed("https://news.example/feed"),
        Feed("https://agency.example/rss", "Example Agency", pages=False, every=1_800, language="en"),
    )


def test_an_opml_list_gives_the_feeds_of_its_outlines(tmp_path: Path):
    path = write(
        tmp_path,
        "feeds.opml",
        """<?xml version="1.0"?><opml version="2.0"><body><outline text="World">
        <outline type="rss" text="Example" title="The Daily Example" xmlUrl="https://news.example/feed"/>
        <outline text="Agency" xmlUrl="https://agency.example/rss"/></outline></body></opml>""",
    )

    assert load_feeds(path) == (Feed("https://news.example/feed", "The Daily Example"), Feed("https://agency.example/rss", "Agency"))


def test_a_plain_list_has_an_address_a_line(tmp_path: Path):
    path = write(tmp_path, "feeds.txt", "\ufeff# world\nhttps://news.example/feed\n\n  https://agency.example/rss\n")

    assert load_feeds(path) == (Feed("https://news.example/feed"), Feed("https://agency.example/rss"))


@pytest.mark.parametrize(
    ("name", "text", "place", "fact"),
    [
        ("a.toml", '[[feed]]\nurl = "https://a.example/"\n[[feed]]\nlink = "https://b.example/"', "a.toml:3", "unknown column 'link'"),
        ("a.toml", '[[feed]]\nname = "A"', "a.toml:1", "missing column 'url'"),
        ("a.toml", '[[feeds]]\nurl = "https://a.example/"', "a.toml:1", "unknown table 'feeds'"),
        ("a.toml", '[[feed]]\nurl = "https://a.example/"\npages = "no"', "a.toml:1", "unknown pages 'no'"),
        ("a.toml", '[[feed]]\nurl = "https://a.example/"\nevery = 15', "a.toml:1", "every is 15"),
        ("a.toml", '[[feed]]\nurl = "https://a.example/"\nevery = "often"', "a.toml:1", "'often' is no interval"),
        ("a.toml", "[[feed]\n", "a.toml:1", "Expected"),
        ("a.toml", "", "a.toml", "names no feed"),
        ("a.txt", "https://a.example/\nfeed.xml\n", "a.txt:2", "'feed.xml' is no http or https address"),
        ("a.txt", "https://a.example/ daily\n", "a.txt:1", "is no http or https address"),
        ("a.txt", "file:///etc/hosts\n", "a.txt:1", "is no http or https address"),
        ("a.txt", "http://[a/\n", "a.txt:1", "is no http or https address"),
        ("a.txt", "https://a.example/\n\nhttps://a.example/\n", "a.txt:3", "again, after a.txt:1"),
        ("a.txt", b"https://a.example/\xff\n", "a.txt", "byte 18 is not UTF-8"),
        ("a.opml", "<opml>\n<body><outline></body></opml>", "a.opml:2", "is no XML (mismatched tag)"),
        ("a.opml", '<opml><body>\n<outline xmlUrl="ftp://a.example/"/></body></opml>', "a.opml:2", "is no http or https address"),
    ],
)
def test_a_fault_in_a_list_is_named_by_its_place(tmp_path: Path, name: str, text: str | bytes, place: str, fact: str):
    with pytest.raises(InputError) as fault:
        load_feeds(write(tmp_path, name, text))

    assert fault.value.place == place
    assert fact in fault.value.fact


def test_a_list_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be opened"):
        load_feeds(tmp_path / "feeds.toml")


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7_200), ("1d", 86_400), (" 1m ", 60)])
def test_an_interval_is_a_number_and_a_unit(text: str, seconds: int):
    assert parse_interval(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "1.5h", "-1h", "15 min", "1w", "59s", "0m", "٣h"])
def test_other_intervals_are_refused_as_are_those_under_a_minute(text: str):
    with pytest.raises(InputError, match="15m, 2h or 1d"):
        parse_interval(text, "--every")


def test_an_entry_has_its_page_its_title_its_day_and_its_text():
    [entry] = entries_of(
        rss(
            """<item><title>Talks &amp;amp; a &lt;b&gt;truce&lt;/b&gt; at 3 &lt; 5</title>
            <link>../a?utm_source=rss&amp;id=3&amp;utm_medium=x#top</link>
            <guid isPermaLink="false">a-1</guid><pubDate>Mon, 13 Mar 2023 23:30:00 -0500</pubDate><description>Two lines.</description>
            <content:encoded><![CDATA[<p>The envoys met. <script>count()</script></p>]]></content:encoded></item>""",
            "<title>The Daily &amp;amp; Example</title><language>en-gb</language>",
        ),
        AT,
    )

    assert (entry.url, entry.guid) == ("https://news.example/a?id=3", "a-1")
    assert entry.title == "Talks & a truce at 3 < 5"
    assert entry.date == "2023-03-13"
    assert "The envoys met." in entry.content
    assert "count()" not in entry.content
    assert (entry.publisher, entry.language) == ("The Daily & Example", "en-gb")


def test_what_the_list_says_goes_before_what_the_feed_says_of_itself():
    [entry] = entries_of(rss("<item><title>Talks</title></item>"), AT, "Example Agency", "en")

    assert (entry.publisher, entry.language) == ("Example Agency", "en")


def test_an_atom_feed_is_read():
    [entry] = entries_of(
        b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Example</title><entry><id>tag:1</id>
        <title type="html">A &lt;i&gt;truce&lt;/i&gt;</title>
        <link href="/a"/><updated>2023-03-13T23:30:00-05:00</updated><summary>They met.</summary></entry></feed>""",
        AT,
    )

    assert (entry.url, entry.guid, entry.title) == ("https://news.example/a", "tag:1", "A truce")
    assert (entry.date, entry.content, entry.publisher) == ("2023-03-13", "They met.", "Example")


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://a.example/x?utm_campaign=1", "https://a.example/x"),
        ("https://a.example/x?UTM_Source=1&amp;b=2", "https://a.example/x?b=2"),
        ("https://a.example/x?b=2&amp;autm_c=1&amp;utm_source", "https://a.example/x?b=2&autm_c=1"),
        ("//a.example/x", "https://a.example/x"),
        ("mailto:desk@a.example", ""),
        ("javascript:go()", ""),
        ("http://[a/", ""),
        ("", ""),
    ],
)
def test_addresses_are_absolute_and_count_no_readers(link: str, url: str):
    [entry] = entries_of(rss(f"<item><title>Talks</title><link>{link}</link></item>"), AT)

    assert entry.url == url


@pytest.mark.parametrize(
    ("element", "date"),
    [
        ("<pubDate>Tue, 14 Mar 2023 00:30:00 +0500</pubDate>", "2023-03-14"),
        ("<pubDate>2023-03-14T00:30:00+05:00</pubDate>", "2023-03-14"),
        ("<dc:date>2023-03-14</dc:date>", "2023-03-14"),
        ("<pubDate>soon</pubDate>", ""),
        ("", ""),
    ],
)
def test_the_day_is_that_of_the_zone_it_was_written_in(element: str, date: str):
    [entry] = entries_of(rss(f"<item><title>Talks</title>{element}</item>"), AT)

    assert entry.date == date


def test_a_damaged_feed_gives_the_entries_that_it_has():
    damaged = rss("<item><title>Talks</title><link>/a</link></item><item><title>A truce & more</title><link>/b</link>")

    assert [entry.url for entry in entries_of(damaged, AT)] == ["https://news.example/a", "https://news.example/b"]


def test_a_feed_without_entries_is_one():
    assert entries_of(rss(""), AT) == []


@pytest.mark.parametrize("data", [b"", b"Not found", b"<html><body>Home</body></html>", b"\x00\xff\x00", b'{"items": []}'])
def test_what_is_no_feed_is_refused(data: bytes):
    with pytest.raises(InputError, match="is no RSS or Atom feed") as fault:
        entries_of(data, AT)

    assert fault.value.place == AT


def test_bytes_that_name_a_file_do_not_open_it(tmp_path: Path):
    path = write(tmp_path, "own.xml", rss("<item><title>Own</title></item>"))

    with pytest.raises(InputError, match="no RSS or Atom feed"):
        entries_of(str(path).encode(), AT)


def test_entities_do_not_multiply():
    bomb = b'<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'

    entries = entries_of(bomb + rss("<item><title>&c;</title></item>").removeprefix(b'<?xml version="1.0"?>'), AT)

    assert all(len(entry.title) < 50 for entry in entries)
