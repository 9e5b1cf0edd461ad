"""Actors: names, persons, offices and agent nouns resolve by the tables, at a date, and ties stay open."""

import csv
from pathlib import Path

import pytest

from communique.errors import TableError
from communique.meaning.actors import CODES, Actors
from communique.meaning.names import join_words, name_key
from communique.tables.load import DATA

TABLES = ("countries", "organisations", "offices", "agents")
FILES = ("offices-terms.csv", *(f"{table}{part}.csv" for table in TABLES for part in ("", "-hand")))


@pytest.fixture(scope="module")
def actors() -> Actors:
    return Actors.load()


def found(actors: Actors, text: str, date: str | None = None) -> list[tuple[str, str]]:
    words = text.split()
    return [(join_words(words[start:end]), identities[0].actor_id) for start, end, identities in actors.find_names(words, date)]


def who(actors: Actors, text: str, date: str | None, *codes: str) -> str | None:
    identity = actors.resolve_person(text, date, frozenset(codes))
    return identity and f"{identity.code} {identity.sector} {identity.name}"


def test_names_of_states_and_bodies_are_found_with_their_spans(actors: Actors) -> None:
    assert found(actors, "Iran 's envoy met al - Qaeda and NATO in New Delhi") == [
        ("Iran", "IRN"),
        ("al-Qaeda", "IMG REB al-Qaeda"),
        ("NATO", "IGO MIL NATO"),
        ("New Delhi", "IND GOV"),
    ]


def test_hyphens_and_clitics_are_words_of_their_own(actors: Actors) -> None:
    words = "Iran - backed fighters of the People 's Republic of China".split()

    assert [(start, end) for start, end, _ in actors.find_names(words)] == [(0, 1), (6, 11)]


def test_the_longest_name_wins(actors: Actors) -> None:
    assert found(actors, "Papua New Guinea and South Korea") == [("Papua New Guinea", "PNG"), ("South Korea", "KOR")]


def test_a_pronoun_is_no_state(actors: Actors) -> None:
    assert found(actors, "they told us who is on the march in turkey feathers") == []
    assert found(actors, "the US and the WHO") == [("US", "USA"), ("WHO", "UNO GOV World Health Organization")]


def test_a_headline_in_capitals_has_no_short_acronyms(actors: Actors) -> None:
    assert found(actors, "IRAN TELLS US TO LEAVE") == [("IRAN", "IRN")]


def test_a_sea_is_no_state(actors: Actors) -> None:
    assert found(actors, "ships in the South China Sea") == []


def test_dots_and_accents_make_no_difference(actors: Actors) -> None:
    assert found(actors, "the U.S. and Cote d'Ivoire") == [("U.S.", "USA"), ("Cote d'Ivoire", "CIV")]
    assert name_key("Côte d’Ivoire") == name_key("Cote d'Ivoire")


def test_demonyms_are_found_and_their_plurals_are_people(actors: Actors) -> None:
    _, _, (adjective,) = actors.find_names(["Iranian"])[0]
    _, _, (people,) = actors.find_names(["Iranians"])[0]

    assert (adjective.code, adjective.sector, adjective.kind) == ("IRN", None, "demonym")
    assert (people.code, people.sector) == ("IRN", "CVL")


def test_a_seat_is_its_government(actors: Actors) -> None:
    for text, actor_id in (("the Kremlin", "RUS GOV"), ("Brussels", "EUR"), ("the Pentagon", "USA MIL"), ("Tehran", "IRN GOV")):
        assert found(actors, text)[0][1] == actor_id


def test_a_breakaway_territory_has_the_code_of_the_state_that_claims_it(actors: Actors) -> None:
    assert found(actors, "Abkhazia and Somaliland") == [("Abkhazia", "GEO PRE"), ("Somaliland", "SOM PRE")]


def test_a_name_means_what_it_meant_at_the_date(actors: Actors) -> None:
    for date, sector in (("2015-05-01", "REB"), ("2022-05-01", "GOV")):
        identity = actors.resolve_name("the Taliban", date)
        assert identity and (identity.code, identity.sector) == ("AFG", sector)


def test_article_possessive_and_bracketed_acronym_belong_to_no_name(actors: Actors) -> None:
    for text in ("the Kurdistan Workers' Party (PKK)", "The PKK", "the PKK's"):
        identity = actors.resolve_name(text, "2015-05-01")
        assert identity and identity.actor_id == "TUR REB Kurdistan Workers' Party"


def test_a_misspelt_long_name_is_recognised(actors: Actors) -> None:
    identity = actors.resolve_name("Organisation for the Prohibition of Chemical Weapon", None)

    assert identity and identity.code == "IGO"


def test_an_unknown_name_is_nobody(actors: Actors) -> None:
    assert actors.resolve_name("Zorblax Institute", None) is None
    assert actors.resolve_person("Zorblax Quimby", "2015-01-01") is None


def test_the_states_spoken_of_break_a_tie(actors: Actors) -> None:
    tie = actors.resolve_name("National Liberation Army", "2005-01-01")
    settled = actors.resolve_name("National Liberation Army", "2005-01-01", frozenset({"COL"}))

    assert tie and tie.code == "UNK" and len(tie.candidates) == 2
    assert settled and settled.code == "COL" and not settled.candidates


def test_a_spelling_variant_is_the_same_man(actors: Actors) -> None:
    for text in ("Lukashenko", "Lukashenka", "Alexander Lukashenko", "Belarusian President Aleksandr Lukashenka"):
        assert who(actors, text, "2023-03-13") == "BLR GOV Alexander Lukashenko"


def test_titles_around_a_name_do_not_matter(actors: Actors) -> None:
    assert who(actors, "Iranian President Ebrahim Raisi", "2023-03-13") == "IRN GOV Ebrahim Raisi"
    assert who(actors, "Secretary of State Blinken", "2022-03-13") == "USA GOV Antony Blinken"
    assert who(actors, "President Xi", "2022-03-13") == "CHN GOV Xi Jinping"


def test_who_has_left_office_is_a_former_official(actors: Actors) -> None:
    assert who(actors, "Barack Obama", "2012-01-01") == "USA GOV Barack Obama"
    assert who(actors, "Barack Obama", "2019-01-01") == "USA ELI Barack Obama"


def test_who_changed_sides_is_coded_by_the_date(actors: Actors) -> None:
    assert who(actors, "Abu Mohammad al-Julani", "2020-01-01") == "SYR REB Ahmed al-Sharaa"
    assert who(actors, "Abu Mohammad al-Julani", "2025-06-01") == "SYR GOV Ahmed al-Sharaa"
    assert str(who(actors, "Jens Stoltenberg", "2012-01-01")).startswith("NOR GOV")
    assert str(who(actors, "Jens Stoltenberg", "2020-01-01")).startswith("IGO MIL")


def test_another_given_name_is_another_person(actors: Actors) -> None:
    assert who(actors, "Gertrude Putin", "2020-01-01") is None
    assert who(actors, "He", "2020-01-01", "CHN") is None


def test_an_office_has_one_holder_at_a_date(actors: Actors) -> None:
    for office, code, date, name in (
        ("head_of_state", "IRN", "2023-03-13", "Ebrahim Raisi"),
        ("head_of_government", "GBR", "2022-10-01", "Liz Truss"),
        ("foreign_minister", "RUS", "2022-10-01", "Sergey Lavrov"),
        ("defence_minister", "USA", "2022-10-01", "Lloyd Austin"),
    ):
        holder = actors.resolve_office(office, code, date)
        assert holder and holder.name == name and actors.office_of(holder.actor_id, date) == office


def test_an_office_that_many_hold_names_nobody(actors: Actors) -> None:
    assert actors.resolve_office("minister", "GBR", "2022-10-01") is None


def test_agent_nouns_have_a_sector_and_the_longest_phrase_counts(actors: Actors) -> None:
    for phrase, sector, office in (
        ("police", "COP", None),
        ("security force", "MIL", None),
        ("iranian foreign minister", "GOV", "foreign_minister"),
        ("suspected islamist militant", "REB", None),
        ("human right group", "SOC", None),
        ("former president", "ELI", None),
    ):
        agent = actors.agent(phrase.split())
        assert agent and agent[:2] == (sector, office)
    assert actors.agent(["teapot"]) is None


def test_every_identity_names_its_row(actors: Actors) -> None:
    for _, _, identities in actors.find_names("Vladimir Putin and NATO and Iran".split(), "2020-01-01"):
        for identity in identities:
            file, line = identity.table.split(":")
            assert (DATA / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]


@pytest.mark.parametrize("table", FILES)
def test_tables_are_sorted_and_cite_their_sources(table: str) -> None:
    with (DATA / table).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    first = [next(iter(row.values())).casefold() for row in rows]
    assert first == sorted(first)
    assert all(row["source"] for row in rows)


@pytest.mark.parametrize("table", [table for table in FILES if not table.startswith("agents")])
def test_codes_are_three_capitals_and_dates_are_in_order(table: str) -> None:
    with (DATA / table).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert row["code"] in CODES or (len(row["code"]) == 3 and row["code"].isupper())
            start, end = row.get("start", ""), row.get("end", "")
            assert not end or start[:4] <= end[:4], row


def test_a_fault_in_a_table_is_named_by_file_and_line(tmp_path: Path) -> None:
    for table in FILES:
        (tmp_path / table).write_bytes((DATA / table).read_bytes())
    (tmp_path / "agents-hand.csv").write_text("lemma,sector,office,source\nwizard,MAG,,communique\n", encoding="utf-8")

    with pytest.raises(TableError, match=r"agents-hand\.csv:2: unknown sector 'MAG'"):
        Actors.load(tmp_path)
