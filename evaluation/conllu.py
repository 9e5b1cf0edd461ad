"""CoNLL-U: gold sentences with their words, and the running text that they were cut from.

Contract: in - the text of a CoNLL-U file; out - documents. A document's text is rebuilt from its tokens: a space after each
unless `SpaceAfter=No`, a blank line before each new paragraph. Heads are word indices, -1 for the root.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from communique.records import Span


@dataclass(frozen=True)
class Word:
    """A syntactic word; `token` numbers the surface token it belongs to."""

    form: str
    upos: str
    feats: str
    head: int
    deprel: str
    token: int


@dataclass
class GoldSentence:
    """Words, and surface tokens as (form, space after)."""

    words: list[Word] = field(default_factory=list)
    tokens: list[tuple[str, bool]] = field(default_factory=list)
    new_paragraph: bool = False


@dataclass
class GoldDocument:
    """Sentences of one document; `spans` has for each sentence the spans of its tokens in `text`."""

    sentences: list[GoldSentence]
    text: str = ""
    spans: list[list[Span]] = field(default_factory=list)


def read_documents(text: str) -> list[GoldDocument]:
    """All documents of a CoNLL-U text, with their running text."""
    documents: list[GoldDocument] = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = block.strip("\n").split("\n")
        if "# newdoc" in (line.split(" id")[0].strip() for line in lines) or not documents:
            documents.append(GoldDocument([]))
        if sentence := read_sentence(lines):
            documents[-1].sentences.append(sentence)
    for document in documents:
        _write_out(document)
    return [document for document in documents if document.sentences]


def read_sentence(lines: list[str]) -> GoldSentence | None:
    """One block of lines; None where it has no words. Empty nodes (`8.1`) are left out."""
    sentence = GoldSentence(new_paragraph=any(line.split(" id")[0].strip() in ("# newpar", "# newdoc") for line in lines))
    covered = 0  # the last word of the multiword token at hand
    for columns in _rows(lines):
        number, form, misc = columns[0], columns[1], columns[9]
        if "-" in number:
            covered = int(number.split("-")[1])
            sentence.tokens.append((form, "SpaceAfter=No" not in misc.split("|")))
            continue
        if int(number) > covered:
            sentence.tokens.append((form, "SpaceAfter=No" not in misc.split("|")))
        feats = "" if columns[5] == "_" else columns[5]
        sentence.words.append(Word(form, columns[3], feats, int(columns[6]) - 1, columns[7], len(sentence.tokens) - 1))
    return sentence if sentence.words else None


def _rows(lines: list[str]) -> Iterator[list[str]]:
    for line in lines:
        columns = line.split("\t")
        if len(columns) == 10 and "." not in columns[0]:
            yield columns


def _write_out(document: GoldDocument) -> None:
    """Fill in the running text of a document and where each token stands in it."""
    pieces: list[str] = []
    at = 0
    for sentence in document.sentences:
        if sentence.new_paragraph and pieces:
            pieces.append("\n\n")
            at += 2
        spans = []
        for form, space in sentence.tokens:
            spans.append((at, at + len(form)))
            pieces.append(form + " " * space)
            at += len(form) + space
        document.spans.append(spans)
    document.text = "".join(pieces)
