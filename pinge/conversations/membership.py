"""Who is in a group, and what they are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.conversations.events import MemberRemoved, MemberRoleChanged
from pinge.conversations.judging import group_of, locked, must_be_let, role_of
from pinge.conversations.noting import Note, note
from pinge.conversations.rosters import ROSTERS
from pinge.conversations.seating import advance_with_more, seat, unseat
from pinge.conversations.telling import tell, tell_added, tell_and_part
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import BadRequest, LastAdmin, NotFound, NotMember
from pinge.http.caller import Caller

SQL = Queries("conversations")


@dataclass(frozen=True, slots=True)
class Added:
    """What came of letting people in: names, names, ids, ids."""

    added: list[str]
    already: list[str]
    unknown: list[UUID]
    not_allowed: list[UUID]  # their settings say so


async def members(app: web.Application, caller: Caller, group_id: UUID) -> list[asyncpg.Record]:
    """Who is in it, for those who are."""
    present = await SQL.members_of.rows(
        app[POOL], conversation_id=group_id, viewer_id=caller.user_id
    )
    roster = await app[ROSTERS].one(group_id)
    is_member = any(row["user_id"] == caller.user_id for row in present)
    if roster is None or roster.kind != "group" or not is_member:
        raise NotMember
    return present


async def must_be_admin(app: web.Application, caller: Caller, group_id: UUID) -> None:
    """NotMember or NotAdmin of others than its admins."""
    async with transaction(app) as tx:
        await locked(tx, group_id, or_else=NotMember)
        await must_be_let(tx, caller, group_id, "admins")


async def add_members(
    app: web.Application, caller: Caller, group_id: UUID, *, user_ids: list[UUID]
) -> Added:
    """Let people in, former members too."""
    async with transaction(app) as tx:
        held = await locked(tx, group_id, or_else=NotMember)
        rev = held["next_rev"]
        await must_be_let(tx, caller, group_id, held["who_may_add"])
        named = await SQL.people.rows(tx, conversation_id=group_id, user_ids=user_ids)
        seated = await seat(tx, caller.user_id, group_id, user_ids, "Member", rev=rev)
        group = await group_of(tx, group_id)
        if seated:
            added = Note("added", [row["user_id"] for row in seated])
            notes = await note(tx, group_id, rev, caller.user_id, added)
            present = await advance_with_more(tx, group_id, rev)
    if seated:
        last_seq = held["last_seq"]
        tell_added(app, group, seated, present, rev=rev, last_seq=last_seq, notes=notes)
    return _added(dict.fromkeys(user_ids), named, seated)


async def leave_group(app: web.Application, caller: Caller, group_id: UUID) -> None:
    """Leave; the last one out ends it, the last admin stays while others do."""
    async with transaction(app) as tx:
        rev = (await locked(tx, group_id, or_else=NotFound))["next_rev"]
        role = await role_of(tx, caller.user_id, group_id)
        if role is None:
            raise NotFound("You are not a member of this group.")
        if role == "Admin":
            await _must_not_be_the_last(tx, group_id, of_members=1)
        parted = await unseat(tx, group_id, caller.user_id, caller.user_id, rev=rev)
    removed = MemberRemoved(conversation_id=group_id, rev=rev, user_id=caller.user_id)
    tell_and_part(app, removed, parted.staying, [caller.user_id], parted.notes)


async def remove_member(
    app: web.Application, caller: Caller, group_id: UUID, user_id: UUID
) -> None:
    """Remove somebody else."""
    async with transaction(app) as tx:
        rev = (await locked(tx, group_id, or_else=NotMember))["next_rev"]
        await must_be_let(tx, caller, group_id, "admins")
        if user_id == caller.user_id:
            raise BadRequest("You cannot remove yourself: leave the group.")
        parted = await unseat(tx, group_id, user_id, caller.user_id, rev=rev)
    removed = MemberRemoved(conversation_id=group_id, rev=rev, user_id=user_id)
    tell_and_part(app, removed, parted.staying, [user_id], parted.notes)


async def change_role(
    app: web.Application, caller: Caller, group_id: UUID, *, user_id: UUID, role: str
) -> str:
    """Make a member an admin or an admin a member; one admin always stays."""
    async with transaction(app) as tx:
        rev = (await locked(tx, group_id, or_else=NotMember))["next_rev"]
        where = {"conversation_id": group_id, "rev": rev}
        await must_be_let(tx, caller, group_id, "admins")
        held = await role_of(tx, user_id, group_id)
        if held is None:
            raise NotFound("They are not a member of this group.")
        if held == role:
            raise BadRequest(f"They already are {role}.")
        if held == "Admin":
            await _must_not_be_the_last(tx, group_id, of_members=0)
        await SQL.change_role.run(tx, **where, user_id=user_id, role=role)
        risen = Note("promoted" if role == "Admin" else "demoted", [user_id])
        notes = await note(tx, group_id, rev, caller.user_id, risen)
        present = await SQL.advance.value(tx, **where)
    tell(app, MemberRoleChanged(**where, user_id=user_id, role=role), present, notes)
    return role


async def _must_not_be_the_last(tx: Connection, group_id: UUID, *, of_members: int) -> None:
    """LastAdmin where there is one admin, among more members than this."""
    count = await SQL.head_count.row(tx, conversation_id=group_id)
    assert count is not None
    if count["admins"] == 1 and count["members"] > of_members:
        raise LastAdmin


def _added(
    user_ids: Iterable[UUID], named: list[asyncpg.Record], seated: list[asyncpg.Record]
) -> Added:
    """What became of each, in the order asked for."""
    names: dict[UUID, str] = {row["user_id"]: row["username"] for row in named}
    present = {row["user_id"] for row in named if row["is_member"]}
    new = {row["user_id"] for row in seated}
    refused = names.keys() - present - new
    return Added(
        added=[names[user_id] for user_id in user_ids if user_id in new],
        already=[names[user_id] for user_id in user_ids if user_id in present],
        unknown=[user_id for user_id in user_ids if user_id not in names],
        not_allowed=[user_id for user_id in user_ids if user_id in refused],
    )
