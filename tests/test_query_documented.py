"""Every example of the query language that the documentation shows finds something in the sample archive."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from search.query import And, FacetIs, Fuzzy, Not, Or, Phrase, Prefix, Published, Title, Word, parse
from search.request import SearchRequest
from web.parts.helptext import examples

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = (ROOT / "search" / "query" / "README.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def queries(text: str, heading: str) -> list[list[str]]:
    """The queries of a table, row by row: what stands in backticks in its first column."""
    table = text.split(heading + "\n", 1)[1].split("\n\n", 1)[0]
    rows = (row.split(" | ")[0] for row in table.splitlines()[1:])
    return [[query.replace("\\|", "|") for query in re.findall(r"`([^`]+)`", row)] for row in rows]


ROWS = queries(LANGUAGE, "| typed | finds articles |")
SHOWN = [query for row in ROWS for query in row]
TOLD_FIRST = [
    query
    for heading in ("| typed | finds articles |", "| sorgu | bulduğu haberler |")
    for row in queries(README, heading)
    for query in row
]
"""What the README shows of it, in English and in Turkish."""


@pytest.mark.parametrize("query", [*dict.fromkeys([*SHOWN, *TOLD_FIRST, *examples("tr"), *examples("en")])])
def test_an_example_finds_something(sample_engine, query):
    results = sample_engine.search(SearchRequest(text=query), facet_limit=0)
    assert 0 < results.total < sample_engine.status().documents


@pytest.mark.parametrize("row", [ROWS[i] for i in (0, 3, 4)], ids=str)
def test_the_spellings_of_an_operator_mean_the_same(row):
    assert len({parse(query) for query in row}) == 1


def kinds(node) -> set[type]:
    parts = getattr(node, "parts", None) or ((node.part,) if hasattr(node, "part") else ())
    return {type(node)}.union(*map(kinds, parts))


def test_everything_that_can_be_typed_is_shown():
    everything = {And, FacetIs, Fuzzy, Not, Or, Phrase, Prefix, Published, Title, Word}
    for shown in (SHOWN, examples("tr"), examples("en")):
        assert set().union(*(kinds(parse(query)) for query in shown)) == everything
    for shown in (SHOWN, examples("tr")):
        assert any("VEYA" in query for query in shown)


def test_the_limits_are_those_of_the_program():
    from index.article.facets import FACETS
    from search.query.parse import MAX_CLAUSES, MAX_NESTING, MAX_SLOP, NEAR
    from search.query.resolve import MAX_EXPANSIONS, MIN_PREFIX
    from search.request import MAX_TEXT

    limits = LANGUAGE.split("Operators are words in capitals only.", 1)[1].split("\n\n", 1)[0].replace("\n", " ")
    for told in (
        f"{MAX_TEXT:,} characters",
        f"{MAX_CLAUSES} words,",
        f"{MAX_NESTING} levels",
        f"{MAX_EXPANSIONS:,} words that begin alike",
        f"{MAX_SLOP} words between",
    ):
        assert told in limits
    assert (NEAR, MIN_PREFIX) == (5, 2)
    assert all(any(query.startswith(f"{facet.name}:") for query in SHOWN) for facet in FACETS)
