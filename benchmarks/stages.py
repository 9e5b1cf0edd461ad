"""Stages: where the time of a run goes, by a stopwatch around each function that is a stage.

Contract: in - work to do on this thread, and the functions that count; out - the share of the time spent in the module of each, less what
other stages took that were called from it. The functions are put back afterwards. A stage returns when it is done: generators are none.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from communique.encoder.decode import decode
from communique.encoder.memory import Memory
from communique.encoder.model import Encoder
from communique.encoder.pieces import Pieces
from communique.encoder.tree import find_heads
from communique.meaning.actors import Actors
from communique.meaning.claims import claim_of, speakers_of
from communique.meaning.dates import Dates
from communique.meaning.events import code_events
from communique.meaning.mentions import Discourse, Mentions
from communique.meaning.places import Places
from communique.meaning.relations import find_relations
from communique.meaning.triggers import choose_triggers
from communique.pipeline import Coder
from communique.text.article import find_article
from communique.text.sentences import cut_sentences
from communique.text.words import find_words

Stage = Callable[..., Any]

STAGES: tuple[Stage, ...] = (
    Coder.open,
    Coder.parse,
    Coder.code,
    Coder.report,
    find_article,
    cut_sentences,
    find_words,
    decode,
    Memory.find,
    Memory.keep,
    Pieces.of_sentence,
    Encoder.run,
    find_heads,
    Discourse.read_sentence,
    Mentions.at,
    Actors.find_names,
    Actors.resolve_name,
    Places.resolve_place,
    find_relations,
    Dates.find_dates,
    choose_triggers,
    code_events,
    claim_of,
    speakers_of,
)


class Stopwatch:
    """Seconds by stage; the stage entered last runs, those that called it wait."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._clock, self._open, self._since = clock, list[str](), 0.0

    def enter(self, stage: str) -> None:
        """Stop the stage that runs and start another."""
        self._lap()
        self._open.append(stage)

    def leave(self) -> None:
        """Stop the stage that runs and go on with the one that called it."""
        self._lap()
        self._open.pop()

    def _lap(self) -> None:
        now = self._clock()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since
        self._since = now

    def shares(self) -> dict[str, float]:
        """The share of each stage, the largest first."""
        total = sum(self.seconds.values())
        return {stage: self.seconds[stage] / total for stage in sorted(self.seconds, key=lambda stage: -self.seconds[stage])}


def shares_by_stage(work: Callable[[], object], stages: Iterable[Stage] = STAGES) -> dict[str, float]:
    """Run the work; the share of its time in each module, the largest first. What no stage took is `other`."""
    watch = Stopwatch()
    with timed(stages, watch):
        watch.enter("other")
        work()
        watch.leave()
    return watch.shares()


@contextmanager
def timed(stages: Iterable[Stage], watch: Stopwatch) -> Iterator[None]:
    """Every name under which the package knows a stage stands for the stage with the stopwatch around it."""
    found = [(owner, name, stage) for stage in stages for owner, name in holders(stage)]
    try:
        for owner, name, stage in found:
            setattr(owner, name, _watched(stage, watch))
        yield
    finally:
        for owner, name, stage in found:
            setattr(owner, name, stage)


def _watched(stage: Stage, watch: Stopwatch) -> Stage:
    name = name_of(stage)

    @wraps(stage)
    def call(*args: Any, **options: Any) -> Any:
        watch.enter(name)
        try:
            return stage(*args, **options)
        finally:
            watch.leave()

    return call


def name_of(stage: Stage) -> str:
    """The module of a stage, without the package: `text/words`, `encoder/model`."""
    return "/".join(stage.__module__.split(".")[1:]) or stage.__module__


def holders(stage: Stage) -> list[tuple[Any, str]]:
    """The modules and classes of the stage's package that hold it, and its name in each."""
    package = stage.__module__.partition(".")[0]
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] == package]
    classes = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    return [(owner, name) for owner in (*modules, *classes) for name, value in vars(owner).items() if value is stage]
