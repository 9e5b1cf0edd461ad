"""communique reads news reports and keeps a sourced record of who did what to whom, when, where, and who says so.

Contract: `read` takes the text of one report and returns a `Report` (`communique.records`); `relate` takes one sentence and two spans in it
and returns the event types that hold between them; `Ledger` is a ledger open for questions, `charts` draws its answers. Importing the
package loads nothing but this file; tables and weights are loaded by the first call and kept for the next.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from communique import charts
    from communique.ledger.query import Ledger
    from communique.meaning.relate import Tie
    from communique.pipeline import Reader
    from communique.records import Report

__version__ = "0.1.0"
__all__ = ["Ledger", "__version__", "charts", "read", "relate"]


def __getattr__(name: str) -> object:
    """`Ledger` and `charts`, loaded when they are first asked for."""
    if name == "Ledger":
        from communique.ledger.query import Ledger

        return Ledger
    if name == "charts":
        import communique.charts as drawing

        return drawing
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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

    `date` is its publication date (YYYY-MM-DD) where the text does not say it; events under `min_score` (by default 0.42) are left out.
    Raises `CommuniqueError`.
    """
    from communique.text.intake import document_from_text

    document = document_from_text(text, id=id or "text", date=date, title=title)
    return _reader(Path(model) if model else None).read_document(document, min_score=min_score)


def relate(text: str, source: tuple[int, int] | str, target: tuple[int, int] | str, *, model: Path | str | None = None) -> tuple[Tie, ...]:
    """The event types that hold from source to target in one sentence, the likeliest first.

    Spans are half-open offsets in code points, or words of the sentence (their first occurrence). Returns 17 `Tie(type, probability)`, for
    the 16 types and NONE; the probabilities add up to 1. Raises `InputError` for a span without words. Example:

        relate("Chile urged Peru to withdraw its troops.", source="Chile", target="Peru")[0].type  # "REQUEST"
    """
    return _reader(Path(model) if model else None).relate(text, source, target)
