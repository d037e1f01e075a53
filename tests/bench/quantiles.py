"""The two figures that the benchmarks give of many times."""

from __future__ import annotations

import statistics
from collections.abc import Iterable


def quantiles(values: Iterable[float]) -> tuple[float, float]:
    """p50 and p95."""
    ordered = sorted(values)
    return statistics.median(ordered), ordered[max(0, int(len(ordered) * 0.95) - 1)]


def columns(values: Iterable[float]) -> str:
    """Both as columns of a table."""
    return "".join(f"{figure:>9.1f}" for figure in quantiles(values))
