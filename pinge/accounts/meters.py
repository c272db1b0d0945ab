"""Figures about accounts, for /metrics."""

from __future__ import annotations

from prometheus_client import Histogram

PASSWORD = Histogram(
    "pinge_password_seconds",
    "Seconds until a password is hashed, waiting included.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15),
)
