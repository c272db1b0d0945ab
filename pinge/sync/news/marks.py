"""What people did to messages: emojis on them, stars of one's own, pins for all."""

from __future__ import annotations

from collections.abc import Iterator

from pinge.messages.events import (
    MessagePinned,
    MessageStarred,
    MessageUnpinned,
    MessageUnstarred,
)
from pinge.reactions.events import ReactionChanged
from pinge.sync.news import News, Rows


def of_reactions(rows: Rows) -> Iterator[News]:
    """Emojis that were put on messages, or taken back."""
    for row in rows:
        yield News(row["rev"], ReactionChanged.of(row), hidden_from=row["hidden_from"])


def of_pins(rows: Rows) -> Iterator[News]:
    """Messages that are at the top of a conversation now, or no longer."""
    for row in rows:
        kind = MessageUnpinned if row["pinned_at"] is None else MessagePinned
        yield News(row["rev"], kind.of(row), hidden_from=row["hidden_from"])


def of_stars(rows: Rows) -> Iterator[News]:
    """Messages that somebody keeps at hand, or no longer."""
    for row in rows:
        kind = MessageUnstarred if row["starred_at"] is None else MessageStarred
        yield News(row["user_rev"], kind.of(row), to=row["user_id"])
