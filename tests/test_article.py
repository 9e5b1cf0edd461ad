"""A report falls into parts, and names who carried it."""

import re

import pytest

from communique.records import Article
from communique.tables.load import DATA, load_toml
from communique.text.article import BOILERPLATE_COLUMNS, Boilerplate, boilerplate, find_article
from communique.text.carriers import agencies
from communique.text.datelines import find_dateline, is_date_line, read_date
from communique.text.intake import document_from_text
from communique.text.sentences import cut_sentences

REPORT = """Two states sign pact in old capital

By Jane Doe and John Roe, Staff Writers
Published: 2023-03-13 10:20

DOEVILLE, March 13 (Reuters) - The two states signed a pact on Monday. "We are neighbours," the minister told Reuters.

The state news agency IRNA reported the signing, according to AFP.

Read more: What the pact means

Related articles
Border reopened after talks
Envoy recalled

Jane Doe is a reporter at the Daily Example.
(Reporting by Jane Doe; Editing by John Roe)
Source: AFP, dpa
© 2023 Example Press"""


def article(text: str, **fields: str) -> Article:
    return find_article(document_from_text(text, id="x", **fields))


def parts(text: str, kind: str, **fields: str) -> list[str]:
    return [text[part.start : part.end] for part in article(text, **fields).parts if part.kind == kind]


def coded(text: str, **fields: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in cut_sentences(article(text, **fields))]


def carriers(text: str, **fields: str) -> list[str]:
    return [carrier.name for carrier in article(text, **fields).carriers]


def test_only_the_sentences_of_the_report_are_coded():
    assert coded(REPORT) == [
        "The two states signed a pact on Monday.",
        '"We are neighbours," the minister told Reuters.',
        "The state news agency IRNA reported the signing, according to AFP.",
    ]


def test_the_parts_of_a_report_are_told_apart():
    assert parts(REPORT, "title") == ["Two states sign pact in old capital"]
    assert parts(REPORT, "byline") == ["By Jane Doe and John Roe, Staff Writers"]
    assert parts(REPORT, "dateline") == ["Published: 2023-03-13 10:20", "DOEVILLE, March 13 (Reuters) - "]
    assert parts(REPORT, "credit") == ["(Reporting by Jane Doe; Editing by John Roe)", "Source: AFP, dpa"]
    assert "Envoy recalled" in parts(REPORT, "boilerplate")


def test_the_date_and_the_place_are_read_off():
    found = article(REPORT)

    assert found.date == "2023-03-13"
    assert found.place is not None
    assert REPORT[slice(*found.place)] == "DOEVILLE"
    assert article(REPORT, date="2023-03-14").date == "2023-03-14"


def test_each_carrier_is_named_once_with_its_rule_and_row():
    found = {carrier.name: carrier for carrier in article(REPORT, publisher="The Daily Example").carriers}

    assert list(found) == ["The Daily Example", "Reuters", "Agence France-Presse", "Deutsche Presse-Agentur", "IRNA"]
    assert (found["The Daily Example"].kind, found["The Daily Example"].start) == ("publisher", None)
    assert re.fullmatch(r"dateline agencies\.csv:\d+", found["Reuters"].rule)
    assert found["IRNA"].rule.startswith("cited")


@pytest.mark.parametrize(
    ("line", "place", "date"),
    [
        ("DOEVILLE, March 13 (Reuters) - ", "DOEVILLE", None),
        ("DOEVILLE (AP) — ", "DOEVILLE", None),
        ("Doeville, 13 March 2023, IRNA – ", "Doeville", "2023-03-13"),
        ("ROETOWN, Ruritania — ", "ROETOWN", None),
        ("MOSCOW, March 13. /TASS/. ", "MOSCOW", None),
        ("MOSCOW. March 13, 2023 (Interfax) - ", "MOSCOW", "2023-03-13"),
        ("New Doeville [Ruritania], March 13 (ANI): ", "New Doeville", None),
        ("ST. PETERSBURG, Russia (AP) -- ", "ST. PETERSBURG", None),
        ("UNITED NATIONS/GENEVA, Sept 1 (AFP) - ", "UNITED NATIONS/GENEVA", None),
        ("Damascus, SANA- ", "Damascus", None),
    ],
)
def test_a_dateline_ends_where_the_report_begins(line: str, place: str, date: str | None):
    text = f"{line}The envoy left."
    found = find_dateline(text, 0, len(text))

    assert found is not None
    assert found.place is not None
    assert (text[: found.end], text[slice(*found.place)], found.date) == (line, place, date)


@pytest.mark.parametrize(
    "text",
    [
        "On Monday, March 13 — hours after the talks — the envoy left.",
        "US-China talks will resume.",
        "NATO – the alliance – said nothing.",
        "ANALYSIS - The pact will not hold.",
        "The envoy - a general - left.",
        "Ministers met. The talks (AFP) - ended.",
    ],
)
def test_a_sentence_with_a_dash_has_no_dateline(text: str):
    assert find_dateline(text, 0, len(text)) is None


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("13 March 2023", "2023-03-13"),
        ("Monday, March 13, 2023", "2023-03-13"),
        ("Published: 2023-03-13 10:20", "2023-03-13"),
        ("Updated on 13th of March, 2023 at 10:20 am GMT", "2023-03-13"),
        ("13.03.2023", "2023-03-13"),
        ("13/03/2023", "2023-03-13"),
        ("03/04/2023", None),
        ("March 13", None),
        ("31.02.2023", None),
    ],
)
def test_a_line_with_a_date_alone_gives_the_date_if_it_is_certain(line: str, date: str | None):
    assert is_date_line(line)
    assert read_date(line) == date


@pytest.mark.parametrize("line", ["On 13 March 2023 they met.", "2023 was a year of war", "May talks resume"])
def test_a_line_that_says_more_is_no_date_line(line: str):
    assert not is_date_line(line)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Source: AFP, dpa", ["Agence France-Presse", "Deutsche Presse-Agentur"]),
        ("(IANS)", ["Indo-Asian News Service"]),
        ("AFP/dpa", ["Agence France-Presse", "Deutsche Presse-Agentur"]),
        ("With reporting by AP", ["Associated Press"]),
        ("With inputs from ANI", ["Asian News International"]),
        ("AP contributed to this report.", ["Associated Press"]),
        ("Jane Doe of Reuters contributed reporting from Doeville.", ["Reuters"]),
        ("Reporting by Jane Doe; Editing by John Roe", []),
        ("With agencies", []),
    ],
)
def test_a_credit_line_is_no_sentence(line: str, names: list[str]):
    text = f"The envoy left on Monday.\n{line}"

    assert parts(text, "credit") == [line]
    assert carriers(text) == names
    assert coded(text) == ["The envoy left on Monday."]


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("(Reuters) - The envoy left.", "(Reuters) - "),
        ("The envoy left. /AFP", " /AFP"),
        ("The envoy left. (Reporting by Jane Doe; Editing by John Roe)", " (Reporting by Jane Doe; Editing by John Roe)"),
        ("The envoy left. (BBC) (AP).", " (BBC) (AP)."),
    ],
)
def test_a_credit_inside_a_paragraph_is_cut_off(text: str, credit: str):
    assert parts(text, "credit") == [credit]
    assert coded(text) == ["The envoy left."]


@pytest.mark.parametrize(
    "text",
    [
        "Reporting by the commission found that the ministry had lied.",
        "With information warfare on the rise, the ministry was hiring.",
        "Sources told the court of the plot.",
        "The PA said the town was calm.",
        "A Reuters cameraman was wounded.",
        "Officials of ANSA met the minister.",
    ],
)
def test_a_sentence_about_sources_is_neither_credit_nor_citation(text: str):
    assert coded(text) == [text]
    assert carriers(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The minister told Reuters that he would go.", "Reuters"),
        ("Ruritania's state news agency IRNA reported clashes.", "IRNA"),
        ("According to the Associated Press, ten people died.", "Associated Press"),
        ("Clashes went on, Xinhua news agency said.", "Xinhua"),
        ("The report was carried by the semi-official Fars news agency.", "Fars News Agency"),
    ],
)
def test_an_agency_that_a_sentence_cites_is_a_carrier_and_the_sentence_stays(text: str, name: str):
    assert carriers(text) == [name]
    assert coded(text) == [text]


@pytest.mark.parametrize(
    "line", ["By Jane Doe", "BY JANE DOE", "By Jane Doe and John Roe", "By The Associated Press", "Jane Doe, Correspondent"]
)
def test_a_byline_is_no_sentence(line: str):
    assert parts(f"{line}\nThe envoy left on Monday.", "byline") == [line]


@pytest.mark.parametrize("line", ["By Monday the town had fallen.", "Jane Doe, a minister, left.", "By the river they met."])
def test_a_sentence_that_begins_like_a_byline_stays(line: str):
    assert coded(line) == [line]


def test_a_given_title_is_marked_only_where_the_text_repeats_it():
    text = "Talks fail in Doeville\nThe talks failed on Monday."

    assert parts(text, "title", title="Talks fail in Doeville") == ["Talks fail in Doeville"]
    assert parts(text, "title", title="Another title") == []


@pytest.mark.parametrize(
    "text", ["Talks fail in Doeville", "The talks failed.\nThe envoy left.", "The states agreed on:\nthe border.\nthe river."]
)
def test_a_text_that_begins_with_its_first_sentence_has_no_title(text: str):
    assert parts(text, "title") == []


def every(column: str) -> list[tuple[Boilerplate, str]]:
    entries = load_toml(DATA / "boilerplate.toml", BOILERPLATE_COLUMNS)
    return [(rule, text) for rule, entry in zip(boilerplate(), entries, strict=True) for text in entry.get(column, [])]


def matches(rule: Boilerplate, text: str) -> bool:
    pattern = re.compile(rule.pattern, re.DOTALL)
    return (pattern.search(text) if rule.scope == "span" else pattern.fullmatch(text)) is not None


@pytest.mark.parametrize(("rule", "text"), every("example"), ids=lambda value: getattr(value, "name", None))
def test_boilerplate_rules_match_their_examples(rule: Boilerplate, text: str):
    assert matches(rule, text)


@pytest.mark.parametrize(("rule", "text"), every("not"), ids=lambda value: getattr(value, "name", None))
def test_no_boilerplate_rule_matches_a_counterexample(rule: Boilerplate, text: str):
    assert [other.name for other in boilerplate() if matches(other, text)] == []


def test_no_name_of_an_agency_stands_for_another():
    rows = [line.split(",") for line in (DATA / "agencies.csv").read_text(encoding="utf-8").splitlines()[1:]]
    names = [name for row in rows for name in (row[0], *row[3].split("|"), *row[4].split("|")) if name]

    assert sorted(name for name in set(names) if names.count(name) > 1) == []
    assert len(agencies()) == len(names)
