"""Language: which language a text is in.

Contract: in - a text, or what an archive says of its language; out - an ISO 639-1 code (of a language without one, a longer code), and
its English name. A text is English unless it has next to no words that only English has and is surely in another language: short
reports full of foreign names are common.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH = "en"
_SAMPLE = 1000  # characters
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH_WORDS = frozenset(
    "the of and to that by from with his its their they were been has have not which this after between into against said says "
    "would who it are".split()
)
_ENGLISH_SHARE = 0.1  # of those words; measured with the next on 113,014 news items in English, of which 9 are taken for others
_SURE = 0.5
_NO_OTHER = frozenset({"pcm", "zxx"})  # Nigerian Pidgin is written much like news in English; zxx is no language


def language_of(text: str) -> str:
    """The language that a text is in."""
    sample = text[:_SAMPLE]
    words = _WORD.findall(sample.lower())
    if sum(word in _ENGLISH_WORDS for word in words) >= _ENGLISH_SHARE * len(words):
        return ENGLISH
    code, sure = _identifier().classify(sample)
    return str(code) if sure >= _SURE else ENGLISH


def stated_language(value: str) -> str:
    """The code of a language as archives state it: `en`, `en-GB`, `eng`, `English`."""
    from babel.core import get_global

    named = {name.lower(): code for code, name in _names().items()}
    code = named.get(value.strip().lower()) or re.split(r"[-_]", value.strip().lower())[0]
    return str(get_global("language_aliases").get(code, code))


def language_name(code: str) -> str:
    """The English name of a language; its code where it is not known."""
    return _names().get(code, code)


@cache
def _names() -> dict[str, str]:
    from babel import Locale

    return dict(Locale("en").languages)


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # takes half a second, which English text rarely needs

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([label for label in identifier.labels if label not in _NO_OTHER])
    return identifier
