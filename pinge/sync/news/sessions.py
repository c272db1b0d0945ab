"""Where somebody logged in and out."""

from __future__ import annotations

from collections.abc import Iterator

from pinge.accounts.events import SessionEnded, SessionStarted
from pinge.sync.news import News, Rows


def of_sessions(rows: Rows) -> Iterator[News]:
    """One's devices, for one's other devices."""
    for row in rows:
        kind = SessionEnded if row["is_over"] else SessionStarted
        yield News(row["user_rev"], kind.of(row), to=row["user_id"])
