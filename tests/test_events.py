"""Events: who is meant where the words do not say, on parses written as text and weights made by hand."""

from __future__ import annotations

import pytest

from communique.meaning.events import Role, code_events, codes_of, find_party, firm_codes, imply, settle_state, state_body
from communique.meaning.mentions import UNKNOWN, Mentions
from communique.meaning.parties import Gap
from communique.records import Place, Tokens
from tests.acts import discourse, frames, implied, rules, trigger
from tests.trees import parsed

POLICE = """
    Police   NOUN  2 nsubj
    arrested VERB  0 root arrest
    students NOUN  2 obj student Number=Plur
    in       ADP   5 case
    Bolivia  PROPN 2 obl
    ,        PUNCT 7 punct
    Peru     PROPN 8 nsubj
    said     VERB  2 parataxis say
"""
VERDICT = """
    The      DET   2 det
    verdict  NOUN  3 nsubj
    came     VERB  0 root come
"""
BOLIVIA = Place("Bolivia", 0, 7, "BOL")
SECTORS = implied(
    ("COERCE", "", "actor", "", "GOV"),
    ("COERCE", "curfew", "actor", "", "MIL"),
    ("COERCE", "censor", "actor", "", ""),
    ("COERCE", "", "recipient", "", "CVL"),
    ("ASSAULT", "", "actor", "demonym", "MIL"),
    equals=(("ASSAULT", "clash"),),
)


def read(lines: str, title: str | None = None) -> tuple[Tokens, Mentions]:
    tokens = parsed(lines)
    return tokens, discourse(title=title).read_sentence(tokens)


def role_of(mentions: Mentions, word: int) -> Role:
    found = mentions.at(word)
    assert found is not None
    return Role(found, found.who)


@pytest.mark.parametrize(
    ("kind", "mode", "role", "words", "sector"),
    [
        ("COERCE", None, "actor", "", "GOV"),
        ("COERCE", "seize", "actor", "", "GOV"),
        ("COERCE", "curfew", "actor", "", "MIL"),
        ("COERCE", "censor", "actor", "", ""),
        ("COERCE", "curfew", "recipient", "", "CVL"),
        ("COERCE", None, "actor", "demonym", ""),
        ("ASSAULT", "aerial", "actor", "demonym", "MIL"),
        ("AID", None, "actor", "", ""),
    ],
)
def test_an_implied_sector_is_that_of_the_mode_else_of_the_type(kind: str, mode: str | None, role: str, words: str, sector: str) -> None:
    assert SECTORS.sector(trigger(parsed(VERDICT), 1, kind, mode=mode), role, words) == sector


@pytest.mark.parametrize(
    ("kind", "mode", "lemma", "equals"),
    [
        ("CONSULT", None, "meet", True),
        ("CONSULT", "phone", "call", True),
        ("CONSULT", "visit", "visit", False),
        ("CONSULT", "third-party", "mediate", False),
        ("ASSAULT", None, "clash", True),
        ("ASSAULT", None, "attack", False),
        ("COERCE", None, "clash", False),
    ],
)
def test_meetings_and_the_acts_of_the_table_are_acts_of_equals(kind: str, mode: str | None, lemma: str, equals: bool) -> None:
    assert SECTORS.of_equals(trigger(parsed(VERDICT), 1, kind, mode=mode), lemma) is equals


def test_a_noun_without_a_state_takes_the_likeliest_and_keeps_its_sector() -> None:
    tokens, mentions = read(POLICE, title="Ecuador cracks down")
    act, police = trigger(tokens, 1, "COERCE", mode="arrest"), role_of(mentions, 0)

    for reason, code in (("place", "BOL"), ("title", "ECU"), ("unknown", "UNK")):
        settled = settle_state(mentions, rules(("noun", "", reason, 9.0)), act, "actor", police, (), BOLIVIA)
        assert settled.found == police.found and [(who.code, who.sector) for who in settled.who] == [(code, "COP")]


def test_a_name_keeps_the_state_it_has() -> None:
    tokens, mentions = read(POLICE)
    peru = role_of(mentions, 6)

    assert settle_state(mentions, rules(("noun", "", "place", 9.0)), trigger(tokens, 1, "COERCE"), "actor", peru, (), BOLIVIA) is peru


def test_who_is_only_implied_keeps_the_state_it_has() -> None:
    tokens, mentions = read(POLICE)
    implied = Role(None, (state_body("PER", "GOV"),))

    assert settle_state(mentions, rules(("noun", "", "place", 9.0)), trigger(tokens, 1, "COERCE"), "actor", implied, (), BOLIVIA) is implied


def test_firm_codes_are_those_that_the_words_of_a_mention_tell() -> None:
    _, mentions = read(POLICE)
    roles = [role_of(mentions, 0), role_of(mentions, 6), Role(None, (state_body("CHL", ""),))]

    assert firm_codes(roles) == ("PER",) and codes_of(roles) == ("BOL", "PER", "CHL")


def test_an_empty_role_takes_the_likeliest_state_and_the_sector_of_its_type() -> None:
    tokens, mentions = read(POLICE)
    tables = rules(("recipient", "", "place", 9.0), sectors=SECTORS)

    (role,), rule = imply(mentions, tables, trigger(tokens, 1, "COERCE"), Gap("recipient", "recipient", 1, (), BOLIVIA))

    assert (role.found, role.who[0].actor_id, rule) == (None, "BOL CVL", "recipient_place")


def test_an_implied_actor_has_the_sector_of_the_mode() -> None:
    tokens, mentions = read(VERDICT)
    tables, act = rules(("actor", "", "place", 9.0), sectors=SECTORS), trigger(tokens, 1, "COERCE", mode="curfew")

    (role,), _ = imply(mentions, tables, act, Gap("actor", "actor", 1, (), BOLIVIA))

    assert role.who[0].actor_id == "BOL MIL"


def test_a_demonym_has_the_sector_that_the_act_lets_one_expect_and_keeps_its_state() -> None:
    tokens = parsed("Peruvian ADJ 2 amod\nstrikes NOUN 0 root strike Number=Plur\nfollowed VERB 2 acl follow")
    tables = rules(("noun", "", "place", 9.0), sectors=SECTORS)
    mentions = discourse().read_sentence(tokens)

    for kind, actor_id in (("ASSAULT", "PER MIL"), ("COERCE", "PER")):
        settled = settle_state(mentions, tables, trigger(tokens, 1, kind), "actor", role_of(mentions, 0), (), BOLIVIA)
        assert [who.actor_id for who in settled.who] == [actor_id]


@pytest.mark.parametrize(("absent", "codes"), [(0.1, ("PER",)), (0.9, ())])
def test_a_weakly_marked_party_counts_only_where_one_is_expected(absent: float, codes: tuple[str, ...]) -> None:
    tokens, mentions = read(POLICE)
    act = trigger(tokens, 1, "COERCE", flags={"actor_unknown": absent})
    act.roles["actor"][6] = 0.25

    assert codes_of(find_party(tokens, mentions, act, "actor")) == codes


def test_a_weakly_marked_party_does_not_join_a_firmly_marked_one() -> None:
    tokens, mentions = read(POLICE)
    act = trigger(tokens, 1, "COERCE", actor=[4])
    act.roles["actor"][6] = 0.25

    assert codes_of(find_party(tokens, mentions, act, "actor")) == ("BOL",)


def test_those_who_met_are_kept_for_later_talks() -> None:
    tokens = parsed("Peru PROPN 2 nsubj\nmet VERB 0 root meet\nChile PROPN 2 obj")
    tokens.triggers.append(trigger(tokens, 1, "CONSULT", actor=[0], recipient=[2]))
    mentions = discourse().read_sentence(tokens)

    code_events(tokens, mentions, [], rules(), 0.5)

    assert [who.code for who in mentions.discourse.talks] == ["PER", "CHL"]


def test_the_parties_named_last_fill_a_role_together_as_they_were() -> None:
    tokens, mentions = read(VERDICT, title="Ecuador warns Brazil")

    filled, rule = imply(mentions, rules(("actor", "", "last_pair", 9.0)), trigger(tokens, 1, "AGREE"), Gap("actor", "actor", 1, (), None))

    assert tuple(who for role in filled for who in role.who) == mentions.discourse.last
    assert ([role.who[0].code for role in filled], rule) == (["ECU", "BRA"], "parties_named_last")


def test_a_role_may_stay_empty() -> None:
    tokens, mentions = read(POLICE)

    filled, rule = imply(
        mentions, rules(("recipient", "", "nobody", 9.0)), trigger(tokens, 1, "PROTEST"), Gap("recipient", "recipient", 1, (), BOLIVIA)
    )

    assert (filled, rule) == ((), "recipient_nobody")


def test_a_rule_names_the_reason_without_the_word_that_gave_it() -> None:
    tokens, mentions = read(VERDICT)

    (role,), rule = imply(
        mentions, rules(("actor", "", "unknown:verdict", 9.0)), trigger(tokens, 1, "AGREE"), Gap("actor", "actor", 1, (), None)
    )

    assert (role.who, rule) == ((UNKNOWN,), "actor_unknown")


@pytest.mark.parametrize(
    ("code", "sector", "name", "actor_id"),
    [
        ("PER", "", None, "PER"),
        ("PER", "COP", None, "PER COP"),
        ("PER", "GOV", "Ana Ruiz", "PER GOV Ana Ruiz"),
        ("UNK", "REB", None, "UNK REB"),
    ],
)
def test_a_body_is_known_by_state_sector_and_name(code: str, sector: str, name: str | None, actor_id: str) -> None:
    made = state_body(code, sector, name)

    assert (made.actor_id, made.code, made.sector or "", made.name) == (actor_id, code, sector, name)


def test_a_body_of_which_nothing_is_known_is_unknown() -> None:
    assert state_body("UNK", "") is UNKNOWN


def test_the_state_of_a_noun_is_settled_before_the_other_side_is_implied() -> None:
    tokens, mentions = read(POLICE)
    tokens.triggers.append(trigger(tokens, 1, "COERCE", actor=[0], place=[4]))
    tables = rules(("noun", "", "place", 9.0), ("recipient", "", "same", 9.0))

    (draft,) = code_events(tokens, mentions, [], tables, 0.5)

    assert (codes_of(draft.actors), codes_of(draft.recipients)) == (("BOL",), ("BOL",))
    assert "recipient_same" in draft.rules


def test_the_subject_acts_where_the_head_marks_nobody() -> None:
    tokens = parsed("Peru PROPN 2 nsubj\nattacked VERB 0 root attack\nChile PROPN 2 obj")
    tokens.triggers.append(trigger(tokens, 1, "ASSAULT", recipient=[2]))

    (draft,) = code_events(tokens, discourse().read_sentence(tokens), [], rules(("actor", "", "unknown", 9.0)), 0.5)

    assert codes_of(draft.actors) == ("PER",) and "subject_acts" in draft.rules


def test_an_act_without_a_recipient_names_no_rule_for_it() -> None:
    tokens = parsed("Peru PROPN 2 nsubj\nattacked VERB 0 root attack")
    tokens.triggers.append(trigger(tokens, 1, "ASSAULT", actor=[0]))

    (draft,) = code_events(tokens, discourse().read_sentence(tokens), [], rules(("recipient", "", "nobody", 9.0)), 0.5)

    assert draft.recipients == () and not [rule for rule in draft.rules if rule.startswith("recipient")]


def test_a_draft_cites_the_row_that_spoke_for_its_type() -> None:
    tokens = parsed("Peru PROPN 2 nsubj\nattacked VERB 0 root attack\nChile PROPN 2 obj")
    tokens.triggers.append(trigger(tokens, 1, "ASSAULT", actor=[0], recipient=[2]))
    mentions = discourse().read_sentence(tokens)

    (with_row,) = code_events(tokens, mentions, [], rules(table=frames(("attack", "VERB", "", "ASSAULT", "", "9", "9"))), 0.5)
    (without,) = code_events(tokens, mentions, [], rules(), 0.5)

    assert (with_row.table, without.table) == ("triggers.csv:2", "")
