"""Phrases, mentions, roles, claims and relations, on parses written as text and the tables that ship."""

from __future__ import annotations

import pytest

from communique.meaning import phrases
from communique.meaning.claims import claim_of, find_reporting, speakers_of
from communique.meaning.dates import DateMention
from communique.meaning.events import code_events, find_date
from communique.meaning.plover import Plover
from communique.meaning.relations import find_relations
from communique.records import Entity, Tokens
from tests.acts import discourse, implied, row, rules, trigger
from tests.trees import parsed

VISIT = """
    Chilean   ADJ   2 amod
    officials NOUN  3 nsubj official Number=Plur
    visited   VERB  0 root visit
    Lima      PROPN 3 obj
"""
ACCUSED = """
    Peru      PROPN 3 nsubj:pass
    is        AUX   3 aux:pass be
    accused   VERB  0 root accuse
    of        SCONJ 5 mark
    arming    VERB  3 advcl arm
    Chile     PROPN 5 obj
"""


SAYS = row("reporting.csv:2", lemma="accuse", speaker="subject", stance="alleges", seen="0", right="0")


RULES = rules(
    *(("actor", "", "place", 3.0), ("noun", "", "place", 3.0), ("actor", "", "unknown_passive", 2.0), ("recipient", "", "nobody", 1.0)),
    sectors=implied(("COERCE", "arrest", "actor", "", "COP")),
)


def test_a_noun_phrase_leaves_out_relative_clauses_and_conjuncts() -> None:
    tokens = parsed("""
        the      DET   2 det
        minister NOUN  0 root
        of       ADP   4 case
        Chile    PROPN 2 nmod
        who      PRON  6 nsubj
        resigned VERB  2 acl:relcl
    """)

    assert phrases.noun_phrase(tokens, 1) == (0, 4)


def test_the_subject_of_a_controlled_verb_is_its_governors() -> None:
    tokens = parsed("""
        Chile   PROPN 2 nsubj
        agreed  VERB  0 root
        to      PART  4 mark
        send    VERB  2 xcomp
        aid     NOUN  4 obj
    """)

    assert phrases.subject_of(tokens, 3) == 0


def test_an_agent_noun_takes_its_state_from_the_adjective_before_it() -> None:
    found = discourse().read_sentence(parsed(VISIT)).at(1)

    assert found is not None and (found.start, found.end) == (0, 2)
    assert [(who.code, who.sector) for who in found.who] == [("CHL", "GOV")]


def test_an_agent_noun_without_a_state_belongs_to_the_nearest_one() -> None:
    tokens = parsed("""
        Police   NOUN  2 nsubj
        arrested VERB  0 root arrest
        students NOUN  2 obj student Number=Plur
        in       ADP   5 case
        Peru     PROPN 2 obl
    """)

    found = discourse().read_sentence(tokens).at(0)

    assert found is not None and found.who[0].code == "PER" and found.who[0].sector == "COP"


def test_suspects_have_no_state_unless_one_is_named() -> None:
    tokens = parsed("""
        Peru   PROPN 2 nsubj
        freed  VERB  0 root free
        two    NUM   4 nummod
        suspects NOUN 2 obj suspect Number=Plur
    """)

    assert discourse().read_sentence(tokens).context_state(3) == "UNK"


def test_a_pronoun_takes_up_the_person_named_before_it() -> None:
    memory = discourse()
    memory.read_sentence(named("Quispe", "PROPN"))

    found = memory.read_sentence(parsed("He PRON 2 nsubj\nleft VERB 0 root leave")).at(0)

    assert found is not None and found.rule == "he" and found.who[0].name == "Maria Quispe"


def named(last: str, upos: str) -> Tokens:
    tokens = parsed(f"""
        Peruvian   ADJ    2 amod
        minister   NOUN   3 nmod:desc
        Maria      PROPN  5 nsubj
        {last}     {upos} 3 flat
        spoke      VERB   0 root speak
    """)
    tokens.entities.append(Entity(2, 4, "PER", 0.9))
    return tokens


def test_a_person_no_table_knows_has_the_state_of_the_title() -> None:
    found = discourse().read_sentence(named("Quispe", "PROPN")).at(2)

    assert found is not None and found.who[0].code == "PER" and found.who[0].name == "Maria Quispe"


def test_a_last_name_alone_is_the_person_named_in_full_before() -> None:
    memory = discourse()
    first = memory.read_sentence(named("Quispe", "PROPN")).at(2)
    later = parsed("Quispe PROPN 2 nsubj\nleft VERB 0 root leave")
    later.entities.append(Entity(0, 1, "PER", 0.9))

    again = memory.read_sentence(later).at(0)

    assert first is not None and again is not None and again.who == first.who


def test_the_two_countries_are_the_states_named_last() -> None:
    memory = discourse()
    memory.read_sentence(parsed("Peru PROPN 2 nsubj\nmet VERB 0 root meet\nChile PROPN 2 obj"))
    tokens = parsed("""
        the       DET  3 det
        two       NUM  3 nummod
        countries NOUN 4 nsubj country Number=Plur
        agreed    VERB 0 root agree
    """)

    found = memory.read_sentence(tokens).at(2)

    assert found is not None and sorted(who.code for who in found.who) == ["CHL", "PER"]


def test_roles_take_the_outermost_of_nested_mentions() -> None:
    tokens = parsed(VISIT)
    tokens.triggers.append(trigger(tokens, 2, "ACCUSE", actor=[0, 1], recipient=[3]))

    (draft,) = code_events(tokens, discourse().read_sentence(tokens), [], RULES, 0.5)

    assert [role.found.head for role in draft.actors if role.found] == [1]
    assert [who.code for role in draft.recipients for who in role.who] == ["PER"]


def test_a_trigger_below_the_threshold_is_no_event() -> None:
    tokens = parsed(VISIT)
    tokens.triggers.append(trigger(tokens, 2, "CONSULT", chances={"CONSULT": 0.1}))

    assert code_events(tokens, discourse().read_sentence(tokens), [], RULES, 0.5) == []


def test_where_no_one_is_named_the_police_of_the_place_arrest() -> None:
    tokens = parsed("""
        Students NOUN  3 nsubj:pass student Number=Plur
        were     AUX   3 aux:pass be
        arrested VERB  0 root arrest
        in       ADP   5 case
        Peru     PROPN 3 obl
    """)
    tokens.triggers.append(trigger(tokens, 2, "COERCE", mode="arrest", recipient=[0], place=[4], actor_state=[4]))

    (draft,) = code_events(tokens, discourse().read_sentence(tokens), [], RULES, 0.5)

    assert [(role.found, role.who[0].actor_id) for role in draft.actors] == [(None, "PER COP")]
    assert draft.place is not None and draft.place.country == "PER"
    assert "actor_place" in draft.rules


def test_the_one_who_accuses_in_an_agentless_passive_is_unknown() -> None:
    tokens = parsed(ACCUSED)
    tokens.triggers.append(trigger(tokens, 2, "ACCUSE", recipient=[0]))

    (draft,) = code_events(tokens, discourse().read_sentence(tokens), [], RULES, 0.5)

    assert [who.code for role in draft.actors for who in role.who] == ["UNK"]


def test_what_someone_is_accused_of_is_alleged_by_an_unnamed_speaker() -> None:
    tokens = parsed(ACCUSED)
    tokens.triggers.append(trigger(tokens, 4, "AID", flags={"attributed": 0.9}, stance="alleges", actor=[0], recipient=[5]))
    mentions = discourse().read_sentence(tokens)
    (draft,) = code_events(tokens, mentions, [], RULES, 0.5)

    claim = claim_of(tokens, mentions, draft, {"accuse": SAYS}, ())

    assert claim.stance == "alleges" and [who.code for role in claim.said_by for who in role.who] == ["UNK"]
    assert claim.rules == ("accuse_passive",) and claim.table == "reporting.csv:2"


def test_what_the_report_says_in_its_own_voice_has_no_speaker() -> None:
    tokens = parsed(VISIT)
    tokens.triggers.append(trigger(tokens, 2, "CONSULT", actor=[1]))
    mentions = discourse().read_sentence(tokens)
    (draft,) = code_events(tokens, mentions, [], RULES, 0.5)

    assert claim_of(tokens, mentions, draft, {}, ()).said_by == ()


@pytest.mark.parametrize(("right", "said_by"), [("99", ["CHL"]), ("1", [])])
def test_a_verb_under_which_acts_have_speakers_mostly_makes_one_likelier(right: str, said_by: list[str]) -> None:
    tokens = parsed("""
        Chile     PROPN 2 nsubj
        said      VERB  0 root say
        Peru      PROPN 4 nsubj
        attacked  VERB  2 ccomp attack
    """)
    tokens.triggers.append(trigger(tokens, 3, "ASSAULT", flags={"attributed": 0.5}, actor=[2]))
    mentions = discourse().read_sentence(tokens)
    (draft,) = code_events(tokens, mentions, [], RULES, 0.5)
    says = row("reporting.csv:9", lemma="say", speaker="subject", stance="states", seen="100", right=right)

    claim = claim_of(tokens, mentions, draft, {"say": says}, ())

    assert [who.code for role in claim.said_by for who in role.who] == said_by


def test_what_someone_says_of_their_own_acts_is_no_hearsay() -> None:
    tokens = parsed("""
        Chile     PROPN 2 nsubj
        said      VERB  0 root say
        it        PRON  4 nsubj
        pays      VERB  2 ccomp pay
    """)
    tokens.triggers.append(trigger(tokens, 3, "AID", flags={"attributed": 0.35}, actor=[0]))
    mentions = discourse().read_sentence(tokens)
    (draft,) = code_events(tokens, mentions, [], RULES, 0.5)
    says = row("reporting.csv:9", lemma="say", speaker="subject", stance="states", seen="100", right="99")

    assert claim_of(tokens, mentions, draft, {"say": says}, ()).said_by == ()


def test_a_verb_of_saying_after_the_quote_governs_it() -> None:
    tokens = parsed("""
        Peru     PROPN 2 nsubj
        attacked VERB  0 root attack
        us       PRON  2 obj
        ,        PUNCT 6 punct
        Chile    PROPN 6 nsubj
        said     VERB  2 parataxis say
    """)

    found = find_reporting(tokens, 1, {"say": SAYS})

    assert found is not None and (found.verb, found.speaker) == (5, 4)


def test_the_date_is_the_expression_that_the_head_ties_to_the_trigger() -> None:
    tokens = parsed(VISIT)
    first, second = DateMention(0, 1, "2023-01", "month", "month"), DateMention(3, 4, "2023-03-12", "day", "weekday")

    assert find_date(tokens, trigger(tokens, 2, "CONSULT", time=[3]), [first, second]) == second


def test_an_ally_is_a_standing_relation_and_no_event() -> None:
    tokens = parsed("""
        Peru  PROPN 4 nsubj
        is    AUX   4 cop be
        an    DET   4 det
        ally  NOUN  0 root
        of    ADP   6 case
        Chile PROPN 4 nmod
    """)
    ally = row("relations.csv:4", lemma="ally", kind="ally", preposition="of to")

    (stand,) = find_relations(tokens, discourse().read_sentence(tokens), {"ally": ally})

    assert stand.kind == "ally" and stand.source.who[0].code == "PER"
    assert stand.target is not None and stand.target.who[0].code == "CHL"


@pytest.mark.parametrize(
    ("kind", "mode", "contexts", "code"),
    [
        ("AID", None, ("military",), "072"),
        ("CONSULT", "visit", (), "042"),
        ("ASSAULT", "drone", ("military",), "195"),
        ("AGREE", None, ("gender",), "030"),
    ],
)
def test_the_cameo_code_follows_type_mode_and_context(kind: str, mode: str | None, contexts: tuple[str, ...], code: str) -> None:
    assert Plover.load().cameo(kind, mode, contexts) == code


def meeting(mode: str | None, place: list[int]) -> tuple[list[str], list[str]]:
    tokens = parsed("""
        Peru   PROPN 4 nsubj
        and    CCONJ 3 cc
        Chile  PROPN 1 conj
        met    VERB  0 root meet
        in     ADP   6 case
        Lima   PROPN 4 obl
    """)
    tokens.triggers.append(trigger(tokens, 3, "CONSULT", mode=mode, actor=[0], recipient=[2] if mode is None else [], place=place))
    if mode:
        tokens.triggers[0].roles["actor"][2] = 1.0
    (draft,) = code_events(tokens, discourse().read_sentence(tokens), [], RULES, 0.5)
    return [w.code for r in draft.actors for w in r.who], [w.code for r in draft.recipients for w in r.who]


def test_all_who_meet_are_actors() -> None:
    assert meeting(None, []) == (["PER", "CHL"], [])


def test_on_a_visit_the_one_at_home_is_the_host() -> None:
    assert meeting("visit", [5]) == (["CHL"], ["PER"])


def test_a_relation_that_someone_states_is_said_by_them() -> None:
    tokens = parsed("""
        Chile   PROPN 2 nsubj
        says    VERB  0 root say
        Peru    PROPN 6 nsubj
        is      AUX   6 cop be
        an      DET   6 det
        ally    NOUN  2 ccomp
    """)

    (speaker,) = speakers_of(tokens, discourse().read_sentence(tokens), 5, {"say": SAYS})

    assert [who.code for who in speaker.who] == ["CHL"]
