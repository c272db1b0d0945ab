"""Figures for operators, in Prometheus' format at /metrics."""

from __future__ import annotations

import os

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}

# Names the folder in which several processes keep their figures together.
SHARED = "PROMETHEUS_MULTIPROC_DIR"

REQUESTS = Counter("pinge_http_requests", "Requests answered.", ("method", "route", "status"))
SECONDS = Histogram(
    "pinge_http_seconds",
    "Seconds from request to answer.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)


def observe(request: web.Request, status: int, seconds: float) -> None:
    """Count a request under its route's pattern: paths hold ids, which would never end."""
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "unknown"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, route, status).inc()
    if status != 101:  # a socket lives as long as it likes
        SECONDS.observe(seconds)


def figures() -> bytes:
    """All figures: of this process, or of all that share them."""
    if SHARED not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
