"""Answers to errors: a page for people, RFC 9457 problem+json for programs, never a stack trace.

An HTML error page keeps the search box and every valid part of the request, so that the visitor can go on.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError

from index.errors import HaberaraError, IndexUnusable, LockedError, NotFoundError, RequestError, UnknownValue
from web.explain import Explanation, explain
from web.jsontext import json_text
from web.locale import gettext as _
from web.locale import is_for_programs
from web.params import surviving
from web.serving.logs import log_bug, log_refusal
from web.templating import page

PROBLEM_TYPE = "application/problem+json"
PROBLEMS: dict[str, str] = {
    "bad-parameter": "A parameter has a bad value",
    "not-found": "No such article",
    "unknown-value": "No article has this value",
    "index-unusable": "The index can't answer",
    "internal": "Something went wrong",
}
"""The kinds of problems with their titles; the kind is the last part of a problem's `type`."""

RETRY_AFTER_SECONDS = "30"


def install(app: Flask) -> None:
    """Register a handler for every kind of error."""
    app.register_error_handler(HaberaraError, _our_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _bug)


def problem(status: int, kind: str, detail: str, **more: Any) -> Response:
    """A problem+json answer. Plain HTTP errors have the type `about:blank`, as RFC 9457 demands."""
    title = PROBLEMS.get(kind, kind)
    type_ = f"urn:haberara:problem:{kind}" if kind in PROBLEMS else "about:blank"
    body = {"type": type_, "title": title, "status": status, "detail": detail, **more}
    return Response(json_text(body), status=status, content_type=PROBLEM_TYPE)


def _our_error(error: HaberaraError) -> Response:
    if error.http_status >= 500:
        log_refusal(error)
    response = _our_problem(error) if is_for_programs() else _page(error.http_status, explain(error), error)
    if isinstance(error, IndexUnusable | LockedError):
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _our_problem(error: HaberaraError) -> Response:
    more: dict[str, Any] = {"remedy": error.remedy} if error.remedy else {}
    kind = "internal"
    if isinstance(error, RequestError):
        kind = "bad-parameter"
        more |= {"parameter": error.parameter, "value": error.value, "code": error.code}
    elif isinstance(error, NotFoundError):
        kind = "not-found"
    elif isinstance(error, UnknownValue):
        kind = "unknown-value"
        more |= {"facet": error.facet, "value": error.value, "nearest": list(error.nearest)}
    elif isinstance(error, IndexUnusable | LockedError):
        kind = "index-unusable"
    return problem(error.http_status, kind, str(error), **more)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:  # a redirect that the router makes
        return Response(status=status, headers=error.get_headers(request.environ))
    if is_for_programs():
        response = problem(status, error.name, error.description or error.name)
    else:
        response = _page(status, _plain(status, error.name))
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value
    return response


def _plain(status: int, name: str) -> Explanation:
    if status == 404:
        return Explanation(
            _("There is no such page"), _("The address leads nowhere."), _("You can go on with a search above.")
        )
    if status == 405:
        return Explanation(_("This page can only be read"), _("Nothing can be sent to it."))
    if status == 401:
        return Explanation(
            _("This archive asks for a password"), _("It is open to those who have its user name and password.")
        )
    if status == 429:
        return Explanation(
            _("Too many searches at once"),
            _("You have asked more often than whoever runs this archive allows."),
            _("Wait a moment, then go on."),
        )
    if status in (413, 414, 431):
        return Explanation(_("The request is too long"), _("Shorten the query or choose fewer filters."))
    return Explanation(_("The request can't be answered"), f"{status} {name}")


def _bug(error: Exception) -> Response:
    log_bug(error)
    if is_for_programs():
        return problem(500, "internal", "The server met an unexpected error; its log has the details.")
    return _page(
        500,
        Explanation(
            _("Something went wrong"),
            _("The server met an unexpected error. It was written to the server's log."),
            _("Trying again may help; so may a simpler query."),
        ),
        InternalServerError(),
    )


def _page(status: int, explanation: Explanation, error: Exception | None = None) -> Response:
    """An error page. A query that was refused stays in the search box, to be corrected there."""
    failed = error.parameter if isinstance(error, RequestError) else None
    asked = surviving(failed)
    refused = failed == "q"
    typed = " ".join(request.args.getlist("q")) if refused else asked.text
    return page("error.html", status, explanation=explanation, asked=asked, typed=typed, shown_status=status)
