"""GDELT: the event table (61 columns) and the mentions (16 columns) of GDELT 2, with tabs and without a header, as GDELT has them.

Contract: in - `Chosen`; out - `events.export.CSV`, a line an occurrence, and `mentions.CSV`, a line an event. What identifies an occurrence
is the number that its id begins with, of 52 bits, which R and JavaScript hold exactly. The parties, code and place are those of its first
event. Readers of GDELT know no quotes: tabs and line ends in a cell become blanks, double quotes single ones.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from communique.exports.chosen import Chosen, Row
from communique.exports.states import state_code
from communique.tables.gazetteer import names

_ACTOR = (
    "Code",
    "Name",
    "CountryCode",
    "KnownGroupCode",
    "EthnicCode",
    "Religion1Code",
    "Religion2Code",
    "Type1Code",
    "Type2Code",
    "Type3Code",
)
_GEO = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
EVENTS = (
    *("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
    *(f"Actor{n}{name}" for n in (1, 2) for name in _ACTOR),
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"),
    *("NumMentions", "NumSources", "NumArticles", "AvgTone"),
    *(f"{whose}Geo_{name}" for whose in ("Actor1", "Actor2", "Action") for name in _GEO),
    *("DATEADDED", "SOURCEURL"),
)
MENTIONS = (
    *("GLOBALEVENTID", "EventTimeDate", "MentionTimeDate", "MentionType", "MentionSourceName", "MentionIdentifier", "SentenceID"),
    *("Actor1CharOffset", "Actor2CharOffset", "ActionCharOffset", "InRawText", "Confidence"),
    *("MentionDocLen", "MentionDocTone", "MentionDocTranslationInfo", "Extras"),
)
GROUPS = frozenset({"UNO", "EUR", "IGO", "NGO", "IMG", "MNC", "ISM"})
WEB, CITATION = 1, 2  # kinds of mention: with an address, or named alone
COUNTRY, CITY = 1, 4  # kinds of place
DIGITS = 13  # of a hexadecimal id
# By themselves: texts that went through a join would take the memory and the time of everything else.
_LENGTHS = """
CREATE OR REPLACE TEMP TABLE lengths AS
SELECT document_id, length(text) AS length, list_filter(parts, lambda part: part.kind = 'paragraph')[1]."end" AS opening FROM documents
"""
_MORE = """
coalesce(c.occurrence_id, e.event_id) AS act, o.reports, len(o.events) AS mentions, len(o.publishers) AS sources, n.length, n.opening
"""
_JOINED = "LEFT JOIN lengths n ON e.document_id = n.document_id"
_ORDER = "coalesce(o.reported, e.reported), act, e.reported, e.event_id"
_UNFIT, _QUOTE = re.compile(r"\s+"), '"'


def write(chosen: Chosen, out: Path) -> None:
    """Write both files."""
    chosen.connection.execute(_LENGTHS)
    with ExitStack() as stack:
        events, mentions = (
            stack.enter_context((out / name).open("w", encoding="utf-8", newline="")) for name in ("events.export.CSV", "mentions.CSV")
        )
        for act, told in groupby(chosen.rows(_MORE, _JOINED, _ORDER), lambda row: str(row["act"])):
            number, reports = _number(act), list(told)
            events.write(_line(_event(number, reports)))
            mentions.writelines(_line(_mention(number, row, reports[0]["day"])) for row in reports)


def _event(number: int, reports: Sequence[Row]) -> list[object]:
    """The cells of an occurrence."""
    row, day = reports[0], reports[0]["day"]
    one, other = sides(row)
    cells: dict[str, object] = {
        "GLOBALEVENTID": number,
        **(_when(day) if day else {}),
        **_actor(1, one),
        **_actor(2, other),
        "IsRootEvent": int(any((report["opening"] or 0) >= report["sentence"]["end"] for report in reports)),
        "EventCode": row["cameo"],
        "EventBaseCode": row["cameo"][:3],
        "EventRootCode": row["cameo"][:2],
        "QuadClass": row["quad"],
        "GoldsteinScale": row["intensity"],
        "NumMentions": row["mentions"] or len(reports),
        "NumSources": row["sources"] or 1,
        "NumArticles": row["reports"] or len({report["document_id"] for report in reports}),
        **_place(row["place"]),
        "DATEADDED": _stamp(row["reported"]),
        "SOURCEURL": row["url"],
    }
    return [cells.get(name) for name in EVENTS]


def _mention(number: int, row: Row, day: date | None) -> list[object]:
    """The cells of an event."""
    one, other = sides(row)
    cells = {
        "GLOBALEVENTID": number,
        "EventTimeDate": _stamp(day),
        "MentionTimeDate": _stamp(row["reported"]),
        "MentionType": WEB if row["url"] else CITATION,
        "MentionSourceName": row["publisher"],
        "MentionIdentifier": row["url"] or row["document_id"],
        "SentenceID": row["sentence"]["index"] + 1,
        "Actor1CharOffset": _offset(one),
        "Actor2CharOffset": _offset(other),
        "ActionCharOffset": row["trigger"]["start"],
        "InRawText": 1,
        "Confidence": round(100 * row["score"]),
        "MentionDocLen": row["length"],
    }
    return [cells.get(name) for name in MENTIONS]


def sides(row: Row) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The first actor, and the first of those acted on, or acting with it."""
    actors, recipients = row["actors"], row["recipients"]
    return next(iter(actors), None), next(iter([*recipients, *actors[1:]]), None)


def _actor(n: int, one: dict[str, Any] | None) -> dict[str, object]:
    if one is None or one["code"] == "UNK":
        return {}
    return {
        f"Actor{n}Code": one["code"] + (one["sector"] or ""),
        f"Actor{n}Name": (one["name"] or names().get(one["code"]) or one["code"]).upper(),
        f"Actor{n}{'KnownGroupCode' if one['code'] in GROUPS else 'CountryCode'}": one["code"],
        f"Actor{n}Type1Code": one["sector"],
    }


def _place(place: dict[str, Any] | None) -> dict[str, object]:
    """Where it happened: a country, or a place in one."""
    if place is None:
        return {}
    country = names().get(place["country"] or "")
    whole = place["latitude"] is None or place["text"] == country
    told = dict.fromkeys(part for part in (place["text"], place["admin1"], country) if part)
    return {
        "ActionGeo_Type": COUNTRY if whole else CITY,
        "ActionGeo_FullName": ", ".join(told),
        "ActionGeo_CountryCode": state_code(place["country"], "fips", None),
        "ActionGeo_Lat": place["latitude"],
        "ActionGeo_Long": place["longitude"],
    }


def _when(day: date) -> dict[str, object]:
    """The parts of a day; a year has 365 days as GDELT counts it."""
    fraction = day.year + (30 * (day.month - 1) + day.day) / 365
    return {"SQLDATE": f"{day:%Y%m%d}", "MonthYear": f"{day:%Y%m}", "Year": day.year, "FractionDate": f"{fraction:.4f}"}


def _number(act: str) -> int:
    """The number that an id begins with; of an id that is no number, one of the same length."""
    try:
        return int(act[:DIGITS], 16)
    except ValueError:
        return int(hashlib.sha256(act.encode()).hexdigest()[:DIGITS], 16)


def _offset(one: dict[str, Any] | None) -> object:
    return -1 if one is None or one["start"] is None else one["start"]


def _stamp(day: date | None) -> str | None:
    return f"{day:%Y%m%d}000000" if day else None


def _line(cells: Sequence[object]) -> str:
    return "\t".join(_texts(cells)) + "\n"


def _texts(cells: Sequence[object]) -> Iterator[str]:
    for cell in cells:
        if isinstance(cell, str):
            yield _UNFIT.sub(" ", cell).replace(_QUOTE, "'")
        else:
            yield "" if cell is None else str(cell)
