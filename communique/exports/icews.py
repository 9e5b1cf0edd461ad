"""ICEWS: the 20 columns of the event files of ICEWS, a line for each source and target of an event.

Contract: in - `Chosen`; out - text in UTF-8 with tabs and a header. An event of several parties has a line for each pair of them, all with
its id; one of several actors without a recipient has a line for each direction between each two. Ids are texts, and `Event Text` is the
PLOVER type and mode. City and district are empty, as a ledger does not hold them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product
from pathlib import Path
from typing import Any

from communique.exports.chosen import Chosen, Row, write_tabs
from communique.exports.states import iso3
from communique.tables.gazetteer import names

COLUMNS = (
    *("Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text", "CAMEO Code", "Intensity"),
    *("Target Name", "Target Sectors", "Target Country", "Story ID", "Sentence Number", "Publisher"),
    *("City", "District", "Province", "Country", "Latitude", "Longitude"),
)
Party = dict[str, Any]
NOBODY: Party = {"name": None, "code": None, "sector": None}


def write(chosen: Chosen, out: Path) -> None:
    """Write the file."""
    write_tabs(out, COLUMNS, (cells for row in chosen.rows() for cells in _lines(row)))


def dyads(row: Row) -> list[tuple[Party, Party]]:
    """Who acts on whom, one on one."""
    if not row["recipients"] and len(row["actors"]) > 1:
        return list(permutations(row["actors"], 2))
    return list(product(row["actors"] or [NOBODY], row["recipients"] or [NOBODY]))


def _lines(row: Row) -> Iterator[list[object]]:
    """The cells of each line of an event."""
    place = row["place"] or {}
    for source, target in dyads(row):
        yield [
            *(row["event_id"], row["day"], *_party(source), _words(row), row["cameo"], row["intensity"], *_party(target)),
            *(row["document_id"], row["sentence"]["index"] + 1, row["publisher"], None, None, place.get("admin1")),
            *(names().get(place.get("country") or ""), place.get("latitude"), place.get("longitude")),
        ]


def _party(one: Party) -> tuple[str | None, str | None, str | None]:
    """Name, sector and country of a party."""
    called = names().get(one["code"] or "")
    return one["name"] or called, one["sector"], called if one["code"] and iso3(one["code"]) else None


def _words(row: Row) -> str:
    return ": ".join(filter(None, (str(row["type"]).capitalize(), row["mode"])))
