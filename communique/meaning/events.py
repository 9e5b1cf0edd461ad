"""Events: from triggers and role arcs to coded events.

Contract: in - a parsed sentence, its mentions, dates and places; out - `Draft`s in the order of the text: type, who does it to whom, where, when.
The heads propose; the rules here choose the mentions, fill in who is only implied, and name themselves in `why`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from communique.meaning import phrases
from communique.meaning.dates import DateMention
from communique.meaning.mentions import UNKNOWN, Found, Mentions
from communique.records import Identity, Place, Tokens, Trigger

ROLE_FLOOR = {"actor": 0.4, "recipient": 0.4, "place": 0.5, "speaker": 0.4, "time": 0.5}
MUTUAL = frozenset(("CONSULT", "AGREE", "SUPPORT", "COOPERATE"))
DOMESTIC = frozenset(("COERCE", "SANCTION"))  # with no agent named, the state of the one it is done to acts
CHARGES = frozenset("charge indict try prosecute sue trial indictment prosecution lawsuit case investigate investigation probe inquiry".split())
ACTING_SECTOR = {"arrest": "COP", "convict": "JUD"}
SUFFERING = frozenset(("ASSAULT", "COERCE", "PROTEST"))  # with no one named that it is done to, people or government of the place are meant


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


def code_events(tokens: Tokens, mentions: Mentions, dates: Sequence[DateMention], threshold: float) -> list[Draft]:
    """All events of a sentence whose trigger scores at least the threshold."""
    triggers = [trigger for trigger in tokens.triggers if trigger.score >= threshold]
    return [_code(tokens, mentions, dates, trigger) for trigger in triggers]


def _code(tokens: Tokens, mentions: Mentions, dates: Sequence[DateMention], trigger: Trigger) -> Draft:
    actors, recipients = find_roles(tokens, mentions, trigger, "actor"), find_roles(tokens, mentions, trigger, "recipient")
    recipients = tuple(role for role in recipients if role.found not in [actor.found for actor in actors])
    place = find_place(tokens, mentions, trigger)
    rules = ["trigger_head"]
    if not actors:
        actors, rule = imply_actor(tokens, mentions, trigger, recipients, place)
        rules.append(rule)
    if not recipients:
        recipients, rule = imply_recipient(mentions, trigger, actors, place)
        rules += [rule] if rule else []
    return Draft(trigger, actors, recipients, place, find_date(trigger, dates), tuple(rules))


def find_roles(tokens: Tokens, mentions: Mentions, trigger: Trigger, role: str) -> tuple[Role, ...]:
    """The mentions that the role head marks, the outermost of nested ones, in the order of the text."""
    scores, floor = trigger.roles[role], ROLE_FLOOR[role]
    chosen = {word for word in mentions.heads() if word != trigger.word and scores[word] >= floor}
    chosen = {word for word in chosen if not phrases.climbs_to(tokens, word, chosen, trigger.word)}
    found = [(word, mentions.at(word)) for word in sorted(chosen)]
    return tuple(Role(mention or _bare(tokens, word), mention.who if mention else (_context(tokens, mentions, word),)) for word, mention in found)


def _bare(tokens: Tokens, word: int) -> Found:
    """A mention that no rule resolves: its words are kept."""
    return Found(word, *phrases.noun_phrase(tokens, word), (UNKNOWN,), "unresolved")


def _context(tokens: Tokens, mentions: Mentions, word: int) -> Identity:
    """Persons or things of no named state belong to the state spoken of."""
    code = mentions.discourse.main_state(mentions.states)
    sector = tokens.sectors[word] if tokens.sectors and tokens.sectors[word] != "NONE" else None
    return Identity(f"{code} {sector}" if sector else code, code, sector, None, "agent", "") if code != "UNK" else UNKNOWN


def imply_actor(
    tokens: Tokens, mentions: Mentions, trigger: Trigger, recipients: Sequence[Role], place: Place | None
) -> tuple[tuple[Role, ...], str]:
    """Who must have done it where the sentence does not say: police and courts of the state for what states do, else unknown."""
    lemma = tokens.lemmas[trigger.word]
    if trigger.type in DOMESTIC or (trigger.type == "ACCUSE" and lemma in CHARGES):
        codes = [identity.code for role in recipients for identity in role.who if identity.code != "UNK"]
        code = (place and place.country) or (codes[0] if codes else mentions.discourse.main_state(mentions.states))
        sector = ACTING_SECTOR.get(trigger.mode or "", "JUD" if trigger.type == "ACCUSE" else "GOV")
        return (Role(None, (_state_body(code, sector),)),), "state_acts"
    if trigger.type == "PROTEST":
        code = (place and place.country) or mentions.discourse.main_state(mentions.states)
        return (Role(None, (_state_body(code, "CVL"),)),), "people_protest"
    return (Role(None, (UNKNOWN,)),), "agent_unknown"


def imply_recipient(mentions: Mentions, trigger: Trigger, actors: Sequence[Role], place: Place | None) -> tuple[tuple[Role, ...], str]:
    """Whom violence, repression or protest strikes where the sentence does not say: those of the place, else of the state spoken of."""
    if trigger.type not in SUFFERING:
        return (), ""
    code = (place and place.country) or mentions.discourse.main_state(mentions.states)
    if code == "UNK":
        return (), ""
    return (Role(None, (_state_body(code, "GOV" if trigger.type == "PROTEST" else "CVL"),)),), "those_of_the_place"


def _state_body(code: str, sector: str) -> Identity:
    return Identity(f"{code} {sector}", code, sector, None, "agent", "") if code != "UNK" else UNKNOWN


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


def find_date(trigger: Trigger, dates: Sequence[DateMention]) -> DateMention | None:
    """The time expression that the role head ties to the trigger."""
    scores = trigger.roles["time"]
    mean: Callable[[DateMention], float] = lambda d: sum(scores[d.start_word : d.end_word]) / (d.end_word - d.start_word)  # noqa: E731
    likely = [date for date in dates if mean(date) >= ROLE_FLOOR["time"]]
    return max(likely, key=lambda d: (mean(d), -d.start_word)) if likely else None
