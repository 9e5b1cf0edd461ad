"""POLECAT: the 40 columns of the weekly event files of POLECAT, a line an event.

Contract: in - `Chosen`; out - text in UTF-8 with tabs and a header. Several values of a cell are joined by `; `, in the same order in all
columns of a side; among several, one that is not known is `None`. What is not known at all is an empty cell, as is what a ledger does not
hold: titles, Wikipedia's ids, ids and features of GeoNames, city and district, and what else the report names.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from communique.exports.chosen import Chosen, Row, write_tabs
from communique.exports.states import iso3, state_code
from communique.tables.gazetteer import QUADS, names


def _side(name: str) -> tuple[str, ...]:
    """The columns of a side."""
    return (
        *(f"{name} {what}" for what in ("Name", "Country", "COW")),
        f"Primary {name} Sector",
        *(f"{name} {what}" for what in ("Sectors", "Title", "Name Raw")),
        f"Wikipedia {name} ID",
    )


COLUMNS = (
    *("Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts"),
    *_side("Actor"),
    *_side("Recipient"),
    *("Placename", "City", "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID", "Raw Placename", "Feature Type"),
    *("Source", "Publication Date", "Story People", "Story Organizations", "Story Locations", "Language", "Version"),
)


def write(chosen: Chosen, out: Path) -> None:
    """Write the file."""
    write_tabs(out, COLUMNS, (_cells(row) for row in chosen.rows()))


def _cells(row: Row) -> list[object]:
    """The cells of an event."""
    place = row["place"] or {}
    cells = {
        "Event ID": row["event_id"],
        "Event Date": row["day"],
        "Event Type": row["type"],
        "Event Mode": row["mode"],
        "Intensity": row["intensity"],
        "Quad Code": QUADS[row["quad"]].upper(),
        "Contexts": "; ".join(row["contexts"]),
        **_party("Actor", row["actors"], row["day"]),
        **_party("Recipient", row["recipients"], row["day"]),
        "Placename": place.get("text"),
        "Province": place.get("admin1"),
        "Country": place.get("country"),
        "Latitude": place.get("latitude"),
        "Longitude": place.get("longitude"),
        "Raw Placename": place.get("text"),
        "Source": row["publisher"],
        "Publication Date": row["reported"],
        "Language": "en",
        "Version": row["signature"],
    }
    return [cells.get(name) for name in COLUMNS]


def _party(side: str, several: list[dict[str, Any]], day: date | None) -> dict[str, str | None]:
    """The cells of a side."""
    sectors = [one["sector"] for one in several]
    return {
        f"{side} Name": _joined(one["name"] or names().get(one["code"]) for one in several),
        f"{side} Country": _joined(iso3(one["code"]) for one in several),
        f"{side} COW": _joined(state_code(one["code"], "cow", day) for one in several),
        f"Primary {side} Sector": next(filter(None, sectors), None),
        f"{side} Sectors": _joined(sectors),
        f"{side} Name Raw": _joined(one["text"] or None for one in several),
    }


def _joined(values: Iterable[str | None]) -> str | None:
    """Several values as one text, if there is any."""
    given = list(values)
    return "; ".join(value or "None" for value in given) if any(given) else None
