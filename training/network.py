"""Network: the encoder and its heads in plain torch.

Contract: in - padded piece ids, shape ids and the first and last piece of each word; out - a score tensor per head.
Letters in shapes: B sentences, P pieces, N words, H = 384, one trailing axis per label list. Attention is written out: on a CPU the
backward pass of fused attention is slow, and drawing dropout masks costs as much as a layer, so they are cut from a pool.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from communique.encoder.pieces import MAX_PIECES, SHAPES

WIDTH, LAYERS, HEADS, INNER = 384, 6, 12, 1536
NEGATIVE = -1e4


class Dropout(nn.Module):
    """Dropout with masks that are slices of one pool of random bits, drawn anew every `RENEW` calls."""

    POOL, RENEW = 1 << 23, 2000

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate, self.calls = rate, 0
        self.pool: Tensor | None = None

    def forward(self, values: Tensor) -> Tensor:
        if not self.training or self.rate == 0:
            return values
        size = values.numel()
        if self.pool is None or self.calls % self.RENEW == 0 or self.pool.device != values.device or size >= self.pool.numel():
            keep = torch.rand(max(self.POOL, 2 * size), device=values.device) >= self.rate
            self.pool = keep.to(torch.float32) / (1 - self.rate)
        self.calls += 1
        start = int(torch.randint(0, self.pool.numel() - size, (1,)))
        return values * self.pool[start : start + size].view_as(values).to(values.dtype)


class Layer(nn.Module):
    """One transformer layer, post-norm as in BERT."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.drop, self.drop_attention = Dropout(rate), Dropout(rate)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, pieces, _ = x.shape

        def split(values: Tensor) -> Tensor:
            return values.view(batch, pieces, HEADS, WIDTH // HEADS).transpose(1, 2)

        scores = split(self.query(x)) @ split(self.key(x)).transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + mask
        mixed = self.drop_attention(scores.softmax(-1)) @ split(self.value(x))
        x = self.norm1(x + self.drop(self.out(mixed.transpose(1, 2).reshape(batch, pieces, WIDTH))))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    """all-MiniLM-L6-v2 with word shapes in the place of its token types."""

    def __init__(self, vocabulary: int = 30522, rate: float = 0.1) -> None:
        super().__init__()
        self.word, self.position, self.shape = nn.Embedding(vocabulary, WIDTH), nn.Embedding(MAX_PIECES, WIDTH), nn.Embedding(SHAPES, WIDTH)
        self.norm, self.drop = nn.LayerNorm(WIDTH, eps=1e-12), Dropout(rate)
        self.layers = nn.ModuleList(Layer(rate) for _ in range(LAYERS))

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor) -> Tensor:
        """ids, shapes (B, P) int64; mask (B, 1, 1, P) added to the attention scores → (B, P, H)."""
        positions = torch.arange(ids.shape[1], device=ids.device)
        x = self.drop(self.norm(self.word(ids) + self.position(positions) + self.shape(shapes)))
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def load_pretrained(self, weights: dict[str, Tensor]) -> None:
        """Take over the published weights; every shape starts as token type 0."""
        names = {
            "attention.self.query": "query",
            "attention.self.key": "key",
            "attention.self.value": "value",
            "attention.output.dense": "out",
            "attention.output.LayerNorm": "norm1",
            "intermediate.dense": "up",
            "output.dense": "down",
            "output.LayerNorm": "norm2",
        }
        own = {
            "word.weight": weights["embeddings.word_embeddings.weight"],
            "position.weight": weights["embeddings.position_embeddings.weight"],
            "shape.weight": weights["embeddings.token_type_embeddings.weight"][:1].expand(SHAPES, -1).clone(),
            "norm.weight": weights["embeddings.LayerNorm.weight"],
            "norm.bias": weights["embeddings.LayerNorm.bias"],
        }
        for layer in range(LAYERS):
            for theirs, ours in names.items():
                for kind in ("weight", "bias"):
                    own[f"layers.{layer}.{ours}.{kind}"] = weights[f"encoder.layer.{layer}.{theirs}.{kind}"]
        self.load_state_dict(own)


class Perceptron(nn.Module):
    """Linear, GELU, dropout."""

    def __init__(self, inputs: int, outputs: int, rate: float) -> None:
        super().__init__()
        self.linear, self.drop = nn.Linear(inputs, outputs), Dropout(rate)

    def forward(self, x: Tensor) -> Tensor:
        return self.drop(F.gelu(self.linear(x)))


class Biaffine(nn.Module):
    """Scores of ordered pairs for each label: left (B, M, D) and right (B, N, D) → (B, M, L, N)."""

    def __init__(self, width: int, labels: int) -> None:
        super().__init__()
        self.labels, self.width = labels, width
        self.weight = nn.Linear(width + 1, labels * (width + 1), bias=False)
        nn.init.normal_(self.weight.weight, std=0.5 / width)

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        left, right = F.pad(left, (0, 1), value=1.0), F.pad(right, (0, 1), value=1.0)
        through = self.weight(left).view(left.shape[0], left.shape[1] * self.labels, self.width + 1)
        return (through @ right.transpose(1, 2)).view(left.shape[0], left.shape[1], self.labels, right.shape[1])

    def pairs(self, left: Tensor, right: Tensor) -> Tensor:
        """Scores of given pairs alone: left (T, D) with right (T, D) → (T, L)."""
        return self(left.unsqueeze(1), right.unsqueeze(1))[:, 0, :, 0]


@dataclass(frozen=True)
class Sizes:
    """How many labels each head has."""

    upos: int
    feats: int
    lemmas: int
    deprels: int
    entities: int
    arguments: int
    types: int
    details: int  # modality, stance, mode, contexts, flags, side by side
    roles: int
    sectors: int


class Network(nn.Module):
    """Encoder and heads; `words` gives the scores that need no pairs, the other methods those of pairs."""

    def __init__(self, sizes: Sizes, rate: float = 0.1, head_rate: float = 0.25) -> None:
        super().__init__()
        self.sizes = sizes
        self.encoder = Encoder(rate=rate)
        self.tag_hidden, self.name_hidden = Perceptron(WIDTH, 256, head_rate), Perceptron(WIDTH, 256, head_rate)
        self.type_hidden, self.detail_hidden = Perceptron(WIDTH, 384, head_rate), Perceptron(WIDTH, 384, head_rate)
        self.upos, self.feats, self.lemmas = (nn.Linear(256, n) for n in (sizes.upos, sizes.feats, sizes.lemmas))
        self.entities, self.sectors = nn.Linear(256, sizes.entities), nn.Linear(256, sizes.sectors)
        self.types, self.details = nn.Linear(384, sizes.types), nn.Linear(384, sizes.details)
        self.root = nn.Parameter(torch.zeros(WIDTH))
        self.arc_dependent, self.arc_head = Perceptron(WIDTH, 256, head_rate), Perceptron(WIDTH, 256, head_rate)
        self.label_dependent, self.label_head = Perceptron(WIDTH, 128, head_rate), Perceptron(WIDTH, 128, head_rate)
        self.role_trigger, self.role_word = Perceptron(WIDTH, 192, head_rate), Perceptron(WIDTH, 192, head_rate)
        self.argument_predicate, self.argument_word = Perceptron(WIDTH, 128, head_rate), Perceptron(WIDTH, 128, head_rate)
        self.arcs, self.labels = Biaffine(256, 1), Biaffine(128, sizes.deprels)
        self.roles, self.arguments = Biaffine(192, sizes.roles), Biaffine(128, sizes.arguments)

    @torch.no_grad()
    def take_over(self, weights: dict[str, Tensor]) -> None:
        """The weights of a network that may have fewer labels; a label it lacks starts as this network has it."""
        own = self.state_dict()
        for name, value in weights.items():
            own[name][tuple(slice(size) for size in value.shape)] = value
        self.load_state_dict(own)

    def represent(self, ids: Tensor, shapes: Tensor, mask: Tensor, firsts: Tensor, lasts: Tensor) -> Tensor:
        """Word vectors (B, N, H): the mean of each word's first and last piece."""
        pieces = self.encoder(ids, shapes, mask)
        index = torch.stack((firsts, lasts), 1).flatten(1).unsqueeze(-1).expand(-1, -1, WIDTH)
        both = pieces.gather(1, index).view(ids.shape[0], 2, firsts.shape[1], WIDTH)
        return both.mean(1)

    def words(self, x: Tensor) -> dict[str, Tensor]:
        """Scores of each word alone, (B, N, labels)."""
        tags, names = self.tag_hidden(x), self.name_hidden(x)
        return {
            "upos": self.upos(tags),
            "feats": self.feats(tags),
            "lemmas": self.lemmas(tags),
            "entities": self.entities(names),
            "sectors": self.sectors(names),
            "types": self.types(self.type_hidden(x)),
            "details": self.details(self.detail_hidden(x)),
        }

    def with_root(self, x: Tensor) -> Tensor:
        """The words with the root before them, (B, N + 1, H)."""
        return torch.cat((self.root.expand(x.shape[0], 1, -1), x), 1)

    def arc_scores(self, x: Tensor) -> Tensor:
        """Dependent by head, the root first, (B, N, N + 1)."""
        return self.arcs(self.arc_dependent(x), self.arc_head(self.with_root(x))).squeeze(2)
