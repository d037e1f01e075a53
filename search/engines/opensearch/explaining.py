"""Why an article has its score: the cluster says what each named term of the query gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from index.engines.opensearch.client import ReadingClient
from search.engines.base import Contribution
from search.engines.opensearch.compiling import named
from search.engines.opensearch.phrases import lemmas_of
from search.query.plan import Leaf, PhraseOf, Plan, WordTerm, leaves

Scored = tuple[str, str, float]
"""Field, term, what it adds."""


def contributions(client: ReadingClient, index: str, plan: Plan, article_id: str) -> tuple[Contribution, ...]:
    """The contributions of all words that an article has, in the order of the query.

    Of several readings of a word the best counts. Words in many forms (`söz*`) are not told apart.
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
    return tuple(_told(hits[0].get("matched_queries", {}), plan)) if hits else ()


def _told(scores: Mapping[str, float], plan: Plan) -> Iterator[Contribution]:
    by_leaf: dict[str, list[Scored]] = {}
    for name, score in scores.items():
        leaf, field, term = name.split("\t", 2)
        by_leaf.setdefault(leaf, []).append((field, term, float(score)))
    for number, one in enumerate(leaves(plan)):
        yield from (Contribution(number, *scored) for scored in _of_leaf(one, by_leaf.get(str(number), [])))
    yield from (Contribution(None, *scored) for scored in by_leaf.get("", []))


def _of_leaf(leaf: Leaf, found: list[Scored]) -> Iterator[Scored]:
    words = leaf.words if isinstance(leaf, PhraseOf) else (leaf,)
    if isinstance(leaf, PhraseOf) and not any(not field for field, _, _ in found):
        return  # its words stand apart, in an article that a relaxed query found by other words
    for word in words:
        if not isinstance(word, WordTerm):
            yield from (one for one in found if one[0].endswith("_form"))
            continue
        names = {lemma for lemma, _ in lemmas_of(word)}
        read = [one for one in found if one[0].endswith("_lemma") and one[1] in names]
        if read:  # the forms of another reading don't count on their own
            yield max(read, key=lambda one: one[2])
            lifts = {*word.forms, word.stem}
            yield from (one for one in found if one[0].endswith(("_form", "_stem")) and one[1] in lifts)
