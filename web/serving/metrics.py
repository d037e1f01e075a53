"""Counts and times requests, for the Prometheus text format. Nothing of a query is ever recorded."""

from __future__ import annotations

from collections import Counter, defaultdict
from threading import Lock
from time import perf_counter

from flask import Flask, Response, g, request

EXTENSION = "haberara_metrics"

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""The upper bounds of the histogram in seconds; searches of 40,000 articles should fall into the first ones."""


class Metrics:
    """The counts of one process, to which all its threads add."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets: Counter[tuple[str, float]] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, endpoint: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        with self._lock:
            self._requests[endpoint, status] += 1
            self._seconds[endpoint] += seconds
            for bound in BUCKETS:
                if seconds <= bound:
                    self._buckets[endpoint, bound] += 1

    def text(self) -> str:
        """All counts in the Prometheus text format, one per line."""
        with self._lock:
            requests, seconds = dict(self._requests), dict(self._seconds)
            buckets = dict(self._buckets)
        lines = ["# HELP haberara_requests_total Answered requests.", "# TYPE haberara_requests_total counter"]
        for (endpoint, status), count in sorted(requests.items()):
            lines.append(f'haberara_requests_total{{endpoint="{endpoint}",status="{status}"}} {count}')
        name = "haberara_request_seconds"
        lines += [f"# HELP {name} Time to answer.", f"# TYPE {name} histogram"]
        for endpoint in sorted(seconds):
            total = sum(count for (of, _status), count in requests.items() if of == endpoint)
            for bound in BUCKETS:
                lines.append(f'{name}_bucket{{endpoint="{endpoint}",le="{bound}"}} {buckets.get((endpoint, bound), 0)}')
            lines.append(f'{name}_bucket{{endpoint="{endpoint}",le="+Inf"}} {total}')
            lines.append(f'{name}_sum{{endpoint="{endpoint}"}} {seconds[endpoint]:.6f}')
            lines.append(f'{name}_count{{endpoint="{endpoint}"}} {total}')
        return "\n".join(lines) + "\n"


def install(app: Flask) -> None:
    """Time every request of the app."""
    metrics = app.extensions[EXTENSION] = Metrics()

    def start() -> None:
        g.started = perf_counter()

    def stop(response: Response) -> Response:
        # By the endpoint's name, not the address: addresses are unlimited in number and contain what people search for.
        metrics.add(request.endpoint or "none", response.status_code, perf_counter() - g.get("started", perf_counter()))
        return response

    app.before_request(start)
    app.after_request(stop)
