"""Frames: a row of the trigger table counts where its conditions hold, and the most specific row goes first."""

from pathlib import Path

import pytest

from communique.errors import TableError
from communique.meaning.frames import Frames
from communique.records import Tokens
from tests.acts import frames, row, types
from tests.trees import parsed

IMPOSED = """
    Peru      PROPN 2 nsubj
    imposed   VERB  0 root impose
    sanctions NOUN  2 obj sanction
    and       CCONJ 5 cc
    curbs     NOUN  3 conj curb
    on        ADP   7 case
    Chile     PROPN 2 obl
"""
WERE_IMPOSED = """
    Sanctions NOUN  3 nsubj:pass sanction
    were      AUX   3 aux:pass be
    imposed   VERB  0 root impose
    on        ADP   5 case
    Chile     PROPN 3 obl
"""
IMPOSED_BY = """
    sanctions NOUN  0 root sanction
    imposed   VERB  1 acl impose Tense=Past|VerbForm=Part
    by        ADP   4 case
    Peru      PROPN 2 obl:agent
"""
HELD = """
    Peru      PROPN 2 nsubj
    held      VERB  0 root hold
    trade     NOUN  4 compound
    talks     NOUN  2 obj talk
    with      ADP   6 case
    Chile     PROPN 4 nmod
"""
WERE_HELD = """
    Talks     NOUN  3 nsubj:pass talk
    were      AUX   3 aux:pass be
    held      VERB  0 root hold
"""
HELD_IN = """
    talks     NOUN  0 root talk
    held      VERB  1 acl hold Tense=Past|VerbForm=Part
    in        ADP   4 case
    Lima      PROPN 2 obl
"""
THAT_WERE_HELD = """
    talks     NOUN  0 root talk
    that      PRON  4 nsubj:pass
    were      AUX   4 aux:pass be
    held      VERB  1 acl:relcl hold
"""
ENTERED = """
    Peru      PROPN 2 nsubj
    entered   VERB  0 root enter
    into      ADP   4 case
    talks     NOUN  2 obl talk
"""
FAILED = """
    Talks     NOUN  2 nsubj talk
    failed    VERB  0 root fail
"""
THREATENED = """
    Peru      PROPN 2 nsubj
    threatened VERB 0 root threaten
    to        PART  4 mark
    leave     VERB  2 xcomp
"""
WARNED = """
    Peru      PROPN 2 nsubj
    warned    VERB  0 root warn
    that      SCONJ 5 mark
    it        PRON  5 nsubj
    leaves    VERB  2 ccomp leave
"""
PULLED = """
    Peru      PROPN 2 nsubj
    pulled    VERB  0 root pull
    out       ADP   2 compound:prt
    quickly   ADV   2 advmod
"""
BOMBING = """
    suicide   NOUN  3 compound
    deadly    ADJ   3 amod
    bombing   NOUN  0 root bombing
    yesterday NOUN  3 nmod
"""
PERUS = """
    Peru      PROPN 3 nmod:poss
    's        PART  1 case
    attack    NOUN  0 root
"""
PARSES = {
    name: parsed(lines)
    for name, lines in {
        "imposed": IMPOSED,
        "were imposed": WERE_IMPOSED,
        "imposed by": IMPOSED_BY,
        "held": HELD,
        "were held": WERE_HELD,
        "held in": HELD_IN,
        "that were held": THAT_WERE_HELD,
        "entered": ENTERED,
        "failed": FAILED,
        "threatened": THREATENED,
        "warned": WARNED,
        "pulled": PULLED,
        "bombing": BOMBING,
        "Perus": PERUS,
    }.items()
}


def fits(tokens: Tokens, word: int, needs: str) -> bool:
    """Whether a row with these conditions is found for a word."""
    return frames((tokens.lemmas[word], tokens.upos[word], needs, "ACCUSE", "")).find(tokens, word) is not None


@pytest.mark.parametrize(
    ("parse", "word", "needs", "holds"),
    [
        ("imposed", 1, "obj=sanction", True),
        ("imposed", 1, "obj=ban|curb", True),
        ("imposed", 1, "obj=ban", False),
        ("imposed", 1, "obj=chile", False),
        ("imposed", 1, "obj", True),
        ("imposed", 1, "no-obj", False),
        ("failed", 1, "obj", False),
        ("failed", 1, "no-obj", True),
    ],
)
def test_an_object_is_known_by_its_lemma_and_by_what_is_coordinated_to_it(parse: str, word: int, needs: str, holds: bool) -> None:
    assert fits(PARSES[parse], word, needs) is holds


@pytest.mark.parametrize(("parse", "word"), [("were imposed", 2), ("imposed by", 1)])
def test_the_object_of_a_passive_is_its_subject_or_the_noun_it_modifies(parse: str, word: int) -> None:
    assert fits(PARSES[parse], word, "obj=sanction") and not fits(PARSES[parse], word, "no-obj")


def test_a_clause_with_an_object_of_its_own_does_not_act_on_the_noun_it_modifies() -> None:
    tokens = parsed("""
        troops    NOUN  0 root troops
        attacking VERB  1 acl attack VerbForm=Part
        Lima      PROPN 2 obj
    """)

    assert fits(tokens, 1, "obj=lima") and not fits(tokens, 1, "obj=troops")


@pytest.mark.parametrize(
    ("parse", "word", "needs", "holds"),
    [
        ("imposed", 1, "prep=on", True),
        ("imposed", 1, "prep=against|on", True),
        ("imposed", 1, "prep=for", False),
        ("held", 3, "prep=with", True),
        ("held", 1, "prep=with", False),
    ],
)
def test_a_preposition_is_that_of_a_word_right_below(parse: str, word: int, needs: str, holds: bool) -> None:
    assert fits(PARSES[parse], word, needs) is holds


@pytest.mark.parametrize(
    ("parse", "needs", "holds"),
    [("threatened", "to", True), ("threatened", "that", False), ("warned", "that", True), ("warned", "to", False)],
)
def test_an_infinitive_and_a_clause_are_told_apart(parse: str, needs: str, holds: bool) -> None:
    assert fits(PARSES[parse], 1, needs) is holds


@pytest.mark.parametrize(("parse", "word", "holds"), [("were imposed", 2, True), ("imposed", 1, False), ("imposed by", 1, False)])
def test_a_passive_has_an_auxiliary_or_a_subject_of_its_own(parse: str, word: int, holds: bool) -> None:
    assert fits(PARSES[parse], word, "passive") is holds


@pytest.mark.parametrize(("needs", "holds"), [("part=out", True), ("part=back|quickly", True), ("part=back", False)])
def test_a_particle_may_be_an_adverb(needs: str, holds: bool) -> None:
    assert fits(PARSES["pulled"], 1, needs) is holds


@pytest.mark.parametrize(
    ("parse", "word", "verb"),
    [("held", 3, "hold"), ("were held", 0, "hold"), ("held in", 0, "hold"), ("that were held", 0, "hold"), ("entered", 3, "enter")],
)
def test_a_light_verb_stands_above_its_noun_or_modifies_it(parse: str, word: int, verb: str) -> None:
    assert fits(PARSES[parse], word, f"verb=start|{verb}") and not fits(PARSES[parse], word, "verb=start")


def test_the_verb_of_which_a_noun_is_the_subject_is_no_light_verb() -> None:
    assert not fits(PARSES["failed"], 0, "verb=fail")


@pytest.mark.parametrize(
    ("parse", "word", "needs", "holds"),
    [
        ("bombing", 2, "mod=suicide", True),
        ("bombing", 2, "mod=car|deadly", True),
        ("bombing", 2, "mod=yesterday", False),
        ("Perus", 2, "mod=peru", True),
        ("held", 3, "mod=trade", True),
    ],
)
def test_modifiers_are_adjectives_compounds_and_owners(parse: str, word: int, needs: str, holds: bool) -> None:
    assert fits(PARSES[parse], word, needs) is holds


def test_all_conditions_of_a_row_must_hold() -> None:
    assert fits(PARSES["imposed"], 1, "obj=sanction prep=on") and not fits(PARSES["imposed"], 1, "obj=sanction prep=for")


def test_a_row_is_of_one_lemma_and_part_of_speech() -> None:
    tokens = PARSES["Perus"]

    assert frames(("attack", "NOUN", "", "ASSAULT", "")).find(tokens, 2) is not None
    assert frames(("attack", "VERB", "", "ASSAULT", "")).find(tokens, 2) is None
    assert frames(("assault", "NOUN", "", "ASSAULT", "")).find(tokens, 2) is None


def test_the_row_with_the_most_conditions_goes_first_however_seldom_right() -> None:
    table = frames(
        ("impose", "VERB", "", "COERCE", "restrict", "50", "50"),
        ("impose", "VERB", "obj=sanction prep=on", "SANCTION", "", "50", "1"),
        ("impose", "VERB", "obj=sanction", "ACCUSE", "", "50", "50"),
    )

    for parse, word, kind, mode, line in (("imposed", 1, "SANCTION", None, 3), ("imposed by", 1, "ACCUSE", None, 4)):
        found = table.find(PARSES[parse], word)
        assert found and (found.type, found.mode, found.table) == (kind, mode, f"triggers.csv:{line}")


def test_a_row_whose_conditions_fail_leaves_the_word_to_a_plainer_one() -> None:
    table = frames(("impose", "VERB", "obj=ban", "SANCTION", ""), ("impose", "VERB", "", "COERCE", "restrict"))

    found = table.find(PARSES["imposed"], 1)

    assert found and (found.type, found.mode) == ("COERCE", "restrict")


def test_of_rows_with_as_many_conditions_the_one_more_often_right_goes_first() -> None:
    table = frames(("impose", "VERB", "obj=sanction", "COERCE", "", "20", "2"), ("impose", "VERB", "prep=on", "SANCTION", "", "20", "19"))

    found = table.find(PARSES["imposed"], 1)

    assert found and found.type == "SANCTION"


def test_a_row_seldom_seen_is_believed_less_than_its_count_says() -> None:
    def precision(seen: int, right: int) -> float:
        found = frames(("impose", "VERB", "", "SANCTION", "", str(seen), str(right))).find(PARSES["imposed"], 1)
        return found.precision if found else -1.0

    assert precision(1, 0) < precision(0, 0) < precision(1, 1) < precision(40, 40) < 1
    assert precision(400, 100) == pytest.approx(0.25, abs=0.01)


def fault(**cells: str) -> str:
    made = row(
        "triggers.csv:7", **{"lemma": "arm", "pos": "VERB", "needs": "", "type": "AID", "mode": "", "seen": "0", "right": "0"} | cells
    )
    with pytest.raises(TableError) as raised:
        Frames([made], types())
    return str(raised.value)


def test_an_unknown_condition_is_named_with_those_that_there_are() -> None:
    told = fault(needs="obj=rebel object=troop")

    assert told.startswith("triggers.csv:7: unknown condition 'object' · Conditions are obj, no-obj, prep")


def test_a_mode_of_another_type_is_named_with_those_of_its_own() -> None:
    assert fault(type="CONSULT", mode="drone").startswith("triggers.csv:7: 'drone' is no mode of CONSULT · Its modes are visit")


@pytest.mark.parametrize(("seen", "right"), [("", ""), ("3", "many"), ("-1", "0"), ("2.5", "1")])
def test_counts_that_are_none_are_to_be_measured(seen: str, right: str) -> None:
    assert fault(seen=seen, right=right).startswith("triggers.csv:7: seen and right are no counts · Run tools/")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("arm,ADV,,AID,,1,1,x", "triggers.csv:2: unknown pos 'ADV'"),
        ("arm,VERB,,AIDS,,1,1,x", "triggers.csv:2: unknown type 'AIDS' · Did you mean 'AID'?"),
        ("arm,VERB,,AID,,,1,x", "triggers.csv:2: empty seen"),
        ("arm,VERB,with,AID,,1,1,x", "triggers.csv:2: unknown condition 'with'"),
        ("arm,VERB,,AID,,1,1,x\narm,VERB,,ASSAULT,,1,1,x", "triggers.csv:3: doubles triggers.csv:2 in lemma, pos, needs"),
    ],
)
def test_a_fault_in_the_file_is_named_by_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, message: str) -> None:
    (tmp_path / "triggers.csv").write_text(f"lemma,pos,needs,type,mode,seen,right,source\n{line}\n", encoding="utf-8")
    monkeypatch.setattr("communique.meaning.frames.DATA", tmp_path)

    with pytest.raises(TableError) as raised:
        Frames.load(types())

    assert message in str(raised.value)
