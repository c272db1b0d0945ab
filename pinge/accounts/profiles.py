"""Somebody's profile: what changes of it, and how everybody comes to know.

A change is marked in its own transaction, which locks one user and nothing else. Those in a
conversation with them are told afterwards, a few conversations at a time, by whoever is above and
knows conversations: to lock the members of many at once would stand in the way of every message.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import fields
from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts.events import ProfileUpdated
from pinge.accounts.sessions import SESSIONS
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import BadRequest, NotFound, Unauthenticated
from pinge.http.caller import Caller
from pinge.media import avatars
from pinge.realtime.telling import tell_user

SQL = Queries("accounts")

# Has everybody told who is in a conversation with a user; `conversations` brings it.
TELL_MEMBERS: web.AppKey[Callable[[web.Application, UUID], None]] = web.AppKey("TELL_MEMBERS")

OWN = ("username", "gender", "country", "about", "status_text", "status_expires_at")
TOLD = tuple(field.name for field in fields(ProfileUpdated) if field.name != "user_rev")


@asynccontextmanager
async def changing_profile(app: web.Application, user_id: UUID) -> AsyncIterator[Connection]:
    """A transaction for whatever changes of a user's profile, their picture or address too.

    Change their row of `users` in it, which is locked. Once it is written their sockets and tokens
    go by the new name, their devices hear `profile_updated`, and everybody in a conversation with
    them `member_updated`. If the block raises, nothing happened.
    """
    async with transaction(app) as tx:
        await SQL.lock_account.run(tx, user_id=user_id)
        revs = await touch(tx, user_id)
        yield tx
        await SQL.mark_profile_changed.run(tx, user_id=user_id, rev=revs[user_id])
        profile = await SQL.profile.row(tx, user_id=user_id)
    assert profile is not None
    rev = revs[user_id]
    app[SESSIONS].renew(user_id, profile, rev)
    tell_user(app, user_id, ProfileUpdated(**{name: profile[name] for name in TOLD}, user_rev=rev))
    app[TELL_MEMBERS](app, user_id)


async def change_profile(
    app: web.Application, caller: Caller, changes: dict[str, Any]
) -> asyncpg.Record:
    """Change what is named; the whole profile as it is then."""
    if not changes:
        raise BadRequest("There is nothing to change.")
    now = await own_profile(app, caller)
    if all(now[name] == value for name, value in changes.items()):
        return now
    async with changing_profile(app, caller.user_id) as tx:
        kept = await SQL.profile.row(tx, user_id=caller.user_id)
        assert kept is not None
        changed = {name: changes.get(name, kept[name]) for name in OWN}
        await SQL.update_profile.run(tx, user_id=caller.user_id, **changed)
    return await own_profile(app, caller)


async def change_avatar(
    app: web.Application, caller: Caller, picture: bytes | None
) -> asyncpg.Record:
    """Give the caller a picture, or none; the whole profile as it is then."""
    avatar = None if picture is None else await avatars.kept(app, picture)
    now = await own_profile(app, caller)
    if now["avatar"] == avatar:
        return now
    async with changing_profile(app, caller.user_id) as tx:
        await SQL.set_avatar.run(tx, user_id=caller.user_id, avatar=avatar)
    return await own_profile(app, caller)


async def own_profile(app: web.Application, caller: Caller) -> asyncpg.Record:
    """The caller's own account."""
    profile = await SQL.profile.row(app[POOL], user_id=caller.user_id)
    if profile is None:
        raise Unauthenticated
    return profile


async def profile_of(app: web.Application, caller: Caller, user_id: UUID) -> asyncpg.Record:
    """What the caller sees of another."""
    profile = await SQL.profile_of.row(app[POOL], user_id=user_id, viewer_id=caller.user_id)
    if profile is None:
        raise NotFound("There is no such user.")
    return profile


async def lock(tx: Connection, *user_ids: UUID) -> None:
    """Nobody else touches these users until the end; conversations are locked before them."""
    await SQL.lock_users.rows(tx, user_ids=user_ids)


async def touch(tx: Connection, *user_ids: UUID) -> dict[UUID, int]:
    """Lock these users and give what is their own its next rev, under which they are told.

    Whoever locks conversations too locks those first.
    """
    await lock(tx, *user_ids)
    return {
        row["user_id"]: row["rev"] for row in await SQL.advance_users.rows(tx, user_ids=user_ids)
    }
