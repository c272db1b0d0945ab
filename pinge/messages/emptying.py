"""Taking what it says out of a message, for everyone: its place stays, and nobody has it unread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.attachments import actions as attachments
from pinge.database.queries import Connection, Queries
from pinge.messages.changing import tell
from pinge.messages.events import MessageDeleted
from pinge.realtime.bus import BUS, UnreadMoved
from pinge.realtime.following import LARGE

SQL = Queries("history")

# A message whose conversation is locked, and what of that there is to know.
Held = Mapping[str, Any] | asyncpg.Record


@dataclass(frozen=True, slots=True)
class Emptied:
    """A message that is deleted for everyone, and who had it unread."""

    event: MessageDeleted
    roster_rev: int
    passed: list[UUID]


async def empty(tx: Connection, held: Held, *, deleted_by: UUID | None) -> Emptied:
    """Leave nothing of a message but its place; None did it where the server did."""
    place = {"conversation_id": held["conversation_id"], "seq": held["seq"]}
    deleted_at = await SQL.delete_message.value(
        tx, **place, deleted_by=deleted_by, rev=held["next_rev"]
    )
    await attachments.release(tx, [held["message_id"]])
    event = MessageDeleted.of(held, rev=held["next_rev"], deleted_at=deleted_at)
    return Emptied(event, held["roster_rev"], await pass_over(tx, held, None))


async def tell_emptied(app: web.Application, emptied: Emptied) -> None:
    """Tell everybody in the conversation, after the commit."""
    await tell(app, emptied.event, emptied.roster_rev)
    for user_id in emptied.passed:
        app[BUS].publish(UnreadMoved(user_id, emptied.event.conversation_id), user_id)


async def pass_over(tx: Connection, held: Held, reader_id: UUID | None) -> list[UUID]:
    """Have nobody, or this reader, count it as unread; who did."""
    rows = await SQL.pass_over.rows(
        tx,
        conversation_id=held["conversation_id"],
        seq=held["seq"],
        reader_id=reader_id,
        is_due=reader_id is not None and held["member_count"] <= LARGE,
    )
    return [row["user_id"] for row in rows]
