"""Groups as such: made, described, set up, handed over and ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import actions as accounts
from pinge.conversations.events import GroupDeleted, GroupUpdated, MemberRoleChanged
from pinge.conversations.judging import group_of, locked, must_be_let, role_of
from pinge.conversations.noting import Note, note
from pinge.conversations.schemas import SETTINGS
from pinge.conversations.seating import seat
from pinge.conversations.telling import tell, tell_added, tell_and_part
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import BadRequest, NotFound, NotMember, NotOwner
from pinge.http.caller import Caller
from pinge.media import avatars

SQL = Queries("conversations")


@dataclass(frozen=True, slots=True)
class Made:
    """A new group, and who of those named for it is not in it."""

    group: asyncpg.Record
    unknown: list[object]  # as they were named
    not_allowed: list[UUID]  # their settings say so


async def create_group(
    app: web.Application,
    caller: Caller,
    *,
    name: str,
    description: str | None,
    members: list[object],
) -> Made:
    """Make a group; who is named twice, unknown, oneself or not to be added does not matter."""
    group_id = uuid7()
    where = {"conversation_id": group_id}
    others = {given: user_id for given in map(str, members) if (user_id := _well_formed(given))}
    user_ids = set(others.values()) - {caller.user_id}
    async with transaction(app) as tx:
        await SQL.insert_group.run(
            tx, **where, name=name, description=description, created_by=caller.user_id
        )
        named = await SQL.people.rows(tx, **where, user_ids=list(user_ids))
        seated = await seat(tx, caller.user_id, group_id, [caller.user_id], "Admin", rev=1)
        seated += await seat(tx, caller.user_id, group_id, user_ids, "Member", rev=1)
        inside = {row["user_id"] for row in seated}
        created = Note("created", inside - {caller.user_id})
        notes = await note(tx, group_id, 1, caller.user_id, created)
        present = await SQL.advance_roster.value(tx, **where, rev=1)
        group = await group_of(tx, group_id)
    tell_added(app, group, seated, present, rev=1, last_seq=0, notes=notes)
    known = {row["user_id"] for row in named} | inside
    unknown = [given for given in members if others.get(str(given)) not in known]
    return Made(group, unknown, sorted(known - inside))


async def groups(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """The groups the caller is in."""
    return await SQL.groups_of.rows(app[POOL], user_id=caller.user_id)


async def update_group(
    app: web.Application, caller: Caller, group_id: UUID, **changes: object
) -> asyncpg.Record:
    """Change what is not None: name and description, and for admins any of SETTINGS."""
    wanted = {name: value for name, value in changes.items() if value is not None}
    async with transaction(app) as tx:
        held = await locked(tx, group_id, or_else=NotMember)
        rev = held["next_rev"]
        is_setting = not wanted.keys().isdisjoint(SETTINGS)
        await must_be_let(tx, caller, group_id, "admins" if is_setting else held["who_may_edit"])
        if not wanted:
            raise BadRequest("There is nothing to change.")
        await SQL.update_group.run(tx, conversation_id=group_id, **changes, rev=rev)
        notes = await note(tx, group_id, rev, caller.user_id, *_changed(held, wanted))
        group, present = await _advanced(tx, group_id, rev)
    tell(app, GroupUpdated(conversation_id=group_id, rev=rev, group=dict(group)), present, notes)
    return group


async def change_avatar(
    app: web.Application, caller: Caller, group_id: UUID, picture: bytes | None
) -> asyncpg.Record:
    """Give it a picture, or none."""
    avatar = None if picture is None else await avatars.kept(app, picture)
    async with transaction(app) as tx:
        rev = (await _to_edit(tx, caller, group_id))["next_rev"]
        where = {"conversation_id": group_id, "rev": rev}
        if not await SQL.set_group_avatar.run(tx, **where, avatar=avatar):
            return await group_of(tx, group_id)
        pictured = Note("pictured", details={"avatar": avatar})
        notes = await note(tx, group_id, rev, caller.user_id, pictured)
        group, present = await _advanced(tx, group_id, rev)
    tell(app, GroupUpdated(**where, group=dict(group)), present, notes)
    return group


async def must_edit(app: web.Application, caller: Caller, group_id: UUID) -> None:
    """Refuse others before something costly is begun; what it ends in asks again."""
    async with transaction(app) as tx:
        await _to_edit(tx, caller, group_id)


async def hand_over(
    app: web.Application, caller: Caller, group_id: UUID, *, user_id: UUID, password: str | None
) -> asyncpg.Record:
    """Let another member own it, as an admin; what the caller is stays.

    Raises NotMember, NotOwner, NotFound, BadRequest, or what accounts.actions.prove does.
    """
    await accounts.prove(app, caller, password)
    async with transaction(app) as tx:
        held = await locked(tx, group_id, or_else=NotMember)
        where = {"conversation_id": group_id, "rev": held["next_rev"]}
        await must_be_let(tx, caller, group_id, "members")
        if held["owner_id"] != caller.user_id:
            raise NotOwner
        role = await role_of(tx, user_id, group_id)
        if role is None:
            raise NotFound("They are not a member of this group.")
        if user_id == caller.user_id:
            raise BadRequest("You own this group already.")
        await SQL.hand_over.run(tx, **where, owner_id=user_id)
        if role != "Admin":
            await SQL.change_role.run(tx, **where, user_id=user_id, role="Admin")
        changed = Note("owner_changed", [user_id])
        notes = await note(tx, group_id, where["rev"], caller.user_id, changed)
        group, present = await _advanced(tx, group_id, where["rev"])
    risen = [MemberRoleChanged(**where, user_id=user_id, role="Admin")] if role != "Admin" else []
    tell(app, GroupUpdated(**where, group=dict(group)), present, [*risen, *notes])
    return group


async def delete_group(app: web.Application, caller: Caller, group_id: UUID) -> None:
    """End it; its owner may, and who made it unless it was handed over, admin or not."""
    async with transaction(app) as tx:
        held = await locked(tx, group_id, or_else=NotFound)
        if caller.user_id not in (held["owner_id"], held["maker_id"]):
            await must_be_let(tx, caller, group_id, "admins")
        rev = held["next_rev"]
        former = await SQL.remove_all_members.rows(tx, conversation_id=group_id, rev=rev)
        await SQL.mark_deleted.run(tx, conversation_id=group_id)
        await SQL.advance_roster.run(tx, conversation_id=group_id, rev=rev)
    deleted = GroupDeleted(conversation_id=group_id, rev=rev)
    tell_and_part(app, deleted, (), [row["user_id"] for row in former])


async def _to_edit(tx: Connection, caller: Caller, group_id: UUID) -> asyncpg.Record:
    held = await locked(tx, group_id, or_else=NotMember)
    await must_be_let(tx, caller, group_id, held["who_may_edit"])
    return held


async def _advanced(
    tx: Connection, group_id: UUID, rev: int
) -> tuple[asyncpg.Record, Iterable[UUID]]:
    """The group as it is under this rev, and who is to hear of it."""
    present = await SQL.advance.value(tx, conversation_id=group_id, rev=rev)
    return await group_of(tx, group_id), present


def _changed(held: asyncpg.Record, wanted: dict[str, object]) -> Iterable[Note]:
    """What there is to note: nothing of what was so before."""
    new = {name: value for name, value in wanted.items() if value != held[name]}
    if "name" in new:
        yield Note("renamed", details={"name": new.pop("name")})
    if "description" in new:
        yield Note("described", details={"description": new.pop("description")})
    if new:
        yield Note("set", details=new)


def _well_formed(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
