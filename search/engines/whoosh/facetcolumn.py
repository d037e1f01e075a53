"""Which documents of a segment have which values of a facet, as arrays for counting and filtering."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.article.facets import unpack
from index.article.periods import STEPS, periods_of
from index.engines.whoosh.blocks import Ids
from index.engines.whoosh.termcolumns import Integers
from search.engines.whoosh.facetvalues import FacetValues

Mask = npt.NDArray[np.bool_]

_NONE = -1

FEW = 8
"""If fewer than one in so many documents are chosen, their values are picked out one document at a time."""


class Chosen:
    """Some documents of a segment: a mask, and their doc ids once somebody needs them."""

    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    @cached_property
    def size(self) -> int:
        """How many documents there are."""
        return int(np.count_nonzero(self.mask))

    @cached_property
    def docs(self) -> npt.NDArray[np.intp]:
        """Their doc ids, ascending."""
        return np.flatnonzero(self.mask)

    @property
    def few(self) -> bool:
        """Whether they are less than one in `FEW` of the segment's documents."""
        return self.size * FEW < len(self.mask)


class Column(Protocol):
    """The values of a facet, or of one level of a hierarchical one."""

    def tally(self, chosen: Chosen) -> Ids:
        """The ordinals of the chosen documents' values, each as often as it occurs."""
        ...

    def pairs(self, docs: Integers) -> tuple[Integers, Integers]:
        """The values of some documents: parallel arrays of the index in `docs` and the ordinal."""
        ...

    def holders(self, ordinal: int) -> Mask:
        """The documents that have the value with this ordinal."""
        ...

    def of(self, doc: int) -> list[int]:
        """The ordinals of one document's values, in the order in which they are stored."""
        ...

    def holders_of_any(self, wanted: Mask) -> Mask:
        """The documents with at least one value that is wanted; `wanted` is a mask by ordinal."""
        ...


@dataclass(frozen=True, slots=True)
class SingleColumn:
    """At most one value each: `codes` are ordinals by doc id, one more than the ordinal, 0 for none."""

    codes: Ids

    def tally(self, chosen: Chosen) -> Ids:
        """The ordinals of the chosen documents' values."""
        codes = self.codes[chosen.docs] if chosen.few else self.codes[chosen.mask]
        return codes[codes > 0] - np.uint32(1)

    def pairs(self, docs: Integers) -> tuple[Integers, Integers]:
        """The documents that have a value, by their index in `docs`, and its ordinal."""
        codes = self.codes[docs]
        places = np.flatnonzero(codes)
        return places, codes[places].astype(np.int64) - 1

    def holders(self, ordinal: int) -> Mask:
        """The documents whose value has this ordinal."""
        mask: Mask = self.codes == ordinal + 1
        return mask

    def of(self, doc: int) -> list[int]:
        """The ordinal of the document's value, or nothing."""
        code = int(self.codes[doc])
        return [code - 1] if code else []

    def holders_of_any(self, wanted: Mask) -> Mask:
        """The documents whose value is among the wanted ones."""
        mask: Mask = np.concatenate((np.zeros(1, dtype=bool), wanted))[self.codes]
        return mask


@dataclass(frozen=True, slots=True)
class ManyColumn:
    """Any number of values, flat: doc id n has `ordinals[starts[n]]` to `ordinals[starts[n + 1]]`, each once."""

    starts: Ids
    ordinals: Ids

    def tally(self, chosen: Chosen) -> Ids:
        """The ordinals of the chosen documents' values, as often as each occurs."""
        if not chosen.few:
            return self.ordinals[np.repeat(chosen.mask, np.diff(self.starts))]
        return self.ordinals[self._where(chosen.docs)[0]]

    def pairs(self, docs: Integers) -> tuple[Integers, Integers]:
        """For each value of each document, the index of the document in `docs` and the ordinal of the value."""
        where, sizes = self._where(docs)
        return np.repeat(np.arange(len(docs)), sizes), self.ordinals[where].astype(np.int64)

    def _where(self, docs: npt.NDArray[np.intp]) -> tuple[Integers, Integers]:
        """Where the ordinals of some documents stand, and how many each has."""
        begins = self.starts[docs].astype(np.int64)
        sizes = self.starts[docs + 1].astype(np.int64) - begins
        ends = np.cumsum(sizes)
        total = int(ends[-1]) if len(ends) else 0
        return np.repeat(begins - (ends - sizes), sizes) + np.arange(total), sizes

    def holders(self, ordinal: int) -> Mask:
        """The documents that have the value with this ordinal among theirs."""
        mask = np.zeros(len(self.starts) - 1, dtype=bool)
        mask[np.searchsorted(self.starts, np.flatnonzero(self.ordinals == ordinal), side="right") - 1] = True
        return mask

    def holders_of_any(self, wanted: Mask) -> Mask:
        """The documents that have at least one of the wanted values."""
        mask = np.zeros(len(self.starts) - 1, dtype=bool)
        mask[np.searchsorted(self.starts, np.flatnonzero(wanted[self.ordinals]), side="right") - 1] = True
        return mask

    def of(self, doc: int) -> list[int]:
        """The ordinals of the document's values, in the order in which they are stored."""
        found: list[int] = self.ordinals[int(self.starts[doc]) : int(self.starts[doc + 1])].tolist()
        return found


@dataclass(frozen=True, slots=True)
class FacetColumns:
    """A facet in one segment: a column for each level, one only unless it is hierarchical."""

    levels: tuple[Column, ...]
    has_value: Mask

    def level_of(self, value: str) -> Column:
        """The column that a value stands in."""
        return self.levels[len(periods_of(value)) - 1] if len(self.levels) > 1 else self.levels[0]


def read_columns(packed: Iterable[bytes], values: FacetValues, hierarchical: bool) -> FacetColumns:
    """Columns from the values of each document in order, as the index has them."""
    rows = [unpack(bytes(column)) for column in packed]
    owners = np.repeat(np.arange(len(rows)), np.fromiter(map(len, rows), dtype=np.int64, count=len(rows)))
    distinct: dict[str, int] = {}
    places = np.fromiter(
        (distinct.setdefault(value, len(distinct)) for value in chain.from_iterable(rows)), np.int64, len(owners)
    )
    known = [values.ordinals(value, hierarchical) for value in distinct]
    levels: list[Column] = []
    has_value = np.zeros(len(rows), dtype=bool)
    for level in range(len(STEPS) if hierarchical else 1):
        at_level = np.array([found[level] if level < len(found) else _NONE for found in known], dtype=np.int64)
        ordinals = at_level[places]
        kept = ordinals != _NONE
        levels.append(_column(owners[kept], ordinals[kept], len(rows)))
        if level == 0:  # a value hidden by the user is none
            has_value[owners[kept]] = True
    return FacetColumns(tuple(levels), has_value)


def _column(docs: Integers, ordinals: Integers, doc_count: int) -> Column:
    """A column of `doc_count` documents from ascending doc ids and an ordinal of each."""
    # Two values of a document may be one: spellings of a name, days of a month.
    _, first = np.unique((docs << 32) | ordinals, return_index=True)
    first.sort()
    docs, ordinals = docs[first], ordinals[first]
    sizes = np.bincount(docs, minlength=doc_count)
    if not len(docs) or int(sizes.max()) <= 1:
        codes = np.zeros(doc_count, dtype=np.uint32)
        codes[docs] = ordinals + 1
        return SingleColumn(codes)
    starts = np.zeros(doc_count + 1, dtype=np.uint32)
    np.cumsum(sizes, out=starts[1:])
    return ManyColumn(starts, ordinals.astype(np.uint32))
