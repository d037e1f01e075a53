"""A seeded generator of queries over bands of document frequency, drawn from an index's own words.

Kinds: rare, common, and, or, phrase, prefix, filters, any (headline-like, any word may match); the same number each.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from index.document.schema import TEXT_FORM
from search.engines.whoosh.dictionary import _scan
from search.engines.whoosh.view import WhooshView
from search.request import SearchRequest
from search.results import SearchResults
from search.service import SearchEngine

KINDS = ("rare", "common", "and", "or", "phrase", "prefix", "filters", "any")
BANDS = {"rare": (2, 20), "middle": (50, 1_000), "common": (3_000, 10**9)}
"""Document frequencies; in a small archive `common` begins at a fifteenth of its articles."""


@dataclass(frozen=True, slots=True)
class GeneratedQuery:
    """A request and the kind that it stands for."""

    kind: str
    request: SearchRequest


def generate(engine: SearchEngine, per_kind: int = 25, seed: int = 7) -> list[GeneratedQuery]:
    """The same queries for the same index and seed."""
    chance = random.Random(seed)
    bands = word_bands(engine)
    bodies = [article.body for _, article in zip(range(400), engine.export(SearchRequest(sort="oldest")), strict=False)]
    everything = engine.search(SearchRequest(limit=1))
    found = []
    for kind in KINDS:
        for _ in range(per_kind):
            found.append(GeneratedQuery(kind, _request(kind, chance, bands, bodies, everything)))
    return found


def _request(
    kind: str, chance: random.Random, bands: dict[str, list[str]], bodies: list[str], everything: SearchResults
) -> SearchRequest:
    middle, common = bands["middle"], bands["common"]
    match kind:
        case "rare":
            return SearchRequest(text=chance.choice(bands["rare"]))
        case "common":
            return SearchRequest(text=chance.choice(common))
        case "and":
            return SearchRequest(text=f"{chance.choice(common)} {chance.choice(middle)}")
        case "or":
            return SearchRequest(text=f"{chance.choice(common)} OR {chance.choice(middle)} OR {chance.choice(middle)}")
        case "phrase":
            return SearchRequest(text='"' + " ".join(_words(chance, bodies, 2)) + '"')
        case "prefix":
            return SearchRequest(text=chance.choice(middle)[:4] + "*")
        case "filters":
            facet = everything.facet(chance.choice(["person", "country", "source"]))
            year = chance.choice([value.value for value in everything.facet("date").values if value.value.isdigit()])
            chosen = ((facet.name, (chance.choice(facet.values).value,)), ("date", (year,)))
            return SearchRequest(text=chance.choice(middle), selected=chosen)
        case _:
            return SearchRequest(text=" ".join(_words(chance, bodies, 7)), match="any")


def _words(chance: random.Random, bodies: list[str], count: int) -> list[str]:
    words = [word.strip(".,;:!?\"'()-*=|") for word in chance.choice(bodies).split()]
    words = [word for word in words if word.isalpha()] or ["haber"] * count
    first = chance.randrange(max(1, len(words) - count))
    return words[first : first + count]


def whoosh_view(engine: SearchEngine) -> WhooshView:
    """The view of a Whoosh index, of which the benchmarks ask what no request gives."""
    view = engine._live.view()
    assert isinstance(view, WhooshView), "this benchmark asks an index of Whoosh"
    return view


def forms(engine: SearchEngine) -> dict[str, int]:
    """The surface forms of an archive, and in how many documents each is."""
    found: dict[str, int] = {}
    for form, count in _scan(whoosh_view(engine)._leaves, TEXT_FORM.name, b"", 10**9):
        found[form] = found.get(form, 0) + count
    return found


def word_bands(engine: SearchEngine) -> dict[str, list[str]]:
    """The words of each band of document frequency, in order."""
    frequencies = forms(engine)
    words = sorted(form for form in frequencies if form.isalpha() and len(form) >= 4)
    bands = BANDS | {"common": (min(BANDS["common"][0], engine.status().documents // 15), 10**9)}
    return {name: [w for w in words if low <= frequencies[w] <= high] for name, (low, high) in bands.items()}
