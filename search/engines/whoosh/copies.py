"""Copies of one story among what matched: one of them stands for all, and values are counted once for each story."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.document import UNDATED
from search.engines.whoosh.dictionary import Leaf
from search.engines.whoosh.facetcolumn import Mask, Numbers

Ranks = Callable[[Numbers], Numbers]
"""From places in the view (segment after segment) to numbers that ascend with the ids."""


class Copies:
    """Which documents of a view have living copies: few do, and only these cost anything."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        stories = np.concatenate([leaf.segment.stories[leaf.live] for leaf in leaves] or [np.zeros(0, np.int64)])
        known, counts = np.unique(stories, return_counts=True)
        several = known[counts > 1]
        self.masks: list[Mask] = [np.isin(leaf.segment.stories, several) & leaf.live for leaf in leaves]


@dataclass(frozen=True, slots=True)
class Collapsed:
    """What is left of each segment's matches: the earliest of each story. `copies` counts by place in the view how
    many there were; places that are not in it stand for themselves alone."""

    masks: list[Mask]
    copies: dict[int, int]


def collapsed(
    finals: Sequence[Mask], copies: Copies, leaves: Sequence[Leaf], bases: Sequence[int], ranks: Ranks
) -> Collapsed:
    """Leave the earliest of each story, undated articles counting as the latest; of two, that with the first id."""
    numbers = [np.flatnonzero(final & shared) for final, shared in zip(finals, copies.masks, strict=True)]
    segments = [leaf.segment for leaf in leaves]
    places = np.concatenate([found + base for found, base in zip(numbers, bases, strict=False)])
    if not len(places):
        return Collapsed(list(finals), {})
    stories = np.concatenate([segment.stories[found] for segment, found in zip(segments, numbers, strict=True)])
    dates = np.concatenate([segment.sort_keys[found] for segment, found in zip(segments, numbers, strict=True)])
    dates = np.where(dates == UNDATED, np.iinfo(np.int64).max, dates)
    order = np.lexsort((ranks(places), dates, stories))
    begins = np.flatnonzero(np.diff(stories[order], prepend=stories[order[0]] - 1))
    sizes = np.diff(begins, append=len(order))
    kept = places[order[begins]]
    masks = []
    for final, shared, base in zip(finals, copies.masks, bases, strict=False):
        mask = final & ~shared
        inside = kept[(kept >= base) & (kept < base + len(mask))] - base
        mask[inside] = True
        masks.append(mask)
    return Collapsed(
        masks, {place: size for place, size in zip(kept.tolist(), sizes.tolist(), strict=True) if size > 1}
    )


class Repeats:
    """What is counted too often, since several copies of a story have it: by its number."""

    def __init__(self) -> None:
        self._stories: list[npt.NDArray[np.int64]] = []
        self._numbers: list[npt.NDArray[np.int64]] = []

    def add(self, stories: npt.NDArray[np.int64], numbers: npt.NDArray[np.int64]) -> None:
        """Articles of these stories have these values, one by one."""
        self._stories.append(stories)
        self._numbers.append(numbers)

    def counts(self, length: int) -> npt.NDArray[np.int64]:
        """For each number below `length`, how many articles were counted beyond the first of their stories."""
        if not self._stories:
            return np.zeros(length, dtype=np.int64)
        pairs = np.stack([np.concatenate(self._stories), np.concatenate(self._numbers)])
        once = np.unique(pairs, axis=1)
        every: npt.NDArray[np.int64] = np.bincount(pairs[1], minlength=length)
        return every - np.bincount(once[1], minlength=length)
