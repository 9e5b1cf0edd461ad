"""Floors: the scores that a change must not fall under, and the hashes of the gold files that they hold for.

Contract: reads and writes `floors.toml`; a floor only rises. `check_gold` raises `InputError` where a gold file is not the one
that the floors were set on.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from communique.errors import InputError
from evaluation.gold import sha256_of

SLACK = {"example.facts": 0.0, "example.types": 1.0, "example.dyads": 1.0}  # counts; of shares:
SLACK_OF_SHARES = 0.004  # int8 arithmetic differs among processors


@dataclass(frozen=True)
class Floors:
    """Hashes by gold file, floors and targets by measure, and the comment that heads the file."""

    head: str
    gold: Mapping[str, str]
    floors: Mapping[str, float]
    targets: Mapping[str, float]


def load_floors(path: Path) -> Floors:
    """Read a floors file."""
    text = path.read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    head = text[: text.index("[gold]")]
    return Floors(head, tables["gold"], tables["floors"], tables["targets"])


def write_floors(path: Path, floors: Floors) -> None:
    """Write a floors file; the same floors give the same bytes."""
    tables = [
        ("gold", [f'"{name}" = "{digest}"' for name, digest in floors.gold.items()]),
        ("floors", [f'"{name}" = {value:g}' for name, value in floors.floors.items()]),
        ("targets", [f'"{name}" = {value:g}' for name, value in floors.targets.items()]),
    ]
    path.write_text(floors.head + "\n".join("\n".join([f"[{name}]", *rows, ""]) for name, rows in tables), encoding="utf-8")


def check_gold(floors: Floors, name: str, path: Path) -> None:
    """Raise unless `path` is the gold file that the floors were set on."""
    found = sha256_of(path)
    if found != floors.gold.get(name):
        known = floors.gold.get(name, "none")
        raise InputError(str(path), f"its sha256 is {found[:12]}, the floors hold for {known[:12]}", "Get the pinned file.")


def raised(floors: Floors, scores: Mapping[str, float]) -> Floors:
    """The same with each floor raised to a little under its score, where that is higher."""
    higher = {name: max(floors.floors.get(name, 0.0), floor_under(name, score)) for name, score in scores.items()}
    return replace(floors, floors=dict(floors.floors) | higher)


def floor_under(name: str, score: float) -> float:
    """The floor for a score, rounded down to three digits."""
    return max(0.0, math.floor(round((score - SLACK.get(name, SLACK_OF_SHARES)) * 1000, 6)) / 1000)


def find_fallen(floors: Floors, scores: Mapping[str, float]) -> list[str]:
    """The measures whose score is under their floor."""
    return [name for name, score in scores.items() if score < floors.floors.get(name, 0.0)]


def missing_scores(floors: Floors, scores: Iterable[str]) -> list[str]:
    """The measures that have a floor and were not scored."""
    return sorted(set(floors.floors) - set(scores))
