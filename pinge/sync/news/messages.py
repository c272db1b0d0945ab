"""What was said in conversations, and how far it reached whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import asyncpg

from pinge.messages.events import (
    MessageDeleted,
    MessageDelivered,
    MessageEdited,
    MessageHidden,
    MessageRead,
    NewDirectMessage,
    NewGroupMessage,
    OwnDirectMessage,
    OwnGroupMessage,
    of_row,
)
from pinge.sync.news import News, Rows

SAID = (
    "conversation_id",
    "seq",
    "rev",
    "message_id",
    "sender_id",
    "content",
    "attachments",
    "sent_at",
    "edited_at",
    "deleted_at",
)


def of_message(row: asyncpg.Record, total_unread: int | None) -> Iterator[News]:
    """What others and the sender's own devices hear of a message.

    A direct one is news to its receiver only with the sum of what they have not read.
    """
    said: dict[str, Any] = {name: row[name] for name in SAID}
    said["sender_name"] = row["sender_name"]
    rev, seq, sender_id = row["rev"], row["seq"], row["sender_id"]
    if row["kind"] == "direct":
        low, high = row["low_user_id"], row["high_user_id"]
        said["receiver_id"] = receiver_id = high if sender_id == low else low
        if total_unread is not None:
            new = NewDirectMessage(**said, total_unread=total_unread)
            yield News(rev, new, to=receiver_id, seq=seq)
        yield News(rev, OwnDirectMessage(**said), to=sender_id, seq=seq)
    else:
        said["group_id"] = row["conversation_id"]
        yield News(rev, NewGroupMessage(**said), but=sender_id, seq=seq)
        yield News(rev, OwnGroupMessage(**said), to=sender_id, seq=seq)


def of_changed(rows: Rows) -> Iterator[News]:
    """Messages that say something else, or nothing any more."""
    for row in rows:
        if row["deleted_at"] is None:
            yield News(row["rev"], of_row(MessageEdited, row))
        else:
            yield News(row["rev"], of_row(MessageDeleted, row))


def of_hidden(rows: Rows) -> Iterator[News]:
    """Messages that somebody deleted for themselves."""
    for row in rows:
        yield News(row["user_rev"], of_row(MessageHidden, row), to=row["user_id"])


def of_receipts(rows: Rows) -> Iterator[News]:
    """How far the messages have reached members, told to the others."""
    for row in rows:
        yield from _of_receipt(row)


def _of_receipt(row: asyncpg.Record) -> Iterator[News]:
    conversation_id, user_id = row["conversation_id"], row["user_id"]
    if row["delivered_rev"] > row["since"]:
        delivered = MessageDelivered(
            conversation_id=conversation_id,
            rev=row["delivered_rev"],
            user_id=user_id,
            seq=row["delivered_seq"],
        )
        yield News(delivered.rev, delivered, but=user_id, hidden_from=row["hidden_from"])
    if row["read_rev"] > row["since"]:
        read = MessageRead(
            conversation_id=conversation_id,
            rev=row["read_rev"],
            user_id=user_id,
            seq=row["read_seq"],
            message_ids=row["message_ids"],
        )
        yield News(read.rev, read, but=user_id, hidden_from=row["hidden_from"])
