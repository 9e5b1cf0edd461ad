"""Sentences: where paragraphs and sentences begin and end, as spans of the text, and the sentences of an article that are coded.

Contract: in - text and a stretch of it, or an article; out - half-open spans in order that never overlap and are trimmed of white
space. A period ends a sentence unless the table of abbreviations or the next word speaks against it; when in doubt the rules join.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise

from communique.records import Article, Sentence, Span
from communique.text.words import abbreviations, find_words

MAX_WORDS = 1_000  # of a sentence: what goes on longer is a list or a table, and coding takes time and memory by the square of it
_CLOSERS = r"[\"'”’»)\]]"
# Both begin with a character of their own and look back from there: so the search can leap from one to the next.
_STOP = re.compile(rf"[\[.!?…。](?:(?<=\[)\.\]|(?<!\[)(?<!\[.)(?<![\[.]\..)[.!?…。]*)(?:{_CLOSERS}*|\s”)(?:\s?\[\d+\])*(?=\s|$)")
_QUOTE = re.compile(r"“[^“”]{1,600}”|\"(?<![^\s(\[—–-]\")(?=\S)[^\"]{1,600}(?<=\S)\"(?!\w)")
_LAST_WORD = re.compile(r"[^\s(\[\"“”'‘’/—–-]+$")
_NEXT = re.compile(r"\s+([\"“‘'(\[«-]*)(\w*)(?:['’]\w+)?(?:\s+(\w+))?(?:\s+(\w+))?")
_LETTERS = re.compile(r"(?:[^\W\d_]\.)+$")
_SAYING = frozenset({"said", "says", "asked", "asks", "added", "told", "wrote", "replied", "tweeted", "answered", "declared", "exclaimed"})
_STARTERS = re.compile(
    r"The|A|An|In|On|At|He|She|It|They|We|I|You|This|That|These|Those|But|And|Or|So|If|As|For|His|Her|Their|Its|Our|My|"
    r"There|Here|When|While|After|Before|Since|Although|Though|Despite|However|Meanwhile|According|Some|Many|Most|Several|"
    r"Both|Another|One|Earlier|Later|Then|Now|Also|Under|With|Without|By|From|To|Because|During|Until|What|Who|Why|How|"
    r"Where|Not|No|Yet|All|Any|Each|Other|Others|Such|Even|Only|Once|Still|Last|Next|Asked|Speaking|Following|Among|"
    r"Between|Over|Officials|Police"
)
_NEVER = frozenset(("title", "never"))


def find_paragraphs(text: str, start: int, end: int) -> list[Span]:
    """The paragraphs of `text[start:end]`: set off by blank lines, and by each line end unless lines are wrapped at a width."""
    stretch = text[start:end]
    pattern = r"\n[^\S\n]*\n\s*" if _is_wrapped(stretch) else r"\n\s*"
    return list(_trimmed(text, start, end, (start + match.end() for match in re.finditer(pattern, stretch))))


def find_sentences(text: str, start: int, end: int) -> list[Span]:
    """The sentences of `text[start:end]`; no sentence reaches over a paragraph's end."""
    return [span for paragraph in find_paragraphs(text, start, end) for span in cut_paragraph(text, *paragraph)]


def cut_paragraph(text: str, start: int, end: int) -> list[Span]:
    """The sentences of one paragraph, whose line ends are but spaces."""
    return list(_trimmed(text, start, end, _stops(text, start, end)))


def cut_sentences(article: Article) -> tuple[Sentence, ...]:
    """The sentences to be coded: those of paragraphs, less the datelines, bylines, credits and boilerplate that stand in them."""
    text = article.document.text
    spans = [span for part in _coded(article) for span in cut_paragraph(text, *part)]
    found = [one for start, end in spans for one in _stretches(start, end, find_words(text, start, end))]
    return tuple(Sentence(index, start, end, tuple(words)) for index, (start, end, words) in enumerate(found))


def _stretches(start: int, end: int, words: list[Span]) -> Iterator[tuple[int, int, list[Span]]]:
    """A sentence with its words; one of more than `MAX_WORDS` in several stretches."""
    if len(words) <= MAX_WORDS:
        yield start, end, words
        return
    for first in range(0, len(words), MAX_WORDS):
        stretch = words[first : first + MAX_WORDS]
        yield stretch[0][0], stretch[-1][1], stretch


def _coded(article: Article) -> Iterator[Span]:
    """The stretches of the paragraphs that no other part covers."""
    others = sorted((part.start, part.end) for part in article.parts if part.kind != "paragraph")
    for part in article.parts:
        if part.kind == "paragraph":
            start = part.start
            for first, last in others[bisect_left(others, (part.start, 0)) : bisect_left(others, (part.end, 0))]:
                yield start, max(start, first)
                start = max(start, last)
            yield start, max(start, part.end)


def _stops(text: str, first: int, last: int) -> Iterator[int]:
    """Where the sentences of a paragraph end. A quotation that opens within a sentence keeps it together up to its close."""
    quotes = [match.span() for match in _QUOTE.finditer(text, first, last)][::-1]
    begin = first
    for match in _STOP.finditer(text, first, last):
        while quotes and quotes[-1][1] <= match.end():
            quotes.pop()
        inside = bool(quotes) and quotes[-1][0] < match.start() and text[begin : quotes[-1][0]].strip() != ""
        if not inside and _is_end(text, first, last, match):
            begin = match.end()
            yield begin


def _trimmed(text: str, start: int, end: int, cuts: Iterable[int]) -> Iterator[Span]:
    """The stretches between cuts, without white space at either end and without empty ones."""
    for cut in (*cuts, end):
        piece = text[start:cut]
        first = start + len(piece) - len(piece.lstrip())
        last = start + len(piece.rstrip())
        if first < last:
            yield first, last
        start = cut


def _is_wrapped(text: str) -> bool:
    """Are the lines cut at a width of 50 to 100 characters, so that a line end is but a space?"""
    lines = [line.strip() for line in text.split("\n")]
    inner = [line for line, following in pairwise(lines) if line and following]
    if len(inner) < 3 or max(map(len, inner)) > 100:
        return False
    running = sum(len(line) >= 50 and line[-1] not in '.!?"”:' for line in inner)
    return running >= 0.6 * len(inner)


def _is_end(text: str, first: int, last: int, match: re.Match[str]) -> bool:
    """Does the sentence end at this stop?"""
    following = _NEXT.match(text, match.end(), last)
    if following is None:
        return True
    opening, word, second, third = following.groups()
    if word.islower() or (not word and "-" in opening) or (opening == "(" and word.isdigit()):
        return False
    stop = match[0]
    if stop == ".":
        return _ends_at_period(text, first, match.start(), word)
    if stop[0] in "!?" and len(stop) > 1 and stop[-1] in "\"'”’":
        return second not in _SAYING and third not in _SAYING
    return True


def _ends_at_period(text: str, first: int, period: int, word: str) -> bool:
    """Does a bare period before `word` end the sentence, or only an abbreviation, an initial or a list number?"""
    token = _LAST_WORD.search(text, max(first, period - 30), period)
    if token is None:
        return True
    kind = abbreviations().get(token[0])
    if kind is None and not _LETTERS.match(token[0] + "."):
        return not (token[0].isdigit() and token.start() == first)
    if kind in _NEVER:
        return False
    if kind == "number":
        return not word[:1].isdigit() and not _is_numeral(word)
    return _STARTERS.fullmatch(word) is not None


def _is_numeral(word: str) -> bool:
    """Is it a Roman numeral?"""
    return bool(word) and not word.strip("IVXLC")
