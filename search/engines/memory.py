"""Freeze long-lived objects out of the garbage collector and hand freed memory back to the operating system."""

from __future__ import annotations

import ctypes
import gc
import sys
from functools import cache
from typing import Any


def give_back() -> None:
    """Hand freed memory back to the operating system, where the C library can do that.

    Opening an index allocates large arrays for a moment, and glibc would keep 50 MB of them.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


def settle() -> None:
    """Freeze all objects that exist once a server is ready, so that the garbage collector no longer visits them.

    A full collection would visit a million objects, which takes 50 to 150 ms in the middle of somebody's search. Frozen
    objects that are in no reference cycle, such as views and segments, are still freed with their last reference.
    """
    gc.collect()
    gc.freeze()
    give_back()


@cache
def _trim() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # another C library than glibc
        return None
