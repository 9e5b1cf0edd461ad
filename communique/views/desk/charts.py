"""Charts: what the pages draw, with its figures as a table, and the same as a picture.

Contract: in - answers of the questions; out - a `Figure` for a template, which leaves out the chart itself: to draw one takes longer than
to write the page, so the browser asks for it while it shows the rest. The charts themselves are those of `communique.charts`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import altair as alt

from communique import charts
from communique.ledger.coded import days_of
from communique.views.desk.filters import Filters, address
from communique.views.desk.wording import QUADS, Names, intensity
from communique.views.desk.wording import period as in_words

MOST_PERIODS = 60  # rows of a table; more are summed by year
QUAD_HEADS = [words.capitalize() for _, words in QUADS.values()]
Row = dict[str, Any]
Link = tuple[object, str]  # what a cell shows, and where it leads


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, drawn when it is asked for, with its words and table.

    A cell is what it shows, or a `Link`; the first `words` columns are text.
    """

    name: str
    title: str
    says: str
    draw: Callable[[], alt.LayerChart]
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    words: int
    parameters: tuple[tuple[str, str], ...]

    @property
    def spec(self) -> Mapping[str, Any]:
        """The chart in Vega-Lite; its values are put back as they are, as Altair would look through each of them."""
        bare = self.draw().copy(deep=False)
        values, bare["datasets"] = bare["datasets"], alt.Undefined
        return {**bare.to_dict(validate=False), "datasets": values}

    def address(self, form: str) -> str:
        """Where the chart is as `svg`, `png` or Vega-Lite (`json`)."""
        return address(f"/charts/{self.name}.{form}", self.parameters)


def of_front(found: Row, filters: Filters, names: Names) -> dict[str, Figure | None]:
    """Counts by quad class over time, and the map."""
    parameters = filters.given
    return {
        "quads": found["quads"]
        and Figure(
            "quads",
            "Cooperation and conflict",
            f"Occurrences by {found['by']} and quad class. Counts follow how much is reported as well as how much happens.",
            lambda: charts.quads(found["quads"]),
            ("Period", *QUAD_HEADS),
            list(_periods(found, filters)),
            1,
            parameters,
        ),
        "map": found["countries"]
        and Figure(
            "map",
            "Where it happens",
            "Occurrences by the country in which reports place them. Borders that are disputed are drawn with dashes.",
            lambda: charts.map(found["countries"], link=filters.counted("/occurrences", place=None) + "&place={country}"),
            ("Country", "Occurrences", "Mean intensity"),
            [
                (
                    names.name(one["country"]),
                    (one["occurrences"], filters.counted("/occurrences", place=one["country"])),
                    intensity(one["intensity"]),
                )
                for one in found["countries"]
            ],
            1,
            parameters,
        ),
    }


def of_dyad(found: Row, points: Callable[[], Sequence[Row]], filters: Filters, names: Names) -> dict[str, Figure | None]:
    """Both directions over time, and the mix of types."""
    one, other = found["one"], found["other"]
    parameters = (("one", one), ("other", other), *filters.given)
    return {
        "timeline": found["timeline"]
        and Figure(
            "timeline",
            "Over time",
            f"Occurrences by {found['by']} in both directions, and mean intensity from −10, conflict, to +10, cooperation. Each point is "
            "an occurrence; it opens with a click.",
            lambda: charts.timeline(found["timeline"], points(), link="/occurrence/{occurrence_id}"),
            ("Period", f"{names.name(one)} → {names.name(other)}", f"{names.name(other)} → {names.name(one)}"),
            list(_directions(found, filters)),
            1,
            parameters,
        ),
        "mix": found["types"]
        and Figure(
            "mix",
            "What they do",
            "Types of act in each direction.",
            lambda: charts.mix(found["types"], link=filters.counted("/occurrences", type=None) + "&dyad={source}+{target}&type={type}"),
            (),
            (),
            0,
            parameters,
        ),
    }


def of_actor(found: Row, filters: Filters, names: Names) -> dict[str, Figure | None]:
    """The actor among those it has most to do with."""
    edges = found["network"]["edges"]
    return {
        "network": edges
        and Figure(
            "network",
            "Who deals with whom",
            "The actor, those it has most to do with, and the ties among them; a thicker line is more occurrences.",
            lambda: charts.network(found["network"]["nodes"], edges, link=filters.link("/actor/*").replace("*", "{code}", 1)),
            ("Who", "On whom", "Occurrences", "Mean intensity"),
            [
                (
                    names.name(one["source"]),
                    names.name(one["target"]),
                    (one["occurrences"], filters.acts(one["source"], one["target"])),
                    intensity(one["intensity"]),
                )
                for one in edges
            ],
            2,
            (("one", found["code"]), *filters.given),
        )
    }


def _periods(found: Row, filters: Filters) -> Iterator[Sequence[object]]:
    """How many of each quad class by period, the newest first."""
    for label, days, counts in _summed(found["quads"], found["by"], "occurrences", "quad"):
        yield label, *((counts.get((quad,), 0), filters.counted("/occurrences", quad=quad, **days)) for quad in QUADS)


def _directions(found: Row, filters: Filters) -> Iterator[Sequence[object]]:
    """How many in each direction by period, the newest first."""
    pairs = [(found["one"], found["other"]), (found["other"], found["one"])]
    for label, days, counts in _summed(found["timeline"], found["by"], "events", "source", "target"):
        yield label, *((counts.get(pair, 0), filters.acts(*pair, **days)) for pair in pairs)


def _summed(rows: Sequence[Row], by: str, counted: str, *keys: str) -> Iterator[tuple[str, dict[str, str], Counter[tuple[Any, ...]]]]:
    """Each period in words and as filters, and what is counted in it, by the values of some columns; many periods are summed by year."""
    if len({row["period"] for row in rows}) > MOST_PERIODS:
        by = "year"
    sums: dict[str, Counter[tuple[Any, ...]]] = {}
    for row in rows:
        period = f"{row['period'][:4]}-01-01" if by == "year" else row["period"]
        sums.setdefault(period, Counter())[tuple(row[key] for key in keys)] += row[counted]
    for period in sorted(sums, reverse=True):
        yield in_words(period, by), {"since": period, "until": _last_day(period, by)}, sums[period]


def _last_day(period: str, by: str) -> str:
    """The last day of a period that begins on this one."""
    if by == "week":
        return str(date.fromisoformat(period) + timedelta(days=6))
    return str(days_of(period[: {"year": 4, "month": 7}.get(by)])[1])
