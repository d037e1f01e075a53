"""The places of exports: so many run at once that threads are left for pages and probes, however slowly they are read.

An export holds its thread until its client has taken nearly all of it. Every other answer is made whole before it is
sent, and holds none.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from threading import Lock

from flask import Flask, Response, current_app
from werkzeug.exceptions import ServiceUnavailable

from index.settings import Settings

EXTENSION = "haberara_places"

RETRY_AFTER_SECONDS = 15


class Places:
    """So many places, and how often there was none. Thread-safe."""

    def __init__(self, number: int) -> None:
        self._lock = Lock()
        self._number = number
        self._taken = 0
        self._refused = 0

    def take(self) -> Callable[[], None]:
        """Take a place; returns what gives it back, which may be called more than once.

        Raises:
            ServiceUnavailable: all are taken.
        """
        with self._lock:
            if self._taken >= self._number:
                self._refused += 1
                raise ServiceUnavailable(
                    f"All {self._number} exports that run at once are running. Try again later.",
                    retry_after=RETRY_AFTER_SECONDS,
                )
            self._taken += 1
        return _Once(self._give_back)

    def _give_back(self) -> None:
        with self._lock:
            self._taken -= 1

    def text(self) -> str:
        """The counts in the Prometheus text format."""
        with self._lock:
            taken, refused = self._taken, self._refused
        return (
            "# HELP haberara_exports_running Exports that are being sent.\n"
            "# TYPE haberara_exports_running gauge\n"
            f"haberara_exports_running {taken}\n"
            "# HELP haberara_exports_refused_total Exports that found no place.\n"
            "# TYPE haberara_exports_refused_total counter\n"
            f"haberara_exports_refused_total {refused}\n"
        )


class _Once:
    def __init__(self, action: Callable[[], None]) -> None:
        self._action: Callable[[], None] | None = action
        self._lock = Lock()

    def __call__(self) -> None:
        with self._lock:
            action, self._action = self._action, None
        if action:
            action()


def install(app: Flask, settings: Settings) -> None:
    """Give the app as many places as the settings say, and at least one thread fewer than there are threads."""
    wanted = settings.exports or settings.threads // 2
    app.extensions[EXTENSION] = Places(max(1, min(wanted, settings.threads - 1)))


def places() -> Places:
    """The places of this app."""
    found: Places = current_app.extensions[EXTENSION]
    return found


def in_a_place(make: Callable[[], Response]) -> Response:
    """A streamed answer that holds a place until it is sent, broken off or forgotten. Raises ServiceUnavailable."""
    give_back = places().take()
    try:
        response = make()
    except BaseException:
        give_back()
        raise
    response.response = _until_the_end(response.iter_encoded(), give_back)
    response.call_on_close(give_back)
    # An answer that another takes the place of is never closed.
    weakref.finalize(response, give_back)
    return response


def _until_the_end(parts: Iterator[bytes], give_back: Callable[[], None]) -> Iterator[bytes]:
    yield from parts
    give_back()
