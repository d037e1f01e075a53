"""Tells whether one text is a copy of another, by the runs of words (shingles) that both have.

A text is the set of its runs of three words (Broder 1997, "On the resemblance and containment of documents"). The
containment, how much of the smaller set is in the larger, says whether one is a copy of the other, even where it was
cut or got a lead of its own. MinHash chooses the pairs to compare at all: with bands of two minima each, texts that
share a third of their runs meet in some band with a probability of .94, and unrelated ones hardly ever (Leskovec,
Rajaraman, Ullman: "Mining of Massive Datasets", 3.4).
"""

from __future__ import annotations

import re
from zlib import crc32

import numpy as np
import numpy.typing as npt

from index.turkish.casing import lower

Shingles = npt.NDArray[np.uint64]
"""Hashes of a text's runs of words: ascending, each once."""

Keys = npt.NDArray[np.uint32]
"""The band keys of a text; empty for a text that is too short."""

METHOD = 1
"""The version of the method. Raise it when the keys of a text change: stored stories are then worked out again."""

SAMPLE_GIVES = {1: "89c84d898f2f"}
"""A digest of what the sample archive gives under this version, held by `tests/test_versions.py`."""

WIDTH = 3
BANDS = 24
ROWS = 2

LEAST = 25
"""The fewest runs of words that are compared; a shorter text (a flash, a caption) is a story of its own."""

COPY = 0.5
"""The containment from which on two texts are one story. A copy of half the text with one word in thirty changed and
a lead of its own has about .7; follow-ups that repeat the background of a story have less than .4."""

LEAST_SHARE = 0.3
"""How short the shorter set may be against the longer: a digest of the day holds many stories and is none of them."""

_WORD = re.compile(r"[^\W_]+")
_RNG = np.random.default_rng(20_240_315)
_FACTORS = _RNG.integers(1, 2**63, size=BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
_WORD_FACTORS = _RNG.integers(1, 2**63, size=WIDTH, dtype=np.uint64) | np.uint64(1)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_HALF = np.uint64(32)


def shingles(text: str) -> Shingles:
    """The hashes of the runs of words of a text; case and punctuation are ignored."""
    words = np.array([crc32(word.encode()) for word in _WORD.findall(lower(text))], dtype=np.uint64)
    count = len(words) - WIDTH + 1
    if count < 1:
        return np.zeros(0, dtype=np.uint64)
    runs = np.zeros(count, dtype=np.uint64)
    for place in range(WIDTH):
        runs += words[place : place + count] * _WORD_FACTORS[place]
    runs ^= runs >> np.uint64(33)
    runs *= _MIX
    return np.unique(runs ^ (runs >> np.uint64(29)))


def band_keys(runs: Shingles) -> Keys:
    """The `BANDS` keys by which similar texts meet; empty where the text is too short to compare."""
    if len(runs) < LEAST:
        return np.zeros(0, dtype=np.uint32)
    minima = ((runs[:, None] * _FACTORS) >> _HALF).min(axis=0).reshape(BANDS, ROWS)
    mixed = (minima[:, 0] * _FACTORS[0] ^ minima[:, 1] * _FACTORS[1]) * _MIX
    keys: Keys = (mixed >> _HALF).astype(np.uint32)
    return keys


def containment(one: Shingles, other: Shingles) -> float:
    """How much of the shorter text is in the longer, 0 to 1."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if not len(short):
        return 0.0
    places = np.minimum(np.searchsorted(long, short), len(long) - 1)
    return float(np.count_nonzero(long[places] == short)) / len(short)


def are_one_story(one: Shingles, other: Shingles) -> float:
    """Their containment if one is a copy of the other, else 0."""
    if min(len(one), len(other)) < LEAST_SHARE * max(len(one), len(other)):
        return 0.0
    shared = containment(one, other)
    return shared if shared >= COPY else 0.0
