"""Filters as queries that let articles through or not and add nothing to a score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from index.article.facets import BY_NAME, UNKNOWN
from index.engines.opensearch.encoding import facet_key
from search.engines.base import Scope

Query = dict[str, Any]

EVERYTHING: Query = {"match_all": {}}
NOTHING: Query = {"match_none": {}}


def all_of(filters: Sequence[Query]) -> Query:
    """Articles that pass all of some filters; they score 0."""
    return {"bool": {"filter": list(filters) or [EVERYTHING]}}


def any_of(filters: Sequence[Query]) -> Query:
    """Articles that pass at least one of some filters."""
    return {"bool": {"should": list(filters), "minimum_should_match": 1}} if filters else NOTHING


def none_of(filters: Sequence[Query]) -> Query:
    """Articles that pass none of some filters."""
    return {"bool": {"must_not": list(filters)}}


def has(facet: str) -> Query:
    """Articles with any value in a facet."""
    return {"exists": {"field": BY_NAME[facet].column}}


def having(facet: str, values: Iterable[str]) -> Query:
    """Articles with at least one of the values in a facet; `unknown` stands for having none."""
    wanted = list(values)
    keys = [facet_key(facet, value) for value in wanted if value != UNKNOWN]
    found: list[Query] = [{"terms": {BY_NAME[facet].column: keys}}] if keys else []
    if UNKNOWN in wanted:
        found.append(none_of([has(facet)]))
    return found[0] if len(found) == 1 else any_of(found)


def published(first: date | None, last: date | None) -> list[Query]:
    """Articles published between two days; undated ones only if neither is given."""
    edges = {"gte": first.toordinal() if first else None, "lte": last.toordinal() if last else None}
    found = {name: day for name, day in edges.items() if day is not None}
    return [{"range": {"day": found}}] if found else []


def base_filters(scope: Scope) -> list[Query]:
    """Everything of a scope but what is selected in facets."""
    excluded = [having(facet, values) for facet, values in scope.excluded]
    return published(scope.date_from, scope.date_to) + ([none_of(excluded)] if excluded else [])


def selected_filters(scope: Scope) -> dict[str, Query]:
    """What is selected, by facet."""
    return {facet: having(facet, values) for facet, values in scope.selected}
