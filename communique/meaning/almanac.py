"""Almanac: what a date expression means on the calendar, once its words are read.

Contract: in - a `Reading`: the numbers read off the words, the publication date, the tense, and the definition's shift; out - an
EDTF string (`2023-03-13`, `2023-03`, `2023`, `A/B`), None where nothing can be said (a vague word, or no publication date to
reckon from), or ValueError where the words are no date after all (`February 30`). Pure functions; `MEANINGS` names them for
`dates.toml`. Weeks run from Monday to Sunday, as the annotated corpus has them.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

HOUR, DAY, WEEK, MONTH, YEAR = range(5)  # the values of the class `unit`
SOON = 31  # days after publication up to which a day without a year may lie even where the clause is past


@dataclass(frozen=True, slots=True)
class Reading:
    """`values`: the numbers of each slot, in order of appearance. `by`: the definition's shift, such as -1 for `last`."""

    values: Mapping[str, Sequence[int]]
    published: date | None
    past: bool = True
    by: int = 0

    def first(self, name: str, default: int = 0) -> int:
        """The first number read for the slot."""
        return self.values[name][0] if self.values.get(name) else default


Meaning = Callable[[Reading, date], str]


def months_after(day: date, months: int) -> date:
    """The same day `months` later; the month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def to_month(day: date) -> str:
    """YYYY-MM."""
    return f"{day.year:04d}-{day.month:02d}"


def to_interval(start: date | str, end: date | str) -> str:
    """A/B, or A alone where both are the same; ValueError where the end comes first."""
    first, last = str(start), str(end)
    if first > last:
        raise ValueError(f"{first}/{last} ends before it begins")
    return first if first == last else f"{first}/{last}"


def as_fine_as(sample: str, day: date) -> str:
    """The day written as finely as the sample: by day, month or year."""
    return day.isoformat()[: len(sample)]


def nearest_year(month: int, day: int, published: date, past: bool) -> int:
    """The year of a day named without one: the last such day, or the next where the clause looks ahead or it is close."""
    distances: list[tuple[int, int]] = []
    for year in (published.year - 1, published.year, published.year + 1):
        if day <= calendar.monthrange(year, month)[1]:
            away = (date(year, month, day) - published).days
            if (away <= SOON) if past else (away >= -SOON):
                distances.append((abs(away), year))
    if not distances:
        raise ValueError(f"no day {day} in month {month}")
    return min(distances)[1]


def month_year(month: int, published: date, past: bool) -> int:
    """The year of a month named without one: the last such month up to publication, or the next one."""
    if past:
        return published.year - (month > published.month)
    return published.year + (month < published.month)


# Dates that are written out


def full_date(r: Reading) -> str:
    """`March 13, 2023`."""
    return date(r.first("year"), r.first("month"), r.first("day")).isoformat()


def numeric_date(r: Reading) -> str:
    """`13/03/2023`, read only where one order alone is possible."""
    one, two = r.values["nn"][:2]
    if one > 12 or one == two:
        one, two = two, one
    elif two <= 12:
        raise ValueError("day and month cannot be told apart")
    return date(r.first("year"), one, two).isoformat()


def iso_date(r: Reading) -> str:
    """`2023-03-13` in separate words."""
    month, day = r.values["nn"][:2]
    return date(r.first("year"), month, day).isoformat()


def days_of_year(r: Reading) -> str:
    """`March 3-5, 2023`, `March 30 to April 2, 2023`."""
    months, days, year = r.values["month"], r.values["day"], r.first("year")
    return to_interval(date(year, months[0], days[0]), date(year, months[-1], days[-1]))


def month_of_year(r: Reading) -> str:
    """`March 2023`."""
    return to_month(date(r.first("year"), r.first("month"), 1))


def months_of_year(r: Reading) -> str:
    """`March to June 2023`."""
    months, year = r.values["month"], r.first("year")
    return to_interval(to_month(date(year, months[0], 1)), to_month(date(year, months[-1], 1)))


def year(r: Reading) -> str:
    """`2014`."""
    return f"{r.first('year'):04d}"


def years(r: Reading) -> str:
    """`between 2014 and 2016`; two years that do not follow one another are no interval."""
    first, last = r.values["year"][:2]
    return to_interval(f"{first:04d}", f"{last:04d}")


def decade(r: Reading) -> str:
    """`the 1970s`; `by` 1 to 3 takes the early, middle or late years."""
    first, last = ((0, 9), (0, 3), (4, 6), (6, 9))[r.by]
    return to_interval(f"{r.first('decade') + first:04d}", f"{r.first('decade') + last:04d}")


def season_of_year(r: Reading) -> str:
    """`the summer of 2019`; a winter belongs to the year in which it begins."""
    return _season(r.first("season"), r.first("year"))


def quarter_of_year(r: Reading) -> str:
    """`the first quarter of 2023`."""
    return _stretch(r.first("year"), r.first("ordinal"), 3)


def half_of_year(r: Reading) -> str:
    """`the second half of 2023`."""
    return _stretch(r.first("year"), r.first("ordinal"), 6)


def _season(start_month: int, year: int) -> str:
    start = date(year, start_month, 1)
    return to_interval(to_month(start), to_month(months_after(start, 2)))


def _stretch(year: int, ordinal: int, months: int) -> str:
    start = date(year, (ordinal - 1) * months + 1, 1)
    return to_interval(to_month(start), to_month(months_after(start, months - 1)))


# Dates that are reckoned from publication


def day_without_year(r: Reading, published: date) -> str:
    """`March 13`."""
    month, day = r.first("month"), r.first("day")
    return date(nearest_year(month, day, published, r.past), month, day).isoformat()


def days_without_year(r: Reading, published: date) -> str:
    """`March 3-5`; the year is that of the first day."""
    months, days = r.values["month"], r.values["day"]
    year = nearest_year(months[0], days[0], published, r.past)
    turn = int(months[-1] < months[0])
    return to_interval(date(year, months[0], days[0]), date(year + turn, months[-1], days[-1]))


def day_in_year(r: Reading, published: date) -> str:
    """`March 13 of last year`."""
    return date(published.year + r.by, r.first("month"), r.first("day")).isoformat()


def month_without_year(r: Reading, published: date) -> str:
    """`in March`."""
    month = r.first("month")
    return to_month(date(month_year(month, published, r.past), month, 1))


def months_without_year(r: Reading, published: date) -> str:
    """`between March and June`."""
    months = r.values["month"]
    last = date(month_year(months[-1], published, r.past), months[-1], 1)
    first = date(last.year - (months[0] > months[-1]), months[0], 1)
    return to_interval(to_month(first), to_month(last))


def month_in_year(r: Reading, published: date) -> str:
    """`March last year`."""
    return to_month(date(published.year + r.by, r.first("month"), 1))


def month_beside(r: Reading, published: date) -> str:
    """`last March`, `next March`: never the month of publication itself."""
    month = r.first("month")
    year = month_year(month, months_after(published, r.by), past=r.by < 0)
    return to_month(date(year, month, 1))


def day(r: Reading, published: date) -> str:
    """`today`, `yesterday`, `tomorrow`: `by` days from publication."""
    return (published + timedelta(r.by)).isoformat()


def overnight(r: Reading, published: date) -> str:
    """`overnight`: the night before publication, or the one after it."""
    return to_interval(*((published - timedelta(1), published) if r.past else (published, published + timedelta(1))))


def weekday(r: Reading, published: date) -> str:
    """`Monday`: the last one up to publication, or the next one from publication on."""
    back = (published.weekday() - r.first("weekday")) % 7
    return (published - timedelta(back) if r.past else published + timedelta(-back % 7)).isoformat()


def weekday_beside(r: Reading, published: date) -> str:
    """`last Monday`, `next Monday`: never the day of publication itself."""
    back = (published.weekday() - r.first("weekday")) % 7
    return (published - timedelta(back or 7) if r.by < 0 else published + timedelta(-back % 7 or 7)).isoformat()


def weekday_of_week(r: Reading, published: date) -> str:
    """`Monday last week`."""
    return (_monday(published) + timedelta(7 * r.by + r.first("weekday"))).isoformat()


def weekend(r: Reading, published: date) -> str:
    """`the weekend`: the one under way on a Sunday, else the last one, or the coming one where the clause looks ahead."""
    saturday = _monday(published) + timedelta(5)
    if r.past and published.weekday() < 6:
        saturday -= timedelta(7)
    return to_interval(saturday, saturday + timedelta(1))


def this_weekend(r: Reading, published: date) -> str:
    """`this weekend`: the coming one, but for the first days of a week when the clause is past."""
    saturday = _monday(published) + timedelta(5)
    if r.past and published.weekday() < 3:
        saturday -= timedelta(7)
    return to_interval(saturday, saturday + timedelta(1))


def weekend_beside(r: Reading, published: date) -> str:
    """`last weekend`, `next weekend`."""
    saturday = _monday(published) + timedelta(5 + 7 * r.by)
    return to_interval(saturday, saturday + timedelta(1))


def week(r: Reading, published: date) -> str:
    """`last week`, `next week`."""
    monday = _monday(published) + timedelta(7 * r.by)
    return to_interval(monday, monday + timedelta(6))


def this_week(r: Reading, published: date) -> str:
    """`this week`: up to publication, or from it on; `by` -1 and 1 say which whatever the tense."""
    monday = _monday(published)
    if r.by < 0 or (r.by == 0 and r.past):
        return to_interval(monday, published)
    return to_interval(published, monday + timedelta(6))


def month(r: Reading, published: date) -> str:
    """`last month`, `this month`, `next month`."""
    return to_month(months_after(published.replace(day=1), r.by))


def year_beside(r: Reading, published: date) -> str:
    """`last year`, `this year`, `next year`."""
    return f"{published.year + r.by:04d}"


def season(r: Reading, published: date) -> str:
    """`last summer` is over, `next summer` has not begun, `this summer` is that of the year (or the winter it began with)."""
    start = date(published.year, r.first("season"), 1)
    if r.by == 0:
        return _season(start.month, start.year - (start.month == 12 and published.month < 6))
    while months_after(start, 3) > published:
        start = months_after(start, -12)
    while r.by > 0 and start <= published:
        start = months_after(start, 12)
    return _season(start.month, start.year)


def quarter_in_year(r: Reading, published: date) -> str:
    """`the first quarter of last year`, `the first quarter`."""
    return _stretch(published.year + r.by, r.first("ordinal"), 3)


def half_in_year(r: Reading, published: date) -> str:
    """`the first half of this year`."""
    return _stretch(published.year + r.by, r.first("ordinal"), 6)


def ago(r: Reading, published: date) -> str:
    """`three months ago`: as fine as its unit; weeks are days, then a week, then the month, the more of them there are."""
    count, unit = r.first("n", 1), r.first("unit")
    if unit == HOUR:
        return (published - timedelta(count // 24)).isoformat()
    if unit == DAY or (unit == WEEK and count == 1):
        return (published - timedelta(count * (7 if unit == WEEK else 1))).isoformat()
    if unit == WEEK:
        monday = _monday(published - timedelta(7 * count))
        return to_interval(monday, monday + timedelta(6)) if count < 4 else to_month(published - timedelta(7 * count))
    return to_month(months_after(published, -count)) if unit == MONTH else _year(published.year - count)


def past_stretch(r: Reading, published: date) -> str:
    """`in the past three weeks`: up to publication, as fine as the unit; one single unit is counted in the next finer one."""
    count, unit = r.first("n", 1), r.first("unit")
    if unit in (HOUR, DAY, WEEK):
        return to_interval(published - timedelta(_days(count, unit)), published)
    if unit == MONTH:
        start = months_after(published, -count)
        return to_interval(start, published) if count == 1 else to_interval(to_month(start), to_month(published))
    if count == 1:
        return to_interval(to_month(months_after(published, -12)), to_month(published))
    return to_interval(_year(published.year - count), _year(published.year))


def coming_stretch(r: Reading, published: date) -> str:
    """`within three weeks`, `over the next three weeks`: from publication on, by day."""
    count, unit = r.first("n", 1), r.first("unit")
    if unit in (HOUR, DAY, WEEK):
        return to_interval(published, published + timedelta(_days(count, unit)))
    return to_interval(published, months_after(published, count * (12 if unit == YEAR else 1)))


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def _days(count: int, unit: int) -> int:
    return {HOUR: -(-count // 24), DAY: count, WEEK: 7 * count}[unit]


def _year(year: int) -> str:
    return f"{date(year, 1, 1).year:04d}"


VAGUE = "vague"  # a time word that says no date, such as `recently`

ABSOLUTE: dict[str, Callable[[Reading], str]] = {
    f.__name__: f
    for f in (
        full_date, numeric_date, iso_date, days_of_year, month_of_year, months_of_year, year, years, decade,
        season_of_year, quarter_of_year, half_of_year,
    )
}  # fmt: skip

RELATIVE: dict[str, Meaning] = {
    f.__name__: f
    for f in (
        day_without_year, days_without_year, day_in_year, month_without_year, months_without_year, month_in_year, month_beside, day,
        overnight, weekday, weekday_beside, weekday_of_week, weekend, this_weekend, weekend_beside, week, this_week, month, year_beside,
        season, quarter_in_year, half_in_year, ago, past_stretch, coming_stretch,
    )
}  # fmt: skip

MEANINGS = frozenset(ABSOLUTE) | frozenset(RELATIVE) | {VAGUE}


def reckon(meaning: str, reading: Reading) -> str | None:
    """The EDTF date of a reading; None where it is vague or nothing is known to reckon from."""
    if meaning in ABSOLUTE:
        return ABSOLUTE[meaning](reading)
    if meaning == VAGUE or reading.published is None:
        return None
    return RELATIVE[meaning](reading, reading.published)
