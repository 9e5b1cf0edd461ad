"""PLOVER: an event a line as JSON, under the names that PLOVER 2.0 has for the parts of an event.

Contract: in - `Chosen`; out - JSON Lines. What goes beyond PLOVER keeps the names of the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from communique.exports.chosen import Chosen, Row, json_line
from communique.exports.states import iso3, state_code
from communique.tables.gazetteer import names


def write(chosen: Chosen, out: Path) -> None:
    """Write the file."""
    with out.open("wb") as file:
        file.writelines(json_line(_event(row)) for row in chosen.rows())


def _event(row: Row) -> dict[str, object]:
    place = row["place"]
    return {
        "id": row["event_id"],
        "date": row["day"],
        "event_type": row["type"],
        "event_mode": row["mode"],
        "auxiliary_mode": None if row["modality"] == "actual" else row["modality"],
        "contexts": row["contexts"],
        "quad_code": row["quad"],
        "intensity": row["intensity"],
        "actors": _parties(row["actors"], row["day"]),
        "recipients": _parties(row["recipients"], row["day"]),
        "location": place and {name: place[name] for name in ("text", "country", "admin1", "latitude", "longitude")},
        "event_text": row["trigger"]["text"],
        "sentence": row["sentence"]["index"],
        "story_id": row["document_id"],
        "headline": row["title"],
        "publisher": row["publisher"],
        "pub_date": row["reported"],
        "url": row["url"],
        "language": "en",
        "version": row["signature"],
        "cameo": row["cameo"],
        "said_by": _parties(row["said_by"], row["day"]),
        "stance": row["stance"],
        "score": row["score"],
        "occurrence_id": row["occurrence_id"],
    }


def _parties(several: Sequence[dict[str, Any]], day: date | None) -> list[dict[str, object]]:
    return [
        {
            "text": one["text"],
            "name": one["name"] or names().get(one["code"]),
            "code": one["code"],
            "country": iso3(one["code"]),
            "cow": int(state_code(one["code"], "cow", day) or 0) or None,
            "sector": one["sector"],
        }
        for one in several
    ]
