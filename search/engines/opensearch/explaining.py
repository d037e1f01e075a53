"""Why an article has its score: the cluster says what each named term of the query gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from index.engines.opensearch.client import ReadingClient
from search.engines.base import Contribution
from search.engines.opensearch.compiling import named
from search.engines.opensearch.phrases import lemmas_of
from search.query.plan import ExactTerm, FuzzyTerm, Leaf, PhraseOf, Plan, PrefixTerm, WordTerm, leaves

Scored = tuple[str, str, float]
"""Field, term, what it adds."""


def contributions(client: ReadingClient, index: str, plan: Plan, article_id: str) -> tuple[Contribution, ...]:
    """The contributions of all words that an article has, in the order of the query.

    Of several readings of a word the best counts. The forms of a word with many (`söz*`) are not kept apart.
    """
    query = {"bool": {"must": [named(plan)], "filter": [{"term": {"id": article_id}}]}}
    found = client.call(
        "POST",
        f"/{index}/_search",
        {"query": query, "size": 1, "_source": False},
        search_type="dfs_query_then_fetch",
        include_named_queries_score="true",
    )
    hits = found["hits"]["hits"]
    return tuple(_contributions(hits[0].get("matched_queries", {}), plan)) if hits else ()


def _contributions(scores: Mapping[str, float], plan: Plan) -> Iterator[Contribution]:
    by_leaf: dict[str, list[Scored]] = {}
    for name, score in scores.items():
        leaf, field, term = name.split("\t", 2)
        by_leaf.setdefault(leaf, []).append((field, term, float(score)))
    for place, plan_leaf in enumerate(leaves(plan)):
        yield from (Contribution(place, *scored) for scored in _of_leaf(plan_leaf, by_leaf.get(str(place), [])))
    yield from (Contribution(None, *scored) for scored in by_leaf.get("", []))


def _of_leaf(leaf: Leaf, found: list[Scored]) -> Iterator[Scored]:
    if isinstance(leaf, PhraseOf):
        if any(not field for field, _, _ in found):  # else its words stand apart, found by the words of a relaxed query
            for word in leaf.words:
                yield from _of_word(word, found)
    else:
        yield from _of_word(leaf, found)


def _of_word(word: WordTerm | ExactTerm | PrefixTerm | FuzzyTerm, found: list[Scored]) -> Iterator[Scored]:
    if not isinstance(word, WordTerm):
        yield from _in_fields(found, "_form")
        return
    lemmas = {lemma for lemma, _ in lemmas_of(word)}
    readings = [scored for scored in _in_fields(found, "_lemma") if scored[1] in lemmas]
    if readings:  # the forms of another reading don't count on their own
        yield max(readings, key=lambda scored: scored[2])
        lifts = {*word.forms, word.stem}
        yield from (scored for scored in _in_fields(found, "_form", "_stem") if scored[1] in lifts)


def _in_fields(found: list[Scored], *endings: str) -> Iterator[Scored]:
    """The scores of terms in fields whose names end so."""
    return (scored for scored in found if scored[0].endswith(endings))
