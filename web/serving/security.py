"""The security headers of every answer, and the limits of a request that are checked before it is read.

Nothing is ever loaded from another host and nothing inline is ever run: pages contain no style and no script, so that a
hostile article could not run anything even if a template forgot to escape it.
"""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import RequestURITooLarge

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        # The page's own script asks the endpoint for facet values and suggestions.
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # What a journalist searches for must not reach the sites that articles link to.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}

MAX_URL = 65_536
"""The most bytes of path and parameters. A query of 10,000 Turkish letters (60 KB escaped) gets its own message."""

MAX_BODY = 16_384
"""Bytes of a body may be so many: nothing here takes one, but some programs send an empty one with a question."""


def install(app: Flask) -> None:
    """Add the limits and the headers to every request of the app."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.before_request(_refuse_long_urls)
    app.after_request(_add_headers)


def _refuse_long_urls() -> None:
    if len(request.query_string) + len(request.path) > MAX_URL:
        raise RequestURITooLarge


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        # Answers may be cached but must be revalidated, since the index can change at any moment.
        response.headers["Cache-Control"] = "private, no-cache"
    return response
