"""What can be done with blocks, free of HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.blocks.events import UserBlocked, UserUnblocked
from pinge.blocks.schemas import Block
from pinge.contacts import actions as contacts
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import BadRequest, NotFound
from pinge.http.caller import Caller
from pinge.presence import actions as presence
from pinge.realtime.events import UserEvent
from pinge.realtime.telling import tell_user

SQL = Queries("blocks")


class _Opened(Exception):
    """The two came to talk for the first time before they were locked."""


async def blocks(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """Whom the caller blocks, the latest first."""
    return await SQL.blocks_of.rows(app[POOL], user_id=caller.user_id)


async def block(app: web.Application, caller: Caller, user_id: UUID) -> dict[str, object]:
    """Block somebody, of whom nothing is written from now on; twice is as good as once."""
    if user_id == caller.user_id:
        raise BadRequest("You cannot block yourself.")
    return await _set(app, caller.user_id, user_id, is_on=True)


async def lift(app: web.Application, user_id: UUID, blocked_id: UUID) -> None:
    """Block somebody no more; twice is as good as once."""
    await _set(app, user_id, blocked_id, is_on=False)


async def _set(
    app: web.Application, user_id: UUID, other_id: UUID, *, is_on: bool
) -> dict[str, object]:
    """Make it so, and tell of it; how it stands then."""
    pair = {"user_id": user_id, "blocked_id": other_id}
    while True:
        with suppress(_Opened):
            async with transaction(app) as tx:
                held = await _held(tx, user_id, other_id)
                if held["is_blocked"] == is_on:
                    return _shown(held)
                rev = (await accounts.touch(tx, user_id))[user_id]
                change = SQL.save_block if is_on else SQL.lift_block
                now = {**held, "blocked_at": await change.value(tx, **pair, rev=rev)}
                # What was asked behind a block is never shown, and may be asked again after it.
                rejected = await contacts.reject_all(
                    tx, user_id, other_id, rev=rev if is_on else None
                )
                retelling, where = None, held["conversation_id"]
                if where is not None:
                    retelling = await contacts.note_blocks(app, tx, where, [user_id, other_id])
            break
    told: UserEvent = (UserBlocked if is_on else UserUnblocked).of(now, user_rev=rev)
    tell_user(app, user_id, told, *rejected)
    if where is not None:
        presence.fall_silent(app, where, [user_id, other_id])
    if retelling is not None:
        await retelling(app)
    return _shown(now)


def _shown(held: Mapping[str, object] | asyncpg.Record) -> dict[str, object]:
    return {name: held[name] for name in Block().fields}


async def _held(tx: Connection, user_id: UUID, other_id: UUID) -> asyncpg.Record:
    """How it stands between two people, with their conversation and both of them locked."""
    conversation_id = await contacts.lock_direct(tx, user_id, other_id)
    await accounts.lock(tx, user_id, other_id)
    held = await SQL.standing.row(tx, user_id=user_id, other_id=other_id)
    if held is None:
        raise NotFound("There is no such user.")
    if held["conversation_id"] != conversation_id:
        raise _Opened
    return held
