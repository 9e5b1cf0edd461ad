"""Engine: who codes: this process, several of this machine, or those of a cluster.

Contract: in - shards, settings, and how many processes are wanted, of a cluster where there is an `address`; out - coded shards in the same
order and with the same bytes, whoever coded them. No cluster's library is imported but for a cluster.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from functools import partial
from pathlib import Path

from communique.batch.crew import Alone, Call, Crew, Result, Task, run_tasks
from communique.batch.local import LocalCrew, code_alone
from communique.batch.shards import Config, Items, process_shard
from communique.ledger.write import Shard


def code_shards(
    shards: Iterable[Items], config: Config, workers: int | None = 1, address: str | None = None
) -> Generator[tuple[Items, Shard], None, None]:
    """Each list of items, or its parts in order, with what coding it gave."""
    call = partial(process_shard, config=config)
    yield from run(shards, call, partial(code_alone, call=call, model=config.model), config.model, workers, address)


def run(
    tasks: Iterable[Task],
    call: Call[Task, Result],
    alone: Alone[Task, Result],
    model: Path | None,
    workers: int | None,
    address: str | None,
) -> Generator[tuple[Task, Result], None, None]:
    """Each task, or its parts in order, with what the call gave; `workers` is None for as many as a cluster has."""
    if address is None and workers == 1:
        yield from ((task, call(task)) for task in tasks)
    else:
        yield from run_tasks(tasks, _crew(call, model, workers, address), alone)


def _crew(call: Call[Task, Result], model: Path | None, workers: int | None, address: str | None) -> Crew:
    if address is None:
        return LocalCrew(call, model, workers or 1)
    from communique.batch.cluster import RayCrew

    return RayCrew(call, workers, address)
