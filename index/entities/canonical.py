"""One name per person: the fullest form in the article, in ordinary capitals.

A single word stands for the person whose last name it is, else for the one whose first name it is; with several, the
one named most often, then the first. A shorter full name is merged into a longer one only where the longer came
first: `Celalettin Aktaş` is the father of `Celalettin Mert Aktaş`, who is named after him.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from index.entities.aliases import completed
from index.entities.lists import key, name_lists, name_words
from index.entities.traits import Trait
from index.turkish import WRITTEN_APOSTROPHES
from index.turkish.casing import title_case
from index.turkish.folding import fold


def canonical_key(name: str) -> str:
    """What all ways of typing a name have in common: folded, apostrophes off, hyphens as spaces."""
    folded = fold(name)
    for mark in (*WRITTEN_APOSTROPHES, "."):
        folded = folded.replace(mark, "")
    return " ".join(folded.replace("-", " ").replace("–", " ").split())


def ordinary_capitals(surface: str) -> str:
    """`HAKAN FİDAN` and `Mesut MADAN` as they stand in running text; other names as they are."""
    return " ".join(_ordinary(part) for part in surface.split())


def _ordinary(part: str) -> str:
    if len(part) < 2 or not part.isupper() or "." in part or _INITIALS.fullmatch(part):
        return part
    return "-".join(piece.capitalize() if _is_foreign(piece) else title_case(piece) for piece in part.split("-"))


_INITIALS = re.compile(r"[BCDFGHJKLMNPQRSTVWXZ]{2}")
"""`JD Vance`: initials run together."""
_TURKISH = frozenset("ÇĞİÖŞÜ")
_FOREIGN = re.compile(r"[QWX]|I[AEOU]|[AEOU]I|E.*I|I.*E")


def _is_foreign(word: str) -> bool:
    """`MEIRELES`, `RUBIO`: capitals made by the rules of another language, whose I is a dotted one.

    A Turkish letter says that the capitals are Turkish; else a vowel beside I, or E in the same word, which vowel
    harmony does not put beside ı; or a word that only the lists of other languages have (`DIRK`).
    """
    if "I" not in word or not _TURKISH.isdisjoint(word):
        return False
    return bool(_FOREIGN.search(word) or name_lists().traits.get(key(word), 0) & Trait.FOREIGN)


_MOST_NAMESAKES = 100
"""So many people of one last name are compared; no article has more, only a damaged or a concatenated text."""


class Canon:
    """The people of one article, by the names that were taken."""

    def __init__(self, names: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self._surfaces: dict[tuple[str, ...], str] = {}
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._of: dict[tuple[str, ...], str] = {}
        for surface, keys in names:
            if len(keys) > 1:
                known = self._surfaces.get(keys)
                if known is None or (known.isupper() and not surface.isupper()):
                    self._surfaces[keys] = surface
                self._counts[keys] += 1
        self._whole = self._merge()
        self._by_part: dict[str, tuple[str, ...]] = {}
        self._index_parts()

    def _merge(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Each name of several words to the fuller one that came before it, or itself."""
        whole: dict[tuple[str, ...], tuple[str, ...]] = {}
        fullest: dict[str, list[tuple[str, ...]]] = {}
        for keys in self._surfaces:
            same_last = fullest.setdefault(keys[-1], [])
            fuller = [k for k in same_last[:_MOST_NAMESAKES] if len(k) > len(keys) and _is_part(keys, k)]
            whole[keys] = fuller[0] if len(fuller) == 1 else keys
            if whole[keys] == keys:
                same_last.append(keys)
        for keys in [keys for keys, full in whole.items() if full == keys and _are_given(keys)]:
            begun = {whole[k] for k in whole if len(k) > len(keys) and k[: len(keys)] == keys}
            if len(begun) == 1:
                whole[keys] = begun.pop()
        return whole

    def _index_parts(self) -> None:
        ranked = sorted(self._counts, key=lambda keys: -self._counts[keys])
        patronymics = [keys for keys in ranked if keys[-2] in _SON_OF]
        for position, named in ((-1, [k for k in ranked if k not in patronymics]), (0, ranked), (-1, patronymics)):
            for keys in named:
                self._by_part.setdefault(_one_spelling(keys[position]), self._whole[keys])

    def of(self, surface: str, keys: tuple[str, ...]) -> str:
        """The canonical name of a mention."""
        known = self._of.get(keys)
        if known is None:
            known = self._of[keys] = self._name(surface, keys)
        return known

    def _name(self, surface: str, keys: tuple[str, ...]) -> str:
        full = self._whole.get(keys) if len(keys) > 1 else self._best_known(surface, keys)
        name = ordinary_capitals(self._surfaces[full] if full else surface)
        return completed(name) or name

    def _best_known(self, surface: str, keys: tuple[str, ...]) -> tuple[str, ...] | None:
        """`Obama` is the one whom the shipped table knows by the surname alone, where the article names him in full."""
        best = completed(ordinary_capitals(surface))
        full = name_words(best) if best else ()
        return self._whole.get(full) or self._by_part.get(_one_spelling(keys[0]))


_SON_OF = frozenset({"bin", "ibn", "bint"})
"""`Muhammed bin Selman` is the son of Selman: an article that names `Selman bin Abdülaziz` too means the father by
`Kral Selman`."""

_SKI = re.compile(r"sk(?:iy|yy|yi|y|ij)$")


def _one_spelling(word: str) -> str:
    """`Zelenskiy`, `Zelensky`, `Zelenski`: one article has them side by side."""
    return _SKI.sub("ski", word)


def _are_given(keys: tuple[str, ...]) -> bool:
    """`Yunus Emre`: given names only, which the article may use for `Yunus Emre Civelek`."""
    traits = name_lists().traits
    return all(traits.get(word, 0) & Trait.GIVEN for word in keys)


def _is_part(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """The same last name and every other word in order: `Tayyip Erdoğan` of `Recep Tayyip Erdoğan`."""
    if shorter[-1] != longer[-1]:
        return False
    rest = iter(longer)
    return all(word in rest for word in shorter)
