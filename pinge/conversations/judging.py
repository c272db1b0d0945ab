"""A group under its lock, and whether the caller may do to it what they ask for."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from pinge.database.queries import Connection, Queries
from pinge.errors import NotAdmin, NotFound, NotMember
from pinge.http.caller import Caller

SQL = Queries("conversations")


async def locked(
    tx: Connection, group_id: UUID, *, or_else: type[NotFound | NotMember]
) -> asyncpg.Record:
    """The group as it is while nobody else changes it; `or_else` when there is none."""
    held = await SQL.lock_group.row(tx, conversation_id=group_id)
    if held is None:
        raise or_else
    return held


async def role_of(tx: Connection, user_id: UUID, group_id: UUID) -> str | None:
    """What somebody is in it; None when they are not in it."""
    role: str | None = await SQL.role_of.value(tx, conversation_id=group_id, user_id=user_id)
    return role


async def must_be_let(tx: Connection, caller: Caller, group_id: UUID, who: str) -> str:
    """The caller's role, where `who` is members or admins and says who may; else NotMember or
    NotAdmin."""
    role = await role_of(tx, caller.user_id, group_id)
    if role is None:
        raise NotMember
    if who == "admins" and role != "Admin":
        raise NotAdmin
    return role


async def group_of(tx: Connection, group_id: UUID) -> asyncpg.Record:
    """The group as its members see it."""
    group = await SQL.group.row(tx, conversation_id=group_id)
    assert group is not None
    return group
