"""What a subscription is told of a conversation: read from rows, as far as they go by now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from pinge.database.queries import Database, Queries

SQL = Queries("subscriptions")

MOST = 50  # messages in one delivery, and changes of earlier ones

MESSAGE = (
    *("message_id", "seq", "sender_id", "sender_name", "sender_is_bot", "content", "attachments"),
    *("mentions", "reply_to_seq", "sent_at", "edited_at", "deleted_at"),
)
MEMBER = ("user_id", "username", "is_bot", "role")

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell, in the order in which it happened, and how far it reaches."""

    events: list[Told]
    seq: int
    rev: int


async def news(db: Database, place: asyncpg.Record, kinds: set[str], *, but: UUID | None) -> News:
    """What happened after a place: no more than a delivery takes, and nothing that `but` said.

    The place's bounds were read before the rest, so what happens meanwhile is told the next time.
    """
    where = {"conversation_id": place["conversation_id"]}
    revs = {"rev": place["rev"], "last_rev": place["last_rev"]}
    said = await SQL.messages_after.rows(
        db, **where, seq=place["seq"], last_seq=place["last_seq"], limit=MOST
    )
    changed = await SQL.changed_between.rows(
        db, **where, **revs, hidden_up_to=place["hidden_up_to"], limit=MOST
    )
    went = await SQL.members_between.rows(db, **where, **revs)
    rev = min([place["last_rev"], *(rows[-1]["rev"] for rows in (said, changed) if _is_cut(rows))])
    told = [
        event
        for event in (*_said(said), *_changed(changed), *_went(went))
        if event["rev"] <= rev and event["event"] in kinds and not _is_by(event, but)
    ]
    told.sort(key=lambda event: int(event["rev"]))
    reached = max((row["seq"] for row in said if row["rev"] <= rev), default=place["seq"])
    return News(told, reached, rev)


def _is_by(event: Told, user_id: UUID | None) -> bool:
    """Whether this one said it; nobody said that somebody came or went."""
    return user_id is not None and event["data"].get("sender_id") == user_id


def _is_cut(rows: list[asyncpg.Record]) -> bool:
    """Whether there may be more than was read."""
    return len(rows) == MOST


def _said(rows: Iterable[asyncpg.Record]) -> Iterator[Told]:
    for row in rows:
        yield _event("message_created", row, MESSAGE)


def _changed(rows: Iterable[asyncpg.Record]) -> Iterator[Told]:
    for row in rows:
        kind = "message_edited" if row["deleted_at"] is None else "message_deleted"
        yield _event(kind, row, MESSAGE)


def _went(rows: Iterable[asyncpg.Record]) -> Iterator[Told]:
    for row in rows:
        yield _event("member_left" if row["is_gone"] else "member_joined", row, MEMBER)


def _event(kind: str, row: asyncpg.Record, names: Iterable[str]) -> Told:
    return {"event": kind, "rev": row["rev"], "data": {name: row[name] for name in names}}
