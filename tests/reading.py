"""Archives read article by article, as plain sets: what the pages that read an archive are held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cases_search import BruteForce

from index.entities import canonical_key
from index.turkish import open_analyzer
from search.facets import FacetListing
from search.request import SearchRequest
from search.service import SearchEngine


@dataclass(frozen=True)
class Archive:
    """An engine with the same archive for counting by hand."""

    engine: SearchEngine
    brute: BruteForce

    def counted(self, facet: str, among: Callable[[Any], bool] = lambda article: True) -> Counter[str]:
        """How many of some articles have each value of a facet; `unknown` for none."""
        return Counter(v for a in self.brute.articles if among(a) for v in a.facets[facet] or {"unknown"})

    def found(self, search: str) -> int:
        """How many articles the search behind a number finds."""
        request = SearchRequest.from_params(parse_qs(search))
        return self.engine.search(request, facet_limit=0).total

    def check(self, counts: Iterable[dict[str, Any]]) -> int:
        """Follow numbers of an answer; each finds what it says. Gives how many there were."""
        followed = 0
        for one in counts:
            assert self.found(one["search"]) == one["count"], one
            followed += 1
        return followed


def opened(data: Path, engine: SearchEngine) -> Archive:
    """An archive for counting."""
    with closing(open_analyzer(data)) as analyzer:
        brute = BruteForce(data, analyzer)
    # Spellings of a name that differ in case or diacritics only are one person, under the spelling that the engine
    # shows; which one that is, the engine alone knows.
    listed = [v.value for v in engine.facet(SearchRequest(), "person", FacetListing(limit=1_000_000)).values]
    shown = {canonical_key(name): name for name in listed}
    assert len(shown) == len(listed)
    brute.articles = [replace(a, facets=_with_people(a.facets, shown)) for a in brute.articles]
    return Archive(engine, brute)


def _with_people(facets: Mapping[str, frozenset[str]], shown: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {**facets, "person": frozenset(shown[canonical_key(name)] for name in facets["person"])}
