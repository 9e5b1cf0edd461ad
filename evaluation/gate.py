"""The gate: `python -m evaluation.gate` scores the shipped model and rules, and fails when a score is under its floor.

Contract: in - the pinned gold files under `$COMMUNIQUE_DATA` (default `../shared/data`) and in `examples/`; out - a table of
measure, score, floor and target, each task signed; exit 1 under a floor or on another gold file than the pinned one. Tasks whose
gold is absent are named and left out, so that the gate runs where only the repository is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from communique.pipeline import Reader
from evaluation import entities, events, example, relate, syntax
from evaluation.coding import JSON, MODEL, parse_of, run
from evaluation.floors import Floors, check_gold, find_fallen, load_floors, missing_scores, raised, write_floors
from evaluation.gold import ROOT, Row, data_folder, signed

FLOORS = Path(__file__).with_name("floors.toml")
RECALL = 0.45  # of types, at which the precision of facts is measured once more
OWN = "examples/"  # gold files of the repository; all others are under the data folder


@dataclass(frozen=True)
class Task:
    """Gold files, and what scores them; its measures are named after it."""

    name: str
    gold: tuple[str, ...]
    score: Callable[[Sequence[Path], Reader], Mapping[str, float]]


def event_scores(paths: Sequence[Path], reader: Reader) -> Mapping[str, float]:
    """F1 of types and dyads, the precision of facts as coded and where type recall is still `RECALL`, calibration, and agreement."""
    files = tuple(paths)
    curve = dict(events.score_curve(files, reader))
    strict = max(at for at, row in curve.items() if row["type"]["recall"] >= RECALL or at == events.LEAST)
    (figures, _), (at_strict, _) = events.score_files(files, reader), events.score_files(files, reader, strict)
    return {
        "type_f1": figures["type"]["f1"],
        "type_macro_f1": figures["type"]["macro_f1"],
        "dyad_f1": figures["dyad"]["f1"],
        "fact_precision": figures["fact_precision"] or 0.0,
        "fact_at_recall": at_strict["fact_precision"] or 0.0,
        "calibration": 1 - (curve[events.LEAST]["ece"] or 0.0),
        **{name: value or 0.0 for name, value in figures["agreement"].items()},
    }


def own_scores(paths: Sequence[Path], reader: Reader) -> Mapping[str, float]:
    """The same of the project's own report, as far as so few events tell it."""
    figures, _ = events.score_files(tuple(paths), reader)
    return {"type_f1": figures["type"]["f1"], "dyad_f1": figures["dyad"]["f1"], "fact_precision": figures["fact_precision"] or 0.0}


def example_scores(paths: Sequence[Path], reader: Reader) -> Mapping[str, float]:
    """Counts of events, dyads and facts of the example report."""
    figures = example.score_file(paths[0], reader)
    return {"types": figures["types"], "dyads": figures["dyads"], "facts": sum(figures["facts"].values())}


def syntax_scores(paths: Sequence[Path], reader: Reader, raw: bool, measures: Sequence[str]) -> Mapping[str, float]:
    """Tags and tree."""
    figures = syntax.score_files(paths, parse_of(reader), reader.signature, raw)
    return {name: figures[name] for name in measures}


def entity_scores(paths: Sequence[Path], reader: Reader) -> Mapping[str, float]:
    """F1 of entities."""
    return {"f1": entities.score_files(paths, parse_of(reader), reader.signature)["f1"]}


def relate_scores(paths: Sequence[Path], reader: Reader) -> Mapping[str, float]:
    """Types between given spans."""
    figures = relate.score_files(tuple(paths), reader)
    return {"known": figures["known"], "micro_f1": figures["micro"]["f1"]}


TASKS = (
    Task("events", ("events/dev-events.jsonl", "events/dev-articles.jsonl"), event_scores),
    Task("relate", ("events/dev-events.jsonl", "events/dev-articles.jsonl"), relate_scores),
    Task("example", ("events/example.jsonl",), example_scores),
    Task("ewt", ("syntax/ewt-dev.conllu.gz",), partial(syntax_scores, raw=False, measures=syntax.GOLD_MEASURES)),
    Task("gum", ("syntax/gum-free-dev.conllu.gz",), partial(syntax_scores, raw=True, measures=syntax.RAW_MEASURES)),
    Task("uner", ("entities/uner-ewt-dev.jsonl.gz",), entity_scores),
    Task("own", ("examples/gold.jsonl",), own_scores),
)


@click.command()
@click.option("--raise-floors", is_flag=True, help="Write higher floors where the scores allow it; none is lowered.")
@MODEL
@JSON
def main(raise_floors: bool, model: Path | None, as_json: bool) -> None:
    """Score the shipped model and rules against the floors."""
    floors, reader = load_floors(FLOORS), Reader(model)
    scores: dict[str, float] = {}
    signatures: dict[str, str] = {}
    for task in TASKS:
        paths = paths_of(task)
        if absent := [path for path in paths if not path.exists()]:
            click.echo(f"not scored: {task.name}, since {absent[0]} is absent", err=True)
            continue
        for name, path in zip(task.gold, paths, strict=True):
            check_gold(floors, name, path)
        scores |= {f"{task.name}.{name}": value for name, value in task.score(paths, reader).items()}
        signatures[task.name] = signed(reader.signature, paths)
    if raise_floors:
        floors = raised(floors, scores)
        write_floors(FLOORS, floors)
    report(floors, scores, signatures, as_json)
    sys.exit(1 if find_fallen(floors, scores) else 0)


def paths_of(task: Task) -> list[Path]:
    """Where a task's gold files lie."""
    return [(ROOT if name.startswith(OWN) else data_folder()) / name for name in task.gold]


def report(floors: Floors, scores: Mapping[str, float], signatures: Mapping[str, str], as_json: bool) -> None:
    """Print scores, floors and targets."""
    if as_json:
        figures: Row = {"scores": scores, "floors": floors.floors, "targets": floors.targets, "signatures": signatures}
        click.echo(json.dumps(figures, sort_keys=True))
        return
    click.echo("\n".join([*lines(floors, scores), "", *signatures.values()]))
    if unscored := missing_scores(floors, scores):
        click.echo(f"{len(unscored)} floors were not checked: {', '.join(unscored)}")


def lines(floors: Floors, scores: Mapping[str, float]) -> Iterator[str]:
    """The table, one measure a line."""
    fallen = set(find_fallen(floors, scores))
    yield f"{'measure':<22}{'score':>8}{'floor':>8}{'target':>8}"
    for name, score in scores.items():
        target = floors.targets.get(name)
        state = "under its floor" if name in fallen else "" if target is None else "reached" if score >= target else "under its target"
        yield f"{name:<22}{_figure(score)}{_figure(floors.floors.get(name))}{_figure(target)}  {state}".rstrip()


def _figure(value: float | None) -> str:
    return f"{'-':>8}" if value is None else f"{value:>8.4f}" if isinstance(value, float) and value < 1 else f"{value:>8g}"


if __name__ == "__main__":
    run(main)
