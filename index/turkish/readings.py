"""The query side: what a typed word may stand for in an archive.

People type Turkish with and without its letters. A word typed with them means exactly itself: `kâr` must not find
`kar`. A word typed in ASCII, in a query that has no Turkish letters at all, may be any word of the archive that folds
to it: `oldu` is oldu (became) or öldü (died); both are searched, the more frequent one counts more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from index.turkish.folding import fold, has_turkish_letters
from index.turkish.tokens import CASE_SUFFIXES, form_of

MAX_READINGS: Final = 8
"""More readings than this are noise: each is a term of the query."""

_LEAST: Final = 0.02
"""The weight of a reading whose words are very rare next to the likeliest's."""

_SUFFIXES: Final = tuple(sorted(set(map(fold, CASE_SUFFIXES)), key=lambda suffix: (-len(suffix), suffix)))
"""Folded case suffixes, longest first: names are typed without their apostrophe (`bayraktaroglunun`)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One lemma that a typed word may stand for; `forms` are the surface forms that speak for it."""

    lemma: str
    weight: float
    forms: tuple[str, ...]


class Vocabulary(Protocol):
    """What occurs in an archive. The engine that searches it implements this."""

    def forms(self, folded: str) -> Mapping[str, int]:
        """Surface forms whose fold equals `folded`, with the number of documents that have them."""
        ...

    def lemmas(self, folded: str) -> Mapping[str, int]:
        """Lemmas whose fold equals `folded`, with the number of documents that have them."""
        ...


class Analyzer(Protocol):
    """The part of the analyzer that readings are found with."""

    def lemma(self, form: str, name: bool = False) -> str: ...
    def spellings(self, folded: str) -> list[tuple[str, str]]: ...


def find_readings(analyzer: Analyzer, word: str, vocabulary: Vocabulary, typed_turkish: bool) -> tuple[Reading, ...]:
    """The readings of a typed word, likeliest first; never empty unless the word has no letter or digit."""
    form = form_of(word)
    if not form:
        return ()
    weighed = _Weighed(vocabulary)
    exact = typed_turkish or has_turkish_letters(word)
    if exact:
        weighed.add(form, _both_lemmas(analyzer, form), vocabulary.forms(fold(form)).get(form, 0))
    if not exact or not weighed.found:
        _add_folded(analyzer, fold(form), vocabulary, weighed)
    if not weighed.found:
        _add_guesses(analyzer, fold(form), vocabulary, weighed)
    weighed.add(form, _both_lemmas(analyzer, form), 0)
    return weighed.readings()


def _add_folded(analyzer: Analyzer, folded: str, vocabulary: Vocabulary, weighed: _Weighed) -> None:
    """The archive's surface forms with this fold, and its lemmas with it: `kar` is kâr too where only kârı occurs."""
    for form, count in vocabulary.forms(folded).items():
        weighed.add(form, _both_lemmas(analyzer, form), count)
    for lemma, count in vocabulary.lemmas(folded).items():
        weighed.add(lemma, (lemma,), count)


def _add_guesses(analyzer: Analyzer, folded: str, vocabulary: Vocabulary, weighed: _Weighed) -> None:
    """The archive lacks this form: other forms of the same words, by morphology, then names with a bare suffix."""
    for form, lemma in analyzer.spellings(folded):
        count = vocabulary.lemmas(fold(lemma)).get(lemma, 0)
        if count:
            weighed.add(form, (lemma,), count)
    if weighed.found:
        return
    for suffix in _SUFFIXES:
        stem = folded.removesuffix(suffix)
        if len(stem) >= 3 and stem != folded and (counts := vocabulary.lemmas(stem)):
            for lemma, count in counts.items():
                weighed.add(lemma, (lemma,), count)
            return


def _both_lemmas(analyzer: Analyzer, form: str) -> tuple[str, ...]:
    """A typed word has no capital to tell a name by, the text may have; so both lemmas are looked for."""
    return tuple(dict.fromkeys((analyzer.lemma(form), analyzer.lemma(form, name=True))))


class _Weighed:
    """Lemmas with the evidence for them, collected form by form."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._counts: dict[str, int] = {}
        self._forms: dict[str, dict[str, None]] = {}

    @property
    def found(self) -> bool:
        """Whether any lemma occurs in the archive."""
        return any(self._counts.values())

    def add(self, form: str, lemmas: Iterable[str], count: int) -> None:
        """Take a form that occurs `count` times for a form of each of the lemmas."""
        for lemma in lemmas:
            occurs = self._vocabulary.lemmas(fold(lemma)).get(lemma, 0)
            evidence = min(count, occurs) if count else min(1, occurs)
            self._counts[lemma] = max(self._counts.get(lemma, 0), evidence)
            self._forms.setdefault(lemma, {})[form] = None

    def readings(self) -> tuple[Reading, ...]:
        """Readings by weight; those that the archive lacks only where it has none at all."""
        counts = {lemma: n for lemma, n in self._counts.items() if n} or {next(iter(self._counts)): 1}
        most = max(counts.values())
        order = sorted(counts, key=lambda lemma: -counts[lemma])[:MAX_READINGS]
        return tuple(Reading(lemma, max(_LEAST, counts[lemma] / most), tuple(self._forms[lemma])) for lemma in order)
