"""Words near one another, in any order, by where they stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
"""Ascending positions; of several documents, far enough apart that no window reaches from one into another."""


def windows(words: Sequence[Places], slop: int) -> Places:
    """Where windows begin that hold each of the words in a place of its own with at most `slop` other places.

    A word that is asked for twice is given twice.
    """
    width = len(words) - 1 + slop
    starts = np.unique(np.concatenate(words))
    # As many different places as words: no place stands for two.
    starts = starts[_within(starts, starts, width) >= len(words)]
    asked: dict[bytes, int] = {}
    for places in words:
        key = places.tobytes()
        asked[key] = asked.get(key, 0) + 1
        if len(starts):
            starts = starts[_within(starts, places, width) >= asked[key]]
    return starts


def inside(places: Places, starts: Places, words: int, slop: int) -> npt.NDArray[np.bool_]:
    """Which places lie in one of the windows."""
    if not len(starts):
        return np.zeros(len(places), dtype=bool)
    last = np.searchsorted(starts, places, side="right") - 1
    found: npt.NDArray[np.bool_] = (last >= 0) & (places - starts[last] <= words - 1 + slop)
    return found


def _within(starts: Places, places: Places, width: int) -> Places:
    """How many places lie in the window that begins at each start."""
    found: Places = np.searchsorted(places, starts + width, side="right") - np.searchsorted(places, starts)
    return found
