"""Logs requests that failed, without what visitors search for.

Nothing that visitors search for or read is logged unless the setting `log_queries` asks for it: neither addresses,
which contain the query, nor the messages of unexpected errors, which may repeat it. The place in the program where an
error happened is always logged.
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
    """Take over the setting `log_queries`."""
    app.extensions[_EXTENSION] = settings.log_queries


def log_refusal(error: HaberaraError) -> None:
    """Log a request that can't be answered now, such as for want of an index. These errors contain no query."""
    log.error("%s %s", _where(), error)


def log_bug(error: Exception) -> None:
    """Log an unexpected error with its traceback."""
    if current_app.extensions[_EXTENSION]:
        log.error("unexpected error while answering %s", _where(), exc_info=error)
    else:
        log.error("unexpected error while answering %s\n%s", _where(), "\n".join(_outline(error)))


def _where() -> str:
    if current_app.extensions[_EXTENSION]:
        # Written as a Python literal, so that no visitor can add a line of their own to the log.
        return f"{request.method} {request.full_path.rstrip('?')!r}"
    return f"{request.method} {request.endpoint or 'unknown address'}"


def _outline(error: BaseException) -> list[str]:
    """The traceback of an error without its message, and those of the errors that caused it."""
    before = error.__cause__ or error.__context__
    lines = [*_outline(before), "which led to"] if before else []
    lines += [line.rstrip() for line in traceback.format_tb(error.__traceback__)]
    return [*lines, f"{type(error).__module__}.{type(error).__qualname__} (its message is logged with log_queries)"]
