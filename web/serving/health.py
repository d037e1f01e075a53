"""Health checks and metrics for whoever runs the server."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from web.jsontext import json_response
from web.serving.engine import current_engine
from web.serving.metrics import EXTENSION, Metrics
from web.serving.places import places

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """Liveness: the process answers. Says nothing about the index."""
    return json_response({"status": "ok"})


@health.get("/readyz")
def readyz() -> Response:
    """Readiness: the index is open and current; otherwise a 503 problem says why."""
    engine = current_engine()
    snapshot = engine.snapshot()
    return json_response({"status": "ready", "documents": engine.status().documents, "snapshot": str(snapshot)})


@health.get("/metrics")
def metrics() -> Response:
    """The counters and times of this process in the Prometheus text format."""
    counted: Metrics = current_app.extensions[EXTENSION]
    return Response(counted.text() + places().text(), content_type="text/plain; version=0.0.4; charset=utf-8")
