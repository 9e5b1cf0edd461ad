"""communique reads news reports and keeps a sourced record of who did what to whom, when, where, and who says so.

Contract: `read` takes the text of one report and returns a `Report` (`communique.records`). Importing the package loads
nothing but this file; tables and weights are loaded by the first `read` and kept for the next.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from communique.pipeline import Reader
    from communique.records import Report

__version__ = "0.1.0"
__all__ = ["__version__", "read"]


@lru_cache(maxsize=1)
def _reader(model: Path | None) -> Reader:
    """The reader of the last model folder asked for, kept since loading takes longer than reading."""
    from communique.pipeline import Reader

    return Reader(model)


def read(
    text: str,
    *,
    date: str | None = None,
    title: str | None = None,
    id: str | None = None,  # noqa: A002  the record's own name for it
    model: Path | str | None = None,
    min_score: float | None = None,
) -> Report:
    """Code one report.

    `date` is its publication date (YYYY-MM-DD) where the text does not say it; events under `min_score` (by default 0.5) are left out.
    Raises `CommuniqueError`.
    """
    from communique.text.intake import document_from_text

    document = document_from_text(text, id=id or "text", date=date, title=title)
    return _reader(Path(model) if model else None).read_document(document, min_score=min_score)
