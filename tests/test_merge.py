"""Copies, stories and occurrences of a ledger follow from all that it has, however it came."""

from itertools import permutations
from pathlib import Path

import pytest
from keeper import ask, faults, hashes, take
from ledgers import Told, act, shard_of, told

from communique.ledger.catalogue import Catalogue, Run
from communique.ledger.compact import compact
from communique.ledger.decide import decide
from communique.ledger.merge import merge, merging_run
from communique.ledger.write import Writer

GRAIN = ("Ardania sent three ships of grain to Borland on Monday.", act("AID", "sent", "Ardania: ARD", "Borland: BOR"))
PORT = "The ships left the port of Vela before dawn with some 40,000 tonnes of wheat, the harbour master Ilva Thorn said."
STORM = "A storm in the Gulf of Sarn had kept the crews ashore for nine days, and two of the eleven barges were lost."
PRICE = "Bread has become a third dearer in Borland since the drought of last summer emptied the stores of the Karst."
OTHER = (
    "The parliament of Corland voted for a new harbour law.",
    "Members of the Lantern Party left the hall before the vote, while farmers from the Dune District rang cow bells outside.",
    "Speaker Odo Marsh called the day a good one for the fishing towns of the west coast and for their ninety canneries.",
)


def dispatch(name: str, *more: str, reported: str | None = "2023-03-14") -> Told:
    """The report of a paper that prints the dispatch and adds something."""
    return told(name, reported, GRAIN, PORT, STORM, PRICE, *more, publisher=name)


FIRST = dispatch("first")
CUT = told("cut", "2023-03-15", GRAIN, PORT, STORM, publisher="cut")
LONGER = dispatch("longer", "Nobody in Vela would say when the next ships will leave.", reported="2023-03-16")
APART = told("apart", "2023-03-14", *OTHER, publisher="apart")


def stories(folder: Path) -> list[tuple[object, ...]]:
    return ask(folder, "SELECT document_id, first, linked_to IS NOT NULL FROM stories ORDER BY document_id")


def test_copies_form_a_story_that_begins_with_the_earliest(tmp_path: Path):
    summary = take(tmp_path / "ledger", FIRST, CUT, LONGER, APART)

    assert stories(tmp_path / "ledger") == [("cut", False, True), ("first", True, True), ("longer", False, True)]
    assert (summary.copies, summary.occurrences) == (2, 1)
    assert ask(tmp_path / "ledger", "SELECT reports, stories, independent, publishers FROM occurrences") == [
        (3, 1, 1, ["cut", "first", "longer"])
    ]
    assert faults(tmp_path / "ledger") == []


def test_the_order_and_the_number_of_additions_do_not_matter(tmp_path: Path):
    take(tmp_path / "at once", FIRST, CUT, LONGER, APART)
    expected = hashes(tmp_path / "at once")

    for number, order in enumerate(list(permutations([FIRST, CUT, LONGER, APART]))[::9]):
        folder = tmp_path / str(number)
        for one in order:
            take(folder, one)
        assert hashes(folder) == expected


def test_a_copy_of_a_compacted_report_is_found(tmp_path: Path):
    take(tmp_path / "ledger", FIRST, APART)
    with Writer(tmp_path / "ledger", "compact") as writer:
        compact(writer)

    take(tmp_path / "ledger", CUT)

    assert [name for name, *_ in stories(tmp_path / "ledger")] == ["cut", "first"]


def test_a_version_that_is_no_copy_any_more_leaves_the_story(tmp_path: Path):
    take(tmp_path / "ledger", FIRST, CUT)

    take(tmp_path / "ledger", told("cut", "2023-03-15", *OTHER, publisher="cut"))

    assert stories(tmp_path / "ledger") == []
    assert ask(tmp_path / "ledger", "SELECT count(*) FROM copies") == [(1,)]
    assert faults(tmp_path / "ledger") == []


def test_a_pair_is_on_record_once_though_one_of_it_was_coded_again(tmp_path: Path):
    take(tmp_path / "ledger", FIRST)
    take(tmp_path / "ledger", FIRST, run=Run("run2", "communique:0|tables:1|model:0", "0", "none", "1", 0.0), recode=True)

    take(tmp_path / "ledger", CUT)

    assert ask(tmp_path / "ledger", "SELECT count(*) FROM copies") == [(1,)]
    assert faults(tmp_path / "ledger") == []


def test_a_copy_added_by_a_writer_that_was_killed_is_found_by_the_next(tmp_path: Path):
    take(tmp_path / "ledger", FIRST)
    with Writer(tmp_path / "ledger", "add") as writer:
        writer.commit(shard_of([CUT]))

    with Writer(tmp_path / "ledger", "compact") as writer:
        compact(writer)

    assert [name for name, *_ in stories(tmp_path / "ledger")] == ["cut", "first"]
    assert faults(tmp_path / "ledger") == []


def test_nothing_is_merged_where_nothing_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    summary = take(tmp_path / "ledger", FIRST, CUT)
    monkeypatch.delattr("communique.ledger.merge._merge")

    with Writer(tmp_path / "ledger", "add") as writer:
        merge(writer)

    assert writer.summary.copies == summary.copies == 1
    assert writer.summary.occurrences == summary.occurrences == 1


def test_reports_that_were_decided_to_be_no_copies_are_in_no_story_and_may_still_tell_of_one_act(tmp_path: Path):
    take(tmp_path / "ledger", FIRST, CUT)

    decide(tmp_path / "ledger", "apart", "first", "cut")

    assert stories(tmp_path / "ledger") == []
    assert ask(tmp_path / "ledger", "SELECT reports, stories, independent FROM occurrences") == [(2, 2, 2)]


def test_what_was_merged_names_the_run_that_did_it(tmp_path: Path):
    take(tmp_path / "ledger", FIRST, CUT)

    assert ask(tmp_path / "ledger", "SELECT DISTINCT run FROM (SELECT run FROM occurrences UNION SELECT run FROM copies)") == [
        (merging_run().run,)
    ]
    assert Catalogue.open(tmp_path / "ledger").unmerged() == []
