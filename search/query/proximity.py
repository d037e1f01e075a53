"""Words near one another, in any order, by where they stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
"""Ascending positions; of several documents, far enough apart that no window reaches from one into another."""


def windows(words: Sequence[tuple[Places, int]], slop: int) -> Places:
    """Where windows begin that hold each word as often as it is asked for, with at most `slop` other places among them.

    Every word has a place of its own.
    """
    count = sum(times for _, times in words)
    width = count - 1 + slop
    rarest = min((places for places, _ in words), key=len)
    close = [places[_near(places, rarest, width)] for places, _ in words]
    everywhere = np.unique(np.concatenate(close))
    # As many different places as words: no place stands for two.
    starts = everywhere[_within(everywhere, everywhere, width) >= count]
    for places, (_, times) in zip(close, words, strict=True):
        starts = starts[_within(starts, places, width) >= times]
    return starts


def inside(places: Places, starts: Places, words: int, slop: int) -> npt.NDArray[np.bool_]:
    """Which places lie in one of the windows of so many words."""
    if not len(starts):
        return np.zeros(len(places), dtype=bool)
    last = np.searchsorted(starts, places, side="right") - 1
    found: npt.NDArray[np.bool_] = (last >= 0) & (places - starts[last] <= words - 1 + slop)
    return found


def _near(places: Places, others: Places, width: int) -> npt.NDArray[np.bool_]:
    """Which places have one of the others within the width, before or after."""
    if not len(others):
        return np.zeros(len(places), dtype=bool)
    next_one = np.searchsorted(others, places - width)
    found: npt.NDArray[np.bool_] = others[np.minimum(next_one, len(others) - 1)] <= places + width
    return found & (next_one < len(others))


def _within(starts: Places, places: Places, width: int) -> Places:
    """How many places lie in the window that begins at each start."""
    found: Places = np.searchsorted(places, starts + width, side="right") - np.searchsorted(places, starts)
    return found
