"""Finds the story of each new article among the articles of the days around it, one batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.stories.shingles import BANDS, Keys, Shingles, are_one_story, band_keys

WINDOW = 30
"""The most days between two copies of a story; bulletins and yearly events are worded alike for years."""

MOST_COMPARED = 12
"""The most candidates that an article is compared with; those that share most bands with it come first."""

_MOST_MET = 40
"""How many articles with the same band key are looked at on either side; more are mostly of one story anyway."""

_UNPLACED = -1


@dataclass(frozen=True, slots=True)
class Known:
    """An article whose story is known. `day` is None for an undated one, which may belong to any day."""

    seq: int
    story: int
    day: int | None
    keys: Keys


class Stories:
    """Articles whose stories are known, and the place of new ones among them.

    A story is named by the `seq` of the article that it began with. An article that was placed is never moved to
    another story, so that its document in the index stays true.
    """

    def __init__(self, known: Sequence[Known], runs_of: Callable[[int], Shingles]) -> None:
        """`runs_of` gives the shingles of a known article by its `seq`."""
        self._runs_of = runs_of
        self._seqs = [one.seq for one in known]
        self._stories = [one.story for one in known]
        self._days = [one.day for one in known]
        keys = [one.keys for one in known]
        self._keys = np.array(keys, dtype=np.uint32) if keys else np.zeros((0, BANDS), dtype=np.uint32)

    def place(self, articles: Sequence[tuple[int, int | None, Shingles]]) -> list[Known]:
        """Find the story of each new article, given as `seq`, day and shingles; the answers keep their order."""
        keys = [band_keys(runs) for _, _, runs in articles]
        comparable = [place for place, found in enumerate(keys) if len(found)]
        before = len(self._seqs)
        self._keys = np.concatenate([self._keys, *(keys[place][None, :] for place in comparable)])
        met = _meetings(self._keys, before)
        runs = {before + at: articles[place][2] for at, place in enumerate(comparable)}
        stories = {place: seq for place, (seq, _, _) in enumerate(articles)}
        self._seqs += [articles[place][0] for place in comparable]
        self._days += [articles[place][1] for place in comparable]
        self._stories += [_UNPLACED] * len(comparable)
        # The longest first, so that a shortened copy meets the whole text and not another part of it.
        for at in sorted(range(len(comparable)), key=lambda at: -len(articles[comparable[at]][2])):
            row = before + at
            self._stories[row] = stories[comparable[at]] = self._story(row, met, runs) or self._seqs[row]
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
    """For each row from `before` on, the rows that share a key with it, and in how many bands they do."""
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
