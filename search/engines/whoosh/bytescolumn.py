"""A Whoosh column of byte strings, held as one string and the places in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class BytesColumn:
    """The value of document n is `data[offsets[n]:offsets[n + 1]]`."""

    data: bytes
    offsets: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, reader: Any) -> BytesColumn:
        """Everything of a `VarBytesColumn`'s reader: values stand one after another in the order of documents."""
        offsets = np.zeros(len(reader._lengths) + 1, dtype=np.uint32)
        np.cumsum(np.array(reader._lengths, dtype=np.uint32), out=offsets[1:])
        return cls(bytes(reader._dbfile.get(reader._basepos, int(offsets[-1]))), offsets)

    @classmethod
    def empty(cls, count: int) -> BytesColumn:
        """A column in which no document has a value."""
        return cls(b"", np.zeros(count + 1, dtype=np.uint32))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> bytes:
        return self.data[int(self.offsets[number]) : int(self.offsets[number + 1])]

    def __iter__(self) -> Iterator[bytes]:
        data, offsets = self.data, self.offsets.tolist()
        return (data[begin:end] for begin, end in itertools.pairwise(offsets))
