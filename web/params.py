"""From URL parameters to a `SearchRequest`: strict for programs, forgiving for people.

The endpoint refuses a parameter that it does not know, since a misspelt filter would silently widen the answer. The
page ignores it, since addresses get decorated by mailers and trackers.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from flask import request

from index.errors import RequestError
from search.request import FILTERS, MAX_TEXT, SearchRequest
from web.locale import LANGUAGES

SEARCH_PARAMETERS = ("q", *FILTERS, "from", "to", "match", "sort", "page", "limit", "explain", "collapse")
LANGUAGE = "lang"
NUMBERS = ("page", "limit")


def given() -> dict[str, list[str]]:
    """The parameters of this request, repeated ones with all their values."""
    return dict(request.args.lists())


def page_request() -> SearchRequest:
    """What the page is asked for; unknown parameters are ignored. Raises RequestError."""
    return SearchRequest.from_params(given())


def endpoint_request(*also: str) -> SearchRequest:
    """What the endpoint is asked for; `also` names further parameters that it takes.

    Raises:
        RequestError: a value can't be used or a parameter is unknown; the message names it.
    """
    refuse_unknown(*SEARCH_PARAMETERS, *also)
    refuse_long("q", *also)
    for name in NUMBERS:
        if "" in given().get(name, ()):
            raise RequestError(name, "", "is not a number", f"Leave {name} out.", code="not-a-number")
    return SearchRequest.from_params(given())


def refuse_unknown(*known: str, repeated: Container[str] = FILTERS) -> None:
    """Raises RequestError if a parameter is given that is not `known` (`lang` always is), or twice without meaning."""
    for name, values in given().items():
        if len(values) > 1 and name in (LANGUAGE, *known) and name not in repeated:
            raise RequestError(
                name, str(len(values)), "times is more than once", "Only filters repeat.", code="too-many-values"
            )
        if name == LANGUAGE:
            if values[-1] not in LANGUAGES:
                raise RequestError(
                    LANGUAGE, values[-1], "is not one of " + ", ".join(LANGUAGES), "Use tr or en.", code="not-a-choice"
                )
        elif name not in known:
            raise RequestError(
                name[:60],
                values[0],
                "is not a parameter of this endpoint",
                "Known: " + ", ".join((*known, LANGUAGE)),
                code="unknown-parameter",
            )


def typed_text() -> str:
    """`q` as far as it is typed, with a blank at its end. Raises RequestError if it is longer than a query may be."""
    refuse_long("q")
    return request.args.get("q", "")


def number(name: str, default: int, highest: int) -> int:
    """A whole number from 1 to `highest`. Raises RequestError."""
    if name not in request.args:
        return default
    text = request.args[name]
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= highest):
        raise RequestError(
            name, text, f"is not a number from 1 to {highest}", f"Leave {name} out for {default}.", code="not-a-number"
        )
    return int(text)


def choice(name: str, allowed: Sequence[str], default: str) -> str:
    """One of some values; without a default it has to be given. Raises RequestError."""
    text = request.args.get(name, "").strip() or default
    if text not in allowed:
        remedy = f"Leave {name} out for {default}." if default else f"Give {name}={allowed[0]}."
        raise RequestError(name, text, "is not one of " + ", ".join(allowed), remedy, code="not-a-choice")
    return text


def refuse_long(*names: str) -> None:
    """Raises RequestError if a text is longer than a query may be, blanks around it counted."""
    for name in names:
        for value in given().get(name, ()):
            if len(value) > MAX_TEXT:
                reason = f"has {len(value)} characters, more than {MAX_TEXT}"
                raise RequestError(name, value, reason, "Shorten it.", code="too-long")


def surviving(failed: str | None = None) -> SearchRequest:
    """As much of this request as can be used: the parameter that failed, and any other bad one, is dropped.

    An error page keeps the rest of the visitor's work with it.
    """
    params = {name: values for name, values in given().items() if name != failed}
    while params:
        try:
            return SearchRequest.from_params(params)
        except RequestError as error:
            if params.pop(error.parameter, None) is None:
                break
    return SearchRequest()
