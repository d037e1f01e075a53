"""What stays is left out of garbage collections; memory that is free again goes back to the system."""

from __future__ import annotations

import ctypes
import gc
import sys
from functools import cache
from typing import Any


def give_back() -> None:
    """Let go of what was freed, where the C library can do that.

    Opening an index makes large arrays for a moment, which glibc would keep: 50 MB.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


def settle() -> None:
    """Take all objects that there are for ones that stay, once a server is ready.

    A full collection goes through a million of them, 50 to 150 ms in the middle of somebody's search. What is in no
    cycle, as views and segments are, is freed all the same.
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
