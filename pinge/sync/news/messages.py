"""What was said in conversations, and how far it reached whom."""

from __future__ import annotations

from collections.abc import Iterator

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
)
from pinge.sync.news import News, Rows


def of_message(row: asyncpg.Record, total_unread: int | None) -> Iterator[News]:
    """What others and the sender's own devices hear of a message.

    A direct one is news to its receiver only with the sum of what they have not read.
    """
    rev, seq, sender_id = row["rev"], row["seq"], row["sender_id"]
    if row["kind"] == "direct":
        low, high = row["low_user_id"], row["high_user_id"]
        receiver_id = high if sender_id == low else low
        if total_unread is not None:
            new = NewDirectMessage.of(row, receiver_id=receiver_id, total_unread=total_unread)
            yield News(rev, new, to=receiver_id, seq=seq)
        own = OwnDirectMessage.of(row, receiver_id=receiver_id)
        yield News(rev, own, to=sender_id, seq=seq)
    else:
        group_id = row["conversation_id"]
        yield News(rev, NewGroupMessage.of(row, group_id=group_id), but=sender_id, seq=seq)
        yield News(rev, OwnGroupMessage.of(row, group_id=group_id), to=sender_id, seq=seq)


def of_changed(rows: Rows) -> Iterator[News]:
    """Messages that say something else, or nothing any more."""
    for row in rows:
        if row["deleted_at"] is None:
            yield News(row["rev"], MessageEdited.of(row))
        else:
            yield News(row["rev"], MessageDeleted.of(row))


def of_hidden(rows: Rows) -> Iterator[News]:
    """Messages that somebody deleted for themselves."""
    for row in rows:
        yield News(row["user_rev"], MessageHidden.of(row), to=row["user_id"])


def of_receipts(rows: Rows) -> Iterator[News]:
    """How far the messages have reached members, told to the others."""
    for row in rows:
        yield from _of_receipt(row)


def _of_receipt(row: asyncpg.Record) -> Iterator[News]:
    to_others = {"but": row["user_id"], "hidden_from": row["hidden_from"]}
    if row["delivered_rev"] > row["since"]:
        rev = row["delivered_rev"]
        delivered = MessageDelivered.of(row, rev=rev, seq=row["delivered_seq"])
        yield News(rev, delivered, **to_others)
    if row["read_rev"] > row["since"]:
        rev = row["read_rev"]
        yield News(rev, MessageRead.of(row, rev=rev, seq=row["read_seq"]), **to_others)
