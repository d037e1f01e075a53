"""Windows of words near one another, against going through every window."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from search.query.proximity import inside, windows

PLACES = st.lists(st.integers(0, 30), max_size=10, unique=True).map(sorted)
WORDS = st.lists(st.tuples(PLACES, st.integers(1, 2)), min_size=1, max_size=3)


def holds(window: set[int], words: list[tuple[list[int], int]]) -> bool:
    """Whether each word finds places of its own among those of a window."""
    wanted = [places for places, times in words for _ in range(times)]
    choices = itertools.product(*([p for p in places if p in window] for places in wanted))
    return any(len(set(choice)) == len(choice) for choice in choices)


@settings(max_examples=300, deadline=None)
@given(WORDS, st.integers(0, 6))
def test_windows_of_words_that_share_no_place(words, slop):
    taken: set[int] = set()
    apart = []
    for places, times in words:
        apart.append(([p for p in places if p not in taken], times))
        taken |= set(places)
    width = sum(times for _, times in apart) - 1 + slop
    found = windows([(np.array(places, np.int64), times) for places, times in apart], slop).tolist()
    everywhere = sorted({p for places, _ in apart for p in places})
    assert found == [start for start in everywhere if holds(set(range(start, start + width + 1)), apart)]


def test_one_place_does_not_stand_for_two_words():
    same = np.array([3], np.int64)
    assert windows([(same, 1), (same.copy(), 1)], 5).tolist() == []
    assert windows([(np.array([3, 4]), 1), (np.array([3]), 1)], 5).tolist() == [3]


def test_what_lies_inside():
    places = np.array([1, 4, 9, 20])
    assert inside(places, np.array([3, 9]), 2, 1).tolist() == [False, True, True, False]
    assert inside(places, np.array([], np.int64), 2, 1).tolist() == [False] * 4
