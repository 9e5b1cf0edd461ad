"""Lemmas: irregular forms by the table, all others by the rules of inflection and the bases that are known."""

from functools import cache

import pytest

from communique.encoder.lemmas import Lemmas

NONE = Lemmas({}, frozenset())


@cache
def shipped() -> Lemmas:
    return Lemmas.load()


def knowing(*verbs: str) -> Lemmas:
    return Lemmas({}, frozenset((verb, "VERB") for verb in verbs))


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("Signed", "sign"),
        ("visiting", "visit"),
        ("attacks", "attack"),
        ("supplies", "supply"),
        ("denied", "deny"),
        ("denying", "deny"),
        ("quashes", "quash"),
        ("vetoes", "veto"),
        ("accuse", "accuse"),
    ],
)
def test_a_regular_verb_has_the_lemma_that_the_rules_give(form: str, lemma: str) -> None:
    assert shipped().of(form, "VERB") == lemma


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("met", "meet"),
        ("held", "hold"),
        ("Struck", "strike"),
        ("fled", "flee"),
        ("withdrawn", "withdraw"),
        ("sent", "send"),
        ("cut", "cut"),
    ],
)
def test_an_irregular_verb_has_the_lemma_that_the_table_gives(form: str, lemma: str) -> None:
    assert shipped().of(form, "VERB") == lemma


@pytest.mark.parametrize(
    ("form", "lemma"), [("barred", "bar"), ("stopping", "stop"), ("controlled", "control"), ("killed", "kill"), ("passing", "pass")]
)
def test_a_doubled_consonant_is_taken_off_unless_the_base_has_it(form: str, lemma: str) -> None:
    assert shipped().of(form, "VERB") == lemma


@pytest.mark.parametrize(
    ("form", "lemma"),
    [("staged", "stage"), ("imposing", "impose"), ("invaded", "invade"), ("raises", "raise"), ("agreed", "agree"), ("rescued", "rescue")],
)
def test_a_verb_in_e_gets_its_e_back(form: str, lemma: str) -> None:
    assert shipped().of(form, "VERB") == lemma


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("talks", "talk"),
        ("Countries", "country"),
        ("clashes", "clash"),
        ("gunmen", "gunman"),
        ("hostages", "hostage"),
        ("thieves", "thief"),
        ("heroes", "hero"),
        ("congress", "congress"),
        ("crisis", "crisis"),
        ("virus", "virus"),
    ],
)
def test_a_regular_noun_has_the_lemma_that_the_rules_give(form: str, lemma: str) -> None:
    assert shipped().of(form, "NOUN") == lemma


@pytest.mark.parametrize(
    ("form", "lemma"), [("children", "child"), ("men", "man"), ("crises", "crisis"), ("Women", "woman"), ("criteria", "criterion")]
)
def test_an_irregular_noun_has_the_lemma_that_the_table_gives(form: str, lemma: str) -> None:
    assert shipped().of(form, "NOUN") == lemma


@pytest.mark.parametrize(
    ("form", "pos", "lemma"), [("was", "AUX", "be"), ("Has", "AUX", "have"), ("better", "ADJ", "good"), ("best", "ADV", "well")]
)
def test_auxiliaries_and_comparatives_are_in_the_table(form: str, pos: str, lemma: str) -> None:
    assert shipped().of(form, pos) == lemma


@pytest.mark.parametrize(("form", "pos"), [("Talks", "PROPN"), ("Armed", "ADJ"), ("THE", "DET"), ("During", "ADP"), ("2003s", "NUM")])
def test_words_that_are_neither_verbs_nor_nouns_are_only_put_in_lower_case(form: str, pos: str) -> None:
    assert shipped().of(form, pos) == form.lower()


def test_the_part_of_speech_decides_whose_base_is_meant() -> None:
    lemmas = shipped()

    assert (lemmas.of("meeting", "NOUN"), lemmas.of("meeting", "VERB")) == ("meeting", "meet")


@pytest.mark.parametrize(
    ("form", "lemma"), [("zorbing", "zorb"), ("frobbed", "frob"), ("frobnicated", "frobnicate"), ("grizzed", "grizz"), ("brelled", "brell")]
)
def test_of_a_verb_that_nobody_knows_spelling_decides(form: str, lemma: str) -> None:
    assert NONE.of(form, "VERB") == lemma


@pytest.mark.parametrize(("form", "lemma"), [("zorbs", "zorb"), ("frobbies", "frobby"), ("quashes", "quash"), ("zelves", "zelve")])
def test_of_a_noun_that_nobody_knows_spelling_decides(form: str, lemma: str) -> None:
    assert NONE.of(form, "NOUN") == lemma


@pytest.mark.parametrize(("form", "pos"), [("bring", "VERB"), ("red", "VERB"), ("bus", "NOUN"), ("class", "NOUN"), ("omen", "NOUN")])
def test_what_only_looks_inflected_is_its_own_lemma(form: str, pos: str) -> None:
    assert NONE.of(form, pos) == form


def test_a_known_base_goes_before_the_one_that_spelling_favours() -> None:
    assert NONE.of("staging", "VERB") == "stage"
    assert knowing("stag").of("staging", "VERB") == "stag"


def test_a_known_base_may_keep_or_drop_the_doubled_consonant() -> None:
    assert knowing("cancel").of("cancelled", "VERB") == "cancel"
    assert knowing("cancell").of("cancelled", "VERB") == "cancell"


def test_a_form_that_is_a_base_itself_is_left_alone() -> None:
    assert NONE.of("embed", "VERB") == "emb"
    assert knowing("embed", "emb").of("embed", "VERB") == "embed"


def test_a_base_known_as_a_noun_is_none_of_a_verb() -> None:
    lemmas = Lemmas({}, frozenset({("bus", "NOUN")}))

    assert lemmas.of("bused", "VERB") == "buse"


def test_the_table_goes_before_the_rules_for_its_part_of_speech_alone() -> None:
    lemmas = Lemmas({("saw", "VERB"): "see", ("axes", "NOUN"): "axis"}, frozenset({("saw", "VERB")}))

    assert (lemmas.of("Saw", "VERB"), lemmas.of("saw", "NOUN")) == ("see", "saw")
    assert (lemmas.of("axes", "NOUN"), lemmas.of("axes", "VERB")) == ("axis", "ax")
