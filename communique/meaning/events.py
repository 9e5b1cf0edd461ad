"""Events: from triggers and role arcs to coded events.

Contract: in - a parsed sentence, its mentions, dates and places; out - `Draft`s in the order of the text: type, who does it to
whom, where, when. The heads propose; the rules here choose the mentions, fill in who is only implied, and name themselves in `why`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from communique.meaning import phrases
from communique.meaning.antecedents import Found
from communique.meaning.dates import DateMention
from communique.meaning.frames import Frames
from communique.meaning.mentions import UNKNOWN, Mentions, state_body
from communique.meaning.parties import Gap, Parties
from communique.meaning.plover import EventType
from communique.meaning.triggers import Chosen, choose_triggers
from communique.records import Identity, Place, Tokens, Trigger
from communique.tables.load import DATA, Column, Row, load_csv

ROLE_FLOOR = {"actor": 0.4, "recipient": 0.4, "place": 0.5, "speaker": 0.4, "time": 0.5}
WEAK_FLOOR = 0.15  # probability that is enough for an actor or recipient who is expected and whom no word fills firmly
EXPECTED = 0.4  # probability of nobody or unknown below which someone is expected
AGAIN = 0.7  # score from which an act counts beside a surer one of the same type between the same parties
PROMISES = frozenset("AGREE CONCEDE REQUEST THREATEN REJECT".split())  # a time beside them is mostly that of what they are about


class Role(NamedTuple):
    """Who or what fills a role: the mention (None when only implied) and whom it means."""

    found: Found | None
    who: tuple[Identity, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before its claim is known."""

    trigger: Trigger
    actors: tuple[Role, ...]
    recipients: tuple[Role, ...]
    place: Place | None
    date: DateMention | None
    rules: tuple[str, ...]
    table: str  # the row of triggers.csv that spoke for the type, or ""

    def same_act(self, other: Draft) -> bool:
        """Whether both have one type, and the same codes on either side."""
        sides = ((self.actors, other.actors), (self.recipients, other.recipients))
        return self.trigger.type == other.trigger.type and all(set(codes_of(own)) == set(codes_of(others)) for own, others in sides)


class Implied:
    """Sectors that an act lets one expect (`implied.csv`), and which acts are acts of equals (`mutual.csv`)."""

    def __init__(self, implied: Sequence[Row], mutual: Sequence[Row]) -> None:
        self._sectors = {(row["type"], row["mode"], row["role"], row["words"]): row["sector"] for row in implied}
        self._mutual = {(row["type"], row["lemma"]) for row in mutual}

    @classmethod
    def load(cls) -> Implied:
        """Read both tables."""
        free = (
            Column("mode", required=False),
            Column("words", required=False, values=frozenset(("demonym",))),
            Column("sector", required=False),
        )
        columns = (Column("type"), Column("role", values=frozenset(("actor", "recipient"))), Column("source"), *free)
        implied = load_csv(DATA / "implied.csv", columns, key=("type", "mode", "role", "words"))
        return cls(implied, load_csv(DATA / "mutual.csv", (Column("type"), Column("lemma"), Column("source"))))

    def sector(self, trigger: Trigger, role: str, words: str = "") -> str:
        """The sector of whom no words name, or a demonym alone (`Israeli air strikes`): by the trigger's mode, else by its type, or ""."""
        by_type = self._sectors.get((trigger.type, "", role, words), "")
        return self._sectors.get((trigger.type, trigger.mode or "", role, words), by_type)

    def of_equals(self, trigger: Trigger, lemma: str) -> bool:
        """Whether all who take part are actors: meetings but for visits and mediation, and the acts that the table names."""
        meets = trigger.type == "CONSULT" and trigger.mode not in ("visit", "third-party")
        return meets or (trigger.type, lemma) in self._mutual


@dataclass(frozen=True)
class Rules:
    """The tables that shape events."""

    frames: Frames
    parties: Parties
    implied: Implied

    @classmethod
    def load(cls, types: dict[str, EventType]) -> Rules:
        """Read all of them."""
        return cls(Frames.load(types), Parties.load(), Implied.load())


def code_events(tokens: Tokens, mentions: Mentions, dates: Sequence[DateMention], rules: Rules, threshold: float) -> list[Draft]:
    """All events of a sentence whose trigger scores at least the threshold."""
    drafts = one_act(_code(tokens, mentions, dates, rules, chosen) for chosen in choose_triggers(tokens, rules.frames, threshold))
    for draft in drafts:
        met = {identity.code: identity for role in (*draft.actors, *draft.recipients) for identity in role.who if identity.code != "UNK"}
        if draft.trigger.type == "CONSULT" and len(met) > 1:
            mentions.discourse.remember_talks(tuple(met.values()))
    if drafts:
        last = tuple(identity for role in (*drafts[-1].actors, *drafts[-1].recipients) for identity in role.who)[:2]
        if len(last) > 1 or not mentions.discourse.last:
            mentions.discourse.last = last
    return drafts


def one_act(drafts: Iterable[Draft]) -> list[Draft]:
    """`killed in an attack` is one act: of several of one type between the same parties the surest stands, others only where sure too."""
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda draft: (-draft.trigger.score, draft.trigger.word)):
        again = any(draft.same_act(other) for other in kept)
        if not again or draft.trigger.score >= AGAIN:
            kept.append(draft)
    return sorted(kept, key=lambda draft: draft.trigger.word)


def _code(tokens: Tokens, mentions: Mentions, dates: Sequence[DateMention], rules: Rules, chosen: Chosen) -> Draft:
    trigger = chosen.trigger
    actors, recipients = (find_party(tokens, mentions, trigger, role) for role in ("actor", "recipient"))
    recipients = tuple(role for role in recipients if role.found not in [actor.found for actor in actors])
    place, why = find_place(tokens, mentions, trigger), [chosen.rule]
    actors, recipients = (
        tuple(settle_state(mentions, rules, trigger, role, one, firm_codes(others), place) for one in own)
        for role, own, others in (("actor", actors, recipients), ("recipient", recipients, actors))
    )
    equals = rules.implied.of_equals(trigger, tokens.lemmas[trigger.word])
    if equals and recipients:
        actors, recipients = tuple(sorted(actors + recipients, key=lambda role: role.found.start if role.found else 0)), ()
        why.append("all_are_actors")
    elif trigger.mode == "visit":
        actors, recipients, rule = part_guests(mentions, actors, recipients, place)
        why += [rule] if rule else []
    if not actors:
        actors, rule = find_subject(tokens, mentions, trigger, recipients)
        actors = tuple(settle_state(mentions, rules, trigger, "actor", one, firm_codes(recipients), place) for one in actors)
        if not actors:
            actors, rule = imply(mentions, rules, trigger, Gap("actor", "actor", trigger.word, codes_of(recipients), place))
        why.append(rule)
    if equals and len(codes_of(actors)) == 1 and actors[0].found:
        partners, rule = imply(mentions, rules, trigger, Gap("partner", "actor", trigger.word, codes_of(actors), place))
        actors += partners
        why += [rule] if partners else []
    elif not recipients and not equals:
        recipients, rule = imply(mentions, rules, trigger, Gap("recipient", "recipient", trigger.word, codes_of(actors), place))
        why += [rule] if recipients else []
    return Draft(trigger, actors, recipients, place, find_date(tokens, trigger, dates), tuple(why), chosen.table)


def codes_of(roles: Sequence[Role]) -> tuple[str, ...]:
    """The codes of all who fill a role, each once."""
    return tuple(dict.fromkeys(identity.code for role in roles for identity in role.who))


def firm_codes(roles: Sequence[Role]) -> tuple[str, ...]:
    """The codes of those whose own words tell their state."""
    return codes_of([role for role in roles if role.found and not role.found.loose])


def settle_state(
    mentions: Mentions, rules: Rules, trigger: Trigger, role: str, one: Role, others: tuple[str, ...], place: Place | None
) -> Role:
    """`Police in the port arrested ...`: where only the context gives the state of a noun, the likeliest one by all that speaks for it."""
    if one.found and one.found.rule == "name_demonym" and (sector := rules.implied.sector(trigger, role, "demonym")):
        return Role(one.found, tuple(replace(who, actor_id=f"{who.code} {sector}", sector=sector) for who in one.who))
    if one.found is None or not one.found.loose:
        return one
    choice, _ = rules.parties.choose(Gap("noun", role, one.found.head, others, place), mentions, trigger)
    code = choice.codes[0]
    return one if code == one.who[0].code else Role(one.found, mentions.of_state(one.found, code))


def find_subject(tokens: Tokens, mentions: Mentions, trigger: Trigger, recipients: Sequence[Role]) -> tuple[tuple[Role, ...], str]:
    """Where the role head marks no actor, the subject of an active verb, or whom a passive names with `by`."""
    if tokens.upos[trigger.word] != "VERB":
        return (), ""
    passive = phrases.is_passive(tokens, trigger.word)
    agents = [child for child in tokens.children[trigger.word] if tokens.deprels[child] == "obl:agent"]
    word = (agents[0] if agents else None) if passive else phrases.subject_of(tokens, trigger.word)
    found = mentions.at(word) if word is not None else None
    if found is None or found in [role.found for role in recipients]:
        return (), ""
    return (Role(found, found.who),), "passive_agent" if passive else "subject_acts"


def part_guests(
    mentions: Mentions, actors: tuple[Role, ...], recipients: tuple[Role, ...], place: Place | None
) -> tuple[tuple[Role, ...], tuple[Role, ...], str]:
    """On a visit the guests are actors and those at home recipients; where only guests are named, the state that they visit."""
    country = place.country if place and place.country else mentions.discourse.host
    mentions.discourse.host = country
    homes: set[str | None] = {identity.code for role in recipients for identity in role.who} or {country}
    guests = tuple(role for role in actors if homes.isdisjoint(identity.code for identity in role.who))
    if not guests or country is None:
        return actors, recipients, ""
    hosts = recipients or tuple(role for role in actors if role not in guests) or (Role(None, (state_body(country, ""),)),)
    return guests, hosts, "" if (guests, hosts) == (actors, recipients) else "guest_and_host"


def find_party(tokens: Tokens, mentions: Mentions, trigger: Trigger, role: str) -> tuple[Role, ...]:
    """The actors or recipients that the head marks; where it marks none firmly and yet expects one, those that it marks weakly."""
    absent = trigger.flags["actor_unknown" if role == "actor" else "recipient_none"]
    firm = find_roles(tokens, mentions, trigger, role, ROLE_FLOOR[role])
    return firm or (find_roles(tokens, mentions, trigger, role, WEAK_FLOOR) if absent < EXPECTED else ())


def find_roles(tokens: Tokens, mentions: Mentions, trigger: Trigger, role: str, floor: float) -> tuple[Role, ...]:
    """The mentions that the role head marks, in the order of the text; of words marked without a gap one heads the mention."""
    scores = trigger.roles[role]
    marked = [word for word in mentions.heads if word != trigger.word and scores[word] >= floor]
    stretches: list[list[int]] = []
    for word in marked:
        if stretches and min(scores[stretches[-1][-1] : word]) >= floor and not _parted(tokens, mentions, stretches[-1][-1], word):
            stretches[-1].append(word)
        else:
            stretches.append([word])
    chosen = {_chief(tokens, mentions, stretch) for stretch in stretches}
    chosen = {word for word in chosen if not phrases.climbs_to(tokens, word, chosen, trigger.word)}
    found = [mentions.at(word) or unresolved(tokens, mentions, word) for word in sorted(chosen)]
    return tuple(Role(one, one.who) for one in found)


def _parted(tokens: Tokens, mentions: Mentions, left: int, right: int) -> bool:
    """Whether two nouns of one stretch are two mentions: joined by `and`, or two states in one compound (`Franco-German talks`)."""
    return "CCONJ" in tokens.upos[left:right] or (left in mentions.table and right in mentions.table and tokens.texts[left + 1] in "-–—/")


def _chief(tokens: Tokens, mentions: Mentions, stretch: Sequence[int]) -> int:
    """The word that heads a mention of several nouns: a person's name, else the noun that the others hang from."""
    if len(stretch) == 1:
        return stretch[0]
    persons = [word for word in stretch if word in mentions.names and mentions.is_person(word)]
    outer = [word for word in stretch if not phrases.climbs_to(tokens, word, set(stretch), -1)]
    return (persons or outer or stretch)[0]


def unresolved(tokens: Tokens, mentions: Mentions, word: int) -> Found:
    """A mention that no rule resolves: its words are kept, persons or things of no named state belong to the state spoken of."""
    sector = tokens.sectors[word] if tokens.sectors and tokens.sectors[word] != "NONE" else ""
    return Found(word, *phrases.noun_phrase(tokens, word), (state_body(mentions.context_state(word), sector),), "unresolved", loose=True)


def imply(mentions: Mentions, rules: Rules, trigger: Trigger, gap: Gap) -> tuple[tuple[Role, ...], str]:
    """Fill an empty role with the likeliest state, with the parties named last, or with nobody."""
    choice, reason = rules.parties.choose(gap, mentions, trigger)
    if reason == "last_pair":
        return tuple(Role(None, (identity,)) for identity in mentions.discourse.last), "parties_named_last"
    sector = rules.implied.sector(trigger, gap.role)
    return tuple(
        Role(None, (state_body(code, sector) if code != "UNK" else UNKNOWN,)) for code in choice.codes
    ), f"{gap.kind}_{reason.partition(':')[0]}"


def find_place(tokens: Tokens, mentions: Mentions, trigger: Trigger) -> Place | None:
    """The best place that the role head marks, with its state; a place no table knows takes the state its mention has."""
    scores = trigger.roles["place"]
    chosen = [word for word in mentions.heads if word != trigger.word and scores[word] >= ROLE_FLOOR["place"]]
    for word in sorted(chosen, key=lambda w: (-scores[w], w)):
        start, end, _ = mentions.names.get(word, (*phrases.noun_phrase(tokens, word), ""))
        text = " ".join(tokens.texts[start:end])
        known = mentions.discourse.places.resolve_place(text, frozenset(mentions.discourse.states))
        found = mentions.at(word)
        country = known.country if known else found.who[0].code if found else None
        if country and country != "UNK":
            where = (text, tokens.starts[start], tokens.ends[end - 1], country)
            return Place(*where, known.admin1, known.latitude, known.longitude, known.table) if known else Place(*where)
    return None


def find_date(tokens: Tokens, trigger: Trigger, dates: Sequence[DateMention]) -> DateMention | None:
    """The time expression that the role head ties to the trigger, else one that hangs from the trigger or its clause."""
    scores = trigger.roles["time"]
    means = {date: sum(scores[date.start_word : date.end_word]) / (date.end_word - date.start_word) for date in dates}
    likely = [date for date in dates if means[date] >= ROLE_FLOOR["time"]]
    if likely:
        return max(likely, key=lambda date: (means[date], -date.start_word))
    if trigger.type in PROMISES:
        return None
    hosts = (trigger.word, phrases.clause_of(tokens, trigger.word))
    own = (date for date in dates if tokens.heads[phrases.head_of(tokens, date.start_word, date.end_word)] in hosts)
    return next(own, None)
