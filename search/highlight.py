"""Which pieces of a stored text match a query: marked segments and the best passage.

Tokens are found by the offsets and lemma hashes stored with the text, so that the inflected form is marked and no text
is analyzed again. Words by form (exact words, prefixes) need the tokens' forms and are read from the text itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.tokenmap import TokenMap, lemma_hash
from index.turkish import TurkishAnalyzer
from search.query.plan import ExactTerm, PhraseOf, Plan, PrefixTerm, WordTerm, leaves
from search.results import Segment

PASSAGE = 240
"""Code points of a passage: two to three lines of a result."""

LEAD = 60
"""Code points of a passage before its first match."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """One part of a stored article with the places of its tokens."""

    part: str
    text: str
    tokens: TokenMap


@dataclass(frozen=True, slots=True)
class Marks:
    """Code point spans that match, ascending and apart, and for each which word of the query it is."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    words: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.starts)


def find_marks(stored: StoredText, plan: Plan, analyzer: TurkishAnalyzer) -> Marks:
    """The tokens of a text that a query matches; of a phrase only where its words stand together."""
    count = len(stored.tokens)
    owner = np.full(count, -1, dtype=np.int32)
    forms = _Forms(stored, analyzer)
    for number, leaf in enumerate(leaves(plan)):
        if leaf.part == "title" and stored.part != "title":
            continue
        hit = _phrase(leaf, stored, forms) if isinstance(leaf, PhraseOf) else _matches(leaf, stored, forms)
        owner[hit & (owner < 0)] = number
    at = np.flatnonzero(owner >= 0)
    return Marks(
        tuple(stored.tokens.starts[at].tolist()), tuple(stored.tokens.ends[at].tolist()), tuple(owner[at].tolist())
    )


def mark(text: str, marks: Marks, start: int = 0, end: int | None = None) -> tuple[Segment, ...]:
    """A slice of the text as segments."""
    last = len(text) if end is None else end
    segments: list[Segment] = []
    at = start
    for first, stop in zip(marks.starts, marks.ends, strict=True):
        if first < start or stop > last:
            continue
        if first > at:
            segments.append(Segment(text[at:first]))
        segments.append(Segment(text[first:stop], marked=True))
        at = stop
    if at < last:
        segments.append(Segment(text[at:last]))
    return tuple(segments)


def passage(text: str, marks: Marks, length: int = PASSAGE) -> tuple[Segment, ...]:
    """The passage with the most different words of the query, then the most matches, then the earliest.

    Without a match it is the beginning. Cut ends carry an ellipsis.
    """
    # A match near the end is shown with what leads up to it; a text that fits is shown whole.
    start = min(_best_start(text, marks, length), _word_start(text, max(0, len(text) - length)))
    end = _word_end(text, min(len(text), start + length))
    segments = list(mark(text, marks, start, end))
    if start > 0:
        segments.insert(0, Segment("… "))
    if end < len(text):
        segments.append(Segment(" …"))
    return tuple(_on_one_line(segments))


def _best_start(text: str, marks: Marks, length: int) -> int:
    best, start = (0, 0), 0
    last = 0
    for first, at in enumerate(marks.starts):
        last = max(last, first)
        while last + 1 < len(marks) and marks.ends[last + 1] <= at - LEAD + length:
            last += 1
        window = marks.words[first : last + 1]
        worth = (len(set(window)), len(window))
        if worth > best:
            best, start = worth, _sentence_start(text, at)
    return start


def _sentence_start(text: str, at: int) -> int:
    """The beginning of the sentence if it is near, else of a word about `LEAD` before."""
    floor = max(0, at - LEAD)
    for place in range(at - 1, floor - 1, -1):
        if text[place] == "\n" or (text[place] in ".!?" and text[place + 1 : place + 2].isspace()):
            return _skip_space(text, place + 1)
    if floor == 0:
        return 0
    space = max(text.find(" ", floor, at), text.find("\n", floor, at))
    return _skip_space(text, space + 1) if space >= 0 else floor


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _word_start(text: str, at: int) -> int:
    """The next beginning of a word, if it is near."""
    if at <= 0 or not (text[at].isalnum() and text[at - 1].isalnum()):
        return _skip_space(text, at) if at > 0 else 0
    space = text.find(" ", at, at + 40)
    return space + 1 if space >= 0 else at


def _word_end(text: str, at: int) -> int:
    if at >= len(text) or not (text[at].isalnum() and text[at - 1].isalnum()):
        return at
    space = max(text.rfind(" ", max(0, at - 40), at), text.rfind("\n", max(0, at - 40), at))
    return space if space > 0 else at


def _on_one_line(segments: Iterable[Segment]) -> Iterable[Segment]:
    for segment in segments:
        yield Segment(segment.text.replace("\n", " "), segment.marked)


class _Forms:
    """The forms of a text's tokens, read only if a word of the query goes by form."""

    def __init__(self, stored: StoredText, analyzer: TurkishAnalyzer) -> None:
        self._stored = stored
        self._analyzer = analyzer
        self._forms: npt.NDArray[np.object_] | None = None

    def among(self, wanted: Sequence[str]) -> npt.NDArray[np.bool_]:
        if self._forms is None:
            forms = [token.form for token in self._analyzer.tokenize(self._stored.text)]
            self._forms = np.array(forms, dtype=object)
        chosen = set(wanted)
        return np.fromiter((form in chosen for form in self._forms), dtype=bool, count=len(self._forms))


def _matches(leaf: WordTerm | ExactTerm | PrefixTerm, stored: StoredText, forms: _Forms) -> npt.NDArray[np.bool_]:
    match leaf:
        case WordTerm(_, lemmas):
            hashes = np.array([lemma_hash(lemma) for lemma, _ in lemmas], dtype=np.uint32)
            return np.isin(stored.tokens.lemmas, hashes)
        case ExactTerm(_, form):
            return forms.among((form,))
        case PrefixTerm(_, found):
            return forms.among(found)


def _phrase(phrase: PhraseOf, stored: StoredText, forms: _Forms) -> npt.NDArray[np.bool_]:
    count, size = len(stored.tokens), len(phrase.words)
    hit = np.zeros(count, dtype=bool)
    if count < size:
        return hit
    begins = np.ones(count - size + 1, dtype=bool)
    for offset, word in enumerate(phrase.words):
        begins &= _matches(word, stored, forms)[offset : offset + len(begins)]
    for place in np.flatnonzero(begins).tolist():
        hit[place : place + size] = True
    return hit
