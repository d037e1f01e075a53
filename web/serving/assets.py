"""Static files. Their addresses carry a hash of their content, so that browsers may cache them for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

STATIC = Path(__file__).parents[1] / "static"


@cache
def _hashes() -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in sorted(STATIC.iterdir())}


def asset_url(name: str) -> str:
    """The address of a static file."""
    return f"{request.script_root}/static/{name}?v={_hashes()[name]}"


def is_static_file() -> bool:
    """Whether this request is for a static file that exists."""
    return request.endpoint == "static" and (request.view_args or {}).get("filename") in _hashes()


def install(app: Flask) -> None:
    """Give templates `asset('haberara.css')`, and let browsers cache the addresses that it makes."""

    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200:
            kept = request.args.get("v") == _hashes().get((request.view_args or {}).get("filename", ""))
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return response

    app.jinja_env.globals["asset"] = asset_url
    app.after_request(keep)
