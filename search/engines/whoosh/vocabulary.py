"""The forms of a segment by how they are spelled, and names by how their words begin; all in arrays."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from index.engines.whoosh.termcolumns import TermColumns
from index.turkish import fold, folded_prefix

Numbers = npt.NDArray[np.int64]
Letters = npt.NDArray[np.uint8]

_BITS = np.array([number.bit_count() for number in range(1 << 16)], dtype=np.uint8)
_LONGEST = 40
"""Longer forms are no words."""
_FAR = np.uint8(100)
_NO_LETTERS = re.compile(r"[\W_]+")


class SpelledForms:
    """The forms of one segment, found by folded spelling within some edits.

    Forms lie in groups of equal length, letter by letter in columns, with a mask of the letters that each has: two
    words a few edits apart differ in few letters, which leaves few words to compare.
    """

    def __init__(self, table: TermColumns) -> None:
        self._table = table
        self._groups: dict[int, tuple[Numbers, Letters, npt.NDArray[np.uint32]]] = {}
        keys = np.frombuffer(table.keys, np.uint8)
        # One separator in each term, after the folded spelling.
        bars = np.flatnonzero(keys == ord(folded_prefix("")))
        lengths = bars - table.starts
        high = np.concatenate(([0], np.cumsum(keys >= 128)))
        ascii_only = high[bars] == high[table.starts]
        for length in range(1, _LONGEST + 1):
            numbers = np.flatnonzero((lengths == length) & ascii_only)
            if len(numbers):
                # The most frequent first, so that the rare ones are cut off in one piece.
                numbers = numbers[np.argsort(-table.documents[numbers].astype(np.int64), kind="stable")]
                at = table.starts[numbers].astype(np.int64)
                letters = np.stack([keys[at + place] for place in range(length)])
                self._groups[length] = (numbers, letters, _masks(letters))

    def near(self, folded: str, edits: int, least: int) -> Iterator[tuple[bytes, int, int]]:
        """Terms at most so many edits away, in at least `least` documents: the term, how many edits and documents."""
        if not folded.isascii() or not folded:
            return
        word = np.frombuffer(folded.encode("ascii"), np.uint8)
        mask = _masks(word[:, None])[0]
        for length in range(len(word) - edits, len(word) + edits + 1):
            numbers, letters, masks = self._groups.get(length, (None, None, None))
            if numbers is None or letters is None or masks is None:
                continue
            if least > 1:
                common = int(np.count_nonzero(self._table.documents[numbers] >= least))
                letters, masks = letters[:, :common], masks[:common]
            alike = np.flatnonzero((_count(mask & ~masks) <= edits) & (_count(masks & ~mask) <= edits))
            places, apart = near_columns(word, letters[:, alike], edits)
            for number, distance in zip(numbers[alike[places]].tolist(), apart.tolist(), strict=True):
                yield self._table.term(number), distance, int(self._table.documents[number])


def near_columns(word: Letters, others: Letters, edits: int) -> tuple[Numbers, Letters]:
    """Which columns of `others` are at most so many edits away, and how many each is.

    An edit puts a letter in, leaves one out, exchanges one or swaps two neighbours: optimal string alignment, one step
    of its table for all columns at once, within the band where a distance of `edits` can run (Ukkonen 1985).
    """
    length = len(others)
    if abs(len(word) - length) > edits:
        return np.zeros(0, np.int64), np.zeros(0, np.uint8)
    kept: Numbers = np.arange(others.shape[1])
    far = np.full(len(kept), edits + 1, np.uint8)
    before: list[Letters] = []
    last = [np.full(len(kept), j, np.uint8) if j <= edits else far for j in range(length + 1)]
    for i, letter in enumerate(word.tolist(), 1):
        row = [far] * (length + 1)
        if i <= edits:
            row[0] = np.full(len(kept), i, np.uint8)
        first, end = max(1, i - edits), min(length, i + edits)
        other = {j: others[j - 1] != letter for j in range(max(1, first - 1), end + 1)}
        for j in range(first, end + 1):
            best = np.minimum(last[j], row[j - 1])
            best += 1
            np.minimum(best, last[j - 1] + other[j], out=best)
            if i > 1 and j > 1:
                apart = other[j - 1] | (others[j - 1] != word[i - 2])
                np.minimum(best, before[j - 2] + 1 + apart * _FAR, out=best)
            row[j] = best
        if i > edits:
            alive = np.minimum.reduce(row[first : end + 1]) <= edits
            if 4 * np.count_nonzero(alive) < 3 * len(kept):
                kept, others, far = kept[alive], others[:, alive], far[alive]
                row, last = [cell[alive] for cell in row], [cell[alive] for cell in last]
        before, last = last, row
    found = last[length] <= edits
    return kept[found], last[length][found]


def _masks(letters: Letters) -> npt.NDArray[np.uint32]:
    """One bit for each letter that a column has; digits share five."""
    bits = np.where(letters >= ord("a"), letters - ord("a"), 26 + letters % 5).astype(np.uint32)
    masks: npt.NDArray[np.uint32] = np.bitwise_or.reduce(np.uint32(1) << bits, axis=0)
    return masks


def _count(masks: npt.NDArray[np.uint32]) -> Letters:
    found: Letters = _BITS[masks & 0xFFFF] + _BITS[masks >> 16]
    return found


class WordStarts:
    """Names by the folded beginning of any of their words. Names may be added at the end; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known = 0
        self._text: Letters = np.zeros(0, np.uint8)
        self._places: Numbers = np.zeros(0, np.int64)
        self._owners: Numbers = np.zeros(0, np.int64)
        self._bounds: Numbers = np.zeros(257, np.int64)

    def find(self, names: Sequence[str], beginning: str) -> Numbers:
        """The numbers of the names with a word that begins so; all of them if the beginning is empty."""
        with self._lock:
            if len(names) > self._known:
                self._learn([f"{_words(name)} ".encode() for name in names[self._known :]])
            text, places, owners, bounds = self._text, self._places, self._owners, self._bounds
        wanted = _words(beginning)[1:].encode("utf-8")
        if not wanted:
            return np.unique(owners)
        group = slice(bounds[wanted[0]], bounds[wanted[0] + 1])
        places, owners = places[group], owners[group]
        for offset, letter in enumerate(wanted):
            here = places + offset < len(text)
            here[here] = text[places[here] + offset] == letter
            places, owners = places[here], owners[here]
        return np.unique(owners)

    def _learn(self, fresh: list[bytes]) -> None:
        letters = np.frombuffer(b"".join(fresh), np.uint8)
        # Words begin after a space; the last space of a name begins none.
        spaces = np.flatnonzero(letters == ord(" "))
        ends = np.cumsum([len(name) for name in fresh])
        spaces = spaces[~np.isin(spaces, ends - 1)]
        owners = self._known + np.searchsorted(ends, spaces, side="right")
        places = np.concatenate((self._places, spaces + len(self._text) + 1))
        self._text = np.concatenate((self._text, letters))
        # Grouped by first letter.
        order = np.argsort(self._text[places], kind="stable")
        self._places, self._owners = places[order], np.concatenate((self._owners, owners))[order]
        self._bounds = np.searchsorted(self._text[self._places], np.arange(257)).astype(np.int64)
        self._known += len(fresh)


def _words(text: str) -> str:
    """Folded, every word with one space before it; a space at the end of the beginning of a name stays."""
    return " " + _NO_LETTERS.sub(" ", fold(text)).lstrip()
