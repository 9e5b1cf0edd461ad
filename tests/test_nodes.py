"""A cluster of several nodes, one of which is lost while it works. A plain reader stands in for the weights."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import keeper
import pytest
from keeper import PLAIN, hashes

from communique.batch.add import add
from communique.batch.shards import Config

ROOT = Path(__file__).parent.parent
PATIENCE = 60  # seconds until a node must have begun
CONFIG = Config(model=PLAIN, shard_items=2)


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A head and another node, with a processor each."""
    pytest.importorskip("ray")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), str(ROOT / "tests"))))
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    yield cluster
    cluster.shutdown()


@pytest.mark.slow
def test_a_lost_node_loses_nothing(nodes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sources = [tmp_path / f"{number}.txt" for number in range(8)]
    names = [str(source) for source in sources]
    for source in sources:
        source.write_text(f"Ardania shelled Borland. That was in town {source.stem}.")
    code = partial(keeper.code_where_a_node_is_lost, head=nodes.head_node.node_id, beside=tmp_path)
    monkeypatch.setattr("communique.batch.engine.process_shard", code)

    with ThreadPoolExecutor(1) as beside:
        lost = beside.submit(lose_the_node_reached, nodes, tmp_path / "reached")
        summary = add(tmp_path / "ray", names, CONFIG, workers=None, address=nodes.address)

    assert lost.result() != nodes.head_node.node_id
    assert (summary.documents, summary.rejects) == (8, 0)
    monkeypatch.setattr("communique.batch.engine.process_shard", keeper.code_plainly)
    add(tmp_path / "local", names, CONFIG, workers=1)
    assert hashes(tmp_path / "ray") == hashes(tmp_path / "local")


def lose_the_node_reached(nodes: Any, reached: Path) -> str:
    """End the other node as a failure of its machine would, once it works; its id."""
    ends = time.monotonic() + PATIENCE
    while not reached.exists() and time.monotonic() < ends:
        time.sleep(0.1)
    (node,) = nodes.worker_nodes
    nodes.remove_node(node, allow_graceful=False)
    return reached.read_text()
