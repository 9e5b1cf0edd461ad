"""What a person sees of a report: the table, and the explanation."""

import re
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType
from samples import FIRST, TEXT, event, participant, report

from communique.views import phrases
from communique.views.explain import explanation, marked, spans_of
from communique.views.table import report_table


def printed(shown: RenderableType, width: int = 100) -> str:
    console = Console(file=StringIO(), width=width, color_system=None, highlight=False)
    console.print(shown)
    return console.file.getvalue()


def test_each_span_is_marked_with_its_role():
    assert marked(FIRST, spans_of(event(), TEXT)).plain == (
        "[actor Peru] is accused of [trigger arming] [recipient rebels] in [place Bolivia] [date last week], an envoy said."
    )


def test_words_with_two_roles_are_marked_once_with_both():
    both = event(recipients=(participant("Peru", "PER"),))

    assert marked(FIRST, spans_of(both, TEXT)).plain.startswith("[actor+recipient Peru] is")


def test_a_span_within_another_is_marked_inside_it():
    nested = {(0, 20): ["actor"], (9, 16): ["trigger"]}

    assert marked("The army of the lowlands", nested).plain == "[actor The army [trigger of the ]lowl]ands"


@given(st.text("abc .", min_size=1, max_size=20), st.sets(st.tuples(st.integers(0, 19), st.integers(1, 20)), max_size=5))
def test_without_its_marks_a_marked_sentence_is_the_sentence(sentence: str, ends: set[tuple[int, int]]):
    spans = {(start, end): ["place"] for start, end in ends if start < end <= len(sentence)}
    plain = marked(sentence, spans).plain

    assert plain.count("[") == plain.count("]") == len(spans)
    assert re.sub(r"\[place |\]", "", plain) == sentence


def test_a_span_of_another_sentence_is_not_marked():
    away = event(actors=(participant("Chile", "CHL"),))

    assert "actor" not in marked(FIRST, spans_of(away, TEXT)).plain


def test_an_explanation_names_rule_row_and_score():
    shown = printed(explanation(report()))

    assert "rule accused_of" in shown
    assert "reporting.csv:41" in shown
    assert "“Peru” is Peru (PER)  [countries.csv:7]" in shown
    assert "2023-03-06/2023-03-12 from “last week”" in shown
    assert "alleged by an unnamed source" in shown


def test_a_report_without_events_says_so():
    assert "no events" in printed(explanation(report(events=())))


def test_the_table_shows_title_date_carriers_events_and_relations():
    shown = printed(report_table(report()))

    assert shown.startswith("Envoy speaks in Quito\n2023-03-14 · carried by AFP, EFE\n")
    assert "AID" in shown and "0.91" in shown
    assert "Peru (PER) → rebels (BOL REB)" in shown
    assert "“arming” · Bolivia (BOL) · 2023-03-06/2023-03-12 · alleged by an unnamed source" in " ".join(shown.split())
    assert "Chile (CHL) has ties to Brazil (BRA)" in shown


def test_the_table_fits_a_narrow_terminal():
    assert max(len(line) for line in printed(report_table(report()), width=80).splitlines()) <= 80


def test_a_negated_act_says_so():
    assert phrases.claim(event(modality="negated", said_by=())) == "negated"


def test_a_name_is_shown_in_place_of_a_pronoun():
    assert phrases.who(participant("envoy", "ECU", "GOV", "Ana Vega")) == "Ana Vega (ECU GOV)"


def test_an_implied_actor_is_shown_by_its_code():
    assert phrases.who(participant("", "FRA", "COP")) == "FRA COP"
    assert phrases.who(participant("", "UNK")) == "unknown"
