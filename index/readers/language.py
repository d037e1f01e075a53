"""In which language a text is: said only where it is long enough to be sure.

Most articles of a Turkish archive are settled by their commonest words, which costs a hundredth of what the model of
py3langid does; the model is asked about the rest only, and only about the languages that a Turkish newsroom meets.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from index.turkish.casing import lower

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LEAST_TEXT = 200
"""Characters; below that a guess is worth nothing."""

LANGUAGES = ("tr", "en", "de", "fr", "es", "it", "nl", "ru", "uk", "bg", "el", "ar", "fa", "he", "az", "ku")
"""ISO 639-1 codes."""

_LOOKED_AT = 3_000
"""Characters."""

_SURE = 0.9
"""Probability below which nothing is said: lists of foreign names in a Turkish article are no English."""

_COMMON = frozenset(
    {"ve", "bir", "bu", "için", "ile", "olarak", "olan", "daha", "çok", "gibi", "kadar", "sonra", "göre", "değil"}
    | {"diye", "oldu", "edildi"}
)
_ENOUGH = 0.03
"""Share of these words. Of 4,000 articles of Turkish papers 94 % have more."""

_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str | None:
    """The language, `tr` or another of LANGUAGES; None if the text is short or it is in doubt."""
    if len(text) < LEAST_TEXT:
        return None
    text = text[:_LOOKED_AT]
    words = _WORD.findall(lower(text))
    if words and "ə" not in text and sum(map(_COMMON.__contains__, words)) >= _ENOUGH * len(words):
        return "tr"
    code, probability = _model().classify(text)
    return str(code) if probability >= _SURE else None


@cache
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # half a second, and 5 MB

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(list(LANGUAGES))
    return model
