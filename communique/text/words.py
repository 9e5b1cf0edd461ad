"""Words: cut a sentence as Universal Dependencies does (`do|n't`, `can|not`, `Iran|'s`), as spans of the text.

Contract: in - text and a stretch of it; out - half-open spans in order, which never overlap and leave out white space alone.
The conventions are those of UD English EWT and GUM, on which the encoder is trained.
"""

from __future__ import annotations

import re
from functools import cache

from communique.records import Span
from communique.tables.load import DATA, Column, load_csv

_KINDS = frozenset({"title", "month", "day", "company", "latin", "number", "place", "unit", "never", "ending"})
_FINAL = frozenset({"company", "latin", "unit", "month", "day"})  # these keep their period at a sentence's end
_COLUMNS = (Column("abbreviation"), Column("kind", values=_KINDS), Column("source"))
_PREFIXES = (  # a hyphen after these does not part two words
    "non|e|mid|re|anti|co|pre|pro|cross|post|over|multi|ex|sub|counter|semi|mini|neo|socio|psycho|inter|intra|micro|pan|un|ultra|arch|quasi"
)
_UNITS = "am|pm|[ap]\\.m\\.?|km|cm|mm|m|k|bn|mn|tn|b|t|x|kg|lbs?|ft|hz|kw|mw|gw|mph|kph|hrs?|sq|g|percent"
_ENDINGS = "com|org|net|gov|edu|info|ru|uk|eu|doc|xls|pdf|html?|jpg|txt"  # of domains and file names
_CLITIC = "(?:s|m|re|ve|ll|d)\\b"
_NUMBER = r"(?<!\d)[+]?\d+(?:(?:,\d\d){0,6},\d{3})*(?:[.:]\d+)*"
_LETTERS = "[^\\W\\d_]"

_RULES = {
    "plain": rf"(?!(?:can|gon|wan|got)(?:not|na|ta)\b){_LETTERS}+(?=[ ,;)\n])",
    "simple mark": r"[,;:()](?=\s)|\.(?=\s*$)",
    "url": r"(?:https?://|www\.|mailto:)[^\s<>\"”]*[^\s<>\"”.,;:!?'’)\]]",
    "email": r"[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+",
    "domain": rf"[a-z]{{2,63}}(?:\.[a-z][\w-]*){{2,}}|\b[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,5}}\.(?i:{_ENDINGS})\b",
    "letters": rf"(?:Ph|M)\.(?:D|Sc)\.|(?:{_LETTERS}\.){{2,10}}(?:{_LETTERS}(?!\w))?(?!\w)|[ap]\.m(?!\w)|(?<!\w)c\.(?=\s\d{{3}})",
    "abbreviation": "",  # filled in from the table
    "initial": r"(?<!\w)(?!I\.)[A-Z]\.(?=\s+\S|,)",
    "prefixed": rf"(?i:{_PREFIXES})-\w+(?:['’](?!(?i:{_CLITIC}))\w+)*",
    "phone": r"(?:\d-)?(?:\d{3}-)?\d{3}-\d{4}(?!\w)|\d{1,2}-\d{1,2}-\d{2,4}(?!\w)",
    "fraction": r"\d+(?:/\d+){1,4}(?!\w)",
    "measure": rf"{_NUMBER}(?=(?i:{_UNITS})(?!\w))",
    "number": rf"{_NUMBER}(?:['’]s\b|\w*)|[.]\d+",
    "negated": rf"(?i:ca|wo|sha|ai|{_LETTERS}{{1,20}}?)(?=(?i:n['’]t)\b)",
    "not": r"(?i:n['’]t)\b",
    "joined": r"(?i:can(?=not\b)|gon(?=na\b)|wan(?=na\b)|got(?=ta\b))",
    "clitic": rf"(?<=[\w.)\]%”\"])['’](?i:{_CLITIC})",
    "money": r"(?:US|HK|NZ|[ACSU])\$",
    "short": r"[A-Z]+(?:&[A-Z]+)+|w/(?:o|out)\b|w/(?=\s)|b/c\b",
    "word": rf"\w+(?:['’](?!(?i:{_CLITIC})|\W)\w+)*",
    "tag": r"#\w*[A-Za-z]\w*",
    "marks": r"\.{2,}|…\.?|\[\.\.\.\]|-{2,}|\+{2,}|’’|‘’|[.:]?[!?]+|\*+|={2,}|_{2,}|~{2,}|<<|>>|''|``|[:;]-?[()D](?!\w)",
    "mark": r"\S",
}


@cache
def abbreviations() -> dict[str, str]:
    """The kind of each abbreviation, which stands without its period."""
    return {row["abbreviation"].removesuffix("."): row["kind"] for row in load_csv(DATA / "abbreviations.csv", _COLUMNS, ["abbreviation"])}


def find_words(text: str, start: int, end: int) -> list[Span]:
    """The words of `text[start:end]`, cut as UD English cuts them."""
    end = start + len(text[start:end].rstrip())
    return [match.span(1) for match in _pattern().finditer(text, start, end)]


@cache
def _pattern() -> re.Pattern[str]:
    """All rules as one pattern; where two match at a place the first wins."""
    known = "|".join(re.escape(name) for name in abbreviations())
    final = "|".join(re.escape(name) for name, kind in abbreviations().items() if kind in _FINAL)
    rules = _RULES | {"abbreviation": rf"(?:{known})\.(?=\s+\S|[,;:)’'-])|(?:{final})\.(?=\s*$)"}
    # White space is taken along: to try every rule on it in vain took more than half of the time.
    return re.compile(rf"\s*+({'|'.join(rules.values())})")
