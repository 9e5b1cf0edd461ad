"""Intake: a text with what is said of it becomes a document.

Contract: in - a text, and dates in the forms that archives have; out - a `Document` whose text is stored as is, but for line ends (always
\\n), a byte order mark (dropped) and control characters (one space each). Raises `InputError` for a text that is none or too long, and
`DateError` for a date that is none or could be two.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from datetime import date as Day

from communique.errors import DateError, InputError
from communique.records import Document

MAX_BYTES = 20_000_000  # of one text or page

_YEARS = range(1000, 9000)  # archives write the first or last day that there is where they know none
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CLOCK = r"\d{1,2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?\s?(?:[ap]\.?m\.?)?\s?(?:Z|[A-Z]{2,5}|(?:GMT|UTC)?[+-]\d{2}:?\d{2})?(?:\s?\([\w ]+\))?"
_TIME = rf"(?:(?:T|,?\s+(?:at\s+|[|–-]\s+)?){_CLOCK})?"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH = "|".join(rf"{name[:3]}(?:{name[3:]})?" for name in _MONTHS.split("|")).replace("Sep(?:tember)?", "Sep(?:t|tember)?")
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,?\s+)?"
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})(?P<mark>[-/.]?)(?P<month>\d{{2}})(?P=mark)(?P<day>\d{{2}})(?:{_TIME}|\d{{6}})", re.IGNORECASE)
_YEAR_LAST = re.compile(rf"(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<second>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}){_TIME}", re.IGNORECASE)
_WRITTEN = re.compile(
    rf"{_WEEKDAY}(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?(?P<month>{_MONTH})\.?|(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})"
    rf"(?:st|nd|rd|th)?),?[\s-]+(?P<year>\d{{4}}){_TIME}",
    re.IGNORECASE,
)
_UNIX = re.compile(r"(\d{9,10})(\d{3})?(?:\.\d+)?")  # seconds or milliseconds


def document_from_text(
    text: str,
    *,
    id: str,  # noqa: A002  the record's own name for it
    date: str | None = None,
    title: str | None = None,
    publisher: str | None = None,
    url: str | None = None,
) -> Document:
    """A document of a text in memory. Raises for a text without a word, one over the limit, and a date that is none."""
    if not text.strip():
        raise InputError(id, "the text is empty", "Give the words of the report.")
    if len(text) > MAX_BYTES:
        raise InputError(id, f"the text has {len(text):,} characters, over the limit of {MAX_BYTES:,}", "Split it into reports.")
    clean = _normalised(text)
    return Document(
        id=_normalised(id),
        text=clean,
        date=None if date is None else parse_date(date, id),
        title=_normalised(title or "") or None,
        publisher=_normalised(publisher or "") or None,
        url=_normalised(url or "") or None,
        sha256=hashlib.sha256(clean.encode()).hexdigest(),
    )


def parse_date(value: str, place: str = "date", date_format: str | None = None) -> str:
    """The calendar day that a date, or a date and time, is written with, as YYYY-MM-DD; of Unix time, the day in UTC.

    What fits `date_format` is read by it. Raises `DateError` for what is no date, and where day and month could change places.
    """
    value = value.strip()
    if date_format is not None:
        try:
            return datetime.strptime(value, date_format).date().isoformat()
        except ValueError:
            pass  # archives mix forms, and the usual ones need no format
    try:
        day = _day(value, place)
        if day.year not in _YEARS:
            raise ValueError(value)
        return day.isoformat()
    except (ValueError, OverflowError) as fault:
        raise DateError(place, f"{value!r} is no date", "Write it as YYYY-MM-DD, as in 2023-03-13.") from fault


def _day(value: str, place: str) -> Day:
    """The day of a date in any known form; ValueError for anything else."""
    if match := _YEAR_FIRST.fullmatch(value):
        return Day(int(match["year"]), int(match["month"]), int(match["day"]))
    if match := _WRITTEN.fullmatch(value):
        month = (match["month"] or match["month2"])[:3].title()
        return Day(int(match["year"]), [name[:3] for name in _MONTHS.split("|")].index(month) + 1, int(match["day"] or match["day2"]))
    if match := _UNIX.fullmatch(value):
        return datetime.fromtimestamp(int(match[1]), UTC).date()
    if match := _YEAR_LAST.fullmatch(value):
        first, second = int(match["first"]), int(match["second"])
        if first != second and max(first, second) <= 12:
            remedy = f"Say which is the day, as in --date-format %d{match['mark']}%m{match['mark']}%Y."
            raise DateError(place, f"{value!r} could be two dates", remedy)
        return Day(int(match["year"]), min(first, second), max(first, second))
    raise ValueError(value)


def _normalised(text: str) -> str:
    """Line ends as \\n and no byte order mark; control characters and half code points are replaced one for one."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text))
