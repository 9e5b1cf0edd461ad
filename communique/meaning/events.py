"""Events: from triggers and role arcs to coded events.

Contract: in - a parsed sentence, its mentions, dates and places; out - `Draft`s in the order of the text: type, who does it to
whom, where, when. The heads propose; the rules here choose the mentions, fill in who is only implied, and name themselves in `why`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from communique.meaning import phrases
from communique.meaning.antecedents import Found
from communique.meaning.dates import DateMention
from communique.meaning.mentions import UNKNOWN, Mentions
from communique.meaning.triggers import choose_triggers
from communique.records import Identity, Place, Tokens, Trigger
from communique.tables.load import DATA, Column, Row, load_csv

ROLE_FLOOR = {"actor": 0.4, "recipient": 0.3, "place": 0.5, "speaker": 0.4, "time": 0.5}
UNPROVEN = frozenset(
    "accuse accusation allege allegation claim criticism criticize criticise complaint suspect suspicion blame concern".split()
)
PROMISES = frozenset("AGREE CONCEDE REQUEST THREATEN REJECT".split())  # a time beside them is mostly that of what they are about
ACTING_SECTOR = {"arrest": "COP", "convict": "JUD"}


@dataclass(frozen=True, slots=True)
class Role:
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


class Parties:
    """Whom an event means where its sentence does not say (`implied.csv`), and which acts are acts of equals (`mutual.csv`)."""

    def __init__(self, implied: Sequence[Row], mutual: Sequence[Row]) -> None:
        self.implied = {(row["type"], row["mode"], row["role"]): row for row in implied}
        self.mutual = {(row["type"], row["lemma"]): row for row in mutual}

    @classmethod
    def load(cls) -> Parties:
        """Read both tables."""
        means = frozenset("done_to nearest nearest_other last unknown".split())
        roles = frozenset(("actor", "recipient"))
        optional = (Column("mode", required=False), Column("sector", required=False))
        columns = (Column("type"), Column("role", values=roles), Column("means", values=means), Column("source"), *optional)
        implied = load_csv(DATA / "implied.csv", columns, key=("type", "mode", "role"))
        return cls(implied, load_csv(DATA / "mutual.csv", (Column("type"), Column("lemma"), Column("source"))))

    def implied_by(self, trigger: Trigger, role: str) -> Row | None:
        """The row of the trigger's mode, else of its type."""
        return self.implied.get((trigger.type, trigger.mode or "", role)) or self.implied.get((trigger.type, "", role))

    def of_equals(self, trigger: Trigger, lemma: str) -> bool:
        """Whether all who take part are actors: meetings but for visits and mediation, and the acts that the table names."""
        meets = trigger.type == "CONSULT" and trigger.mode not in ("visit", "third-party")
        return meets or (trigger.type, lemma) in self.mutual


def code_events(tokens: Tokens, mentions: Mentions, dates: Sequence[DateMention], parties: Parties, threshold: float) -> list[Draft]:
    """All events of a sentence whose trigger scores at least the threshold."""
    drafts = [_code(tokens, mentions, dates, parties, trigger, rule) for trigger, rule in choose_triggers(tokens, threshold)]
    if drafts:
        last = tuple(identity for role in (*drafts[-1].actors, *drafts[-1].recipients) for identity in role.who)[:2]
        if len(last) > 1 or not mentions.discourse.last:
            mentions.discourse.last = last
    return drafts


def _code(tokens: Tokens, mentions: Mentions, dates: Sequence[DateMention], parties: Parties, trigger: Trigger, rule: str) -> Draft:
    actors, recipients = find_roles(tokens, mentions, trigger, "actor"), find_roles(tokens, mentions, trigger, "recipient")
    recipients = tuple(role for role in recipients if role.found not in [actor.found for actor in actors])
    place = find_place(tokens, mentions, trigger)
    rules = [rule]
    equals = parties.of_equals(trigger, tokens.lemmas[trigger.word])
    if equals and recipients:
        actors, recipients = tuple(sorted(actors + recipients, key=lambda role: role.found.start if role.found else 0)), ()
        rules.append("all_are_actors")
    elif trigger.mode == "visit":
        actors, recipients, rule = part_guests(mentions, actors, recipients, place)
        rules += [rule] if rule else []
    if not actors:
        actors, rule = find_subject(tokens, mentions, trigger, recipients)
        if not actors:
            actors, rule = imply(tokens, mentions, parties, trigger, "actor", recipients, place)
        rules.append(rule)
    if not recipients and not equals and len(actors) < 2:
        recipients, rule = imply(tokens, mentions, parties, trigger, "recipient", actors, place)
        rules += [rule] if recipients else []
    return Draft(trigger, actors, recipients, place, find_date(tokens, trigger, dates), tuple(rules))


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
    hosts = recipients or tuple(role for role in actors if role not in guests) or (Role(None, (_state_body(country, ""),)),)
    return guests, hosts, "" if (guests, hosts) == (actors, recipients) else "guest_and_host"


def find_roles(tokens: Tokens, mentions: Mentions, trigger: Trigger, role: str) -> tuple[Role, ...]:
    """The mentions that the role head marks, in the order of the text; of words marked without a gap one heads the mention."""
    scores, floor = trigger.roles[role], ROLE_FLOOR[role]
    marked = [word for word in mentions.heads() if word != trigger.word and scores[word] >= floor]
    stretches: list[list[int]] = []
    for word in marked:
        if stretches and min(scores[stretches[-1][-1] : word]) >= floor and not _parted(tokens, mentions, stretches[-1][-1], word):
            stretches[-1].append(word)
        else:
            stretches.append([word])
    chosen = {_chief(tokens, mentions, stretch) for stretch in stretches}
    chosen = {word for word in chosen if not phrases.climbs_to(tokens, word, chosen, trigger.word)}
    found = [(word, mentions.at(word)) for word in sorted(chosen)]
    return tuple(
        Role(mention or unresolved(tokens, word), mention.who if mention else (_context(tokens, mentions, word),))
        for word, mention in found
    )


def _parted(tokens: Tokens, mentions: Mentions, left: int, right: int) -> bool:
    """Whether two nouns of one stretch are two mentions: joined by `and`, or two states in one compound (`Franco-German talks`)."""
    return "CCONJ" in tokens.upos[left:right] or (left in mentions.table and right in mentions.table and tokens.texts[left + 1] in "-–—/")


def _chief(tokens: Tokens, mentions: Mentions, stretch: Sequence[int]) -> int:
    """The word that heads a mention of several nouns: a person's name, else the noun that the others hang from."""
    persons = [word for word in stretch if word in mentions.names and mentions.names[word][2] == "PER"]
    outer = [word for word in stretch if not phrases.climbs_to(tokens, word, set(stretch), -1)]
    return (persons or outer or stretch)[0]


def unresolved(tokens: Tokens, word: int) -> Found:
    """A mention that no rule resolves: its words are kept."""
    return Found(word, *phrases.noun_phrase(tokens, word), (UNKNOWN,), "unresolved")


def _context(tokens: Tokens, mentions: Mentions, word: int) -> Identity:
    """Persons or things of no named state belong to the state spoken of."""
    code = mentions.context_state(word)
    sector = tokens.sectors[word] if tokens.sectors and tokens.sectors[word] != "NONE" else None
    return _state_body(code, sector or "")


def imply(
    tokens: Tokens, mentions: Mentions, parties: Parties, trigger: Trigger, role: str, others: Sequence[Role], place: Place | None
) -> tuple[tuple[Role, ...], str]:
    """Fill an empty role as the table says: the state of the place or the nearest one, the parties named last, or unknown."""
    row = parties.implied_by(trigger, role)
    if row is None:
        return ((Role(None, (UNKNOWN,)),) if role == "actor" else ()), "agent_unknown"
    means = row["means"]
    if role == "actor" and trigger.type == "ACCUSE" and tokens.lemmas[trigger.word] in UNPROVEN:
        means = "unknown"
    if means == "unknown" or (means == "last" and not mentions.discourse.last):
        return (Role(None, (UNKNOWN,)),), "agent_unknown"
    if means == "last":
        return tuple(Role(None, (identity,)) for identity in mentions.discourse.last), "parties_named_last"
    code = _implied_state(mentions, trigger, means, others, place)
    if code == "UNK" and role == "recipient":
        return (), ""
    sector = ACTING_SECTOR.get(trigger.mode or "", row["sector"]) if role == "actor" else row["sector"]
    return (Role(None, (_state_body(code, sector),)),), f"{role}_{means}"


def _implied_state(mentions: Mentions, trigger: Trigger, means: str, others: Sequence[Role], place: Place | None) -> str:
    codes = [identity.code for role in others for identity in role.who]
    if means == "nearest_other":
        return mentions.nearest_state(trigger.word, frozenset(codes))
    known = [code for code in codes if code != "UNK"] if means == "done_to" else []
    return (place.country if place and place.country else None) or (known[0] if known else mentions.nearest_state(trigger.word))


def _state_body(code: str, sector: str) -> Identity:
    return Identity(f"{code} {sector}".strip(), code, sector or None, None, "agent", "") if code != "UNK" else UNKNOWN


def find_place(tokens: Tokens, mentions: Mentions, trigger: Trigger) -> Place | None:
    """The best place that the role head marks, with its state; a place no table knows takes the state its mention has."""
    scores = trigger.roles["place"]
    chosen = [word for word in mentions.heads() if word != trigger.word and scores[word] >= ROLE_FLOOR["place"]]
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
