"""What is read and what is not: positions of each member, and arithmetic on them."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.contacts import actions as contacts
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import Conflict, NotFound
from pinge.http.caller import Caller
from pinge.messages.receipts import RECEIPTS, lock, must_be_there
from pinge.messages.references import shown
from pinge.realtime.bus import BUS, UnreadMoved
from pinge.realtime.following import LARGE
from pinge.settings import actions as settings
from pinge.settings.events import ConversationSettingsUpdated

SQL = Queries("messages")

MOST_UNREAD = 1000  # messages listed at once; the figures count all
MOST_RANGES = 1000  # stretches read out of order in one conversation, each some bytes of its row


async def unread(app: web.Application, caller: Caller) -> list[dict[str, object]]:
    """The direct messages the caller received and did not read, newest first."""
    rows = await SQL.unread_messages.rows(app[POOL], user_id=caller.user_id, limit=MOST_UNREAD)
    return await shown(app[POOL], rows, caller.user_id)


async def unread_summary(app: web.Application, caller: Caller) -> dict[str, object]:
    """How much is unread, of whom and where, the latest first; one query for all."""
    rows = await SQL.unread_conversations.rows(app[POOL], user_id=caller.user_id)
    direct = [row for row in rows if row["kind"] == "direct"]
    groups = [row for row in rows if row["kind"] == "group"]
    return {
        "total_unread": _sum(direct),
        "contacts_with_unread": [_renamed(row, "contact") for row in direct],
        "groups_with_unread": [
            _renamed(row, "group") | {"mention_count": row["mention_count"]} for row in groups
        ],
        "total_group_unread": _sum(groups),
        "total_muted_unread": _sum([row for row in rows if row["is_muted"]]),
        "total_mentions": sum(row["mention_count"] for row in groups),
    }


async def mark_read(app: web.Application, caller: Caller, *, message_ids: list[UUID]) -> int:
    """Mark exactly these as read, and say how many were not; older ones stay as they are."""
    async with transaction(app) as tx:
        found = await SQL.conversations_of_received.rows(
            tx, user_id=caller.user_id, message_ids=message_ids
        )
        conversation_ids = [row["conversation_id"] for row in found]
        if not conversation_ids:
            raise NotFound("None of these messages was sent to you.")
        await lock(tx, conversation_ids)
        marked = await SQL.mark_read.rows(tx, user_id=caller.user_id, message_ids=message_ids)
        # No others: where nothing is read, no position moves, not even over what was deleted.
        conversation_ids = [row["conversation_id"] for row in marked]
        where = {"user_id": caller.user_id, "conversation_ids": conversation_ids}
        await SQL.advance_read.run(tx, **where)
        if await SQL.most_ranges.value(tx, **where) > MOST_RANGES:
            raise Conflict("Too much was read out of order here: mark all of it as read first.")
        unmarked = await _unmark(tx, caller, *(row["conversation_id"] for row in found))
    tell_read(app, caller, *conversation_ids)
    settings.tell_unmarked(app, caller.user_id, unmarked)
    return sum(row["marked"] for row in marked)


async def mark_direct_read(app: web.Application, caller: Caller, contact_id: UUID) -> int:
    """Mark all that one person sent as read; 0 when there is nothing, or nobody."""
    async with transaction(app) as tx:
        conversation_id = await contacts.lock_direct(tx, caller.user_id, contact_id)
        if conversation_id is None:
            return 0
        marked = await mark_all(tx, caller, conversation_id)
        unmarked = await _unmark(tx, caller, conversation_id)
    if marked:
        tell_read(app, caller, conversation_id)
    settings.tell_unmarked(app, caller.user_id, unmarked)
    return marked


async def mark_group_read(app: web.Application, caller: Caller, group_id: UUID) -> None:
    """Mark all that was said in a group as read."""
    async with transaction(app) as tx:
        await lock(tx, [group_id])
        if not await SQL.is_in_group.value(tx, conversation_id=group_id, user_id=caller.user_id):
            raise NotFound("You are not a member of this group.")
        marked = await mark_all(tx, caller, group_id)
        unmarked = await _unmark(tx, caller, group_id)
    if marked:
        tell_read(app, caller, group_id)
    settings.tell_unmarked(app, caller.user_id, unmarked)


async def mark_read_up_to(
    app: web.Application, caller: Caller, *, conversation_id: UUID, seq: int
) -> int:
    """Mark all up to this seq as read, in either kind, and say how many were not."""
    where = {"conversation_id": conversation_id, "user_id": caller.user_id}
    async with transaction(app) as tx:
        await lock(tx, [conversation_id])
        await must_be_there(tx, caller, conversation_id, seq)
        before = await _unread(tx, caller, conversation_id)
        moved = await SQL.mark_read_up_to.run(tx, **where, seq=seq, large=LARGE)
        if moved:
            await advance(tx, caller, conversation_id)
        marked = before - await _unread(tx, caller, conversation_id)
        unmarked = await _unmark(tx, caller, conversation_id)
    if moved:
        tell_read(app, caller, conversation_id)
    settings.tell_unmarked(app, caller.user_id, unmarked)
    return marked


async def advance(tx: Connection, caller: Caller, conversation_id: UUID) -> None:
    """Let the position move on over what was read beyond it, where the two meet."""
    await SQL.advance_read.run(tx, user_id=caller.user_id, conversation_ids=[conversation_id])


async def _unmark(
    tx: Connection, caller: Caller, *conversation_ids: UUID
) -> list[ConversationSettingsUpdated]:
    """Whatever is read, the caller has come back to it."""
    return await settings.unmark(tx, caller.user_id, list(conversation_ids))


async def mark_all(tx: Connection, caller: Caller, conversation_id: UUID) -> int:
    """Mark all of a conversation, which is locked, as read, and say how many were not."""
    marked = await _unread(tx, caller, conversation_id)
    if marked:
        where = {"conversation_id": conversation_id, "user_id": caller.user_id}
        await SQL.mark_all_read.run(tx, **where, large=LARGE)
    return marked


async def _unread(tx: Connection, caller: Caller, conversation_id: UUID) -> int:
    count: int = await SQL.unread_count_of.value(
        tx, conversation_id=conversation_id, user_id=caller.user_id
    )
    return count


def tell_read(app: web.Application, caller: Caller, *conversation_ids: UUID) -> None:
    """Tell the caller's own devices, and soon the others in it."""
    for conversation_id in conversation_ids:
        app[BUS].publish(UnreadMoved(caller.user_id, conversation_id), caller.user_id)
    app[RECEIPTS].telling.touch(*conversation_ids)


def _sum(rows: list[asyncpg.Record]) -> int:
    return sum(row["unread_count"] for row in rows)


def _renamed(row: asyncpg.Record, noun: str) -> dict[str, object]:
    return {
        f"{noun}_id": row["with_id"],
        f"{noun}_name": row["name"],
        "unread_count": row["unread_count"],
        "is_muted": row["is_muted"],
        "last_message_at": row["last_message_at"],
    }
