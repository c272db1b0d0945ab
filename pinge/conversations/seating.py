"""Letting somebody into a group and out of it, under its lock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from pinge.conversations.events import GroupUpdated
from pinge.conversations.judging import group_of
from pinge.conversations.noting import Note, note
from pinge.conversations.schemas import MOST_MEMBERS
from pinge.database.queries import Connection, Queries
from pinge.errors import BadRequest, NotFound
from pinge.realtime.events import ConversationEvent

SQL = Queries("conversations")


@dataclass(frozen=True, slots=True)
class Parted:
    """Who stays when somebody has gone, and what they are told besides."""

    staying: list[UUID]
    notes: list[ConversationEvent] = field(default_factory=list)


async def seat(
    tx: Connection,
    adder_id: UUID,
    group_id: UUID,
    user_ids: Iterable[UUID],
    role: str,
    *,
    rev: int,
) -> list[asyncpg.Record]:
    """Let in whoever exists, is not in yet and may be added by this one; these come back."""
    return await SQL.add_members.rows(
        tx,
        conversation_id=group_id,
        adder_id=adder_id,
        user_ids=list(user_ids),
        role=role,
        rev=rev,
    )


async def advance_with_more(tx: Connection, group_id: UUID, rev: int) -> list[UUID]:
    """Who is in it now that there are more; BadRequest when it is too many."""
    present: list[UUID] = await SQL.advance_roster.value(tx, conversation_id=group_id, rev=rev)
    if len(present) > MOST_MEMBERS:
        raise BadRequest(f"A group has {MOST_MEMBERS:,} members at most.")
    return present


async def unseat(
    tx: Connection, group_id: UUID, user_id: UUID, actor_id: UUID, *, rev: int
) -> Parted:
    """Let somebody go, by their own will or another's; NotFound when they are not in it.

    Who owned it is followed by an admin, or else by whoever has been in it longest; the last one
    out ends it, even where a webhook stays: nobody is behind that.
    """
    where: dict[str, Any] = {"conversation_id": group_id, "rev": rev}
    was_removed = actor_id != user_id
    if not await SQL.remove_member.run(tx, **where, user_id=user_id, was_removed=was_removed):
        raise NotFound("They are not a member of this group.")
    staying: list[UUID] = await SQL.advance_roster.value(tx, **where)
    left = await SQL.head_count.row(tx, conversation_id=group_id)
    assert left is not None
    if left["members"] == 0:
        await SQL.mark_deleted.run(tx, conversation_id=group_id)
        return Parted([])
    told = [Note("removed", [user_id]) if was_removed else Note("left")]
    updated: list[ConversationEvent] = []
    owner_id: UUID | None = await SQL.pass_on.value(tx, **where, owner_id=user_id)
    if owner_id is not None:
        told.append(Note("owner_changed", [owner_id]))
        updated.append(GroupUpdated(**where, group=dict(await group_of(tx, group_id))))
    return Parted(staying, [*updated, *await note(tx, group_id, rev, actor_id, *told)])
