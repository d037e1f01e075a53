"""Suggestions while a query is being typed: words of titles, people, countries and sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.article.facets import BY_NAME, COUNTRY, FACETS
from index.turkish import TurkishAnalyzer, fold, has_turkish_letters, lower, words_of
from search.labels import facet_label
from search.offering.values import WORD, Suggestion
from search.query.dictionary import TermDictionary
from search.query.fields import TITLE, field_named

PER_KIND = 5
MAX_WORDS = 3
"""How many of the last words typed may be one name together: `recep tayyip erd`."""

_CANDIDATES = 8
"""Forms read for each word to suggest: of the forms of one lemma, which all find the same, only one is shown."""

_ALL = 1_000
_FIELD = re.compile(r"(?:^|(?<=[\s(|-]))([^\W\d_]+):([\"“]?)([^\"“”:]*)$")
_WORD = re.compile(r"[^\s()|\"“”„«»=:*~]+$")
_STARTS = re.compile(r"(?:^|(?<=[\s(|\"“-]))[^\s(|\"“-]")


def suggest(
    text: str, dictionary: TermDictionary, analyzer: TurkishAnalyzer, *, locale: str = "tr", limit: int = PER_KIND
) -> tuple[Suggestion, ...]:
    """Suggestions for the query text up to the cursor: at most `limit` of each kind, most frequent first.

    Case never matters, and Turkish letters only where they were typed: `ozal` suggests Turgut Özal. After `kişi:` and
    the other fields, only values of that field are suggested.
    """
    typed = text.lstrip()
    found = _FIELD.search(typed)
    facet = field_named(found.group(1)) if found else None
    asked = _Asked(typed, dictionary, locale, limit)
    if found and facet and facet != TITLE:
        return tuple(asked.in_field(found, facet))
    quoted = (typed.count('"') + typed.count("“") + typed.count("”")) % 2
    named = () if quoted or facet else tuple(s for facet in FACETS if facet.suggested for s in asked.named(facet.name))
    return (*_words(typed, dictionary, analyzer, limit), *named)


def _words(typed: str, dictionary: TermDictionary, analyzer: TurkishAnalyzer, limit: int) -> Iterator[Suggestion]:
    match = _WORD.search(typed)
    beginning = match.group().lstrip("-") if match else ""
    if not fold(beginning).isalnum():
        return
    before = typed[: len(typed) - len(beginning)]
    strict = lower(beginning) if has_turkish_letters(beginning) else ""
    found = [
        (form, count)
        for form, count in dictionary.title_forms(beginning, limit * _CANDIDATES)
        if form.startswith(strict) and len(form) > 1 and form.isalpha()
    ]
    # Analyzed in one call, as a text of one-word sentences: each form is one token.
    lemmas = analyzer.analyze("\n".join(form for form, _ in found)).lemmas
    firsts = dict(reversed(list(zip(lemmas, found, strict=True))))
    for form, count in sorted(firsts.values(), key=lambda pair: -pair[1])[:limit]:
        yield Suggestion(WORD, form, form, count, before + form)


@dataclass(frozen=True, slots=True)
class _Asked:
    typed: str
    dictionary: TermDictionary
    locale: str
    limit: int

    def named(self, facet: str) -> list[Suggestion]:
        """Values that begin like the last words typed, as many words together as some value begins with."""
        starts = [match.start() for match in _STARTS.finditer(self.typed)][-MAX_WORDS:]
        for start in starts:
            found = _values(facet, self.typed[start:], self.dictionary, self.locale, self.limit)
            if found:
                before = self.typed[:start].rstrip("-(| ")
                return [Suggestion(facet, value, label, count, before) for value, label, count in found]
        return []

    def in_field(self, match: re.Match[str], facet: str) -> Iterator[Suggestion]:
        """Values of the field that is being typed, as a match of `_FIELD`; days have nothing to suggest."""
        if BY_NAME[facet].hierarchical:
            return
        before = self.typed[: match.start()] + match.group(1) + ":"
        for value, label, count in _values(facet, match.group(3), self.dictionary, self.locale, self.limit):
            written = label if facet == COUNTRY.name else value
            said = written if written.isalnum() else f'"{written}"'
            yield Suggestion(facet, value, label, count, before + said)


def _values(
    facet: str, beginning: str, dictionary: TermDictionary, locale: str, limit: int
) -> list[tuple[str, str, int]]:
    """Values of a facet with their labels and counts. Countries match by code and by their names in both languages."""
    if facet != COUNTRY.name:
        return [(value, value, count) for value, count in dictionary.values(facet, beginning, limit)]
    wanted = words_of(beginning)
    found = [
        (code, facet_label(COUNTRY.name, code, locale), count)
        for code, count in dictionary.values(COUNTRY.name, "", _ALL)
        if wanted in _country_words(code)
    ]
    return found[:limit]


@lru_cache(512)
def _country_words(code: str) -> str:
    names = (facet_label(COUNTRY.name, code, locale) for locale in ("tr", "en"))
    return " ".join(words_of(name) + " " for name in (*names, code))
