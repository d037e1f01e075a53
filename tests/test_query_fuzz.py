"""Whatever is typed is answered, or refused with a message: through the whole search, suggestions and spelling.

A few here; `tests/bench/bench_typed.py` asks twenty thousand.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from typed_queries import TYPED

from index.errors import RequestError
from search.query import parse, read_as
from search.request import SearchRequest

FUNCTION_SCOPED = [HealthCheck.function_scoped_fixture]


def told(refused: RequestError) -> None:
    assert refused.remedy
    assert refused.code != "invalid"


@settings(max_examples=60, deadline=None, suppress_health_check=FUNCTION_SCOPED)
@given(TYPED)
@example("\ud800")
@example('"' + "ve " * 60 + '"~15')
@example(" ".join(f"k{letter}*" for letter in "abcdefgh"))
@example(" ".join(["deprem~"] * 9))
@example("kişi:" * 19 + "a")
def test_nothing_that_is_typed_is_an_error_of_ours(sample_engine, text):
    sample_engine.suggest(text)
    try:
        asked = SearchRequest.from_params({"q": [text]})
        results = sample_engine.search(asked, facet_limit=0)
    except RequestError as refused:
        told(refused)
        return
    assert results.total >= len(results.hits)
    if not results.relaxed:
        assert results.read_as == read_as(parse(results.read_as))


@pytest.mark.parametrize("match", ["all", "any", "auto"])
def test_what_costs_most_is_refused_or_answered(sample_engine, match):
    long = " ".join(["ve bir bu"] * 21)
    for text in (long, f'"{long}"', f'"{long}"~15', "(" * 20 + long + ")" * 20, " OR ".join(long.split())):
        assert sample_engine.search(SearchRequest(text=text, match=match), facet_limit=0).total >= 0
    for text in (" ".join(f"{a}{b}*" for a in "bdkst" for b in "aeıiou"), " ".join(f"deprem{n}~" for n in range(9))):
        with pytest.raises(RequestError):
            sample_engine.search(SearchRequest(text=text, match=match))
