"""Highlighting: cuts a stored text into segments, marked where they match a query, and picks the best passage."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np

from search.results import MarkedText
from search.showing.marking import Marks

PASSAGE = 240
"""The length of a passage in code points: two to three lines of a result."""

LEAD = 60
"""How many code points of a passage stand before its first match."""


def mark(text: str, marks: Marks, start: int = 0, end: int | None = None) -> tuple[MarkedText, ...]:
    """Cut a slice of the text into segments, marked and unmarked."""
    last = len(text) if end is None else end
    segments: list[MarkedText] = []
    at = start
    for place in range(bisect_left(marks.starts, start), len(marks)):
        first, stop = marks.starts[place], marks.ends[place]
        if stop > last:
            break
        if first > at:
            segments.append(MarkedText(text[at:first]))
        segments.append(MarkedText(text[first:stop], marked=True))
        at = stop
    if at < last:
        segments.append(MarkedText(text[at:last]))
    return tuple(segments)


def passage(text: str, marks: Marks, length: int = PASSAGE) -> tuple[MarkedText, ...]:
    """The passage with the most different words of the query; of equal ones that with most matches, then the earliest.

    Without a match it is the beginning of the text. An end that was cut carries an ellipsis.
    """
    # Near the end of the text, begin earlier, to fill the passage; a text that fits is shown whole.
    start = min(_best_start(text, marks, length), _word_start(text, max(0, len(text) - length)))
    end = _word_end(text, min(len(text), start + length))
    segments = list(mark(text, marks, start, end))
    if start > 0:
        segments.insert(0, MarkedText("… "))
    if end < len(text):
        segments.append(MarkedText(" …"))
    return tuple(_on_one_line(segments))


def _best_start(text: str, marks: Marks, length: int) -> int:
    """The offset at which the best passage begins, of one tried from each match. A long text has thousands of them."""
    if len(marks) < 2:
        return _sentence_start(text, marks.starts[0]) if marks.starts else 0
    starts, ends, words = (np.array(column, dtype=np.int64) for column in (marks.starts, marks.ends, marks.words))
    first = np.arange(len(starts))
    after = np.maximum(np.searchsorted(ends, starts - LEAD + length, side="right"), first + 1)
    different = np.zeros(len(starts), dtype=np.int64)
    for word in np.unique(words):
        before = np.concatenate(([0], np.cumsum(words == word)))
        different += before[after] > before[first]
    best = np.argmax(different * (len(starts) + 1) + (after - first))
    return _sentence_start(text, marks.starts[int(best)])


def _sentence_start(text: str, at: int) -> int:
    """The beginning of the match's sentence if it is near, else of a word about `LEAD` code points before the match."""
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
    """The next offset at which a word begins, if it is near."""
    if at <= 0 or not (text[at].isalnum() and text[at - 1].isalnum()):
        return _skip_space(text, at) if at > 0 else 0
    space = text.find(" ", at, at + 40)
    return space + 1 if space >= 0 else at


def _word_end(text: str, at: int) -> int:
    if at >= len(text) or not (text[at].isalnum() and text[at - 1].isalnum()):
        return at
    space = max(text.rfind(" ", max(0, at - 40), at), text.rfind("\n", max(0, at - 40), at))
    return space if space > 0 else at


def _on_one_line(segments: Iterable[MarkedText]) -> Iterable[MarkedText]:
    for segment in segments:
        yield MarkedText(segment.text.replace("\n", " "), segment.marked)
