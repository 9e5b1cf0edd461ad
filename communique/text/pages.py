"""Pages: the report in an HTML page, in a piece of HTML, and in a PDF.

Contract: in - the characters of a page or a piece of HTML, or the bytes of a PDF; out - the text of the report, a line to each paragraph,
and for a page what it says of itself. Raises `InputError` where there is no report. Touches no network.
"""

from __future__ import annotations

import html
import io
import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from communique.errors import InputError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

PAGE = re.compile(rb"(?>\s*(?:<!--.*?-->|<\?xml[^>]*>))*+\s*<(?:!doctype html|html|head)\b", re.IGNORECASE | re.DOTALL)
_HEAD = 8192
_SENTENCE_END = re.compile(r"\w[.!?][\"'”’)]*(?:\s|$)")  # what has none is a menu, not an article
_TAGS = (
    "a|abbr|article|b|blockquote|body|br|center|div|em|figure|font|h[1-6]|head|hr|html|i|img|li|ol|p|section|small|span|strong|su[bp]"
    "|table|td|tr|u|ul"
)
_TAG = re.compile(rf"<(?:/(?:{_TAGS})|(?:{_TAGS})(?:\s[^<>]*)?/?)>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{1,30});", re.IGNORECASE)
_BLOCKS = frozenset(
    "article blockquote br center dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li ol p pre section table td th tr ul".split()
)
_HIDDEN = frozenset("button figure head iframe noscript script select style svg template".split())
_PAGE_NUMBER = re.compile(r"\W*(?:page\s+)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE)
_FULL_LINE = 0.75  # of the widest lines; a shorter one ends its paragraph

for _library in ("htmldate", "pypdf", "trafilatura"):
    logging.getLogger(_library).addHandler(logging.NullHandler())  # else their warnings stand among the errors that users read


def read_page(page: str, place: str) -> dict[str, str]:
    """The article of an HTML page as `text`, with the `title`, `date`, `publisher` and `url` that the page gives."""
    import trafilatura  # takes a third of a second, and plain text needs none of it

    try:
        found = trafilatura.bare_extraction(
            page,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
        shown = trafilatura.html2txt(page)
    except Exception as fault:  # of the parsers below it, which raise all kinds on damaged pages
        raise InputError(place, f"the page cannot be parsed ({type(fault).__name__})", "Save the article as plain text.") from fault
    if found is None or isinstance(found, dict) or not _SENTENCE_END.search(found.text or ""):
        raise InputError(place, "no article was found in the page", "Save the article as plain text.")
    text = _with_lead(found.text or "", found.description or "", shown)
    fields = {"text": text, "title": found.title, "date": found.date, "publisher": found.sitename, "url": found.url}
    return {name: value for name, value in fields.items() if value}


def plain(text: str, place: str) -> str:
    """A text from an archive's cell: paragraphs where it is HTML, with its entities replaced."""
    if not _TAG.search(text):
        return _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    if PAGE.match(text[:_HEAD].encode("utf-8", "replace")):
        return read_page(text, place)["text"]
    from lxml.etree import LxmlError
    from lxml.html import fromstring

    try:
        root = fromstring(f"<div>{text}</div>")
    except (LxmlError, ValueError, RecursionError) as fault:
        raise InputError(place, f"its HTML cannot be parsed ({type(fault).__name__})", "Give plain text.") from fault
    lines = (" ".join(line.split()) for line in "".join(_pieces(root)).split("\f"))
    return "\n".join(line for line in lines if line)


def read_pdf(data: bytes, place: str) -> str:
    """The text of a PDF, lines joined to paragraphs."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        pages = [] if reader.is_encrypted and not reader.decrypt("") else [page.extract_text() for page in reader.pages]
    except Exception as fault:  # of a parser that raises all kinds on damaged files
        raise InputError(place, f"the PDF cannot be read ({type(fault).__name__})", "Extract its text first, with pdftotext.") from fault
    if reader.is_encrypted and not pages:
        raise InputError(place, "the PDF is encrypted", "Save it without a password.")
    lines = [line.strip() for page in pages for line in page.splitlines() if not _PAGE_NUMBER.fullmatch(line)]
    if not any(lines):
        raise InputError(place, "the PDF has no text, perhaps scanned pages", "Run text recognition on it first, as with ocrmypdf.")
    return "\n".join(_paragraphs(lines))


def _with_lead(text: str, lead: str, shown: str) -> str:
    """The text below its lead, which extraction leaves out where a page sets it above the body; not one that only the head holds."""
    lead, body, shown = (" ".join(part.split()) for part in (lead, text, shown))
    stands_apart = lead.endswith((".", "!", "?", "”", '"')) and not lead.endswith("...") and lead not in body and lead in shown
    return f"{lead}\n{text}" if stands_apart else text


def _pieces(root: HtmlElement) -> Iterator[str]:
    """The text of the elements that are shown, with a form feed where a block begins or ends."""
    from lxml.etree import iterwalk

    hidden = 0
    for event, element in iterwalk(root, events=("start", "end", "comment", "pi")):
        name = element.tag if isinstance(element.tag, str) else ""
        within = event == "start"
        if name in _HIDDEN:
            hidden += 1 if within else -1
        if name in _BLOCKS:
            yield "\f"
        text = element.text if within else element.tail if element is not root else None
        if text and not hidden:
            yield text


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines of a fixed width joined to paragraphs: a short line ends one, as an empty line does; a word cut at a line's end is mended."""
    widths = sorted(map(len, lines))
    full = _FULL_LINE * widths[int(len(widths) * 0.9)]
    paragraph = ""
    for line in lines:
        if paragraph.endswith("-") and paragraph[-2:-1].isalpha() and line[:1].islower():
            paragraph = paragraph[:-1] + line
        else:
            paragraph = f"{paragraph} {line}".strip()
        if paragraph and len(line) < full and not line.endswith("-"):
            yield paragraph
            paragraph = ""
    if paragraph:
        yield paragraph
