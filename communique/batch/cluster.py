"""Cluster: a crew of the processes of a Ray cluster.

Contract: as `communique/batch/crew.py`. A task takes one processor of any node, as Ray finds one free, those of nodes that join later too;
its process keeps the model for the next. Ray is imported here alone, and told to report to nobody. What dies again and again is done
by the machine that called.
"""

from __future__ import annotations

import os
import platform
from threading import Semaphore
from typing import TYPE_CHECKING, Any

from communique import __version__
from communique.batch.crew import Call, Died, Result, Task
from communique.errors import CommuniqueError

if TYPE_CHECKING:
    from types import ModuleType

AHEAD = 2  # tasks a process, so that none waits for the next
SAME = "Install the same version of communique on every node."
LOCAL = "local"  # the address of a cluster of this machine alone, made for the run


class RayCrew:
    """Processes of a cluster that do a call with one task after another; at most `workers` at a time, or as many as there are."""

    tries = 3  # nodes are lost for reasons of their own

    def __init__(self, call: Call[Any, Any], workers: int | None, address: str) -> None:
        self.ray = _ray()
        self.joined = not self.ray.is_initialized()
        if self.joined:
            _join(self.ray, workers, address)
        self.call = call
        self.ahead = AHEAD * (workers or max(int(self.ray.cluster_resources().get("CPU", 1)), 1))
        self.free = Semaphore(workers or self.ahead)
        self.do = self.ray.remote(num_cpus=1, max_retries=0)(_do)  # `run_tasks` counts the tries
        self.begun: set[Any] = set()

    def begin(self, task: Any) -> Any:
        """Put a task in the queue of the cluster; a reference to its result."""
        self.free.acquire()
        reference = self.do.remote(self.call, task, __version__)
        reference.future().add_done_callback(lambda _: self.free.release())
        self.begun.add(reference)
        return reference

    def result(self, begun: Any) -> Any:
        """What came of a task. Raises what it raised, and `Died`."""
        from ray.exceptions import NodeDiedError, ObjectLostError, OutOfMemoryError, RayTaskError, WorkerCrashedError

        try:
            return self.ray.get(begun)
        except RayTaskError as fault:
            if isinstance(fault.cause, CommuniqueError):
                raise fault.cause from None
            reason = f"{type(fault.cause).__name__}: {fault.cause}".partition("\n")[0]
            raise CommuniqueError("a node of the cluster", f"cannot do its work ({reason})", SAME) from fault
        except (NodeDiedError, ObjectLostError, OutOfMemoryError, WorkerCrashedError) as fault:
            raise Died from fault
        finally:
            self.begun.discard(begun)

    def stop(self) -> None:
        """Have nothing done any more, and leave the cluster."""
        for reference in self.begun:
            self.ray.cancel(reference, force=True)
        if self.joined:
            self.ray.shutdown()


def _do(call: Call[Task, Result], task: Task, version: str) -> Result:
    """A task done on a node, which must have the version of the one that called."""
    if version != __version__:
        raise CommuniqueError(platform.node(), f"has communique {__version__}, not {version}", SAME)
    return call(task)


def _ray() -> ModuleType:
    """The library, which by itself would report how it is used."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
    except ImportError as fault:
        raise CommuniqueError("--engine ray", "needs Ray, which is not installed", "pip install 'communique[cluster]'") from fault
    return ray


def _join(ray: ModuleType, workers: int | None, address: str) -> None:
    """Take part in a cluster. Raises where there is none."""
    own = {"num_cpus": workers, "include_dashboard": False} if address == LOCAL else {}
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", **own)
    except (ConnectionError, RuntimeError, ValueError) as fault:
        reason = str(fault).partition("\n")[0]
        raise CommuniqueError(address, f"no cluster can be reached there ({reason})", "Start one: ray start --head") from fault
