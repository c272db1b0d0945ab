"""Figures about mail, for /metrics."""

from __future__ import annotations

from prometheus_client import Counter

MAILS = Counter("pinge_mails", "What became of mails: sent, delayed or failed.", ("outcome",))
