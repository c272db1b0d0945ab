"""Leaving a group because one's account goes: nobody is asked, and an admin there always is."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from pinge.conversations.events import MemberRemoved, MemberRoleChanged
from pinge.conversations.telling import tell, tell_and_part
from pinge.database.pool import transaction
from pinge.database.queries import Queries

SQL = Queries("conversations")


async def withdraw(app: web.Application, user_id: UUID, group_id: UUID) -> None:
    """Leave; who has been in it longest follows the last admin, and the last one out ends it."""
    where = {"conversation_id": group_id}
    async with transaction(app) as tx:
        locked = await SQL.lock_group.row(tx, **where)
        if locked is None:
            return
        rev: int = locked["next_rev"]
        heir_id: UUID | None = await SQL.heir.value(tx, user_id=user_id, **where)
        if heir_id is not None:
            await SQL.change_role.run(tx, user_id=heir_id, role="Admin", rev=rev, **where)
            present = await SQL.advance.value(tx, rev=rev, **where)
            promoted = MemberRoleChanged(rev=rev, user_id=heir_id, role="Admin", **where)
            rev += 1
        if not await SQL.remove_member.run(tx, user_id=user_id, rev=rev, **where):
            return
        staying = await SQL.advance_roster.value(tx, rev=rev, **where)
        if not staying:
            await SQL.mark_deleted.run(tx, **where)
    if heir_id is not None:
        tell(app, promoted, present)
    tell_and_part(app, MemberRemoved(rev=rev, user_id=user_id, **where), staying, [user_id])
