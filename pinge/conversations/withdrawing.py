"""Leaving a group because one's account goes: nobody is asked, and an admin there always is."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from aiohttp import web

from pinge.conversations.events import MemberRemoved, MemberRoleChanged
from pinge.conversations.judging import locked
from pinge.conversations.noting import Note, note
from pinge.conversations.seating import unseat
from pinge.conversations.telling import tell, tell_and_part
from pinge.database.pool import transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import NotFound
from pinge.realtime.events import ConversationEvent

SQL = Queries("conversations")


async def withdraw(app: web.Application, user_id: UUID, group_id: UUID) -> None:
    """Leave; who has been in it longest follows the last admin, and the last one out ends it."""
    with suppress(NotFound):  # another process was quicker
        async with transaction(app) as tx:
            rev: int = (await locked(tx, group_id, or_else=NotFound))["next_rev"]
            risen, present = await _promote_heir(tx, user_id, group_id, rev)
            rev += len(risen) > 0
            parted = await unseat(tx, group_id, user_id, user_id, rev=rev)
        if risen:
            tell(app, risen[0], present, risen[1:])
        removed = MemberRemoved(conversation_id=group_id, rev=rev, user_id=user_id)
        tell_and_part(app, removed, parted.staying, [user_id], parted.notes)


async def _promote_heir(
    tx: Connection, user_id: UUID, group_id: UUID, rev: int
) -> tuple[list[ConversationEvent], list[UUID]]:
    """Make an admin of who follows the last one: what is told of it, and to whom."""
    where: dict[str, Any] = {"conversation_id": group_id, "rev": rev}
    heir_id: UUID | None = await SQL.heir.value(tx, conversation_id=group_id, user_id=user_id)
    if heir_id is None:
        return [], []
    await SQL.change_role.run(tx, **where, user_id=heir_id, role="Admin")
    notes = await note(tx, group_id, rev, None, Note("promoted", [heir_id]))
    present: list[UUID] = await SQL.advance.value(tx, **where)
    return [MemberRoleChanged(**where, user_id=heir_id, role="Admin"), *notes], present
