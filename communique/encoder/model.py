"""Model: run the trained network over one sentence.

Contract: in - the words of a sentence; out - `Scores`, arrays with one row a word. One sentence a call, without padding: dynamic
int8 scores depend on what shares a batch, alone they do not. Needs a model folder: `model.onnx`, `vocab.txt`, `manifest.toml`.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from communique.encoder.lemmas import Lemmas
from communique.encoder.pieces import Pieces
from communique.errors import ModelError

FILES = ("model.onnx", "vocab.txt")
SLOWER = ["SkipLayerNormFusion"]  # the runtime's fused kernel goes number by number, what it stands for by vectors
HEADS = "upos feats deprels entities types modality stance mode contexts flags roles sectors".split()


class Scores(NamedTuple):
    """What the heads say of a sentence of N words."""

    tags: NDArray[np.int32]  # (N, 4): label numbers of upos, feats, lemmas, sectors
    entities: NDArray[np.float32]  # (N, labels), probabilities
    arcs: NDArray[np.float32]  # (N, N + 1), dependent by head, the root first
    deprels: NDArray[np.int32]  # (N, N + 1), best relation of each pair
    types: NDArray[np.float32]  # (N, 17), probabilities, NONE first
    details: NDArray[np.float32]  # (N, modality + stance + mode + contexts + flags), logits
    roles: NDArray[np.float32]  # (N, roles, N), trigger by role by word, probabilities


class Encoder:
    """A loaded model with its label lists."""

    def __init__(self, session: Any, pieces: Pieces, labels: dict[str, list[str]], name: str, digest: str = "") -> None:
        self.session, self.pieces, self.labels = session, pieces, labels
        self.name, self.digest = name, digest  # the digest is the hash of the weights
        self.lemmas = Lemmas.load()

    @classmethod
    def load(cls, folder: Path | None = None) -> Encoder:
        """Read a model folder, by default the one that ships; ModelError when a file is missing or is not the manifest's."""
        folder = folder or Path(str(files("communique"))) / "model"
        manifest = _manifest(folder)
        import onnxruntime

        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER
        )
        labels, digest = _labels(folder, manifest), manifest["sha256"]["model.onnx"]
        return cls(session, Pieces.load(folder / "vocab.txt"), labels, manifest["name"], digest)

    def score(self, words: Sequence[str]) -> Scores:
        """Scores of the words that fit the encoder's positions; a caller sees by the rows whether all did."""
        ids, shapes, firsts, lasts = self.pieces.of_sentence(words)
        return self.run(ids, shapes, firsts, lasts)

    def run(self, ids: list[int], shapes: list[int], firsts: list[int], lasts: list[int]) -> Scores:
        """The network alone, on pieces."""
        inputs = {"ids": np.array(ids), "shapes": np.array(shapes), "firsts": np.array(firsts), "lasts": np.array(lasts)}
        return Scores(*self.session.run(None, inputs))


def _labels(folder: Path, manifest: dict[str, Any]) -> dict[str, list[str]]:
    """The label list of every head; ModelError where the model is of an older make and lacks one."""
    labels: dict[str, list[str]] = manifest["labels"]
    if missing := [head for head in HEADS if head not in labels]:
        raise ModelError(
            str(folder / "manifest.toml"), f"no labels of {', '.join(missing)}", "Export the model anew, or use one of this version"
        )
    return labels


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest, once every file it names is there with the hash it gives."""
    path = folder / "manifest.toml"
    if not path.is_file():
        raise ModelError(str(folder), "no manifest.toml, so this is no model folder", "Give --model a folder made by training/export.py")
    manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    for name in FILES:
        file = folder / name
        if not file.is_file():
            raise ModelError(str(file), "this file of the model is missing", "Copy the whole model folder")
        if hashlib.sha256(file.read_bytes()).hexdigest() != manifest["sha256"][name]:
            raise ModelError(str(file), "does not have the hash that manifest.toml gives", "Copy the whole model folder again")
    return manifest
