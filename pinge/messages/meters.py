"""Figures about messages, for /metrics."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

SENT = Counter("pinge_messages_written", "Messages given to PostgreSQL, retries too.")
BATCH = Histogram(
    "pinge_journal_batch", "Messages a commit.", buckets=(1, 2, 5, 10, 25, 50, 100, 200, 400)
)
COMMIT = Histogram(
    "pinge_journal_commit_seconds",
    "Seconds a commit takes.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2),
)


def written(messages: int, seconds: float) -> None:
    """Count a commit."""
    SENT.inc(messages)
    BATCH.observe(messages)
    COMMIT.observe(seconds)
