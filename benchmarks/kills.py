"""Kills: `python -m benchmarks.kills [--rounds N] [--seed N]`, ledgers whose writers are killed at random moments, against one that is not.

Contract: in - reports of `news/wikipedia-current-events.jsonl.gz` under `$COMMUNIQUE_DATA`, else the example report many times over; out -
how many rounds were killed in which stage, how many ledgers were sound then, and how many had the very rows of the reference after the same
sources were added again. Every second round kills `add`, by one process and by two in turn, the others `compact`.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import psutil

from benchmarks.bench import reports
from communique.batch.add import add
from communique.batch.shards import Config, load_reader
from communique.errors import LedgerError
from communique.ledger.catalogue import NAME, Catalogue
from communique.ledger.compact import compact
from communique.ledger.files import HISTORY, INCOMING
from communique.ledger.verify import content_hashes, verify
from communique.ledger.write import Writer
from evaluation.coding import JSON, run, show
from evaluation.gold import Row, data_folder

CONFIG = Config(shard_items=20)
ENDING = 20  # seconds that worker processes have to end in, once the one that made them is killed
STAGES = ("starting", "coding", "committing", "merging", "compacting", "ended before")  # starting: until a first shard is in the ledger
COMPACT = "compact"
ACTS = ("add by 1", COMPACT, "add by 2", COMPACT)  # what is killed, in turn


@dataclass(frozen=True, slots=True)
class Round:
    """One kill: what was killed and when, in seconds from the act's beginning; what was wrong then, and after the next run."""

    number: int
    act: str
    moment: float
    stage: str
    left_running: int  # worker processes
    faults_when_killed: tuple[str, ...]
    faults: tuple[str, ...]  # of the ledger after the next run: tables with other rows, what `verify` finds, files that nobody names


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=50, show_default=True, help="Kill N times.")
@click.option("--seed", type=int, default=1, show_default=True, help="Draws reports and moments.")
@click.option("--documents", type=click.IntRange(20), default=240, show_default=True, help="Add N reports.")
@JSON
def main(rounds: int, seed: int, documents: int, as_json: bool) -> None:
    """Kill writers of ledgers and see whether anything is lost."""
    with TemporaryDirectory() as folder:
        show(measured(Path(folder), rounds, seed, documents), as_json, lines)


def measured(folder: Path, rounds: int, seed: int, documents: int) -> Row:
    """All figures."""
    start = time.perf_counter()
    draw = random.Random(seed)
    source, reference, place = folder / "reports.jsonl", folder / "reference", folder / "ledger"
    source.write_text("".join(json.dumps(one) + "\n" for one in told(documents, draw)), encoding="utf-8")
    add(reference, [str(source)], CONFIG)
    wanted, faults = state_of(reference)
    if faults:
        raise LedgerError("the reference", faults[0], "Mend `add` first.")
    durations = {act: duration_of(Child.begin(place, reference, source, act)) for act in sorted(set(ACTS))}
    done = []
    for number in range(rounds):
        act = ACTS[number % len(ACTS)]
        done.append(one_round(place, reference, source, number, act, draw.uniform(0, durations[act]), wanted))
        click.echo(json.dumps(asdict(done[-1])), err=True)
    stages = Counter(one.stage for one in done)
    return {
        "rounds": rounds,
        "killed": {stage: stages[stage] for stage in STAGES},
        "sound_when_killed": sum(not one.faults_when_killed for one in done),
        "equal": sum(not one.faults for one in done),
        "left_running": sum(one.left_running for one in done),
        "faulty": [asdict(one) for one in done if one.faults or one.faults_when_killed or one.left_running],
        "undisturbed_seconds": durations,
        "seconds": time.perf_counter() - start,
    }


def told(count: int, draw: random.Random) -> Iterator[Row]:
    """So many reports; some come again as copies under another id, some in a later version, and some without a text."""
    file = data_folder() / "news" / "wikipedia-current-events.jsonl.gz"
    found = list(reports(file if file.exists() else None))
    for number, document in enumerate(draw.sample(found, min(count, len(found)))):
        row = {"id": document.id, "date": document.date, "text": document.text}
        yield row
        if number % 10 == 0:
            yield row | {"id": f"{document.id}-copy"}
        if number % 15 == 0:
            yield row | {"text": f"{document.text} The talks go on."}
        if number % 30 == 0:
            yield {"id": f"{document.id}-none"}


def state_of(ledger: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """The hash of each table, and what is wrong: the faults that `verify` finds."""
    catalogue = Catalogue.open(ledger)
    try:
        return content_hashes(ledger, catalogue), tuple(f"{fault.place}: {fault.fact}" for fault in verify(ledger, catalogue))
    finally:
        catalogue.close()


def find_unnamed(ledger: Path) -> tuple[str, ...]:
    """The Parquet files in their places that the catalogue does not name."""
    catalogue = Catalogue.open(ledger)
    named = {file.path for status in ("live", HISTORY) for file in catalogue.files(status=status)}
    catalogue.close()
    found = (path.relative_to(ledger).as_posix() for path in ledger.glob("**/*.parquet"))
    return tuple(sorted(path for path in found if path not in named and not path.startswith(INCOMING)))


def perform(ledger: str, source: str, act: str) -> None:
    """What the process to be killed does; it tells its stages, a line each."""
    if act == COMPACT:
        with Writer(Path(ledger), act) as writer:
            print("compacting", flush=True)
            compact(writer)
    else:
        workers = int(act[-1])
        if workers == 1:
            load_reader(None)  # which is not what is to be killed
        print(STAGES[0], flush=True)
        add(Path(ledger), [source], CONFIG, workers=workers, step=lambda state: print(state.stage, flush=True))
    print(STAGES[-1], flush=True)


@dataclass(frozen=True, slots=True)
class Child:
    """A process that has begun an act, and the stage that it told of first."""

    process: subprocess.Popen[str]
    first: str

    @classmethod
    def begin(cls, ledger: Path, reference: Path, source: Path, act: str) -> Child:
        """On a new ledger, or on a copy of the reference."""
        shutil.rmtree(ledger, ignore_errors=True)
        if act == COMPACT:
            shutil.copytree(reference, ledger)
        program = f"from benchmarks.kills import perform; perform({str(ledger)!r}, {str(source)!r}, {act!r})"
        process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        return cls(process, process.stdout.readline())

    def end(self) -> str:
        """The stage that it told of last, once it and all that have its standard output have ended."""
        return (self.first + self.process.communicate()[0]).split("\n")[-2]


def duration_of(child: Child) -> float:
    """How long an act takes that nobody disturbs."""
    start = time.perf_counter()
    child.end()
    return time.perf_counter() - start


def kill(child: Child, moment: float) -> tuple[str, int]:
    """Kill a process at a moment: the stage that it told of last, and how many of its own processes did not end with it."""
    time.sleep(moment)
    process = psutil.Process(child.process.pid)
    process.suspend()  # so that it makes no other process between the question and the kill
    workers = process.children(recursive=True)
    process.kill()
    deadline = time.monotonic() + ENDING
    while (left := [one for one in workers if is_running(one)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    for one in left:
        one.kill()
    return child.end(), len(left)


def is_running(process: psutil.Process) -> bool:
    """Is it there, and not a dead one whose end nobody has asked for?"""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def stage_of(ledger: Path, told: str) -> str:
    """The stage that a killed process was in: what it told, unless files say that a shard was on its way into the ledger."""
    committing = told in ("starting", "coding") and (ledger / NAME).is_file() and find_unnamed(ledger)
    return "committing" if committing else told


def one_round(place: Path, reference: Path, source: Path, number: int, act: str, moment: float, wanted: dict[str, str]) -> Round:
    """Kill an act, add the sources again, and compare."""
    told, left = kill(Child.begin(place, reference, source, act), moment)
    stage = stage_of(place, told)
    faults_when_killed = state_of(place)[1] if (place / NAME).is_file() else ()
    add(place, [str(source)], CONFIG)
    if act == COMPACT:
        with Writer(place, act) as writer:
            compact(writer)
    hashes, faults = state_of(place)
    unlike = tuple(f"{name}: has other rows" for name in wanted if hashes[name] != wanted[name])
    unnamed = tuple(f"{path}: is not in the catalogue" for path in find_unnamed(place))
    return Round(number, act, moment, stage, left, faults_when_killed, unlike + faults + unnamed)


def lines(figures: Row) -> Iterator[str]:
    """The figures as a table."""
    yield f"{'rounds':<32}{figures['rounds']:>6}"
    yield from (f"  {f'killed {stage}':<30}{count:>6}" for stage, count in figures["killed"].items())
    yield f"{'sound when killed':<32}{figures['sound_when_killed']:>6}"
    yield f"{'equal after the next run':<32}{figures['equal']:>6}"
    yield f"{'processes left running':<32}{figures['left_running']:>6}"
    yield from (f"  {one}" for one in figures["faulty"])
    yield f"{'seconds':<32}{figures['seconds']:>6.0f}"


if __name__ == "__main__":
    run(main)
