"""The order of hits by arithmetic: ties, and the lift of recent articles."""

from __future__ import annotations

import numpy as np
import pytest

from index.document import UNDATED
from search.engines.weights import FRESHNESS, HALF_LIFE
from search.engines.whoosh.ranking import Candidates, top

NEWEST = 1_700_000_000


def order(scores, ages, sort="relevance", count=10):
    dates = [UNDATED if age is None else NEWEST - int(age * HALF_LIFE) for age in ages]
    candidates = Candidates(
        np.array(scores, np.float32), np.array(dates, np.int64), lambda chosen: chosen.astype(np.int64), NEWEST
    )
    return top(candidates, sort, count).tolist()


@pytest.mark.parametrize(
    ("scores", "ages", "plain", "fresh"),
    [
        ([1.0, 1.0], [2, 0], [1, 0], [1, 0]),
        ([1.1, 1.0], [5, 0], [0, 1], [1, 0]),
        ([1.3, 1.0], [5, 0], [0, 1], [0, 1]),
        ([1.0, 1.0], [None, 20], [1, 0], [1, 0]),
        ([1.1, 1.0], [None, 0], [0, 1], [1, 0]),
        ([1.0, 1.0], [-9, 0], [0, 1], [0, 1]),
        ([0.0, 0.0, 0.0], [None, 3, 1], [2, 1, 0], [2, 1, 0]),
    ],
)
def test_fresh_against_relevance(scores, ages, plain, fresh):
    assert order(scores, ages) == plain
    assert order(scores, ages, "fresh") == fresh


def test_the_lift_halves_each_year_and_never_passes_its_share():
    better = 1 + FRESHNESS
    assert order([better + 0.01, 1.0], [50, 0], "fresh") == [0, 1]
    assert order([1 + FRESHNESS / 2 + 0.01, 1.0], [50, 1], "fresh") == [0, 1]
    assert order([1 + FRESHNESS / 2 - 0.01, 1.0], [50, 1], "fresh") == [1, 0]


@pytest.mark.parametrize("sort", ["relevance", "fresh", "newest", "oldest"])
@pytest.mark.parametrize("count", [1, 3, 10, 100])
def test_the_first_are_the_beginning_of_all(sort, count):
    chance = np.random.default_rng(7)
    scores = chance.integers(0, 3, 60).astype(float).tolist()
    ages = [None if n == 3 else float(n) for n in chance.integers(0, 4, 60)]
    assert order(scores, ages, sort, count) == order(scores, ages, sort, 1000)[:count]
