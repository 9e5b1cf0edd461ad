"""Datelines: where and when a report was filed ("TEHRAN, March 13 (Reuters) -"), and lines that give its date alone.

Contract: in - text and a paragraph of it; out - the stretch that is the dateline, with the span of the place and the date as
YYYY-MM-DD where day, month and year are given. A dateline has its place in capitals, or a date or an agency beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as Day
from functools import cache

from communique.records import Span
from communique.text.carriers import names_pattern

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_WRITTEN = rf"{_WEEKDAY}(?:(?i:{_MONTH})\.?\s+{_DAY}|{_DAY}\s+(?:of\s+)?(?i:{_MONTH})\.?)(?:,?\s+\d{{4}})?"
_NUMERIC = r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}"
_TIME = r"(?:[T,|\s–-]+(?:at\s+)?\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s?(?:Z|[A-Z]{2,5}|[+-]\d{2}:?\d{2})\b)*)?"
_LABEL = r"(?i:(?:(?:first |last )?(?:published|updated|posted|modified|issued|created)(?: on| at)?|date)\s*:?\s*)?"
_DATE_LINE = re.compile(rf"[\W_]*{_LABEL}(?:{_WRITTEN}|{_NUMERIC}){_TIME}[\W_]*")

_CAPITALS = r"[A-ZÀ-ÖØ-ÞĀĆČĎĐĘĚĞİĹŁŃŇŌŐŘŚŞŠŤŪŮŰŹŻŽ]"
_UPPER = rf"(?:ST\. )?{_CAPITALS}(?:['’-]?{_CAPITALS})+(?:[ /]{_CAPITALS}(?:['’-]?{_CAPITALS})+){{0,4}}"
_NO_PLACE = (
    r"(?!(?:On|In|By|Since|Until|From|After|Before|As|At|The|This|Last|Early|Late|Between|During|Around|About|Updated|Published|Posted"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*)\b)"
)
_MIXED = rf"{_NO_PLACE}{_CAPITALS}[\w'’-]+(?:[ /-](?:al|el|de|del|la|of|the|sur|{_CAPITALS}[\w'’-]*)){{0,4}}"
_REGION = rf"(?:,\s*{_CAPITALS}[\w.'’]+(?: (?:of|and|the|{_CAPITALS}[\w.'’]+)){{0,4}}?|\s\[[^\]]{{2,30}}\])?"
_DASH = r"(?:\s+[-–—―](?:\s?[-–—―])*\s*|[-–—―](?:\s?[-–—―])*\s+|--|[—―])"
_LABELS = re.compile(
    r"(?:ANALYSIS|BREAKING|CORRECTED|CORRECTION|EDITORIAL|EXCLUSIVE|EXPLAINER|FACTBOX|FEATURE|INTERVIEW|LIVE|NEWS|OPINION|REFILE|UPDATE|URGENT|WATCH)\b"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """The stretch up to where the report begins, with what it says; `date` is None where the year is not given."""

    start: int
    end: int
    place: Span | None
    date: str | None


def find_dateline(text: str, start: int, end: int) -> Dateline | None:
    """The dateline that a paragraph begins with, if any."""
    for pattern in _patterns():
        match = pattern.match(text, start, min(end, start + 200))
        if match and not _LABELS.match(match["place"]):
            found = match.groupdict().get("date")
            return Dateline(start, match.end(), match.span("place"), read_date(found) if found else None)
    return None


def is_date_line(line: str) -> bool:
    """Is the line nothing but a date?"""
    return len(line) <= 80 and _DATE_LINE.fullmatch(line) is not None


def read_date(text: str) -> str | None:
    """The date in a text as YYYY-MM-DD; None without a year, for no calendar date, and where day and month could change places."""
    if match := re.search(r"(\d{4})-(\d{2})-(\d{2})", text):
        return _iso(match[1], match[2], match[3])
    if match := re.search(r"(\d{1,2})([./])(\d{1,2})[./](\d{4})", text):
        return _iso(match[4], match[3], match[1]) if match[2] == "." or int(match[1]) > 12 else None
    if match := re.search(rf"(?i:({_MONTH}))\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})", text):
        return _iso(match[3], _month(match[1]), match[2])
    if match := re.search(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?i:({_MONTH}))\.?,?\s+(\d{{4}})", text):
        return _iso(match[3], _month(match[2]), match[1])
    return None


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """The forms of datelines: capitals and a dash; a date or an agency between the place and the dash; dots and slashes (TASS)."""
    names = names_pattern()
    agency = rf"(?:[(/\[]\s*{names}(?:\s*[,/&-]\s*{names})*\s*[)/\]]|{names})"
    date = rf"(?P<date>{_WRITTEN})"
    place = rf"(?P<place>{_UPPER}|{_MIXED}){_REGION}"
    return (
        re.compile(
            rf"(?={_CAPITALS}{{4}}|ST\.|\w+[ /,.]+[A-Z(\d])(?P<place>{_UPPER}){_REGION}(?:[,.]?\s+{date})?[,.]?\s*{agency}?{_DASH}"
            r"(?=[A-Z\"“‘'(\[\d])"
        ),
        re.compile(rf"{place}[,.]?\s+\(?{date}\)?[,.]?\s*{agency}?(?:{_DASH}|\s*:\s+)(?=\S)"),
        re.compile(rf"{place}[,.]?\s+{date}[,.]?\s*{agency}\.?\s+(?=\S)"),
        re.compile(rf"{place},?\s+{agency}(?:{_DASH}|\s*:\s+)(?=\S)"),
    )


def _month(name: str) -> str:
    return str(_MONTHS.index(name[:3].lower()) + 1)


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return Day(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
