"""Phrases: the parts of an event in words, for people to read.

Contract: in - events and their participants; out - short plain text, the same in the table and in the explanation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from communique.ledger.rows import title_of
from communique.records import Event, Participant, Place, Relation, Report

STANCES = {"states": "said by", "alleges": "alleged by", "denies": "denied by", "confirms": "confirmed by"}
RELATIONS = {
    "ally": "ally of",
    "ties": "has ties to",
    "adversary": "adversary of",
    "neutral": "neutral towards",
    "dispute": "in dispute with",
    "member": "member of",
}


def who(one: Participant) -> str:
    """`Gabriel Boric (CHL GOV)`, `Iran (IRN)`, `RUS MIL`, `unknown`."""
    label = one.name or one.text
    code = " ".join(part for part in (one.code, one.sector) if part)
    if one.code == "UNK":
        return label or "unknown"
    return f"{label} ({code})" if label else code


def all_of(participants: Sequence[Participant]) -> str:
    """Several participants, each once."""
    return ", ".join(dict.fromkeys(who(one) for one in participants))


def dyad(event: Event) -> str:
    """`A, B → C`; without a recipient, the actors alone."""
    recipients = all_of(event.recipients)
    return all_of(event.actors) + (f" → {recipients}" if recipients else "")


def where(place: Place) -> str:
    """`Lima (PER)`; the country alone where the place is only implied."""
    return f"{place.text} ({place.country})" if place.text and place.country else place.text or place.country or ""


def claim(event: Event) -> str:
    """How far the report stands behind it: modality, if not actual, and who says so."""
    modality = "" if event.modality == "actual" else event.modality
    return " · ".join(part for part in (modality, said(event)) if part)


def said(event: Event) -> str:
    """`denied by Iran (IRN)`; nothing where the report states it in its own voice."""
    speakers = ", ".join("an unnamed source" if one.code == "UNK" and not one.text else who(one) for one in event.said_by)
    return f"{STANCES[event.stance]} {speakers}" if speakers else ""


def reasons(event: Event) -> Iterator[tuple[str, str]]:
    """What the event names as its cause, who each participant was resolved to, and how it is claimed."""
    causes = [
        f"{name} {value:.2f}" if isinstance(value, float) else f"{name} {value}" for name, value in event.why.items() if value is not None
    ]
    yield "because", " · ".join(causes) or "of the head alone"
    for role, participants in (("actor", event.actors), ("recipient", event.recipients), ("speaker", event.said_by)):
        yield from (
            (role, f"“{one.text}” is {who(one)}{_row(one.table)}" if one.text else who(one) + _row(one.table)) for one in participants
        )
    if event.place:
        yield "place", where(event.place) + _row(event.place.table)
    if event.date:
        yield "date", event.date + (f" from “{event.date_text}”" if event.date_text else "")
    yield "claim", f"{event.modality} · {said(event) or 'in the report’s own voice'}"


def _row(table: str) -> str:
    return f"  [{table}]" if table else ""


def details(event: Event) -> str:
    """`“met” · Lima (PER) · 2023-03-14 · denied by ...`, what is known of these."""
    parts = (f"“{event.trigger['text']}”", where(event.place) if event.place else "", event.date or "", claim(event))
    return " · ".join(part for part in parts if part)


def relation(one: Relation) -> str:
    """`Chile (CHL) has ties to Brazil (BRA)`."""
    target = who(one.target) if one.target else one.about or ""
    speakers = all_of(one.said_by)
    return f"{who(one.source)} {RELATIONS[one.kind]} {target}".rstrip() + (f" · said by {speakers}" if speakers else "")


def heading(report: Report) -> tuple[str, str]:
    """A report's title, or its id, and the line below: date and carriers."""
    carriers = ", ".join(dict.fromkeys(carrier.name for carrier in report.article.carriers))
    known = (report.article.date or "no date", f"carried by {carriers}" if carriers else "")
    return title_of(report) or report.article.document.id, " · ".join(part for part in known if part)
