"""Figures about messages, for /metrics."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

WRITTEN = Counter("pinge_messages_written", "Messages answered by the journal, retries too.")
BATCH = Histogram(
    "pinge_journal_batch", "Messages a commit.", buckets=(1, 2, 5, 10, 25, 50, 100, 200, 400)
)
COMMIT = Histogram(
    "pinge_journal_commit_seconds",
    "Seconds a commit takes.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2),
)


def committed(messages: int, seconds: float) -> None:
    """Count a commit and what was in it."""
    WRITTEN.inc(messages)
    BATCH.observe(messages)
    COMMIT.observe(seconds)
