"""The static files: addressed by content, so that browsers may keep them for good and still see a new version."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, request

STATIC = Path(__file__).parent / "static"


def install(app: Flask) -> None:
    """Offer `asset('haberara.css')` to templates and let what it names be kept by browsers."""
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in sorted(STATIC.iterdir())}

    def asset(name: str) -> str:
        return f"{request.script_root}/static/{name}?v={hashes[name]}"

    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200:
            kept = request.args.get("v") == hashes.get((request.view_args or {}).get("filename", ""))
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return response

    app.jinja_env.globals["asset"] = asset
    app.after_request(keep)
