"""Every example of the query language that the documentation shows finds something in the sample archive."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from search.query import And, FacetIs, Fuzzy, Not, Or, Phrase, Prefix, Published, Title, Word, parse
from search.request import SearchRequest
from web.parts.helptext import examples

README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
TABLE = README.split("| typed | finds articles |\n", 1)[1].split("\n\n", 1)[0]
ROWS = [re.findall(r"`([^`]+)`", row.split(" | ")[0]) for row in TABLE.splitlines()[1:]]
SHOWN = [query.replace("\\|", "|") for row in ROWS for query in row]


@pytest.mark.parametrize("query", [*SHOWN, *examples("tr"), *examples("en")])
def test_an_example_finds_something(sample_engine, query):
    results = sample_engine.search(SearchRequest(text=query), facet_limit=0)
    assert 0 < results.total < sample_engine.status().documents


@pytest.mark.parametrize("row", [[q.replace("\\|", "|") for q in ROWS[i]] for i in (0, 3, 4)], ids=str)
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
    from index.facets import FACETS
    from search.query.parse import MAX_CLAUSES, MAX_NESTING, MAX_SLOP, NEAR
    from search.query.resolve import MAX_EXPANSIONS, MIN_PREFIX
    from search.request import MAX_TEXT

    limits = README.split("Operators are words in capitals only.", 1)[1].split("\n\n", 1)[0].replace("\n", " ")
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
