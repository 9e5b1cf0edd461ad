"""Stages: where the time of a run goes, by looking at the main thread a few hundred times a second.

Contract: in - work to do on this thread; out - the share of looks that found it in each module of the package. A look counts for
the innermost frame that is the package's, so that library code counts for the stage that called it.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import communique

PACKAGE = Path(communique.__file__).parent
INTERVAL = 0.003  # seconds between looks


def shares_by_stage(work: Callable[[], object]) -> dict[str, float]:
    """Run the work; the share of its time in each module, the largest first."""
    looks: Counter[str] = Counter()
    done, watched = threading.Event(), threading.get_ident()

    def watch() -> None:
        while not done.wait(INTERVAL):
            looks[stage_of(sys._current_frames().get(watched))] += 1

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return {stage: count / looks.total() for stage, count in looks.most_common()}


def stage_of(frame: FrameType | None) -> str:
    """The module of the package that a frame is in, or was called from: `text/words`, `encoder/model`."""
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PACKAGE):
            return path.relative_to(PACKAGE).with_suffix("").as_posix()
        frame = frame.f_back
    return "other"
