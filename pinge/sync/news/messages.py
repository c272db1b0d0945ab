"""What was said in conversations, and how far it reached whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import asyncpg

from pinge.messages.actions import References
from pinge.messages.events import (
    MessageDeleted,
    MessageDelivered,
    MessageEdited,
    MessageHidden,
    MessageRead,
    NewDirectMessage,
    NewGroupMessage,
    NewSavedMessage,
    OwnDirectMessage,
    OwnGroupMessage,
)
from pinge.sync.news import News, Rows


def of_message(
    row: asyncpg.Record, total_unread: int | None, pointed: References
) -> Iterator[News]:
    """What others and the sender's own devices hear of a message, and of what it points to.

    A direct one is news to its receiver only with the sum of what they have not read.
    """
    sender_id, has = row["sender_id"], _has(row)
    place = {"rev": row["rev"], "seq": row["seq"]}
    if row["kind"] == "direct":
        low, high = row["low_user_id"], row["high_user_id"]
        receiver_id = high if sender_id == low else low
        has["receiver_id"] = receiver_id
        if total_unread is not None:
            to_them = has | pointed.seen_by(row, receiver_id)
            new = NewDirectMessage.of(row, total_unread=total_unread, **to_them)
            yield News(**place, event=new, to=receiver_id)
        own = OwnDirectMessage.of(row, **has | pointed.seen_by(row, sender_id))
        yield News(**place, event=own, to=sender_id)
    elif row["kind"] == "saved":
        yield News(
            **place, event=NewSavedMessage.of(row, **has | pointed.of_row(row)), to=sender_id
        )
    else:
        has["group_id"] = row["conversation_id"]
        unseen = pointed.unseen_by(row)
        quoting = NewGroupMessage.of(row, **has | pointed.of_row(row))
        yield News(**place, event=quoting, but=sender_id, hidden_from=unseen)
        if unseen:
            event = replace(quoting, reply_to=None)
            yield News(**place, event=event, but=sender_id, only=unseen)
        mine = OwnGroupMessage.of(row, **has | pointed.seen_by(row, sender_id))
        yield News(**place, event=mine, to=sender_id)


def _has(row: asyncpg.Record) -> dict[str, object]:
    """Of what most messages have none, no row need say so."""
    return {"attachments": row["attachments"] or (), "mentions": row["mentions"] or ()}


def of_changed(rows: Rows) -> Iterator[News]:
    """Messages that say something else, or nothing any more; who has them unread counts anew."""
    for row in rows:
        rev, mentions = row["rev"], row["mentions"]
        if row["deleted_at"] is None:
            edited = MessageEdited.of(row, mentions=mentions or ())
            yield News(rev, edited, hidden_from=row["hidden_from"], recounts=mentions is not None)
        else:
            deleted = MessageDeleted.of(row)
            yield News(rev, deleted, hidden_from=row["hidden_from"], recounts=True)


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
