"""Finds words near one another, in any order, by their positions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
"""Ascending positions. Those of several documents are so far apart that no window reaches from one into another."""


def windows(words: Sequence[tuple[Places, int]], slop: int) -> Places:
    """The positions at which windows begin that hold every word as often as the query does.

    Every word needs a position of its own; a window is as wide as the query has words, plus `slop`.
    """
    count = sum(times for _, times in words)
    width = count - 1 + slop
    rarest = min((places for places, _ in words), key=len)
    close = [places[_near(places, rarest, width)] for places, _ in words]
    everywhere = np.unique(np.concatenate(close))
    # A window needs as many different positions as there are words, so that none counts for two words.
    starts = everywhere[_within(everywhere, everywhere, width) >= count]
    for places, (_, times) in zip(close, words, strict=True):
        starts = starts[_within(starts, places, width) >= times]
    return starts


def inside(places: Places, starts: Places, words: int, slop: int) -> npt.NDArray[np.bool_]:
    """Which of the positions lie in a window that begins at one of `starts`, for a query of `words` words."""
    if not len(starts):
        return np.zeros(len(places), dtype=bool)
    last = np.searchsorted(starts, places, side="right") - 1
    found: npt.NDArray[np.bool_] = (last >= 0) & (places - starts[last] <= words - 1 + slop)
    return found


def _near(places: Places, others: Places, width: int) -> npt.NDArray[np.bool_]:
    """Which of the positions have one of the others at most `width` before or after them."""
    if not len(others):
        return np.zeros(len(places), dtype=bool)
    next_one = np.searchsorted(others, places - width)
    found: npt.NDArray[np.bool_] = others[np.minimum(next_one, len(others) - 1)] <= places + width
    return found & (next_one < len(others))


def _within(starts: Places, places: Places, width: int) -> Places:
    """How many of the positions lie in the window that begins at each start."""
    found: Places = np.searchsorted(places, starts + width, side="right") - np.searchsorted(places, starts)
    return found
