"""The order of hits: by score or by date, ties by date, then by id, so that pages never repeat or lose a hit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search.request import Sort

Keys = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Candidates:
    """All matching documents of a view, as parallel arrays.

    `ranks` gives, for an array of indexes into these arrays, numbers that ascend with the documents' ids. It is asked
    only where scores and dates tie.
    """

    scores: npt.NDArray[np.float32]
    dates: npt.NDArray[np.int64]
    ranks: Callable[[npt.NDArray[np.intp]], npt.NDArray[np.int64]]

    def __len__(self) -> int:
        return len(self.scores)


def top(candidates: Candidates, sort: Sort, count: int) -> npt.NDArray[np.intp]:
    """Indexes of the first `count` candidates in order."""
    primary = _primary(candidates, sort)
    chosen: npt.NDArray[np.intp] = np.arange(len(candidates))
    if count <= 0:
        return chosen[:0]
    chosen = _cut(chosen, primary, count)
    if len(chosen) > count and sort == "relevance":
        # Many with the same score at the edge (a query without words): the dates decide among those first.
        least = primary[chosen].min()
        edge = chosen[primary[chosen] == least]
        sure = chosen[primary[chosen] > least]
        chosen = np.concatenate((sure, _cut(edge, candidates.dates, count - len(sure))))
    keys = (candidates.ranks(chosen), -candidates.dates[chosen], -primary[chosen])
    ordered: npt.NDArray[np.intp] = chosen[np.lexsort(keys)][:count]
    return ordered


def _primary(candidates: Candidates, sort: Sort) -> Keys:
    if sort == "newest":
        return candidates.dates
    if sort == "oldest":
        # Undated articles come last here too.
        undated = candidates.dates == candidates.dates.min(initial=0)
        return np.where(undated & (candidates.dates < -(2**61)), candidates.dates, -candidates.dates)
    # The same score up to float32's rounding is a tie.
    return np.round(candidates.scores.astype(np.float64), 5)


def _cut(chosen: npt.NDArray[np.intp], key: Keys, count: int) -> npt.NDArray[np.intp]:
    """Those among the `count` largest keys, and all that tie with the last of them."""
    if len(chosen) <= count:
        return chosen
    keys = key[chosen]
    least = np.partition(keys, len(keys) - count)[len(keys) - count]
    kept: npt.NDArray[np.intp] = chosen[keys >= least]
    return kept
