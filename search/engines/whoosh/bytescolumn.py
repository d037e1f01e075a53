"""A column of byte strings, held as one string and the offsets of the values in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class BytesColumn:
    """The value of doc id n is `data[offsets[n]:offsets[n + 1]]`."""

    data: bytes
    offsets: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, data: bytes, lengths: npt.NDArray[np.uint32]) -> BytesColumn:
        """The column of values that stand one after another, from the length of each."""
        offsets = np.zeros(len(lengths) + 1, dtype=np.uint32)
        np.cumsum(lengths, out=offsets[1:])
        return cls(data, offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, doc: int) -> bytes:
        return self.data[int(self.offsets[doc]) : int(self.offsets[doc + 1])]

    def __iter__(self) -> Iterator[bytes]:
        data, offsets = self.data, self.offsets.tolist()
        return (data[begin:end] for begin, end in itertools.pairwise(offsets))
