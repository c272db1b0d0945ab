"""Figures about search, for /metrics."""

from __future__ import annotations

from prometheus_client import Counter

SIGNED = Counter("pinge_search_signed", "Messages that were put into blocks.")
