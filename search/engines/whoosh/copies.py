"""Copies of a story among the matches: one of them stands for all, and facets count each story once.

A *place* is the position of a document in the view: its doc id plus the doc counts of the segments before its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.document import UNDATED
from index.engines.whoosh.termcolumns import Integers
from search.engines.whoosh.dictionary import SegmentLeaf
from search.engines.whoosh.facetcolumn import Mask

Ranks = Callable[[Integers], Integers]
"""Gives, for an array of places, integers that ascend with the ids of the articles."""


class Copies:
    """The documents of a view that have living copies, as a mask for each segment; few have any."""

    def __init__(self, leaves: Sequence[SegmentLeaf]) -> None:
        stories = np.concatenate([leaf.segment.stories[leaf.live] for leaf in leaves] or [np.zeros(0, np.int64)])
        known, counts = np.unique(stories, return_counts=True)
        several = known[counts > 1]
        self.masks: list[Mask] = [np.isin(leaf.segment.stories, several) & leaf.live for leaf in leaves]


@dataclass(frozen=True, slots=True)
class Collapsed:
    """The matches that are left when each story has one, as a mask for each segment.

    `copies` says, by the place of a match that is left, how many articles of its story matched; a match that is the
    only one of its story is not in it.
    """

    masks: list[Mask]
    copies: dict[int, int]


def collapsed(
    finals: Sequence[Mask], copies: Copies, leaves: Sequence[SegmentLeaf], bases: Sequence[int], ranks: Ranks
) -> Collapsed:
    """Leave the earliest match of each story.

    An undated article counts as later than any other. Of several with the same date the one with the first id stays.
    """
    docs = [np.flatnonzero(final & shared) for final, shared in zip(finals, copies.masks, strict=True)]
    segments = [leaf.segment for leaf in leaves]
    places = np.concatenate([found + base for found, base in zip(docs, bases, strict=False)])
    if not len(places):
        return Collapsed(list(finals), {})
    stories = np.concatenate([segment.stories[found] for segment, found in zip(segments, docs, strict=True)])
    dates = np.concatenate([segment.sort_keys[found] for segment, found in zip(segments, docs, strict=True)])
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
    """How often the copies of stories make a facet value count more than once, by the value's ordinal."""

    def __init__(self) -> None:
        self._stories: list[npt.NDArray[np.int64]] = []
        self._ordinals: list[npt.NDArray[np.int64]] = []

    def add(self, stories: npt.NDArray[np.int64], ordinals: npt.NDArray[np.int64]) -> None:
        """Add pairs of a story and the ordinal of a value that an article of the story has, as parallel arrays."""
        self._stories.append(stories)
        self._ordinals.append(ordinals)

    def counts(self, length: int) -> npt.NDArray[np.int64]:
        """By ordinal below `length`, how many articles with the value there are beyond the first of each story."""
        if not self._stories:
            return np.zeros(length, dtype=np.int64)
        pairs = np.stack([np.concatenate(self._stories), np.concatenate(self._ordinals)])
        once = np.unique(pairs, axis=1)
        every: npt.NDArray[np.int64] = np.bincount(pairs[1], minlength=length)
        return every - np.bincount(once[1], minlength=length)
