"""Wording: occurrences, participants and dates in words.

Contract: in - values of the record, and the names of codes; out - short plain text for people. Nothing here is parsed again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from communique.tables import gazetteer

VERBS = {  # of one actor, of several, and what joins the recipient
    "AGREE": ("agrees", "agree", "with"),
    "CONSULT": ("consults", "consult", "with"),
    "SUPPORT": ("supports", "support", ""),
    "CONCEDE": ("gives way", "give way", "to"),
    "COOPERATE": ("cooperates", "cooperate", "with"),
    "AID": ("aids", "aid", ""),
    "RETREAT": ("draws back", "draw back", "from"),
    "REQUEST": ("makes demands", "make demands", "of"),
    "ACCUSE": ("accuses", "accuse", ""),
    "REJECT": ("says no", "say no", "to"),
    "THREATEN": ("threatens", "threaten", ""),
    "PROTEST": ("protests", "protest", "against"),
    "SANCTION": ("sanctions", "sanction", ""),
    "MOBILIZE": ("mobilises", "mobilise", "against"),
    "COERCE": ("coerces", "coerce", ""),
    "ASSAULT": ("attacks", "attack", ""),
}
SIGNS = {1: "V+", 2: "M+", 3: "V−", 4: "M−"}  # as colour alone tells nobody
QUADS = {quad: (SIGNS[quad], words) for quad, words in gazetteer.QUADS.items()}
SECTORS = {
    "GOV": "government",
    "MIL": "armed forces",
    "COP": "police",
    "JUD": "courts",
    "LEG": "parliament",
    "SPY": "secret services",
    "PTY": "party",
    "OPP": "opposition",
    "REB": "rebels",
    "PRM": "paramilitaries",
    "UAF": "unaffiliated armed group",
    "CRM": "criminals",
    "CVL": "civilians",
    "BUS": "business",
    "JRN": "journalists",
    "EDU": "education",
    "MED": "health workers",
    "REF": "refugees",
    "REL": "religious bodies",
    "LAB": "labour",
    "AGR": "farmers",
    "ELI": "elites",
    "SOC": "civil society",
    "PRE": "breakaway state",
}
MODALITIES = {
    "actual": "",
    "future": "to come",
    "hypothetical": "only supposed",
    "negated": "said not to have happened",
    "historical": "long past",
}
UNKNOWN = "an unknown actor"
_MONTH = re.compile(r"\b([A-Z][a-z]{2})[a-z]+")


class Names:
    """What codes are called."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = {**names, "UNK": UNKNOWN}

    def name(self, code: str | None) -> str:
        """The name of a code; a code that has none is its own."""
        return self._names.get(code or "UNK", code or UNKNOWN)

    def party(self, coded: str) -> str:
        """`PER GOV` as `Peru, government`."""
        code, _, sector = coded.partition(" ")
        return f"{self.name(code)}, {SECTORS.get(sector, sector)}" if sector else self.name(code)

    def several(self, codes: Sequence[str]) -> str:
        """`Chile, Peru and Brazil`."""
        *most, last = [self.name(one) for one in codes] or [UNKNOWN]
        return f"{', '.join(most)} and {last}" if most else last

    def headline(self, occurrence: Mapping[str, Any]) -> str:
        """`Peru coerces Bolivia`."""
        actors, recipients = occurrence["actors"], occurrence["recipients"]
        one, many, joint = VERBS[occurrence["type"]]
        words = [self.several(actors), many if len(actors) > 1 else one]
        if recipients:
            words += [joint, self.several(recipients)]
        text = " ".join(filter(None, words))
        return text[0].upper() + text[1:]

    def where(self, occurrence: Mapping[str, Any]) -> str:
        """`Puno, Peru`; one name where both are the same."""
        country = occurrence["country"]
        return ", ".join(dict.fromkeys(filter(None, (occurrence["place"], country and self.name(country)))))


def day(given: str | date | None) -> str:
    """`14 March 2023`."""
    if not given:
        return "no date"
    one = date.fromisoformat(str(given)[:10])
    return f"{one.day} {one:%B %Y}"


def days(first: str | date | None, last: str | date | None) -> str:
    """`14 March 2023`, `14–16 March 2023`, `30 March – 2 April 2023`."""
    if not first or not last or str(first) == str(last):
        return day(first or last)
    one, other = date.fromisoformat(str(first)[:10]), date.fromisoformat(str(last)[:10])
    if (one.year, one.month) == (other.year, other.month):
        return f"{one.day}–{day(other)}"
    return f"{one.day} {one:%B} – {day(other)}" if one.year == other.year else f"{day(one)} – {day(other)}"


def short(first: str | None, last: str | None = None) -> str:
    """The same with the first letters of the months, for tables."""
    return _MONTH.sub(r"\1", days(first, last))


def intensity(value: float | None) -> str:
    """`−7.0`, `+2.5`, with a true minus sign."""
    return "" if value is None else f"{value:+.1f}".replace("-", "−") if round(value, 1) else "0.0"


def count(number: int, one: str, many: str = "") -> str:
    """`1 report`, `1,200 reports`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def period(first: str, by: str) -> str:
    """`2023`, `March 2023`, or the day."""
    one = date.fromisoformat(str(first)[:10])
    return str(one.year) if by == "year" else f"{one:%B %Y}" if by == "month" else day(one)
