"""Which story each article belongs to: found among the articles of the days around it, one batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.stories.shingles import BANDS, Keys, Shingles, are_one_story, band_keys

WINDOW = 30
"""Days between two copies of a story at most; bulletins and yearly customs are worded alike for years."""

MOST_COMPARED = 12
"""Candidates that an article is compared with, those first that it meets in most bands."""

_MOST_MET = 40
"""Articles of one band key that are looked at, so many before and behind: more are mostly of one story anyway."""

_UNPLACED = -1


@dataclass(frozen=True, slots=True)
class Known:
    """An article whose story is known: `day` is None for an undated one, which may be of any day."""

    seq: int
    story: int
    day: int | None
    keys: Keys


class Stories:
    """Articles whose stories are known, and new ones put among them.

    A story is named by the number of the article that it began with here. An article that was placed is never moved:
    what is indexed of it stays true.
    """

    def __init__(self, known: Sequence[Known], runs_of: Callable[[int], Shingles]) -> None:
        """`runs_of` gives the shingles of a known article by its number."""
        self._runs_of = runs_of
        self._seqs = [one.seq for one in known]
        self._stories = [one.story for one in known]
        self._days = [one.day for one in known]
        keys = [one.keys for one in known]
        self._keys = np.array(keys, dtype=np.uint32) if keys else np.zeros((0, BANDS), dtype=np.uint32)

    def place(self, articles: Sequence[tuple[int, int | None, Shingles]]) -> list[Known]:
        """The story of each new article, given by number, day and shingles, in their order."""
        keys = [band_keys(runs) for _, _, runs in articles]
        told = [place for place, found in enumerate(keys) if len(found)]
        before = len(self._seqs)
        self._keys = np.concatenate([self._keys, *(keys[place][None, :] for place in told)])
        met = _meetings(self._keys, before)
        runs = {before + number: articles[place][2] for number, place in enumerate(told)}
        stories = {place: seq for place, (seq, _, _) in enumerate(articles)}
        self._seqs += [articles[place][0] for place in told]
        self._days += [articles[place][1] for place in told]
        self._stories += [_UNPLACED] * len(told)
        # The longest first: what was cut meets what it was cut from, not another piece of it.
        for number in sorted(range(len(told)), key=lambda number: -len(articles[told[number]][2])):
            row = before + number
            self._stories[row] = stories[told[number]] = self._story(row, met, runs) or self._seqs[row]
        return [Known(seq, stories[place], day, keys[place]) for place, (seq, day, _) in enumerate(articles)]

    def _story(self, row: int, met: dict[int, Counter[int]], runs: dict[int, Shingles]) -> int | None:
        found = met.get(row, Counter())
        near = [
            other
            for other, _ in found.most_common()
            if self._stories[other] != _UNPLACED and _are_near(self._days[row], self._days[other])
        ]
        best = max(
            ((self._likeness(runs[row], other, runs), -other) for other in near[:MOST_COMPARED]), default=(0.0, 0)
        )
        return self._stories[-best[1]] if best[0] else None

    def _likeness(self, mine: Shingles, other: int, runs: dict[int, Shingles]) -> float:
        theirs = runs[other] if other in runs else self._runs_of(self._seqs[other])
        return are_one_story(mine, theirs)


def _are_near(one: int | None, other: int | None) -> bool:
    return one is None or other is None or abs(one - other) <= WINDOW


def _meetings(keys: npt.NDArray[np.uint32], before: int) -> dict[int, Counter[int]]:
    """For each row from `before` on, the rows that have the same key in some band, and in how many."""
    met: dict[int, Counter[int]] = {}
    for band in range(BANDS):
        column = keys[:, band]
        order = np.argsort(column, kind="stable")
        ordered = column[order]
        same = ordered[1:] == ordered[:-1]
        if not same.any():
            continue
        begins = np.flatnonzero(same & ~np.concatenate(([False], same[:-1])))
        ends = np.flatnonzero(same & ~np.concatenate((same[1:], [False]))) + 2
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
            if order[end - 1] < before:
                continue  # rows ascend within a key: none of them is new
            rows = order[begin:end].tolist()
            for place, row in enumerate(rows):
                if row >= before:
                    around = rows[max(0, place - _MOST_MET) : place] + rows[place + 1 : place + 1 + _MOST_MET]
                    met.setdefault(row, Counter()).update(around)
    return met
