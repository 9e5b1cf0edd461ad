"""Parties: which states may fill a gap and what speaks for each, by the words, the document and the heads."""

from __future__ import annotations

import pytest

from communique.meaning.mentions import Mentions
from communique.meaning.parties import KINDS, NOBODY, UNKNOWN, Gap, Parties, find_choices, head_evidence
from communique.records import Place, Tokens
from communique.tables.load import DATA, Column, load_csv
from tests.acts import discourse, parties, trigger, types
from tests.trees import parsed

ATTACKED = """
    Peru     PROPN 2 nsubj
    attacked VERB  0 root attack
    Chile    PROPN 2 obj
    in       ADP   5 case
    Bolivia  PROPN 2 obl
"""
SUSPECTS = """
    Suspects NOUN  2 nsubj suspect Number=Plur
    attacked VERB  0 root attack
    Chile    PROPN 2 obj
"""
WAS_ATTACKED = """
    Chile    PROPN 3 nsubj:pass
    was      AUX   3 aux:pass be
    attacked VERB  0 root attack
"""
NOTHING = """
    Nobody   PRON  2 nsubj
    attacked VERB  0 root attack
"""
BOLIVIA = Place("Bolivia", 0, 7, "BOL")


def read(lines: str, title: str | None = None) -> tuple[Tokens, Mentions]:
    tokens = parsed(lines)
    return tokens, discourse(title=title).read_sentence(tokens)


def reasons(lines: str, gap: Gap, title: str | None = None) -> dict[tuple[str, ...], tuple[str, ...]]:
    """What speaks for each choice of an attack, the second or last word of a sentence."""
    tokens, mentions = read(lines, title)
    act = tokens.lemmas.index("attack")
    return {choice.codes: choice.reasons for choice in find_choices(gap, mentions, trigger(tokens, act, "ASSAULT"))}


def test_every_state_named_may_be_meant_by_where_it_stands_and_what_it_does() -> None:
    assert reasons(ATTACKED, Gap("actor", "actor", 1, ("CHL",), BOLIVIA)) == {
        UNKNOWN: ("unknown", "unknown:attack", "unknown_beside_one"),
        ("PER",): ("here", "before", "first", "nearest", "nearest_other", "main", "main_other"),
        ("CHL",): ("here", "after", "same"),
        ("BOL",): ("here", "place"),
    }


def test_the_state_nearest_but_for_the_other_side_is_another_reason() -> None:
    found = reasons(ATTACKED, Gap("actor", "actor", 1, ("PER",), None))

    assert "nearest" in found["PER",] and "main" in found["PER",]
    assert "nearest_other" in found["CHL",] and "main_other" in found["CHL",]


def test_the_state_of_the_place_may_be_meant_without_a_name() -> None:
    assert reasons(NOTHING, Gap("actor", "actor", 1, (), BOLIVIA))["BOL",] == ("place",)


def test_the_states_of_the_title_are_the_main_ones_and_the_last_parties() -> None:
    found = reasons(NOTHING, Gap("actor", "actor", 1, (), None), title="Ecuador warns Brazil")

    assert found["ECU",] == ("nearest", "nearest_other", "main", "main_other", "title", "last")
    assert found["BRA",] == ("title", "last")
    assert found["BRA", "ECU"] == ("last_pair",)


def test_one_party_named_last_makes_no_pair() -> None:
    tokens, mentions = read(NOTHING)
    (peru,) = mentions.discourse.actors.find_names(["Peru"])[0][2]
    mentions.discourse.last = (peru,)

    found = {c.codes: c.reasons for c in find_choices(Gap("actor", "actor", 1, (), None), mentions, trigger(tokens, 1, "ASSAULT"))}

    assert found == {UNKNOWN: ("unknown", "unknown:attack", "unknown_beside_none"), ("PER",): ("last",)}


def test_where_no_state_is_spoken_of_the_party_is_unknown() -> None:
    gap = Gap("actor", "actor", 1, (), None)
    tokens, mentions = read(NOTHING)
    weights = parties(("actor", "", "here", 5.0), ("actor", "", "unknown", -5.0))

    assert list(reasons(NOTHING, gap)) == [UNKNOWN]
    assert weights.choose(gap, mentions, trigger(tokens, 1, "ASSAULT"))[0].codes == UNKNOWN


@pytest.mark.parametrize(("kind", "nobody"), [("recipient", True), ("partner", True), ("actor", False), ("noun", False)])
def test_a_recipient_or_a_partner_may_be_nobody(kind: str, nobody: bool) -> None:
    assert (NOBODY in reasons(ATTACKED, Gap(kind, "actor", 2, (), None))) is nobody


def test_nobody_has_the_reasons_that_unknown_has() -> None:
    found = reasons(WAS_ATTACKED, Gap("recipient", "recipient", 2, ("UNK",), None))

    assert found[UNKNOWN] == ("unknown", "unknown:attack", "unknown_passive", "unknown_beside_unknown")
    assert found[NOBODY] == ("nobody", "nobody:attack", "nobody_passive", "nobody_beside_unknown")


@pytest.mark.parametrize(("others", "beside"), [((), "none"), (("CHL",), "one"), (("CHL", "PER"), "many"), (("CHL", "UNK"), "unknown")])
def test_it_counts_who_is_on_the_other_side(others: tuple[str, ...], beside: str) -> None:
    assert reasons(NOTHING, Gap("actor", "actor", 1, others, None))[UNKNOWN][-1] == f"unknown_beside_{beside}"


def test_a_noun_that_has_no_state_speaks_for_unknown_itself() -> None:
    found = reasons(SUSPECTS, Gap("noun", "actor", 0, ("CHL",), None))

    assert found[UNKNOWN] == ("unknown", "unknown:suspect", "unknown_by_noun", "unknown_beside_one")


def test_a_noun_does_not_mean_both_parties_named_last() -> None:
    assert ("BRA", "ECU") not in reasons(SUSPECTS, Gap("noun", "actor", 0, (), None), title="Ecuador warns Brazil")


def test_a_reason_weighs_by_itself_by_type_and_by_mode() -> None:
    weights = parties(
        ("actor", "", "here", 1.0),
        ("actor", "ASSAULT", "here", 2.0),
        ("actor", "ASSAULT:aerial", "here", 4.0),
        ("actor", "ASSAULT:-", "here", 8.0),
        ("actor", "AID", "here", 16.0),
        ("recipient", "", "here", 32.0),
    )
    tokens = parsed(ATTACKED)

    assert weights.weigh("actor", trigger(tokens, 1, "ASSAULT", mode="aerial"), ["here"]) == 7.0
    assert weights.weigh("actor", trigger(tokens, 1, "ASSAULT"), ["here"]) == 11.0
    assert weights.weigh("actor", trigger(tokens, 1, "ASSAULT", mode="drone"), ["here", "place"]) == 3.0


def test_what_a_single_word_says_weighs_the_same_in_all_acts() -> None:
    weights = parties(("actor", "", "unknown:attack", 1.0), ("actor", "ASSAULT", "unknown:attack", 2.0))

    assert weights.weigh("actor", trigger(parsed(ATTACKED), 1, "ASSAULT"), ["unknown:attack"]) == 1.0


@pytest.mark.parametrize(("gap", "kind"), [(Gap("actor", "actor", 1, (), None), "actor"), (Gap("noun", "actor", 1, (), None), "noun")])
def test_nouns_have_weights_of_their_own(gap: Gap, kind: str) -> None:
    assert gap.kind == kind


def test_the_choice_with_the_most_weight_wins_by_its_weightiest_reason() -> None:
    tokens, mentions = read(ATTACKED)
    weights = parties(("actor", "", "here", 0.5), ("actor", "", "place", 3.0), ("actor", "", "first", 2.0))

    choice, reason = weights.choose(Gap("actor", "actor", 1, (), BOLIVIA), mentions, trigger(tokens, 1, "ASSAULT", actor_state=[0, 2, 4]))

    assert (choice.codes, reason) == (("BOL",), "place")


def test_a_name_that_the_head_ties_to_the_role_moves_the_choice() -> None:
    tokens, mentions = read(ATTACKED)
    gap, weights = Gap("actor", "actor", 1, (), BOLIVIA), parties(("actor", "", "place", 1.0))

    assert weights.choose(gap, mentions, trigger(tokens, 1, "ASSAULT", actor_state=[2]))[0].codes == ("CHL",)
    assert weights.choose(gap, mentions, trigger(tokens, 1, "ASSAULT", actor_state=[4]))[0].codes == ("BOL",)


def test_the_heads_do_not_outvote_weights_that_are_much_larger() -> None:
    tokens, mentions = read(ATTACKED)
    weights = parties(("actor", "", "place", 29.0))

    assert weights.choose(Gap("actor", "actor", 1, (), BOLIVIA), mentions, trigger(tokens, 1, "ASSAULT", actor_state=[2]))[0].codes == (
        "BOL",
    )


def test_each_role_has_a_head_of_its_own_for_names() -> None:
    tokens, mentions = read(ATTACKED)
    act = trigger(tokens, 1, "ASSAULT", recipient_state=[2])
    chile = next(c for c in find_choices(Gap("actor", "actor", 1, (), None), mentions, act) if c.codes == ("CHL",))

    assert head_evidence(Gap("recipient", "recipient", 1, (), None), mentions, act, chile) > 0
    assert head_evidence(Gap("actor", "actor", 1, (), None), mentions, act, chile) < 0


def test_the_heads_say_nothing_of_a_state_that_the_sentence_does_not_name() -> None:
    tokens, mentions = read(NOTHING, title="Ecuador warns Brazil")
    act = trigger(tokens, 1, "ASSAULT", actor_state=[0])
    choices = [c for c in find_choices(Gap("actor", "actor", 1, (), None), mentions, act) if c.codes != UNKNOWN]

    assert [head_evidence(Gap("actor", "actor", 1, (), None), mentions, act, choice) for choice in choices] == [0.0] * len(choices)


@pytest.mark.parametrize(("sure", "codes"), [(1.0, UNKNOWN), (0.0, ("PER",))])
def test_a_head_tells_that_nobody_knows_who_did_it(sure: float, codes: tuple[str, ...]) -> None:
    tokens, mentions = read(ATTACKED)
    act = trigger(tokens, 1, "ASSAULT", flags={"actor_unknown": sure}, actor_state=[0])

    assert parties(("actor", "", "unknown", 5.0)).choose(Gap("actor", "actor", 1, (), None), mentions, act)[0].codes == codes


@pytest.mark.parametrize(("sure", "codes"), [(1.0, NOBODY), (0.0, ("CHL",))])
def test_a_head_tells_that_the_act_has_no_recipient(sure: float, codes: tuple[str, ...]) -> None:
    tokens, mentions = read(ATTACKED)
    act = trigger(tokens, 1, "ASSAULT", flags={"recipient_none": sure}, recipient_state=[2])

    assert parties(("recipient", "", "nobody", 1.0)).choose(Gap("recipient", "recipient", 1, (), None), mentions, act)[0].codes == codes


def test_who_did_it_says_nothing_of_an_unknown_recipient() -> None:
    tokens, mentions = read(ATTACKED)
    gap, act = Gap("recipient", "recipient", 1, (), None), trigger(tokens, 1, "ASSAULT", flags={"actor_unknown": 1.0})
    unknown = next(choice for choice in find_choices(gap, mentions, act) if choice.codes == UNKNOWN)

    assert head_evidence(gap, mentions, act, unknown) == 0.0


def test_the_weights_that_ship_are_of_gaps_types_and_reasons_that_there_are() -> None:
    columns = (Column("gap"), Column("type", required=False), Column("reason"), Column("weight"), Column("source"))
    rows = load_csv(DATA / "parties.csv", columns, key=("gap", "type", "reason"))
    states = "here before after first nearest nearest_other main main_other place same title last last_pair".split()
    lexical = [
        f"{who}{why}"
        for who in ("unknown", "nobody")
        for why in ("", "_passive", *(f"_beside_{n}" for n in "none one many unknown".split()))
    ]

    assert {row["gap"] for row in rows} == KINDS
    assert {row["type"].partition(":")[0] for row in rows} <= {"", *types()}
    assert {row["reason"].partition(":")[0] for row in rows} <= {*states, *lexical, "unknown_by_noun"}
    assert not [row.place for row in rows if ":" in row["reason"] and row["type"]]
    assert isinstance(Parties.load(), Parties)
