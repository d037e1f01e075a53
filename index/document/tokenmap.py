"""The offsets of the tokens of a stored text and the hashes of their lemmas, packed into bytes beside the text.

They let the search side highlight matches without analyzing the text again: a token matches a query word if the hashes
of their lemmas are equal. The hash is CRC-32; with a text of 10,000 tokens and a query of ten words, the chance of one
wrong mark is one in 40,000.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

_HEADER = struct.Struct("<IBB")
_WIDTHS: dict[int, np.dtype[Any]] = {1: np.dtype("<u1"), 4: np.dtype("<u4")}


@lru_cache(maxsize=200_000)
def lemma_hash(lemma: str) -> int:
    """The 32-bit hash of a lemma."""
    return zlib.crc32(lemma.encode("utf-8"))


@dataclass(frozen=True, slots=True)
class TokenMap:
    """Three parallel arrays: the offsets in code points where each token starts and ends, and the hash of its lemma."""

    starts: npt.NDArray[np.uint32]
    ends: npt.NDArray[np.uint32]
    lemmas: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.starts)


def pack_tokens(starts: Sequence[int], ends: Sequence[int], lemmas: Iterable[str]) -> bytes:
    """Pack parallel lists. Gaps between tokens and token lengths take one byte each, or four if one is over 255."""
    count = len(starts)
    begin = np.array(starts, dtype=np.int64)
    end = np.array(ends, dtype=np.int64)
    gaps = begin - np.concatenate((np.zeros(1, np.int64), end[:-1])) if count else begin
    sizes = end - begin
    wide = [4 if count and int(column.max()) > 255 else 1 for column in (gaps, sizes)]
    hashes = np.fromiter((lemma_hash(lemma) for lemma in lemmas), dtype="<u4", count=count)
    return b"".join(
        (
            _HEADER.pack(count, *wide),
            gaps.astype(_WIDTHS[wide[0]]).tobytes(),
            sizes.astype(_WIDTHS[wide[1]]).tobytes(),
            hashes.tobytes(),
        )
    )


def unpack_tokens(packed: bytes) -> TokenMap:
    """Read back what `pack_tokens` wrote."""
    count, gap_width, size_width = _HEADER.unpack_from(packed)
    at = _HEADER.size
    gaps = np.frombuffer(packed, _WIDTHS[gap_width], count, at).astype(np.uint32)
    at += count * gap_width
    sizes = np.frombuffer(packed, _WIDTHS[size_width], count, at).astype(np.uint32)
    at += count * size_width
    hashes = np.frombuffer(packed, "<u4", count, at)
    ends = np.cumsum(gaps + sizes, dtype=np.uint32)
    return TokenMap(starts=ends - sizes, ends=ends, lemmas=hashes)
