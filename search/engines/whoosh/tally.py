"""Facet counts, drill-sideways: OR within a facet, AND between facets, each counted without its own filter.

Semantics after Lucene's DrillSideways. Counts are exact, over everything that matched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from index.facets import BY_NAME, UNKNOWN
from index.turkish import fold, sort_key
from search.engines.base import FacetAsk, FacetTally
from search.engines.whoosh.segment import FacetColumn, FacetValues, Mask, Segment

Counts = npt.NDArray[np.int64]


def filter_mask(segment: Segment, values: FacetValues, facet: str, chosen: Sequence[str]) -> Mask:
    """The documents with at least one of the chosen values; `unknown` stands for having none."""
    column = segment.facets[facet]
    mask = np.zeros(segment.count, dtype=bool)
    numbers = [number for value in chosen if (number := values.get(value)) is not None]
    if numbers:
        mask[column.docs[np.isin(column.ordinals, numbers)]] = True
    if UNKNOWN in chosen:
        mask |= ~column.has_value
    return mask


class Tally:
    """Counts one facet over segments."""

    def __init__(self, values: FacetValues) -> None:
        self._values = values
        self._counts: Counts = np.zeros(len(values), dtype=np.int64)
        self._documents = 0
        self._unknown = 0

    def add(self, column: FacetColumn, mask: Mask) -> None:
        """Count the documents of a segment that are in the mask."""
        chosen = column.ordinals[mask[column.docs]]
        if len(chosen):
            self._counts += np.bincount(chosen, minlength=len(self._counts))[: len(self._counts)]
        matching = int(np.count_nonzero(mask))
        known = int(np.count_nonzero(mask & column.has_value))
        self._documents += known
        self._unknown += matching - known

    def result(self, ask: FacetAsk, chosen: Sequence[str]) -> FacetTally:
        """The values that were asked for; chosen ones are always among them, with a count of 0 if need be."""
        wanted = self._opened(ask) if BY_NAME[ask.name].hierarchical else self._flat(ask)
        if ask.name == "date" and self._unknown and not ask.prefix:
            wanted[0].append(UNKNOWN)
        names, truncated = wanted
        names += [value for value in chosen if value not in names]
        counted = tuple((name, self._count(name)) for name in names)
        return FacetTally(ask.name, self._documents, counted, truncated)

    def _count(self, name: str) -> int:
        if name == UNKNOWN:
            return self._unknown
        number = self._values.get(name)
        return 0 if number is None or number >= len(self._counts) else int(self._counts[number])

    def _flat(self, ask: FacetAsk) -> tuple[list[str], bool]:
        numbers = np.flatnonzero(self._counts)
        if ask.prefix:
            numbers = numbers[[self._fits(int(number), ask.prefix) for number in numbers]]
        return self._most_frequent(numbers, ask.limit)

    def _fits(self, number: int, prefix: str) -> bool:
        return f" {prefix}" in " " + fold(self._values.names[number])

    def _most_frequent(self, numbers: npt.NDArray[np.int64], limit: int) -> tuple[list[str], bool]:
        """The `limit` most frequent values, equally frequent ones in Turkish alphabetical order."""
        truncated = len(numbers) > limit
        if truncated:
            counts = self._counts[numbers]
            least = np.partition(counts, len(counts) - limit)[len(counts) - limit]
            numbers = numbers[counts >= least]
        names = self._values.names
        ordered = sorted(numbers.tolist(), key=lambda n: (-int(self._counts[n]), sort_key(names[n]), names[n]))
        return [names[number] for number in ordered[:limit]], truncated

    def _opened(self, ask: FacetAsk) -> tuple[list[str], bool]:
        """Years, and what lies below opened values; newest first, months and days after their year."""
        names = self._values.names
        live = [names[number] for number in np.flatnonzero(self._counts).tolist()]
        years = sorted((name for name in live if len(name) == 4), reverse=True)
        truncated = len(years) > ask.limit
        if truncated:
            kept = set(sorted(years, key=lambda year: (-self._count(year), year))[: ask.limit])
            years = [year for year in years if year in kept]
        dates = [value for value in ask.opened if value != UNKNOWN]
        opened = {value[:length] for value in dates for length in (4, 7) if length <= len(value)}
        below = [name for name in live if len(name) > 4 and name[:-3] in opened]
        listed = {*years, *below, *(value for value in opened if self._count(value))}
        # A value sorts before what it holds, and later dates before earlier ones.
        return sorted(listed, key=_newest_first), truncated


def _newest_first(value: str) -> tuple[int, ...]:
    parts = [-int(part) for part in value.split("-")]
    return tuple(parts + [-99] * (3 - len(parts)))


def tallies(
    asks: Sequence[FacetAsk],
    values: Mapping[str, FacetValues],
    chosen: Mapping[str, Sequence[str]],
    parts: Sequence[tuple[Segment, Mask, Mapping[str, Mask]]],
) -> tuple[FacetTally, ...]:
    """Count all facets. `parts` are segments with the mask of everything but facet filters, and each filter's mask."""
    found = []
    for ask in asks:
        tally = Tally(values[ask.name])
        for segment, base, filters in parts:
            mask = base
            for facet, allowed in filters.items():
                if facet != ask.name:
                    mask = mask & allowed
            tally.add(segment.facets[ask.name], mask)
        found.append(tally.result(ask, chosen.get(ask.name, ())))
    return tuple(found)
