"""Export: a checkpoint to the model folder that ships, `model.onnx` (int8), `vocab.txt`, `manifest.toml`.

usage: python -m training.export RUN --out communique/model [--name en-1] [--fp32]

The graph takes one sentence and knows no padding, so that its scores do not depend on what shares a batch.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from communique.encoder.pieces import Pieces
from training.network import HEADS, WIDTH, Layer, Network, Sizes
from training.train import pretrained

INPUTS = ["ids", "shapes", "firsts", "lasts"]
OUTPUTS = ["tags", "entities", "arcs", "deprels", "types", "details", "roles"]
CORPORA = [
    ("UD_English-EWT", "CC BY-SA 4.0"),
    ("UD_English-GUM, genres with free licences", "CC BY 4.0; texts CC BY, CC BY-SA, public domain"),
    ("PropBank on EWT", "CC BY-SA 4.0"),
    ("UNER_English-EWT", "CC BY-SA 4.0"),
    ("WikiGold", "CC BY 4.0"),
    ("CrossNER politics", "text CC BY-SA"),
    ("communique annotated corpus: Wikipedia Current Events, Wikinews, Kremlin press service", "CC BY-SA 4.0, CC BY 2.5, CC BY 4.0"),
    ("Wikipedia Current Events, labelled by an earlier model", "CC BY-SA 4.0"),
    ("communique own sentences (training/own)", "CC BY-SA 4.0"),
]


class Attention(nn.Module):
    """A trained layer with query, key and value in one product, for one sentence: (1, P, H) → (1, P, H)."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer = layer
        self.joint = nn.Linear(WIDTH, 3 * WIDTH)
        self.joint.weight.data = torch.cat((layer.query.weight / math.sqrt(WIDTH // HEADS), layer.key.weight, layer.value.weight)).detach()
        self.joint.bias.data = torch.cat((layer.query.bias / math.sqrt(WIDTH // HEADS), layer.key.bias, layer.value.bias)).detach()

    def forward(self, x: Tensor) -> Tensor:
        parts = self.joint(x).view(-1, 3, HEADS, WIDTH // HEADS).permute(1, 2, 0, 3)
        query, key, value = parts[0], parts[1], parts[2]
        mixed = (query @ key.transpose(-1, -2)).softmax(-1) @ value
        x = self.layer.norm1(x + self.layer.out(mixed.transpose(0, 1).reshape(1, -1, WIDTH)))
        return self.layer.norm2(x + self.layer.down(F.gelu(self.layer.up(x))))


class Graph(nn.Module):
    """What runs: the inputs and outputs are those of `communique.encoder.model`."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        self.layers = nn.ModuleList(Attention(layer) for layer in network.encoder.layers)

    def forward(self, ids: Tensor, shapes: Tensor, firsts: Tensor, lasts: Tensor) -> tuple[Tensor, ...]:
        network, encoder = self.network, self.network.encoder
        pieces = encoder.norm(encoder.word(ids) + encoder.position.weight[: ids.shape[0]] + encoder.shape(shapes)).unsqueeze(0)
        for layer in self.layers:
            pieces = layer(pieces)
        x = (pieces[0, firsts] + pieces[0, lasts]).mul(0.5).unsqueeze(0)
        scores = network.words(x)
        tags = torch.stack([scores[head][0].argmax(-1) for head in ("upos", "feats", "lemmas", "sectors")], -1).to(torch.int32)
        labels = network.labels(network.label_dependent(x), network.label_head(network.with_root(x)))[0].argmax(1).to(torch.int32)
        roles = network.roles(network.role_trigger(x), network.role_word(x))[0].sigmoid()
        return (
            tags,
            scores["entities"][0].softmax(-1),
            network.arc_scores(x)[0],
            labels,
            scores["types"][0].softmax(-1),
            scores["details"][0],
            roles,
        )


def load_network(run: Path) -> tuple[Network, dict[str, list[str]]]:
    """The network of a run's last checkpoint, and its label lists."""
    description = json.loads((run / "labels.json").read_text())
    network = Network(Sizes(**description["sizes"]))
    network.load_state_dict(torch.load(run / "checkpoint.pt", map_location="cpu", weights_only=True)["network"])
    return network.eval(), description["lists"]


def write_onnx(network: Network, path: Path) -> None:
    """The graph in fp32, opset 17, any number of pieces and words."""
    example = (torch.arange(1000, 1009), torch.zeros(9, dtype=torch.int64), torch.tensor([1, 3, 4, 6]), torch.tensor([2, 3, 5, 7]))
    axes: dict[str, dict[int, str]] = {name: {0: "pieces" if name in ("ids", "shapes") else "words"} for name in INPUTS}
    axes |= {name: {0: "words"} for name in OUTPUTS} | {
        "arcs": {0: "words", 1: "heads"},
        "deprels": {0: "words", 1: "heads"},
        "roles": {0: "words", 2: "words"},
    }
    torch.onnx.export(
        Graph(network),
        example,
        str(path),
        input_names=INPUTS,
        output_names=OUTPUTS,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
        do_constant_folding=True,
    )


def quantise(source: Path, target: Path) -> None:
    """Dynamic int8 of products with weights, int8 embeddings; seven bits, since older processors overflow on eight."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.onnx"
        quant_pre_process(str(source), str(ready), skip_symbolic_shape=True)
        quantize_dynamic(
            str(ready),
            str(target),
            op_types_to_quantize=["MatMul", "Gather"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )


def sha256(path: Path) -> str:
    """The hash of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def toml_of(values: dict[str, Any]) -> str:
    """A flat TOML text of strings, numbers and lists of strings."""
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())


def write_manifest(folder: Path, name: str, lists: dict[str, list[str]], log: Path) -> None:
    """Name, hashes, label lists, corpora and licences, dev figures of training, and the commit trained from."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    last = json.loads(log.read_text().splitlines()[-1]) if log.exists() else {}
    parts = [
        "# Written by training/export.py.\n",
        toml_of({"name": name, "base": "all-MiniLM-L6-v2 (Apache-2.0)", "licence": "CC BY-SA 4.0", "commit": commit}),
    ]
    parts += ["\n[sha256]\n", toml_of({f'"{file}"': sha256(folder / file) for file in ("model.onnx", "vocab.txt")})]
    parts += ["\n[training]\n", toml_of({key: last[key] for key in ("pass", "upos", "las", "trigger_f1") if key in last})]
    parts += ["\n[labels]\n", toml_of(lists)]
    parts += [f"\n[[corpora]]\n{toml_of({'name': corpus, 'licence': licence})}" for corpus, licence in CORPORA]
    (folder / "manifest.toml").write_text("".join(parts), encoding="utf-8")


def main() -> None:
    """Export the last checkpoint of a run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="en-2")
    parser.add_argument("--fp32", action="store_true", help="leave the weights as they are, for comparison")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    network, lists = load_network(options.run)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        write_onnx(network, plain)
        if options.fp32:
            plain.rename(options.out / "model.onnx")
        else:
            quantise(plain, options.out / "model.onnx")
    vocabulary = pretrained()[1].read_text(encoding="utf-8")
    (options.out / "vocab.txt").write_text(vocabulary, encoding="utf-8")
    assert len(Pieces.load(options.out / "vocab.txt").id_of) == network.encoder.word.num_embeddings
    write_manifest(options.out, options.name, lists, options.run / "log.jsonl")


if __name__ == "__main__":
    main()
