"""Charts: what a ledger says, drawn. The same chart stands in a notebook, on a page and in a file.

Contract: in - tables of a ledger, in any form (`rows`), and nothing of the ledger itself; out - Altair charts, or files of them. Raises
`InputError` for a table without a column that is needed, `QueryError` for an unknown theme.
"""

from communique.charts.kinds import mix
from communique.charts.pictures import to_png, to_svg, write
from communique.charts.theme import config
from communique.charts.ties import network
from communique.charts.times import quads, timeline
from communique.charts.world import map  # noqa: A004

__all__ = ["config", "map", "mix", "network", "quads", "timeline", "to_png", "to_svg", "write"]
