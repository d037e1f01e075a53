"""The words and facet values of an index in the cluster, for resolving queries, for suggestions and for spelling.

Which words there are says the index of words; how many articles have one is counted when it is asked for, and kept as
long as nothing is committed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from index.article.facets import BY_NAME, PERSON
from index.document.schema import TEXT_FORM, TEXT_LEMMA
from index.engines.opensearch.client import ReadingClient
from index.engines.opensearch.encoding import beginning_pattern, escaped, facet_key, term_of, value_of
from index.engines.opensearch.mapping import words_index
from index.engines.opensearch.names import name_id
from index.entities import Corrections
from index.turkish import decode_term, fold, folded_prefix, sort_key
from search.query.dictionary import MAX_SPELLINGS

KEPT = 20_000
NEAR = 3_000
"""Forms spelled almost like a word that are counted."""

MOST_EDITS = 2
"""Edits that the cluster's automata know."""

TOGETHER = 1_000
"""Terms that are counted in one request."""


class OpenSearchDictionary:
    """The `TermDictionary` of one commit. Safe for threads."""

    def __init__(self, client: ReadingClient, index: str, corrections: Corrections) -> None:
        self._client = client
        self._index = index
        self._words = words_index(index)
        self._resolve = corrections.resolvers
        self._spellings = lru_cache(KEPT)(self._read_spellings)
        self._values = lru_cache(KEPT)(self._read_values)
        self._counts: dict[tuple[str, str], int] = {}
        self._names: dict[str, str] = {}

    def forms(self, folded: str) -> Mapping[str, int]:
        """Surface forms with this folded spelling, and in how many articles each is."""
        return self._spellings("form", folded)

    def lemmas(self, folded: str) -> Mapping[str, int]:
        """Lemmas with this folded spelling, and in how many articles each is."""
        return self._spellings("lemma", folded)

    def forms_with_prefix(self, folded: str, limit: int) -> list[str]:
        """Surface forms whose folded spelling begins so, at most `limit` + 1."""
        return sorted(map(decode_term, self._terms("form", {"prefix": {"form": folded}}, limit + 1)))

    def forms_near(self, folded: str, edits: int, limit: int) -> list[tuple[str, int]]:
        """Surface forms at most so many edits away with their articles, nearest first, then most frequent first."""
        if not folded.isascii() or not folded:
            return []
        apart: dict[str, int] = {}
        for distance in range(min(edits, MOST_EDITS) + 1):
            fuzzy = {"value": folded, "fuzziness": distance, "transpositions": True, "rewrite": "constant_score"}
            for term in self._terms("form", {"fuzzy": {"spelled": fuzzy}}, NEAR):
                if term.partition(folded_prefix(""))[0].isascii():
                    apart.setdefault(term, distance)
        forms = {term: decode_term(term) for term in apart}
        counts = dict(zip(forms, self._documents(TEXT_FORM.name, list(forms.values())), strict=True))
        found = sorted((term for term in forms if counts[term]), key=lambda term: (apart[term], -counts[term], term))
        return [(forms[term], counts[term]) for term in found[: limit + 1]]

    def title_forms(self, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Forms in titles that begin so, most frequent first, with how many titles have each."""
        folded = fold(beginning)
        # Digests of words that can't stand as terms begin with a tilde.
        include = escaped(folded) + ".*" if folded else "[^~].*"
        query = {"prefix": {"title_forms": folded}} if folded else {"match_all": {}}
        found = [(decode_term(key), count) for key, count in self._top("title_forms", include, limit, query)]
        return sorted(found, key=lambda pair: (-pair[1], sort_key(pair[0]), pair[0]))

    def values(self, facet: str, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Values of a facet with a word that begins so, most frequent first, with how many articles have each."""
        return list(self._values(facet, beginning, limit))

    def lemma_documents(self, lemmas: Sequence[str]) -> list[int]:
        """In how many articles each lemma is."""
        return self._documents(TEXT_LEMMA.name, lemmas)

    def value_documents(self, facet: str, values: Sequence[str]) -> list[int]:
        """How many articles have each value of a facet."""
        return self._count(BY_NAME[facet].column, [facet_key(facet, value) for value in values])

    def canonical(self, facet: str, value: str) -> str:
        """The facet's own spelling of a value."""
        if facet not in self._resolve:
            return value
        name = self._resolve[facet](value) or value
        return self._spelled([name])[0] if facet == PERSON.name else name

    def shown(self, facet: str, values: Sequence[str]) -> list[str]:
        """The names that values count under, without those that are hidden."""
        if facet not in self._resolve:
            return list(values)
        resolved = ((value, self._resolve[facet](value)) for value in values)
        meant = [value if name is None else name for value, name in resolved if name != ""]
        return self._spelled(meant) if facet == PERSON.name else meant

    # -- questions to the cluster

    def _read_spellings(self, kind: str, folded: str) -> Mapping[str, int]:
        terms = self._terms(kind, {"prefix": {kind: folded_prefix(folded)}}, MAX_SPELLINGS)
        names = [decode_term(term) for term in terms]
        counts = self._documents(TEXT_FORM.name if kind == "form" else TEXT_LEMMA.name, names)
        return {name: count for name, count in zip(names, counts, strict=True) if count}

    def _terms(self, kind: str, query: dict[str, Any], size: int) -> list[str]:
        """Terms of the index of words that a query finds."""
        asked = {"query": {"constant_score": {"filter": query}}, "size": size, "_source": [kind]}
        found = self._client.call("POST", f"/{self._words}/_search", asked | {"track_total_hits": False})
        return [hit["_source"][kind] for hit in found["hits"]["hits"]]

    def _spelled(self, names: Sequence[str]) -> list[str]:
        """People as the facet spells them, as it was when they were first asked for."""
        if len(self._names) > KEPT:
            self._names = {}
        spelled = self._names
        fresh = list(dict.fromkeys(name for name in names if name not in spelled))
        for start in range(0, len(fresh), TOGETHER):
            part = fresh[start : start + TOGETHER]
            found = self._client.call("POST", f"/{self._words}/_mget", {"ids": list(map(name_id, part))})["docs"]
            for name, one in zip(part, found, strict=True):
                spelled[name] = str(one["_source"]["name"]) if one.get("found") else name
        return [spelled[name] for name in names]

    def _read_values(self, facet: str, beginning: str, limit: int) -> tuple[tuple[str, int], ...]:
        include = beginning_pattern(beginning) if beginning.strip() and not BY_NAME[facet].hierarchical else None
        found = self._top(BY_NAME[facet].column, include, limit, {"match_all": {}})
        return tuple((value_of(key), count) for key, count in found)

    def _top(self, field: str, include: str | None, limit: int, query: dict[str, Any]) -> Iterator[tuple[str, int]]:
        terms: dict[str, Any] = {"field": field, "size": max(1, limit), "shard_size": max(1_000, 4 * limit)}
        if include:
            terms["include"] = include
        body = {"size": 0, "query": query, "aggs": {"values": {"terms": terms}}, "track_total_hits": False}
        found = self._client.call("POST", f"/{self._index}/_search", body)
        for bucket in found["aggregations"]["values"]["buckets"]:
            yield bucket["key"], int(bucket["doc_count"])

    def _documents(self, field: str, names: Sequence[str]) -> list[int]:
        return self._count(field, [term_of(name) for name in names])

    def _count(self, field: str, terms: Sequence[str]) -> list[int]:
        """How many articles have each term, as it was when it was first asked for."""
        if len(self._counts) > 10 * KEPT:
            self._counts = {}
        counts = self._counts
        fresh = list(dict.fromkeys(term for term in terms if (field, term) not in counts))
        for start in range(0, len(fresh), TOGETHER):
            part = fresh[start : start + TOGETHER]
            each = {str(place): {"term": {field: term}} for place, term in enumerate(part)}
            body = {"size": 0, "aggs": {"terms": {"filters": {"filters": each}}}, "track_total_hits": False}
            found = self._client.call("POST", f"/{self._index}/_search", body)["aggregations"]["terms"]["buckets"]
            counts |= {(field, term): int(found[str(place)]["doc_count"]) for place, term in enumerate(part)}
        return [counts[field, term] for term in terms]
