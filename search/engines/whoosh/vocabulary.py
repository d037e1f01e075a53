"""The forms of a segment by how they are spelled, and names by how their words begin; all in arrays."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from index.engines.whoosh.termcolumns import Integers, TermColumns
from index.turkish import folded_prefix, words_of

Letters = npt.NDArray[np.uint8]
Masks = npt.NDArray[np.uint64]

_BITS = np.array([bits.bit_count() for bits in range(1 << 16)], dtype=np.uint8)
_LONGEST = 40
"""Letters of the longest form that is taken for a word."""
_FAR = np.uint8(100)


class SpelledForms:
    """The surface forms of a segment, for finding those within some edits of a folded spelling.

    Forms of equal length are one group, with an array for each letter's place, and with a mask for each form of the
    letters that it has once and of those that it has twice. Two words that are a few edits apart differ in few bits of
    their masks, so that few words have to be compared letter by letter.
    """

    def __init__(self, table: TermColumns) -> None:
        self._table = table
        self._groups: dict[int, tuple[Integers, Letters, Masks]] = {}
        keys = np.frombuffer(table.keys, np.uint8)
        # One separator in each term, after the folded spelling.
        bars = np.flatnonzero(keys == ord(folded_prefix("")))
        lengths = bars - table.starts
        high = np.concatenate(([0], np.cumsum(keys >= 128)))
        ascii_only = high[bars] == high[table.starts]
        for length in range(1, _LONGEST + 1):
            term_ids = np.flatnonzero((lengths == length) & ascii_only)
            if len(term_ids):
                at = table.starts[term_ids].astype(np.int64)
                letters = np.stack([keys[at + place] for place in range(length)])
                self._groups[length] = (term_ids, letters, _masks(letters))

    def near(self, folded: str, edits: int) -> Iterator[tuple[bytes, int, int]]:
        """Terms at most so many edits away: the term, how many edits, how many documents have it."""
        if not folded.isascii() or not folded:
            return
        word = np.frombuffer(folded.encode("ascii"), np.uint8)
        mask = _masks(word[:, None])[0]
        longest = len(word) + edits
        term_ids: list[Integers] = []
        columns: list[Letters] = []
        for length in range(len(word) - edits, longest + 1):
            if length not in self._groups:
                continue
            found, letters, masks = self._groups[length]
            alike = np.flatnonzero((_count(mask & ~masks) <= edits) & (_count(masks & ~mask) <= edits))
            term_ids.append(found[alike])
            columns.append(np.pad(letters[:, alike], ((0, longest - length), (0, 0))))
        if not columns:
            return
        places, apart = near_columns(word, np.concatenate(columns, axis=1), edits)
        for term_id, distance in zip(np.concatenate(term_ids)[places].tolist(), apart.tolist(), strict=True):
            yield self._table.term(term_id), distance, int(self._table.documents[term_id])


def near_columns(word: Letters, others: Letters, edits: int) -> tuple[Integers, Letters]:
    """Which columns of `others`, filled up with zeros, are at most so many edits away, and how many each is.

    An edit puts a letter in, leaves one out, exchanges one or swaps two neighbours: optimal string alignment, one step
    of its table for all columns at once, within the band where a distance of `edits` can run (Ukkonen 1985).
    """
    height, count = others.shape
    lengths = np.count_nonzero(others, axis=0)
    far = np.full(count, edits + 1, np.uint8)
    before: list[Letters] = []
    last = [np.full(count, j, np.uint8) if j <= edits else far for j in range(height + 1)]
    for i, letter in enumerate(word.tolist(), 1):
        row = [far] * (height + 1)
        if i <= edits:
            row[0] = np.full(count, i, np.uint8)
        first, end = max(1, i - edits), min(height, i + edits)
        other = others[max(0, first - 2) : end] != letter
        for j in range(first, end + 1):
            at = j - 1 - max(0, first - 2)
            best = np.minimum(last[j], row[j - 1])
            best += 1
            np.minimum(best, last[j - 1] + other[at], out=best)
            if i > 1 and j > 1:
                apart = other[at - 1] | (others[j - 1] != word[i - 2])
                np.minimum(best, before[j - 2] + 1 + apart * _FAR, out=best)
            row[j] = best
        before, last = last, row
    distances = np.stack(last)[lengths, np.arange(count)]
    found = distances <= edits
    return np.flatnonzero(found), distances[found]


def _masks(letters: Letters) -> Masks:
    """Two bits for each letter: that a column has it, and that it has it twice; digits share five."""
    bits = np.where(letters >= ord("a"), letters - ord("a"), 26 + letters % 5).astype(np.uint64)
    once = np.zeros(letters.shape[1], np.uint64)
    twice = once.copy()
    for row in np.uint64(1) << bits:
        twice |= once & row
        once |= row
    masks: Masks = once | (twice << np.uint64(32))
    return masks


def _count_by_table(masks: Masks) -> Letters:
    """How many bits are set in each."""
    found: Letters = _BITS[masks & 0xFFFF]
    for shift in (16, 32, 48):
        found = found + _BITS[(masks >> np.uint64(shift)) & 0xFFFF]
    return found


# numpy 1 does not count bits.
_count: Callable[[Masks], Letters] = getattr(np, "bitwise_count", _count_by_table)


class WordStarts:
    """Finds names by the folded beginning of any of their words. Names may be appended. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known = 0
        self._text: Letters = np.zeros(0, np.uint8)
        self._places: Integers = np.zeros(0, np.int64)
        self._owners: Integers = np.zeros(0, np.int64)
        self._bounds: Integers = np.zeros(257, np.int64)

    def find(self, names: Sequence[str], beginning: str) -> Integers:
        """The indexes of the names with a word that begins so; all of them if the beginning is empty."""
        with self._lock:
            if len(names) > self._known:
                self._learn([f"{words_of(name)} ".encode() for name in names[self._known :]])
            text, places, owners, bounds = self._text, self._places, self._owners, self._bounds
        wanted = words_of(beginning)[1:].encode("utf-8")
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
