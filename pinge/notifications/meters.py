"""Figures about notifications, for /metrics."""

from __future__ import annotations

from prometheus_client import Counter

PUSHES = Counter(
    "pinge_pushes", "What push services answered: taken, gone, later, refused.", ("outcome",)
)
SPARED = Counter("pinge_pushes_spared", "Devices that were not told, and why.", ("reason",))
