"""Progress: what a long run tells of itself while it is under way.

Contract: values only; whoever shows them gets one after each shard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from communique.ledger.write import Summary


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: bytes of the sources, or 0 of 0 where their size is not known."""

    stage: str  # coding | merging | compacting
    consumed: int
    size: int
    summary: Summary


Step = Callable[[Progress], None]
