"""A cache of arrays, bounded by the bytes that they hold, shared by the threads of a process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

T = TypeVar("T")
ENTRY_OVERHEAD = 300
"""Bytes of a key, an entry and an array's header."""


class ArrayCache:
    """Evicts the least recently used entries. Two threads that miss at once both make the value; either may stay."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """The value of a key, made if it is not there."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
                return entry[0]  # type: ignore[return-value]  # a key always holds what its `make` gave
        value = make()
        self._put(key, value, size(value) + ENTRY_OVERHEAD)
        return value

    def _put(self, key: Hashable, value: object, size: int) -> None:
        if size > self._capacity // 4:  # one huge list must not push out everything else
            return
        with self._lock:
            old = self._entries.pop(key, None)
            self._held += size - (old[1] if old else 0)
            self._entries[key] = (value, size)
            while self._held > self._capacity:
                _, (_, freed) = self._entries.popitem(last=False)
                self._held -= freed
