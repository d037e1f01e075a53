"""Facet counts, drill-sideways, as aggregations: each facet is counted under the filters of all others.

Each shard gives its own most frequent values, and more of them than are asked for; where a value that matters may have
been left out by one, the answer says by how much a count may be too low.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from index.article.facets import BY_NAME, DATE, UNKNOWN
from index.article.periods import step_of
from index.engines.opensearch.encoding import beginning_pattern, escaped, facet_key, value_of
from search.engines.base import FacetAsk, FacetTally
from search.engines.datelevels import below, listed_dates, opened_by
from search.engines.opensearch.filters import Query, all_of, has

YEARS = 10_000
SHARD_VALUES = 2_000
"""Values that each shard gives at least."""


class FacetCount:
    """The question for one facet, and the counts out of its answer."""

    def __init__(self, ask: FacetAsk, chosen: Sequence[str]) -> None:
        self.ask = ask
        self._chosen = chosen
        self._facet = BY_NAME[ask.name]
        self._by_level = self._facet.hierarchical and not ask.prefix
        self._opened = opened_by((*ask.opened, *chosen)) if self._by_level else set()
        opened = {part for value in self._opened for part in (value, *below(value))}
        self._singly = sorted(opened | {value for value in chosen if value != UNKNOWN})

    def aggregation(self, filters: Mapping[str, Query]) -> dict[str, Any]:
        """The aggregation; `filters` are what is selected, by facet."""
        others = [query for facet, query in filters.items() if facet != self.ask.name]
        inner: dict[str, Any] = {"known": {"filter": has(self.ask.name)}, "values": {"terms": self._terms()}}
        if self._singly:
            column = self._facet.column
            each = {value: {"term": {column: facet_key(self.ask.name, value)}} for value in self._singly}
            inner["singly"] = {"filters": {"filters": each}}
        return {"filter": all_of(others), "aggs": inner}

    def _terms(self) -> dict[str, Any]:
        ask, field = self.ask, self._facet.column
        if self._by_level:
            return {"field": field, "size": YEARS, "include": "[0-9]{4}"}
        size = ask.offset + ask.limit + 1
        terms: dict[str, Any] = {"field": field, "size": size}
        if ask.order == "alphabet":
            terms["order"] = {"_key": "asc"}
        else:
            terms |= {"shard_size": max(SHARD_VALUES, 2 * size), "show_term_doc_count_error": True}
        if ask.prefix:
            terms["include"] = escaped(ask.prefix) + ".*" if self._facet.hierarchical else beginning_pattern(ask.prefix)
        return terms

    def tally(self, answer: Mapping[str, Any]) -> tuple[FacetTally, int]:
        """The counts, and by how many articles one of them may be too low."""
        ask, known, found = self.ask, answer["known"]["doc_count"], answer["values"]
        counts = {value_of(bucket["key"]): bucket["doc_count"] for bucket in found["buckets"]}
        names, truncated, error = self._listed(found, counts)
        counts |= {value: one["doc_count"] for value, one in answer.get("singly", {}).get("buckets", {}).items()}
        if self._by_level:
            years = [name for name in names if step_of(name) == "year"]
            names, truncated = listed_dates(years, self._opened, lambda value: counts.get(value, 0), ask.limit)
        counts[UNKNOWN] = answer["doc_count"] - known
        if ask.name == DATE.name and counts[UNKNOWN] and not ask.prefix:
            names.append(UNKNOWN)
        names += [value for value in self._chosen if value not in names]
        values = tuple((name, counts.get(name, 0)) for name in names)
        return FacetTally(ask.name, known, values, truncated), error

    def _listed(self, found: Mapping[str, Any], counts: Mapping[str, int]) -> tuple[list[str], bool, int]:
        """The values to list, whether there are more, and how far off they may be."""
        names = list(counts)
        if self._by_level:
            return names, False, 0
        end = self.ask.offset + self.ask.limit
        buckets = found["buckets"][self.ask.offset : end]
        listed = max((int(bucket.get("doc_count_error_upper_bound", 0)) for bucket in buckets), default=0)
        # A value that is not listed may have more articles than the last one that is.
        last = int(buckets[-1]["doc_count"]) if buckets else 0
        unlisted = max(0, int(found.get("doc_count_error_upper_bound", 0)) - last) if self.ask.order == "count" else 0
        return names[self.ask.offset : end], len(names) > end, max(listed, unlisted)
