"""What resolving, suggesting and spelling ask of the words and values of an index. Engines implement it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from index.turkish import Lexicon


class TermDictionary(Lexicon, Protocol):
    """The terms of an index, as far as resolving a query needs them."""

    def forms_with_prefix(self, folded: str, limit: int) -> list[str]:
        """Surface forms whose folded spelling begins so, at most `limit` + 1 of them."""
        ...

    def forms_near(self, folded: str, edits: int, limit: int) -> list[tuple[str, int]]:
        """Surface forms with their documents whose folded spelling is at most so many edits away.

        An edit puts a letter in, leaves one out, exchanges one or swaps two neighbours. Nearest first, then most
        frequent first, at most `limit` + 1 of them; only forms whose folded spelling is ASCII.
        """
        ...

    def title_forms(self, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Surface forms in titles that begin so, folded, most frequent first, with how many titles have each."""
        ...

    def values(self, facet: str, beginning: str, limit: int) -> list[tuple[str, int]]:
        """Values of a facet with a word that begins so, folded, most frequent first, with their articles.

        The beginning may be several words, the last of them perhaps unfinished. Equally frequent ones stand in
        Turkish alphabetical order.
        """
        ...

    def lemma_documents(self, lemmas: Sequence[str]) -> list[int]:
        """In how many documents each lemma is."""
        ...

    def value_documents(self, facet: str, values: Sequence[str]) -> list[int]:
        """How many articles have each value of a facet."""
        ...

    def canonical(self, facet: str, value: str) -> str:
        """The value of a facet that is meant, however it was typed; as it stands if there is none."""
        ...
