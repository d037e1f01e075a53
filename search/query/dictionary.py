"""The protocol by which resolving, suggesting and spelling look into an index's terms. Engines implement it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from index.turkish import Vocabulary

MAX_SPELLINGS = 500
"""The most spellings of one folded word that an engine reads for `forms` and `lemmas`."""


class TermDictionary(Vocabulary, Protocol):
    """The term dictionary of an index: its surface forms and lemmas, and the values of its facets."""

    def forms_with_prefix(self, folded: str, limit: int) -> list[str]:
        """Surface forms whose folded spelling begins with a prefix, at most `limit` + 1 of them."""
        ...

    def forms_near(self, folded: str, edits: int, limit: int) -> list[tuple[str, int]]:
        """Surface forms whose folded spelling is at most some edits away, each with its document frequency.

        An edit inserts, deletes or replaces one letter, or swaps two neighbours. Nearest first, then most frequent
        first, at most `limit` + 1 of them; only forms whose folded spelling is ASCII.
        """
        ...

    def title_forms(self, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Surface forms in titles whose folded spelling begins with a prefix, each with the number of titles that have
        it, most frequent first."""
        ...

    def values(self, facet: str, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Values of a facet with a word that begins like this when folded, each with its number of articles.

        The beginning may be several words, the last of them unfinished. Most frequent first, equally frequent values
        in Turkish alphabetical order.
        """
        ...

    def lemma_documents(self, lemmas: Sequence[str]) -> list[int]:
        """The document frequency of each lemma."""
        ...

    def value_documents(self, facet: str, values: Sequence[str]) -> list[int]:
        """The number of articles with each value of a facet."""
        ...

    def canonical(self, facet: str, value: str) -> str:
        """The value of a facet as the index spells it, however it was typed; `value` itself if there is none."""
        ...
