"""The analyzer that index and query share: text -> words with lemmas, through a cache."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata, resources
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.turkish import tokens as cutting
from index.turkish.cache import LemmaCache, Lemmas
from index.turkish.folding import fold
from index.turkish.readings import Reading, Vocabulary, find_readings
from index.turkish.tokens import Token

if TYPE_CHECKING:
    from index.turkish.lemma import Lemmatizer

log = logging.getLogger(__name__)

VERSION: Final = 4
"""Raise it when what the analyzer answers changes; every index and cache made before is then stale."""

SAMPLE_GIVES: Final = {4: "e77a931191c4"}
"""A digest of what the sample archive gives under this version, held by `tests/test_versions.py`."""

_MAX_KNOWN: Final = 100_000
"""Surfaces held in memory (about 25 MB); they cover 97 % of the words of a news archive."""

_CHUNK: Final = 2_000

_WARMING: Final = (
    "ısınmak",
    "kitaplarımızdakilerden",
    "gelmeyecekmişsiniz",
    "güzelleştirilmesinden",
    "arabasındakilerin",
    "okuyabiliyorduk",
    "evsizliğinizden",
    "gözlükçülüktekiler",
    "söylenebildiğimizden",
    "ağacımızdakilere",
    "bilmiyorlarmış",
    "doktorlarınkinden",
    "sevinçliydiler",
    "çalıştıramadıklarından",
    "yaptırabileceklerini",
    "görünürlüğünün",
    "alınmaksızın",
    "verseydiniz",
    "köylerdekilerle",
)
"""Words with many endings after all kinds of stems. Suffixes are worked out when they are first met, which takes 40 ms
in a word like these; after them no word takes more than 6."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """The words of a text as parallel lists: `text[starts[i]:ends[i]]` has the form and the lemma `[i]`."""

    starts: list[int]
    ends: list[int]
    forms: list[str]
    lemmas: list[str]


@dataclass(frozen=True, slots=True)
class ExplainedToken:
    """A word of a text with all that was considered: candidates best first, and the rule that chose."""

    surface: str
    start: int
    end: int
    form: str
    lemma: str
    candidates: tuple[str, ...]
    reason: str


_Entry = tuple[str, str, str]
"""The form of a surface, its lemma as a common word, and its lemma as a name."""


class TurkishAnalyzer:
    """Analyzes Turkish text. May be used from several threads; loads zeyrek only for words that no cache knows."""

    def __init__(self, cache: LemmaCache, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self._cache = cache
        self._lock = threading.Lock()
        self._lemmatizer: Lemmatizer | None = None
        self._known: dict[str, _Entry] = {}
        self._names: set[str] = set()

    def tokenize(self, text: str) -> list[Token]:
        """The words of a text, in order, without their lemmas."""
        return list(cutting.tokens(text))

    def analyze(self, text: str) -> Analysis:
        """The words of a text with their lemmas."""
        pieces = cutting.cut(text)
        entries = self._entries(pieces.surfaces)
        forms = [entry[0] for entry in entries]
        lemmas = [entry[1] for entry in entries]
        if not self._names.isdisjoint(pieces.surfaces):
            _count_names(pieces, entries, lemmas)
        analysis = Analysis(pieces.starts, pieces.ends, forms, lemmas)
        return _without_empty(analysis) if "" in forms else analysis

    def _entries(self, surfaces: list[str]) -> list[_Entry]:
        """What is known of each surface; what is not known yet is learnt."""
        known = self._known
        found = [known.get(surface) for surface in surfaces]
        if None in found:
            fresh = self._learn(surface for surface, entry in zip(surfaces, found, strict=True) if entry is None)
            return [entry or fresh[surface] for surface, entry in zip(surfaces, found, strict=True)]
        return [entry for entry in found if entry]

    def explain(self, text: str) -> list[ExplainedToken]:
        """The words of a text with candidates and reasons, for people. Loads zeyrek."""
        lemmatizer = self._loaded()
        explained = []
        for token in self.tokenize(text):
            choice = lemmatizer.choose(token.form, token.name)
            surface = text[token.start : token.end]
            explained.append(
                ExplainedToken(
                    surface, token.start, token.end, token.form, choice.lemma, choice.candidates, choice.reason
                )
            )
        return explained

    def lemma(self, form: str, name: bool = False) -> str:
        """The lemma of one form (as `Token.form`), as it is counted where it is written as a name or not."""
        return self._lemmas([form])[form][1 if name else 0]

    def readings(self, word: str, vocabulary: Vocabulary, typed_turkish: bool) -> tuple[Reading, ...]:
        """What a typed word may stand for in an archive, likeliest first; see `readings`."""
        return find_readings(self, word, vocabulary, typed_turkish)

    def spellings(self, folded: str) -> list[tuple[str, str]]:
        """Turkish words, and their lemmas, that a word typed in ASCII may be: `oldu` -> oldu, öldü. Loads zeyrek."""
        return self._loaded().tolerant(folded)

    def warm(self) -> None:
        """Load zeyrek now and let it make what most words need, so that the first unknown ones wait for nothing."""
        lemmatizer = self._loaded()
        for word in _WARMING:
            lemmatizer.lemmas(word)
            lemmatizer.tolerant(fold(word))

    def prepare(self, texts: Iterable[str]) -> int:
        """Work out the lemmas of all words in the texts that no cache has, and keep them; returns how many.

        Written to the cache together, they cost less than text by text.
        """
        surfaces: set[str] = set()
        for text in texts:
            surfaces.update(cutting.cut(text).surfaces)
        forms = dict.fromkeys(cutting.form_of(surface) for surface in surfaces - self._known.keys())
        forms.pop("", None)
        learnt = 0
        for chunk in _chunks(forms):
            known = self._cache.get(chunk)
            unknown = [form for form in chunk if form not in known]
            self._lemmas(unknown)
            learnt += len(unknown)
        return learnt

    def close(self) -> None:
        """Close the cache's file."""
        self._cache.close()

    def _learn(self, surfaces: Iterable[str]) -> dict[str, _Entry]:
        forms = {surface: cutting.form_of(surface) for surface in surfaces}
        lemmas = self._lemmas(dict.fromkeys(forms.values()))
        fresh = {surface: (form, *lemmas[form]) for surface, form in forms.items()}
        # A new set, not a change of the old one: other threads may be reading it.
        names = {surface for surface, entry in fresh.items() if surface[0].isupper() and entry[1] != entry[2]}
        with self._lock:
            if len(self._known) + len(fresh) > _MAX_KNOWN:
                self._known = dict(islice(self._known.items(), _MAX_KNOWN // 2, None))
                self._names = self._names & self._known.keys()
            if len(fresh) < _MAX_KNOWN // 2:
                self._names = self._names | names
                self._known.update(fresh)
        return fresh

    def _lemmas(self, forms: Iterable[str]) -> dict[str, Lemmas]:
        wanted = list(forms)
        found = self._cache.get(wanted)
        missing = [form for form in wanted if form not in found]
        if missing:
            lemmatizer = self._loaded()
            fresh = {form: lemmatizer.lemmas(form) for form in missing}
            self._cache.put(fresh)
            found |= fresh
        return found

    def _loaded(self) -> Lemmatizer:
        with self._lock:
            if self._lemmatizer is None:
                from index.turkish.lemma import Lemmatizer

                self._lemmatizer = Lemmatizer()
            return self._lemmatizer


def open_analyzer(cache_dir: Path | None, *, keep: bool = True) -> TurkishAnalyzer:
    """The analyzer with its cache in a directory (made if it isn't there), or in memory only.

    With `keep` false the directory is only read: for whoever asks an archive, since what is searched for is nobody
    else's business, and is no word that the archive must forget with its article.
    """
    mark = fingerprint()
    if cache_dir is None:
        return TurkishAnalyzer(LemmaCache(None), mark)
    if not keep:
        return TurkishAnalyzer(LemmaCache(cache_dir / f"lemmas-{mark}.db", keep=False), mark)
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        log.warning("The lemma cache can't be kept in %s (%s); going on without it, slower.", cache_dir, error)
        return TurkishAnalyzer(LemmaCache(None), mark)
    return TurkishAnalyzer(LemmaCache(cache_dir / f"lemmas-{mark}.db"), mark)


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """A short hash of all that shapes the analyzer's answers."""
    digest = hashlib.sha256(str(VERSION).encode())
    for table in ("overrides.tsv", "words.tsv"):
        text = resources.files("index.turkish").joinpath(table).read_text(encoding="utf-8")
        digest.update(text.encode())  # as text: a checkout on Windows has other line ends
    for package in ("zeyrek", "simplemma", "snowballstemmer"):
        digest.update(f"{package} {metadata.version(package)}\n".encode())
    return digest.hexdigest()[:12]


def _chunks(forms: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(forms)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _count_names(pieces: cutting.Pieces, entries: list[_Entry], lemmas: list[str]) -> None:
    """Put the lemma as a name where a word is written as one and has another lemma then."""
    for i, (_, common, name) in enumerate(entries):
        if name != common:
            sentence_start = cutting.starts_sentence(pieces.before[i], pieces.starts[i])
            if cutting.is_name(pieces.surfaces[i], sentence_start):
                lemmas[i] = name


def _without_empty(analysis: Analysis) -> Analysis:
    kept = [i for i, form in enumerate(analysis.forms) if form]
    return Analysis(
        [analysis.starts[i] for i in kept],
        [analysis.ends[i] for i in kept],
        [analysis.forms[i] for i in kept],
        [analysis.lemmas[i] for i in kept],
    )
