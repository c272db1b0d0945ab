"""Figures about media, for /metrics."""

from __future__ import annotations

from prometheus_client import Histogram

PICTURE = Histogram(
    "pinge_picture_seconds",
    "Seconds until a picture is made, waiting included.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
