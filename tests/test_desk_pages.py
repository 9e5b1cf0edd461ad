"""The pages of the desk: marks, filters, what is refused, and what each page shows."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from ledgers import Act, act, make_ledger, told

from communique.errors import QueryError
from communique.views.desk.app import create_app
from communique.views.desk.filters import Filters
from communique.views.desk.marks import HIT_END, HIT_START, Mark, hits, marked, paragraphs
from communique.views.desk.wording import Names, days, intensity

SPOKEN = Names({"PER": "Peru", "BOL": "Bolivia", "CHL": "Chile"})
HOSTILE = "<script>alert('Iran')</script>"
HERE = "http://127.0.0.1:8000"


def shelling(actor: str, **told: Any) -> Act:
    return act("ASSAULT", "shelled", actor, "ARM", **told)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A desk on a small ledger."""
    folder = make_ledger(
        tmp_path_factory.mktemp("desk") / "ledger",
        [
            told(
                "d1",
                "2023-03-14",
                ("Iran sent flour to Armenia.", act("AID", "sent", "Iran: IRN", "Armenia: ARM", place="Yerevan: ARM")),
                (
                    "Armenia says that Iran shelled a bridge.",
                    act("ASSAULT", "shelled", "Iran: IRN", "ARM", said_by="Armenia: ARM", stance="alleges"),
                ),
                title="Flour for Yerevan",
                publisher="Lakeside Daily",
                agencies=("Reuters",),
            ),
            told(
                "d2",
                "2023-03-15",
                (
                    "Iran denied that it shelled a bridge.",
                    act("ASSAULT", "shelled", "it: IRN", "ARM", said_by="Iran: IRN", stance="denies"),
                ),
                title=HOSTILE,
            ),
            told(
                "d3",
                "2023-04-02",
                ("Armenia and Iran will meet.", act("CONSULT", "meet", ("Armenia: ARM", "Iran: IRN"), modality="future")),
            ),
        ],
    )
    app = create_app(folder)
    with TestClient(app, base_url=HERE) as client:
        yield client


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A desk on a ledger without reports."""
    with TestClient(create_app(make_ledger(tmp_path_factory.mktemp("bare") / "ledger", [])), base_url=HERE) as client:
        yield client


def test_marks_that_overlap_are_cut_into_pieces_that_bear_both():
    made = marked("Iran sent flour", [Mark(0, 9, "actor", "a"), Mark(5, 15, "trigger", "b")])

    assert re.sub("<[^>]*>", "|", made) == "|Iran ||sent || flour|".replace("sent || flour", "sent|| flour")
    assert 'class="mark actor trigger" data-events="a b" href="#event-b"' in made


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=8))
def test_marks_leave_the_text_as_it_is(text: str, spans: list[tuple[int, int]]):
    made = marked(text, [Mark(start, end, "actor") for start, end in spans])

    assert made.striptags() == " ".join(marked(text, []).striptags().split())
    assert made.count("<span") == made.count("</span>")


def test_the_text_of_a_report_is_escaped():
    assert marked(HOSTILE, [Mark(0, 8, "trigger", '"><b>')]).count("<") == 2


def test_the_hits_of_a_search_are_marked_and_stray_signs_dropped():
    assert hits(f"a {HIT_START}<b>{HIT_END} c{HIT_END}") == 'a <mark class="hit">&lt;b&gt;</mark> c'


def test_paragraphs_are_what_stands_between_empty_lines():
    text = "One.\n\nTwo\nlines.\n \n\nThree.\n"

    assert [text[start:end] for start, end in paragraphs(text)] == ["One.", "Two\nlines.", "Three."]


def test_an_occurrence_is_worded_as_a_headline():
    assert SPOKEN.headline({"type": "COERCE", "actors": ["PER"], "recipients": ["BOL"]}) == "Peru coerces Bolivia"
    assert SPOKEN.headline({"type": "CONSULT", "actors": ["CHL", "PER"], "recipients": []}) == "Chile and Peru consult"
    assert SPOKEN.headline({"type": "AID", "actors": [], "recipients": ["BOL"]}) == "An unknown actor aids Bolivia"


def test_days_and_intensity_are_written_short():
    assert days("2023-03-14", "2023-03-16") == "14–16 March 2023"
    assert days("2023-03-30", "2023-04-02") == "30 March – 2 April 2023"
    assert [intensity(value) for value in (-7, 0, 2.5, None)] == ["−7.0", "0.0", "+2.5", ""]


def test_filters_are_read_from_the_address_and_countries_from_their_names():
    filters = Filters.of([("actor", "Iran; IRN GOV"), ("with", ""), ("quad", "4"), ("colour", "red"), ("min_score", "0.7")])

    assert filters.asked == {"actor": ["IRN", "IRN GOV"], "quad": [4], "min_score": 0.7}


def test_links_keep_the_filters_and_change_what_they_are_about():
    filters = Filters.of([("since", "2022"), ("actor", "IRN")])

    assert filters.link("/events", actor=None, with_="BLR", page=2) == "/events?since=2022&with=BLR&page=2"
    assert [without for _, _, without in filters.chips("/")] == ["/?actor=IRN", "/?since=2022"]


def test_a_filter_that_is_no_number_is_told_with_its_remedy():
    with pytest.raises(QueryError, match="quad: 'four' is no number"):
        _ = Filters.of([("quad", "four")]).asked


@pytest.mark.parametrize("host", ["desk.example.org", "127.0.0.1.example.org:8000", ""])
def test_a_request_under_another_name_is_refused(desk: TestClient, host: str):
    assert desk.get("/", headers={"Host": host}).status_code == 421


def test_nothing_can_be_changed(desk: TestClient):
    assert [desk.request(method, "/").status_code for method in ("POST", "PUT", "DELETE", "PATCH")] == [405] * 4


def test_no_page_may_run_a_script_of_its_data(desk: TestClient):
    policy = desk.get("/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", "Who did what to whom"),
        ("/dyad/IRN/ARM", "Iran and Armenia"),
        ("/actor/IRN", "Names and offices"),
        ("/occurrences?order=reports", "Iran attacks Armenia"),
        ("/events?type=AID", "flour"),
        ("/search?q=flour", '<mark class="hit">flour</mark>'),
        ("/pair", "Two sides"),
        ("/api", "OpenAPI"),
    ],
)
def test_a_page_is_shown(desk: TestClient, path: str, shown: str):
    answer = desk.get(path)

    assert answer.status_code == 200
    assert shown in answer.text


def test_the_page_of_an_occurrence_says_who_alleges_and_who_denies(desk: TestClient):
    (path,) = set(re.findall(r"/occurrence/\w+", desk.get("/occurrences?type=ASSAULT").text))

    page = desk.get(path).text

    assert re.search(r"Alleged by</h3>.*?Armenia.*?Denied by</h3>.*?Iran", page, re.DOTALL)
    assert '<span class="mark trigger" data-events="d2.1">shelled</span>' in page


def test_the_page_of_a_report_links_triggers_to_their_reasons(desk: TestClient):
    page = desk.get("/report/d1").text

    assert 'href="#event-d1.1" aria-describedby="event-d1.1">sent</a>' in page
    assert 'id="event-d1.1"' in page
    assert "by_hand" in page


def test_the_text_of_reports_is_escaped_on_every_page(desk: TestClient):
    pages = [
        desk.get(path).text
        for path in ("/", "/events", "/report/d2", "/search?q=bridge", f"/search?q={HOSTILE}", f"/events?actor={HOSTILE}")
    ]

    assert not [page for page in pages if HOSTILE in page]


@pytest.mark.parametrize("path", ["/", "/occurrences", "/events", "/dyad/IRN/ARM", "/actor/IRN", "/pair"])
def test_a_page_without_rows_says_what_to_do_next(bare: TestClient, path: str):
    answer = bare.get(path)

    assert answer.status_code == 200
    assert "communique add" in answer.text or path == "/pair"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/occurrence/zzzz", 404),
        ("/report/zzzz", 404),
        ("/actor/XQZ", 404),
        ("/?type=AGRE", 400),
        ("/events?page=0", 400),
        ("/occurrences?order=loudest", 400),
        ("/search?q=%22", 400),
        ("/charts/pie.svg", 404),
    ],
)
def test_a_fault_is_a_page_that_says_how_to_mend_it(desk: TestClient, path: str, status: int):
    answer = desk.get(path)

    assert answer.status_code == status
    assert "<main" in answer.text


def test_every_link_of_a_page_leads_somewhere(desk: TestClient):
    pages = ("/", "/dyad/IRN/ARM", "/actor/IRN", "/occurrences", "/events", "/report/d1", "/search?q=flour")
    links = {link.replace("&amp;", "&") for page in pages for link in re.findall(r'(?:href|src)="(/[^"#]*)', desk.get(page).text)}

    assert [link for link in sorted(links) if desk.get(link).status_code != 200] == []


def test_a_number_counts_the_rows_it_leads_to(desk: TestClient):
    numbers = re.findall(r'<a class="number" href="(/occurrences[^"]*)">([\d,]+)</a>', desk.get("/").text + desk.get("/dyad/IRN/ARM").text)

    assert numbers
    for link, number in numbers:
        assert re.search(rf"\b{number} acts?,", desk.get(link.replace("&amp;", "&")).text), link


def test_a_pair_is_opened_by_the_names_of_countries(desk: TestClient):
    answer = desk.get("/pair?one=Iran&other=armenia", follow_redirects=False)

    assert answer.headers["location"] == "/dyad/IRN/ARM"


def test_a_chart_comes_as_a_picture(desk: TestClient):
    assert desk.get("/charts/quads.svg").text.startswith("<svg")
    assert desk.get("/charts/timeline.png?one=IRN&other=ARM").content.startswith(b"\x89PNG")


def test_a_page_names_its_charts_and_each_is_there(desk: TestClient):
    for path in ("/", "/dyad/IRN/ARM", "/actor/IRN"):
        named = re.findall(r'data-spec="([^"]+)"', desk.get(path).text)
        assert named
        for address in named:
            assert desk.get(address.replace("&amp;", "&")).json()["$schema"].endswith(".json")
