"""The documentation pages: the help, and the endpoint as a page and as an OpenAPI document."""

from __future__ import annotations

from flask import Blueprint, Response

from web.jsontext import json_response
from web.locale import language
from web.openapi.document import document
from web.parts.helptext import help_blocks
from web.templating import page

guide = Blueprint("guide", __name__)


@guide.get("/help")
def help_page() -> Response:
    """How to search, in the visitor's language; every example is a link."""
    return page("help.html", blocks=help_blocks(language()))


@guide.get("/api")
def endpoint_page() -> Response:
    """The documentation of the endpoint for people."""
    return page("endpoint.html", document=document())


@guide.get("/openapi.json")
def openapi() -> Response:
    """The OpenAPI document of the endpoint, for programs."""
    return json_response(document())
