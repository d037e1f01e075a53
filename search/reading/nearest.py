"""Finds what a name may mean that no article has: the names in the archive that are spelled most like it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from index.article.facets import COUNTRY
from index.entities import country_code, country_label
from index.turkish import fold
from search.facets import FacetListing
from search.request import SearchRequest
from search.service import SearchEngine

MOST = 5
LIKE = 0.6
"""The least similarity of two names, from 0 to 1, as difflib's `ratio` measures it."""

_WORDS = 4
_BEGINNING = 2
_LOOKED_AT = 1_000
_LONGEST = 100


def nearest(engine: SearchEngine, facet: str, typed: str) -> tuple[str, ...]:
    """Values of a facet that may be meant, likeliest first, at most five.

    A name is compared as a whole if one of its words begins like one of the typed words. Turkish letters are folded;
    countries are compared by their names in both languages.
    """
    meant = fold(typed[:_LONGEST])
    code = country_code(typed) if facet == COUNTRY.name else None
    if code:  # a real country that the archive does not name: nothing else is meant
        return ()
    scored = {value: _likeness(meant, facet, value) for value in _candidates(engine, facet, meant)}
    # Equally similar values keep the order of their counts.
    order = sorted((value for value, like in scored.items() if like >= LIKE), key=lambda value: -scored[value])
    return tuple(order[:MOST])


def _candidates(engine: SearchEngine, facet: str, meant: str) -> Iterator[str]:
    words = sorted(set(meant.split()), key=lambda word: -len(word))[:_WORDS]
    for beginning in [""] if facet == COUNTRY.name else dict.fromkeys(word[:_BEGINNING] for word in words):
        listing = FacetListing(prefix=beginning, limit=_LOOKED_AT)
        yield from (value.value for value in engine.facet(SearchRequest(), facet, listing).values)


def _likeness(meant: str, facet: str, value: str) -> float:
    names = [country_label(value, locale) for locale in ("tr", "en")] if facet == COUNTRY.name else [value]
    return max(_ratio(meant, fold(name)) for name in names)


def _ratio(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # The quick upper bounds avoid most of the thousand full comparisons.
    return matcher.ratio() if matcher.real_quick_ratio() >= LIKE and matcher.quick_ratio() >= LIKE else 0.0
