"""Figures about subscriptions, for /metrics."""

from __future__ import annotations

from prometheus_client import Counter

DELIVERIES = Counter(
    "pinge_webhook_deliveries", "What became of deliveries: taken or failed.", ("outcome",)
)
