"""Blend: the weights of one run with a share of another's from which it came, which keeps what the later one unlearnt.

usage: python -m training.blend RUN FIRST --out BLENDED [--share 0.25]

Both are folders of `training.train`; rows of weights that only RUN has are taken as they are. BLENDED can be exported like any run.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch
from torch import Tensor


def weights_of(run: Path) -> dict[str, Tensor]:
    """The weights of a run's last checkpoint."""
    weights: dict[str, Tensor] = torch.load(run / "checkpoint.pt", map_location="cpu", weights_only=True)["network"]
    return weights


def blended(late: dict[str, Tensor], first: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """The mean of both, the first with the given share."""
    found = {}
    for name, value in late.items():
        found[name] = value.clone()
        both = tuple(slice(size) for size in first[name].shape)
        found[name][both] = (1 - share) * value[both] + share * first[name]
    return found


def main() -> None:
    """Blend two runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("first", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.25)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in ("labels.json", "log.jsonl"):
        shutil.copy(options.run / name, options.out / name)
    torch.save({"network": blended(weights_of(options.run), weights_of(options.first), options.share)}, options.out / "checkpoint.pt")


if __name__ == "__main__":
    main()
