"""Intake: a text as a document, and dates in the forms that archives have."""

import hashlib

import pytest

from communique.errors import DateError, InputError
from communique.text import intake
from communique.text.intake import document_from_text, parse_date


def test_a_text_is_stored_with_its_checksum():
    document = document_from_text("The envoy left.\n", id="report.txt")

    assert (document.id, document.text) == ("report.txt", "The envoy left.\n")
    assert document.sha256 == hashlib.sha256(b"The envoy left.\n").hexdigest()


def test_line_ends_and_the_byte_order_mark_are_mended_and_control_characters_replaced_one_for_one():
    document = document_from_text("\ufeffOne\r\ntwo\rthree\x00\x07\tfour", id="x")

    assert document.text == "One\ntwo\nthree  \tfour"


def test_half_a_code_point_does_not_break_the_checksum():
    assert document_from_text("a \ud800 b", id="x").text == "a \ufffd b"


def test_a_text_without_words_is_refused():
    with pytest.raises(InputError, match="empty"):
        document_from_text(" \n", id="x")


def test_a_text_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intake, "MAX_BYTES", 10)

    with pytest.raises(InputError, match="over the limit"):
        document_from_text("The envoy left.", id="x")


@pytest.mark.parametrize(
    "value",
    [
        "2023-03-13",
        " 2023-03-13 ",
        "2023-03-13T10:20:30Z",
        "2023-03-13 10:20",
        "2023-03-13T23:20:30.5+02:00",
        "2023-03-13 10:20:30.123456",
        "2023-03-13T10:20:30.000+0000",
        "2023-03-13 10:20:30 UTC",
        "20230313",
        "20230313T101500Z",
        "20230313101500",
        "2023/03/13",
        "2023.03.13",
        "13.03.2023",
        "13/03/2023",
        "03/13/2023",
        "13 March 2023",
        "13th of March, 2023",
        "13-Mar-2023",
        "March 13, 2023",
        "Mar. 13, 2023",
        "MARCH 13, 2023",
        "Monday, March 13, 2023 at 10:30 AM EST",
        "13 Mar 2023, 10:30 a.m.",
        "Mon, 13 Mar 2023 23:00:00 GMT",
        "Mon, 13 Mar 2023 23:00:00 -0700",
        "1678701600",
        "1678701600.0",
        "1678701600000",
    ],
)
def test_a_date_is_taken_from_usual_forms_as_the_day_that_is_written(value: str):
    assert parse_date(value) == "2023-03-13"


@pytest.mark.parametrize(
    "value", ["2023-02-30", "30 February 2023", "31/31/2023", "", "2023", "2023-03", "20230313x", "yesterday", "13/03/23"]
)
def test_anything_else_is_no_date(value: str):
    with pytest.raises(DateError, match="YYYY-MM-DD"):
        parse_date(value)


def test_a_date_whose_day_and_month_could_change_places_is_refused_until_a_format_tells():
    with pytest.raises(DateError, match="--date-format %d/%m/%Y"):
        parse_date("03/04/2023")

    assert parse_date("03/04/2023", date_format="%d/%m/%Y") == "2023-04-03"
    assert parse_date("03/04/2023", date_format="%m/%d/%Y") == "2023-03-04"
    assert parse_date("04/04/2023") == "2023-04-04"


def test_what_does_not_fit_the_format_is_read_in_the_usual_forms():
    assert parse_date("2023-03-13", date_format="%d/%m/%Y") == "2023-03-13"
