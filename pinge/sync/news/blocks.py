"""Whom somebody blocks, and what they made of what strangers wrote."""

from __future__ import annotations

from collections.abc import Iterator

from pinge.blocks.events import UserBlocked, UserUnblocked
from pinge.requests.events import MessageRequestAnswered
from pinge.sync.news import News, Rows


def of_blocks(rows: Rows) -> Iterator[News]:
    """Blocks, and those that were lifted."""
    for row in rows:
        kind = UserBlocked if row["lifted_at"] is None else UserUnblocked
        yield News(row["user_rev"], kind.of(row), to=row["user_id"])


def of_message_requests(rows: Rows) -> Iterator[News]:
    """Message requests that were accepted or declined."""
    for row in rows:
        yield News(row["user_rev"], MessageRequestAnswered.of(row), to=row["user_id"])
