"""What can be done with groups, free of HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.conversations.events import (
    GroupDeleted,
    GroupUpdated,
    MemberRemoved,
    MemberRoleChanged,
)
from pinge.conversations.rosters import ROSTERS
from pinge.conversations.rosters import Roster as Roster  # for those who ask for rosters
from pinge.conversations.schemas import MOST_MEMBERS
from pinge.conversations.telling import tell, tell_added, tell_and_part
from pinge.conversations.withdrawing import withdraw as withdraw  # for those whose account goes
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import BadRequest, LastAdmin, NotAdmin, NotFound, NotMember
from pinge.http.caller import Caller
from pinge.media import avatars

SQL = Queries("conversations")


@dataclass(frozen=True, slots=True)
class Added:
    """What came of letting people in: names, names, ids, ids."""

    added: list[str]
    already: list[str]
    unknown: list[UUID]
    not_allowed: list[UUID]  # their settings say so


async def create_group(
    app: web.Application,
    caller: Caller,
    *,
    name: str,
    description: str | None,
    members: list[object],
) -> asyncpg.Record:
    """Make a group; who is named twice, unknown, oneself or not to be added does not matter."""
    group_id = uuid7()
    others = set(_well_formed(members)) - {caller.user_id}
    async with transaction(app) as tx:
        group = await SQL.insert_group.row(
            tx,
            conversation_id=group_id,
            name=name,
            description=description,
            created_by=caller.user_id,
        )
        assert group is not None
        seated = await _seat(tx, caller, group_id, [caller.user_id], "Admin", rev=1)
        seated += await _seat(tx, caller, group_id, others, "Member", rev=1)
        present = await SQL.advance_roster.value(tx, conversation_id=group_id, rev=1)
    tell_added(app, group, seated, present, rev=1, last_seq=0)
    return group


async def groups(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """The groups the caller is in."""
    return await SQL.groups_of.rows(app[POOL], user_id=caller.user_id)


async def update_group(
    app: web.Application,
    caller: Caller,
    group_id: UUID,
    *,
    name: str | None,
    description: str | None,
) -> asyncpg.Record:
    """Change what is not None."""
    async with transaction(app) as tx:
        locked = await _locked(tx, group_id, or_else=NotMember)
        rev = locked["next_rev"]
        await _must_be_admin(tx, caller, group_id)
        if name is None and description is None:
            raise BadRequest("There is nothing to change.")
        group = await SQL.update_group.row(
            tx, conversation_id=group_id, name=name, description=description, rev=rev
        )
        assert group is not None
        present = await SQL.advance.value(tx, conversation_id=group_id, rev=rev)
    updated = GroupUpdated(conversation_id=group_id, rev=rev, group=dict(group))
    tell(app, updated, present)
    return group


async def change_avatar(
    app: web.Application, caller: Caller, group_id: UUID, picture: bytes | None
) -> asyncpg.Record:
    """Give it a picture, or none."""
    avatar = None if picture is None else await avatars.kept(app, picture)
    async with transaction(app) as tx:
        locked = await _locked(tx, group_id, or_else=NotMember)
        rev = locked["next_rev"]
        await _must_be_admin(tx, caller, group_id)
        group = await SQL.set_group_avatar.row(tx, conversation_id=group_id, avatar=avatar, rev=rev)
        if group is None:
            return await _group(tx, group_id)
        present = await SQL.advance.value(tx, conversation_id=group_id, rev=rev)
    tell(app, GroupUpdated(conversation_id=group_id, rev=rev, group=dict(group)), present)
    return group


async def must_be_admin(app: web.Application, caller: Caller, group_id: UUID) -> None:
    """Refuse others before something costly is begun; what it ends in asks again."""
    async with transaction(app) as tx:
        await _locked(tx, group_id, or_else=NotMember)
        await _must_be_admin(tx, caller, group_id)


async def delete_group(app: web.Application, caller: Caller, group_id: UUID) -> None:
    """End it; its creator may, admin or not."""
    async with transaction(app) as tx:
        locked = await _locked(tx, group_id, or_else=NotFound)
        if locked["created_by"] != caller.user_id:
            await _must_be_admin(tx, caller, group_id)
        rev = locked["next_rev"]
        former = await SQL.remove_all_members.rows(tx, conversation_id=group_id, rev=rev)
        await SQL.mark_deleted.run(tx, conversation_id=group_id)
        await SQL.advance_roster.run(tx, conversation_id=group_id, rev=rev)
    deleted = GroupDeleted(conversation_id=group_id, rev=rev)
    tell_and_part(app, deleted, (), [row["user_id"] for row in former])


async def leave_group(app: web.Application, caller: Caller, group_id: UUID) -> None:
    """Leave; the last one out ends it, the last admin stays while others do."""
    async with transaction(app) as tx:
        locked = await _locked(tx, group_id, or_else=NotFound)
        rev = locked["next_rev"]
        role = await SQL.role_of.value(tx, conversation_id=group_id, user_id=caller.user_id)
        if role is None:
            raise NotFound("You are not a member of this group.")
        count = await SQL.head_count.row(tx, conversation_id=group_id)
        assert count is not None
        if role == "Admin" and count["admins"] == 1 and count["members"] > 1:
            raise LastAdmin
        staying = await _unseat(tx, group_id, caller.user_id, rev)
        if not staying:
            await SQL.mark_deleted.run(tx, conversation_id=group_id)
    removed = MemberRemoved(conversation_id=group_id, rev=rev, user_id=caller.user_id)
    tell_and_part(app, removed, staying, [caller.user_id])


async def members(app: web.Application, caller: Caller, group_id: UUID) -> list[asyncpg.Record]:
    """Who is in it, for those who are."""
    present = await SQL.members_of.rows(
        app[POOL], conversation_id=group_id, viewer_id=caller.user_id
    )
    roster = await app[ROSTERS].one(group_id)
    if roster is None or roster.kind != "group" or not _holds(present, caller.user_id):
        raise NotMember
    return present


async def add_members(
    app: web.Application, caller: Caller, group_id: UUID, *, user_ids: list[UUID]
) -> Added:
    """Let people in, former members too."""
    async with transaction(app) as tx:
        locked = await _locked(tx, group_id, or_else=NotMember)
        rev = locked["next_rev"]
        await _must_be_admin(tx, caller, group_id)
        named = await SQL.people.rows(tx, conversation_id=group_id, user_ids=user_ids)
        seated = await _seat(tx, caller, group_id, user_ids, "Member", rev=rev)
        group = await _group(tx, group_id)
        if seated:
            present = await SQL.advance_roster.value(tx, conversation_id=group_id, rev=rev)
            if len(present) > MOST_MEMBERS:
                raise BadRequest(f"A group has {MOST_MEMBERS:,} members at most.")
    if seated:
        tell_added(app, group, seated, present, rev=rev, last_seq=locked["last_seq"])
    return _added(dict.fromkeys(user_ids), named, seated)


async def remove_member(
    app: web.Application, caller: Caller, group_id: UUID, user_id: UUID
) -> None:
    """Remove somebody else."""
    async with transaction(app) as tx:
        locked = await _locked(tx, group_id, or_else=NotMember)
        rev = locked["next_rev"]
        await _must_be_admin(tx, caller, group_id)
        if user_id == caller.user_id:
            raise BadRequest("You cannot remove yourself: leave the group.")
        staying = await _unseat(tx, group_id, user_id, rev)
    removed = MemberRemoved(conversation_id=group_id, rev=rev, user_id=user_id)
    tell_and_part(app, removed, staying, [user_id])


async def change_role(
    app: web.Application, caller: Caller, group_id: UUID, *, user_id: UUID, role: str
) -> str:
    """Make a member an admin or an admin a member; one admin always stays."""
    async with transaction(app) as tx:
        locked = await _locked(tx, group_id, or_else=NotMember)
        rev = locked["next_rev"]
        await _must_be_admin(tx, caller, group_id)
        held = await SQL.role_of.value(tx, conversation_id=group_id, user_id=user_id)
        if held is None:
            raise NotFound("They are not a member of this group.")
        if held == role:
            raise BadRequest(f"They already are {role}.")
        count = await SQL.head_count.row(tx, conversation_id=group_id)
        assert count is not None
        if held == "Admin" and count["admins"] == 1:
            raise LastAdmin
        await SQL.change_role.run(tx, conversation_id=group_id, user_id=user_id, role=role, rev=rev)
        present = await SQL.advance.value(tx, conversation_id=group_id, rev=rev)
    changed = MemberRoleChanged(conversation_id=group_id, rev=rev, user_id=user_id, role=role)
    tell(app, changed, present)
    return role


async def roster(app: web.Application, conversation_id: UUID) -> Roster | None:
    """Who is in a conversation, direct or group, as far as is known; None when there is none."""
    return await app[ROSTERS].one(conversation_id)


async def rosters(app: web.Application, wanted: Mapping[UUID, int]) -> dict[UUID, Roster]:
    """Who is in each of these conversations, as of that roster rev or later."""
    return await app[ROSTERS].at_least(wanted)


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


def _well_formed(ids: Iterable[object]) -> Iterable[UUID]:
    for given in ids:
        try:
            yield UUID(str(given))
        except ValueError:
            continue


def _holds(rows: Iterable[asyncpg.Record], user_id: UUID) -> bool:
    return any(row["user_id"] == user_id for row in rows)


async def _locked(
    tx: Connection, group_id: UUID, *, or_else: type[NotFound | NotMember]
) -> asyncpg.Record:
    locked = await SQL.lock_group.row(tx, conversation_id=group_id)
    if locked is None:
        raise or_else
    return locked


async def _group(tx: Connection, group_id: UUID) -> asyncpg.Record:
    group = await SQL.group.row(tx, conversation_id=group_id)
    assert group is not None
    return group


async def _must_be_admin(tx: Connection, caller: Caller, group_id: UUID) -> None:
    role = await SQL.role_of.value(tx, conversation_id=group_id, user_id=caller.user_id)
    if role is None:
        raise NotMember
    if role != "Admin":
        raise NotAdmin


async def _seat(
    tx: Connection, caller: Caller, group_id: UUID, user_ids: Iterable[UUID], role: str, *, rev: int
) -> list[asyncpg.Record]:
    return await SQL.add_members.rows(
        tx,
        conversation_id=group_id,
        adder_id=caller.user_id,
        user_ids=list(user_ids),
        role=role,
        rev=rev,
    )


async def _unseat(tx: Connection, group_id: UUID, user_id: UUID, rev: int) -> list[UUID]:
    """Who stays."""
    if not await SQL.remove_member.run(tx, conversation_id=group_id, user_id=user_id, rev=rev):
        raise NotFound("They are not a member of this group.")
    staying: list[UUID] = await SQL.advance_roster.value(tx, conversation_id=group_id, rev=rev)
    return staying
