"""The values of a facet over a whole index: their ordinals, their names, their order in the Turkish alphabet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from index.article.periods import periods_of, step_of
from index.entities import canonical_key
from index.turkish import sort_key
from search.engines.whoosh.vocabulary import WordStarts

Ordinals = npt.NDArray[np.int64]


class FacetValues:
    """The values of one facet; each gets the next ordinal when it is met first, and keeps it.

    `resolve` gives the canonical name of a value, an empty one for a value to hide, None for one it does not know.
    With it, spellings that differ in case or diacritics only are one value, named as it was met first.

    Segments are opened one after another under the engine's lock; requests that run meanwhile see more names than
    their segments have, which changes nothing for them.
    """

    def __init__(self, resolve: Callable[[str], str | None] | None = None) -> None:
        self.names: list[str] = []
        self._ordinals: dict[str, int] = {}
        self._keys: dict[str, int] = {}
        # Asking the corrections takes long; a merged segment has only values that were asked for before.
        self._counted: dict[str, tuple[int, ...]] = {}
        self._resolve = resolve
        self._years: tuple[int, Ordinals] = (0, np.zeros(0, dtype=np.int64))
        self._order = _Order((), (), np.zeros(0, dtype=np.int64))
        self._starts = WordStarts()

    def __len__(self) -> int:
        return len(self.names)

    def get(self, value: str) -> int | None:
        """The ordinal of a value, or None if no article has it."""
        return self._ordinals.get(value)

    def canonical(self, value: str) -> str:
        """The name that is meant, typed in any case, with or without Turkish letters; as it stands if none is."""
        if self._resolve is None:
            return value
        name = self._resolve(value) or value
        ordinal = self._ordinals.get(name, self._keys.get(canonical_key(name)))
        return name if ordinal is None else self.names[ordinal]

    def shown(self, value: str) -> str:
        """The name that a value counts under, empty if it is hidden. Adds no ordinal: requests run side by side."""
        return "" if self._resolve and self._resolve(value) == "" else self.canonical(value)

    def ordinals(self, value: str, hierarchical: bool) -> tuple[int, ...]:
        """The ordinals that an article with this value counts under; a new name gets a new ordinal.

        Of a date they are those of its year, its month and its day, as far as it has them.
        """
        known = self._counted.get(value)
        if known is None:
            known = tuple(self._ordinal(name) for name in self._names_of(value, hierarchical))
            if self._resolve:
                self._counted[value] = known
        return known

    def _names_of(self, value: str, hierarchical: bool) -> Iterator[str]:
        if hierarchical:  # 2024-03-05 counts under 2024 and 2024-03 too
            yield from periods_of(value)
        else:
            known = self._resolve(value) if self._resolve else None
            name = value if known is None else known
            if name:  # an empty one is hidden by the user
                yield name

    def _ordinal(self, name: str) -> int:
        ordinal = self._ordinals.get(name)
        if ordinal is None:
            fresh = len(self.names)
            ordinal = self._keys.setdefault(canonical_key(name), fresh) if self._resolve else fresh
            if ordinal == fresh:
                self.names.append(name)
            self._ordinals[name] = ordinal
        return ordinal

    # -- order and search

    def years(self) -> Ordinals:
        """The ordinals of the years among dates."""
        if self._years[0] != len(self.names):
            found = [ordinal for ordinal, name in enumerate(self.names) if step_of(name) == "year"]
            self._years = len(self.names), np.array(found, dtype=np.int64)
        return self._years[1]

    def arrange(self) -> None:
        """Bring the order up to date with the names; an index that grew a little takes little time."""
        if len(self._order.places) != len(self.names):
            self._order = _Order.of(tuple(self.names), self._order)

    @property
    def ranks(self) -> Ordinals:
        """By ordinal, the place of its name in the Turkish alphabet."""
        self.arrange()
        return self._order.places

    def beginning(self, folded: str) -> Ordinals:
        """The ordinals of the names of which any word begins so, ascending."""
        return self._starts.find(self.names, folded)


class _Order:
    """The names in the order of the Turkish alphabet. Never changes."""

    def __init__(self, keys: tuple[str, ...], order: tuple[int, ...], places: Ordinals) -> None:
        self._keys = keys
        self._sorted = order
        self.places = places

    @classmethod
    def of(cls, names: tuple[str, ...], before: _Order) -> _Order:
        """The order of names that begin with those of another order: sorting what is nearly sorted is quick."""
        known = len(before.places)
        keys = (*before._keys, *map(sort_key, names[known:]))
        order = tuple(sorted((*before._sorted, *range(known, len(names))), key=keys.__getitem__))
        places = np.empty(len(names), dtype=np.int64)
        places[list(order)] = np.arange(len(names))
        return cls(keys, order, places)
