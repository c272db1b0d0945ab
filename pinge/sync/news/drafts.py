"""What somebody is about to say, now and later."""

from __future__ import annotations

from collections.abc import Iterator

from pinge.drafts.events import DraftChanged
from pinge.scheduling.events import ScheduledMessageChanged
from pinge.sync.news import News, Rows


def of_drafts(rows: Rows) -> Iterator[News]:
    """Drafts, those too that are none any more."""
    for row in rows:
        yield News(row["user_rev"], DraftChanged.of(row), to=row["user_id"])


def of_scheduled(rows: Rows) -> Iterator[News]:
    """Messages for later, and what became of them."""
    for row in rows:
        yield News(row["user_rev"], ScheduledMessageChanged.of(row), to=row["user_id"])
