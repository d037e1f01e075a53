"""What a morphological analysis answers, free of the library that made it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from importlib import resources


class Name(IntEnum):
    """What the lexicon knows of a dictionary item as a proper name."""

    NO = 0
    GATHERED = 1  # by machine from a corpus: it has Üniversitesi and Meydanı too
    LISTED = 2  # in a list of names or abbreviations


@dataclass(frozen=True, slots=True)
class Parse:
    """One reading of a word: its dictionary form and how the word came about.

    `root` is the dictionary item, `lemma` the word that the form is an inflection of: the same, or where suffixes form
    a new word, that one (`önemli` from `önem`). Both are lower-cased; verbs stand as stems (`gel`, not `gelmek`).
    `form` is the word as generated, which differs from the input only in a tolerant analysis. `pos` is the item's part
    of speech, `name` how well it is known as a proper name, `tags` are the morphemes (`Noun A3pl Acc`). `listed` says
    that `words.tsv` makes the lemma a word.
    """

    root: str
    lemma: str
    form: str
    pos: str
    name: Name
    tags: tuple[str, ...]
    listed: bool = False

    @property
    def bare(self) -> bool:
        """Whether the word is the dictionary form itself, without any visible suffix."""
        return self.form == self.root


@lru_cache(maxsize=1)
def listed_words() -> frozenset[str]:
    """The words of `words.tsv`."""
    text = resources.files("index.turkish").joinpath("words.tsv").read_text(encoding="utf-8")
    return frozenset(line.split("\t")[0] for line in text.splitlines() if line and not line.startswith("#"))
