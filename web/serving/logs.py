"""What the server's log says of a request that failed.

Nothing that visitors search for or read is logged unless the setting `log_queries` asks for it: neither addresses, of
which the query is a part, nor the messages of unexpected errors, which may repeat it. Where in the program it happened
is told always.
"""

from __future__ import annotations

import logging
import traceback

from flask import Flask, current_app, request

from index.errors import HaberaraError
from index.settings import Settings

_EXTENSION = "haberara_log_queries"

log = logging.getLogger("haberara.web")


def install(app: Flask, settings: Settings) -> None:
    """Keep to the setting."""
    app.extensions[_EXTENSION] = settings.log_queries


def log_refusal(error: HaberaraError) -> None:
    """A request that could not be answered now, such as for want of an index. These errors hold no query."""
    log.error("%s %s", _where(), error)


def log_bug(error: Exception) -> None:
    """An unexpected error, with the way to the place where it was raised."""
    if current_app.extensions[_EXTENSION]:
        log.error("unexpected error while answering %s", _where(), exc_info=error)
    else:
        log.error("unexpected error while answering %s\n%s", _where(), "\n".join(_outline(error)))


def _where() -> str:
    if current_app.extensions[_EXTENSION]:
        # As Python writes it: no visitor puts a line of their own into the log.
        return f"{request.method} {request.full_path.rstrip('?')!r}"
    return f"{request.method} {request.endpoint or 'unknown address'}"


def _outline(error: BaseException) -> list[str]:
    """The traceback without the messages of the error and of those that led to it."""
    before = error.__cause__ or error.__context__
    lines = [*_outline(before), "which led to"] if before else []
    lines += [line.rstrip() for line in traceback.format_tb(error.__traceback__)]
    return [*lines, f"{type(error).__module__}.{type(error).__qualname__} (its message is logged with log_queries)"]
