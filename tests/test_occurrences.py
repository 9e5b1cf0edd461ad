"""One act told by many is one occurrence, and what speaks against that keeps acts apart. Reports are made by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import MEMBERS, RUN, Act, Told, act, report_of, told

from communique.ledger.coded import rows_of
from communique.ledger.files import table_of
from communique.ledger.occurrences import count_sources, form_occurrences
from communique.records import Place

Row = dict[str, Any]
Pairs = Sequence[tuple[str, str]]

SHELLED = "Ardania shelled the Borland coast on Monday."
PORT = Place("Port Vela", None, None, "BOR", "Vela", 10.0, 20.0)
NEXT_TOWN = Place("Sarn", None, None, "BOR", "Sarn", 10.3, 20.3)
FAR_TOWN = Place("Ulm Keep", None, None, "BOR", "Ulm", 14.5, 20.0)


def formed(documents: Sequence[Told], stories: Sequence[Sequence[str]] = (), apart: Pairs = (), together: Pairs = ()) -> list[Row]:
    """The occurrences of these documents; each of `stories` lists the ids of copies."""
    coded = [rows_of(report_of(one), RUN.run, f"{one.id}.txt") for one in documents]
    connection = duckdb.connect()
    for name in ("documents", "events"):
        connection.register(name, table_of(name, [row for rows in coded for row in rows[name]]))
    members = [{"story_id": f"story {story[0]}", "document_id": one} for story in stories for one in story]
    connection.register("members", pa.Table.from_pylist(members, MEMBERS))
    return form_occurrences(connection, apart, together, RUN.run).to_pylist()


def groups(occurrences: Sequence[Row]) -> list[list[str]]:
    """The ids of the events of each occurrence."""
    return sorted(sorted(event["event_id"] for event in one["events"]) for one in occurrences)


def rules(occurrences: Sequence[Row]) -> list[str]:
    return sorted(event["rule"] for one in occurrences for event in one["events"])


def attack(day: str | None = "2023-03-13", place: Place | None = None, **changes: Any) -> Act:
    """An assault by one country on another."""
    first = date.fromisoformat(day) if day else None
    made = act("ASSAULT", "shelled", "Ardania: ARD", "Borland: BOR", date=first and first.isoformat(), **changes)
    return replace(made, changes=made.changes | {"place": place})


def paper(name: str, *acts: Act, reported: str | None = "2023-03-14", words: str = SHELLED, **fields: Any) -> Told:
    """A report by a paper of that name, one sentence an act."""
    return told(name, reported, *((words, one) for one in acts), publisher=name, **fields)


def test_what_two_papers_tell_is_one_occurrence_with_two_reports():
    (found,) = formed([paper("a", attack()), paper("b", attack(), words="The coast of Borland was shelled by Ardania.")])

    assert (found["reports"], found["stories"], found["independent"]) == (2, 2, 2)
    assert (found["actors"], found["recipients"], found["publishers"]) == (["ARD"], ["BOR"], ["a", "b"])
    assert (found["first_day"], found["last_day"]) == (date(2023, 3, 13), date(2023, 3, 13))
    assert [event["rule"] for event in found["events"]] == ["first", "same_parties"]


def test_copies_of_a_dispatch_are_two_reports_and_one_independent_source():
    copies = [paper("a", attack(), agencies=["EFE"]), paper("b", attack(), agencies=["EFE"])]

    (found,) = formed(copies, stories=[["a", "b"]])

    assert (found["reports"], found["stories"], found["independent"], found["agencies"]) == (2, 1, 1, ["EFE"])
    assert rules([found]) == ["first", "same_sentence"]


def test_copies_that_were_worded_anew_are_tied_by_their_story():
    copies = [paper("a", attack()), paper("b", attack(), words="On Monday Ardania shelled Borland, officials said.")]

    assert rules(formed(copies, stories=[["a", "b"]])) == ["first", "same_story"]


def test_reports_of_two_agencies_are_two_sources_and_two_of_one_agency_are_one():
    own = [paper("a", attack(), agencies=["EFE"]), paper("b", attack(), agencies=["AFP"]), paper("c", attack(), agencies=["AFP"])]

    (found,) = formed(own)

    assert (found["stories"], found["independent"]) == (3, 2)


@pytest.mark.parametrize(
    ("sources", "count"),
    [
        ([], 3),
        ([("s1", "EFE"), ("s2", "AFP"), ("s3", "AP")], 3),
        ([("s1", "EFE"), ("s2", "EFE")], 2),
        ([("s1", "EFE"), ("s2", "EFE"), ("s2", "AFP"), ("s3", "AFP")], 1),
        ([("s1", "s2")], 3),
    ],
    ids=str,
)
def test_stories_that_share_a_source_count_once_also_by_way_of_others(sources: list[tuple[str, str]], count: int):
    assert count_sources(["s1", "s2", "s3"], sources) == count


def test_the_daily_attacks_of_a_war_do_not_run_together():
    days = [(date(2023, 3, 1) + timedelta(n)).isoformat() for n in range(10)]

    found = formed([paper(day, attack(day), reported=day) for day in days])

    assert len(found) >= 5
    assert all((one["last_report"] - one["reported"]).days <= 1 for one in found)


def test_a_day_between_two_reports_is_one_act_and_within_one_report_two():
    monday, tuesday = attack("2023-03-13"), attack("2023-03-14")

    assert groups(formed([paper("a", monday), paper("b", tuesday)])) == [["a.1", "b.1"]]
    assert groups(formed([paper("a", monday, tuesday)])) == [["a.1"], ["a.2"]]
    assert len(formed([paper("a", monday), paper("b", attack("2023-03-15"))])) == 2


def test_places_far_from_each_other_keep_acts_of_one_day_apart():
    assert len(formed([paper("a", attack(place=PORT)), paper("b", attack(place=FAR_TOWN))])) == 2


def test_places_near_each_other_are_one():
    (found,) = formed([paper("a", attack(place=NEXT_TOWN)), paper("b", attack(place=PORT))])

    assert rules([found]) == ["first", "same_place"]
    assert (found["country"], found["place"]) == ("BOR", "Sarn")


def test_two_events_of_one_sentence_are_never_one():
    twice = told("a", "2023-03-14", (SHELLED, attack(), replace(attack(), trigger="coast")))

    assert groups(formed([twice, paper("b", attack())])) == [["a.1", "b.1"], ["a.2"]]


def test_two_events_of_one_sentence_stay_two_in_copies_too():
    words = "Ardania shelled Borland and shelled its ships."
    at = words.rindex("shelled")
    second = replace(attack(), changes=attack().changes | {"trigger": {"text": "shelled", "start": at, "end": at + 7}})

    copies = [told(name, "2023-03-14", (words, attack(), second)) for name in ("a", "b")]

    assert groups(formed(copies, stories=[["a", "b"]])) == [["a.1", "b.1"], ["a.2", "b.2"]]


def test_unknown_actors_are_one_only_at_one_place():
    def unknown(place: Place | None) -> Act:
        return replace(attack(place=place), actors=("UNK",))

    assert len(formed([paper("a", unknown(None)), paper("b", unknown(None))])) == 2
    assert rules(formed([paper("a", unknown(PORT)), paper("b", unknown(PORT))])) == ["first", "same_place"]


def test_acts_told_in_other_words_are_one_only_at_one_place_or_in_one_story():
    def both(place: Place | None) -> list[Told]:
        fired = replace(attack(place=place), trigger="opened fire", actors=("Gunners: ARD",), recipients=("BOR",))
        return [paper("a", attack(place=place)), paper("b", fired, words="Gunners beyond the strait opened fire before dawn.")]

    assert len(formed(both(None))) == 2
    assert rules(formed(both(PORT))) == ["first", "same_place"]
    assert rules(formed(both(None), stories=[["a", "b"]])) == ["first", "same_story"]


def test_a_report_tells_of_one_act_again_in_the_next_sentence_but_not_far_below():
    again = ("Borland was shelled for hours.", replace(attack(), actors=("ARD",)))

    def report_with(*between: str) -> Told:
        return told("a", "2023-03-14", (SHELLED, attack()), *between, again)

    assert rules(formed([report_with()])) == ["first", "same_parties"]
    assert len(formed([report_with("It rained.", "It snowed.", "It was dry.")])) == 2


def test_acts_within_a_country_need_a_place_or_a_name():
    def arrest(*who: str) -> Act:
        return replace(attack(), type="COERCE", actors=("BOR COP",), recipients=who)

    assert len(formed([paper("a", arrest("BOR OPP")), paper("b", arrest("BOR OPP"))])) == 2
    assert rules(formed([paper("a", arrest("BOR OPP Ada Blank")), paper("b", arrest("BOR OPP Ada Blank"))])) == ["first", "same_names"]


@pytest.mark.parametrize(
    "other",
    [
        replace(attack(), type="THREATEN"),
        replace(attack(), actors=("Ardania: COR",)),
        replace(attack(), actors=("Ardania: ARD REB",)),
        replace(attack(), recipients=("Borland: BOR CVL Ada Blank",)),
        attack(modality="hypothetical"),
        attack("2023-03-20"),
    ],
    ids=["type", "country", "sector", "name", "modality", "day"],
)
def test_what_differs_is_two_acts(other: Act):
    one = replace(attack(), actors=("Ardania: ARD MIL",), recipients=("Borland: BOR CVL Eve Roe",))

    assert len(formed([paper("a", one), paper("b", other)])) == 2


def test_acts_without_a_date_are_one_where_their_reports_are_a_day_apart():
    undated = [paper(name, attack(None), reported=f"2023-03-{day}") for name, day in (("a", 14), ("b", 15), ("c", 19))]

    found = formed(undated)

    assert groups(found) == [["a.1", "b.1"], ["c.1"]]
    assert {one["first_day"] for one in found} == {None}


def test_who_asserts_who_alleges_and_who_denies_is_listed_apart():
    (found,) = formed(
        [
            paper("a", attack()),
            paper("b", attack(stance="alleges", said_by=["BOR GOV"])),
            paper("c", attack(stance="denies", said_by=["ARD GOV"])),
            paper("d", attack(modality="negated", said_by=["ARD MIL"])),
            paper("e", attack(stance="confirms", said_by=["UNO"])),
        ]
    )

    assert (found["own_voice"], found["asserted_by"], found["alleged_by"]) == (1, ["UNO"], ["BOR GOV"])
    assert found["denied_by"] == ["ARD GOV", "ARD MIL"]
    assert found["modality"] == "actual"


def test_nobody_is_an_empty_list():
    (found,) = formed([paper("a", attack())])

    assert (found["asserted_by"], found["alleged_by"], found["denied_by"], found["agencies"]) == ([], [], [], [])


def test_only_a_report_in_its_own_voice_counts_as_one():
    (found,) = formed([paper("a", attack(), attack()), paper("b", attack(stance="alleges"))])

    assert found["own_voice"] == 1


def test_events_that_were_decided_to_be_apart_stay_apart():
    copies = [paper("a", attack()), paper("b", attack())]

    assert groups(formed(copies, stories=[["a", "b"]], apart=[("a.1", "b.1")])) == [["a.1"], ["b.1"]]


def test_events_that_were_decided_to_be_together_bring_their_occurrences_along():
    documents = [paper("a", attack()), paper("b", attack()), paper("c", attack("2023-04-02"))]

    (found,) = formed(documents, together=[("b.1", "c.1")])

    assert groups([found]) == [["a.1", "b.1", "c.1"]]
    assert rules([found]) == ["decided", "first", "same_parties"]


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(7)))
def test_the_order_of_documents_does_not_matter(order: list[int]):
    documents = [
        paper("a", attack(), attack("2023-03-14")),
        paper("b", attack()),
        paper("c", attack(place=PORT)),
        paper("d", attack(place=FAR_TOWN)),
        paper("e", attack(None)),
        paper("f", attack(modality="negated", said_by=["ARD GOV"])),
        paper("g", attack("2023-03-15")),
    ]

    stories = [["a", "b"], ["c", "e"]]

    assert formed([documents[at] for at in order], stories) == formed(documents, stories)
