"""Figures about sockets, for /metrics."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

OPEN = Gauge("pinge_sockets", "Sockets open now.")
SLOW = Counter("pinge_sockets_slow", "Sockets closed because their client read too slowly.")
