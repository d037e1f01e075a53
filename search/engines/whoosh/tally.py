"""Facet counts, drill-sideways: OR within a facet, AND between facets, each counted without its own filter.

Semantics after Lucene's DrillSideways. Counts are exact, over everything that matched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from index.article.facets import BY_NAME, DATE, UNKNOWN
from index.article.periods import STEPS, periods_of
from search.engines.base import FacetAsk, FacetTally
from search.engines.datelevels import listed_dates, opened_by
from search.engines.whoosh.copies import Copies, Repeats
from search.engines.whoosh.facetcolumn import Chosen, FacetColumns, Mask
from search.engines.whoosh.facetvalues import FacetValues
from search.engines.whoosh.ranking import largest
from search.engines.whoosh.segment import NO_DAY, Segment

Counts = npt.NDArray[np.int64]

MANY = 20
"""A filter with more values than this is evaluated in one pass over the column."""


def filter_mask(segment: Segment, values: FacetValues, facet: str, chosen: Sequence[str]) -> Mask:
    """The documents with at least one of the chosen values; `unknown` stands for having none."""
    mask = np.zeros(segment.doc_count, dtype=bool)
    found = [(value, ordinal) for value in chosen if (ordinal := values.get(value)) is not None]
    if len(found) > MANY and not BY_NAME[facet].hierarchical:
        wanted = np.zeros(len(values), dtype=bool)
        wanted[[ordinal for _, ordinal in found]] = True
        mask |= segment.facets[facet].levels[0].holders_of_any(wanted)
    else:
        for value, ordinal in found:
            mask |= segment.holders(facet, value, ordinal)
    if UNKNOWN in chosen:
        mask |= ~segment.facets[facet].has_value
    return mask


def between(segment: Segment, first: date | None, last: date | None) -> Mask:
    """Documents published between two days; undated ones only if neither is given."""
    days = segment.days
    mask = np.ones(segment.doc_count, dtype=bool)
    if first or last:
        mask &= days != NO_DAY
    if first:
        mask &= days >= first.toordinal()
    if last:
        mask &= days <= last.toordinal()
    return mask


class Tally:
    """Counts one facet over segments."""

    def __init__(self, values: FacetValues, ask: FacetAsk, chosen: Sequence[str]) -> None:
        self._values = values
        self._ask = ask
        self._chosen = chosen
        self._hierarchical = BY_NAME[ask.name].hierarchical
        self._counts: Counts = np.zeros(len(values), dtype=np.int64)
        self._documents = 0
        self._unknown = 0
        self._opened = opened_by((*ask.opened, *chosen)) if self._hierarchical else set()
        self._depth = self._levels()
        self._repeats = [Repeats() for _ in range(self._depth)]
        self._known_repeats = Repeats()

    def _levels(self) -> int:
        """How many levels are counted: years, and below an opened value the next."""
        if not self._hierarchical:
            return 1
        if self._ask.prefix:
            return len(STEPS)
        return min(len(STEPS), 1 + max((len(periods_of(value)) for value in self._opened), default=0))

    def add(self, columns: FacetColumns, chosen: Chosen) -> None:
        """Count the chosen documents of a segment."""
        for column in columns.levels[: self._depth]:
            found = column.tally(chosen)
            if len(found):
                counts = np.bincount(found)
                self._counts[: len(counts)] += counts
        has_value = columns.has_value
        known = int(np.count_nonzero(has_value[chosen.docs] if chosen.few else has_value & chosen.mask))
        self._documents += known
        self._unknown += chosen.size - known

    def add_copies(self, columns: FacetColumns, docs: npt.NDArray[np.intp], stories: Counts) -> None:
        """Note the counted documents that have copies; `stories` are theirs, in the same order."""
        for column, repeats in zip(columns.levels, self._repeats, strict=False):
            indexes, ordinals = column.pairs(docs)
            repeats.add(stories[indexes], ordinals)
        self._known_repeats.add(stories, columns.has_value[docs].astype(np.int64))

    def count_stories(self) -> None:
        """Count each story once, however many of its articles have a value."""
        for repeats in self._repeats:
            self._counts -= repeats.counts(len(self._counts))
        without, known = self._known_repeats.counts(2).tolist()
        self._documents -= known
        self._unknown -= without

    def result(self) -> FacetTally:
        """The values that were asked for, and always the selected ones, even with a count of 0."""
        ask = self._ask
        counted, truncated = self._dates() if self._hierarchical and not ask.prefix else self._flat()
        if ask.name == DATE.name and self._unknown and not ask.prefix:
            counted[UNKNOWN] = self._unknown
        for value in self._chosen:
            counted.setdefault(value, self._count(value))
        return FacetTally(ask.name, self._documents, tuple(counted.items()), truncated)

    def _count(self, name: str) -> int:
        if name == UNKNOWN:
            return self._unknown
        ordinal = self._values.get(name)
        return 0 if ordinal is None or ordinal >= len(self._counts) else int(self._counts[ordinal])

    def _flat(self) -> tuple[dict[str, int], bool]:
        ask, names = self._ask, self._values.names
        if self._hierarchical:
            ordinals = [ordinal for ordinal, name in enumerate(names) if name.startswith(ask.prefix)]
            found = np.array([ordinal for ordinal in ordinals if self._counts[ordinal]], dtype=np.int64)
        elif ask.prefix:
            found = self._values.beginning(ask.prefix)
            found = found[found < len(self._counts)]
            found = found[self._counts[found] > 0]
        else:
            found = np.flatnonzero(self._counts)
        ordered = self._ordered(found, ask.offset + ask.limit)[ask.offset :]
        listed = map(names.__getitem__, ordered.tolist())
        counted = dict(zip(listed, self._counts[ordered].tolist(), strict=True))
        return counted, len(found) > ask.offset + ask.limit

    def _ordered(self, ordinals: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
        """The first `count` ordinals in the order that was asked for."""
        ranks = self._values.ranks
        if self._ask.order == "alphabet":
            return ordinals[np.argsort(ranks[ordinals])][:count]
        if count > 0:
            ordinals = largest(ordinals, self._counts, count)
        return ordinals[np.lexsort((ranks[ordinals], -self._counts[ordinals]))][:count]

    def _dates(self) -> tuple[dict[str, int], bool]:
        """The years and the parts of opened dates, the newest first."""
        ask = self._ask
        ordinals = self._values.years()
        ordinals = ordinals[ordinals < len(self._counts)]
        years = [self._values.names[ordinal] for ordinal in ordinals[self._counts[ordinals] > 0].tolist()]
        names, truncated = listed_dates(years, self._opened, self._count, ask.limit)
        return {name: self._count(name) for name in names}, truncated


def tallies(
    asks: Sequence[FacetAsk],
    values: Mapping[str, FacetValues],
    chosen: Mapping[str, Sequence[str]],
    parts: Sequence[tuple[Segment, Mask, Mapping[str, Mask]]],
    copies: Copies | None = None,
) -> tuple[FacetTally, ...]:
    """Count all facets. `parts` are segments with the mask of everything but facet filters, and each filter's mask.

    With `copies`, stories are counted instead of articles.
    """
    counts = [Tally(values[ask.name], ask, chosen.get(ask.name, ())) for ask in asks]
    for place, (segment, base, filters) in enumerate(parts):
        everywhere = Chosen(base if not filters else np.logical_and.reduce([base, *filters.values()]))
        for ask, tally in zip(asks, counts, strict=True):
            others = [allowed for facet, allowed in filters.items() if facet != ask.name]
            narrowed = everywhere if len(others) == len(filters) else Chosen(np.logical_and.reduce([base, *others]))
            tally.add(segment.facets[ask.name], narrowed)
            if copies:
                docs = np.flatnonzero(narrowed.mask & copies.masks[place])
                tally.add_copies(segment.facets[ask.name], docs, segment.stories[docs])
    if copies:
        for tally in counts:
            tally.count_stories()
    return tuple(tally.result() for tally in counts)
