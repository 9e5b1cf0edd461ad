"""Calibration: how far scores are the share of right types, and what would bring them there, `python -m evaluation.calibration FILE...`.

Contract: in - annotated files; out - a reliability table of ten bins, the expected calibration error, and the factor and shift of the
score's logit that fit best (by logistic regression), to be worked into SCALE and SHIFT of `communique.meaning.triggers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from communique.pipeline import Reader
from evaluation.coding import FILES, JSON, MODEL, code_documents, run, show
from evaluation.events import LEAST
from evaluation.gold import Row, read_rows, signed
from evaluation.measures import BINS, binned, calibration_error, tally_of

STEPS = 50  # of Newton's method
RIDGE, SMALL = 0.1, 1e-9


@click.command()
@FILES
@MODEL
@JSON
def main(files: tuple[Path, ...], model: Path | None, as_json: bool) -> None:
    """Compare scores with the share of right types in annotated FILEs, taken together."""
    reader = Reader(model)
    documents = [row for path in files for row in read_rows(path)]
    scored = tally_of(documents, code_documents(reader, documents, LEAST)).scored
    show(figures_of(scored) | {"signature": signed(reader.signature, files)}, as_json, lines)


def figures_of(scored: Sequence[tuple[float, bool]]) -> Row:
    """Bins, error, and the best factor and shift."""
    bins = []
    for number, inside in binned(scored).items():
        mean, right = (sum(column) / len(inside) for column in zip(*inside, strict=True))
        bins.append({"from": number / BINS, "events": len(inside), "score": mean, "right": right})
    scale, shift = fit(scored)
    return {"bins": bins, "ece": calibration_error(scored), "scale": scale, "shift": shift}


def fit(scored: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Factor and shift of the logit by Newton's method with steps halved until they help, drawn a little to leaving scores alone."""
    scores = np.clip([score for score, _ in scored], 1e-4, 1 - 1e-4)
    inputs = np.stack([np.log(scores / (1 - scores)), np.ones(len(scores))], 1)
    hits = np.array([hit for _, hit in scored], float)
    kept = np.array([1.0, 0.0])

    def loss(weights: NDArray[np.float64]) -> float:
        evidence = inputs @ weights
        return float(np.logaddexp(0, evidence).sum() - hits @ evidence + RIDGE / 2 * ((weights - kept) ** 2).sum())

    weights = kept
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-inputs @ weights))
        curvature = inputs.T @ (inputs * (chances * (1 - chances))[:, None]) + RIDGE * np.eye(2)
        step = np.linalg.solve(curvature, inputs.T @ (hits - chances) - RIDGE * (weights - kept))
        while loss(weights + step) > loss(weights) and np.abs(step).max() > SMALL:
            step = step / 2
        weights = weights + step
    return float(weights[0]), float(weights[1])


def lines(figures: Row) -> Iterator[str]:
    """The table."""
    yield f"{'score':<12}{'events':>8}{'mean score':>12}{'right':>8}"
    for row in figures["bins"]:
        yield f"{row['from']:.1f} to {row['from'] + 1 / BINS:.1f}  {row['events']:>8}{row['score']:>12.3f}{row['right']:>8.3f}"
    yield f"expected calibration error {figures['ece'] or 0:.3f}; best factor {figures['scale']:.2f}, shift {figures['shift']:+.2f}"
    yield str(figures["signature"])


if __name__ == "__main__":
    run(main)
