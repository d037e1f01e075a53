"""Writes the endpoint's JSON: UTF-8, letters unescaped, and never the `Infinity` or `NaN` that JSON lacks."""

from __future__ import annotations

import json
from typing import Any

from flask import Response


def json_text(value: Any) -> str:
    """The value as JSON. A lone surrogate, which UTF-8 can't encode, becomes a question mark."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode("utf-8")


def json_response(value: Any, status: int = 200) -> Response:
    """The value as an HTTP answer in JSON."""
    return Response(json_text(value) + "\n", status=status, content_type="application/json; charset=utf-8")
