"""Where somebody logged in and out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from pinge.accounts.events import SessionEnded, SessionStarted
from pinge.sync.news import News, Rows

STARTED = tuple(field.name for field in fields(SessionStarted))


def of_sessions(rows: Rows) -> Iterator[News]:
    """One's devices, for one's other devices."""
    for row in rows:
        rev, user_id = row["user_rev"], row["user_id"]
        if row["is_over"]:
            yield News(rev, SessionEnded(session_id=row["session_id"], user_rev=rev), to=user_id)
        else:
            started: dict[str, Any] = {name: row[name] for name in STARTED}
            yield News(rev, SessionStarted(**started), to=user_id)
