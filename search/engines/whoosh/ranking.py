"""The order of hits: by score or by date, ties by date, then by id, so that pages never repeat or lose a hit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search.engines.weights import FRESHNESS, HALF_LIFE
from search.request import Sort

Keys = npt.NDArray[Any]
Indexes = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Candidates:
    """All matching documents of a view, as parallel arrays.

    `ranks` gives, for an array of indexes into these arrays, integers that ascend with the documents' ids. It is asked
    only where scores and dates tie. `newest` is the date that `fresh` counts from.
    """

    scores: npt.NDArray[np.float32]
    dates: npt.NDArray[np.int64]
    ranks: Callable[[npt.NDArray[np.intp]], npt.NDArray[np.int64]]
    newest: int

    def __len__(self) -> int:
        return len(self.scores)


def top(candidates: Candidates, sort: Sort, count: int) -> npt.NDArray[np.intp]:
    """Indexes of the first `count` candidates in order."""
    primary = _primary(candidates, sort)
    chosen: npt.NDArray[np.intp] = np.arange(len(candidates))
    if count <= 0:
        return chosen[:0]
    chosen = largest(chosen, primary, count)
    if len(chosen) > count and sort in ("relevance", "fresh"):
        # Many with the same score at the edge (a query without words): the dates decide among those first.
        least = primary[chosen].min()
        edge = chosen[primary[chosen] == least]
        sure = chosen[primary[chosen] > least]
        chosen = np.concatenate((sure, largest(edge, candidates.dates, count - len(sure))))
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
    scores = candidates.scores.astype(np.float64)
    if sort == "fresh":
        ages = np.maximum(0, candidates.newest - candidates.dates.astype(np.float64))
        scores *= 1 + FRESHNESS * np.exp2(-ages / HALF_LIFE)
    # The same score up to float32's rounding is a tie.
    return np.round(scores, 5)


def largest(chosen: Indexes, key: Keys, count: int) -> Indexes:
    """Those among the `count` largest keys, at least one, and all that tie with the last of them."""
    if len(chosen) <= count:
        return chosen
    keys = key[chosen]
    least = np.partition(keys, len(keys) - count)[len(keys) - count]
    kept: Indexes = chosen[keys >= least]
    return kept
