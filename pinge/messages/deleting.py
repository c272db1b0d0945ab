"""Deleting a message: for everyone, of whom nobody has it unread then, or for oneself."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.config import SETTINGS
from pinge.database.pool import transaction
from pinge.database.queries import Queries
from pinge.errors import NotSender, TooLate
from pinge.http.caller import Caller
from pinge.http.limits import LIMITER
from pinge.messages.changing import locked
from pinge.messages.editing import is_late
from pinge.messages.emptying import empty, pass_over, tell_emptied
from pinge.messages.events import MessageHidden
from pinge.messages.reading import advance, tell_read
from pinge.realtime.following import LARGE
from pinge.realtime.telling import tell_user

SQL = Queries("history")


async def delete(app: web.Application, caller: Caller, *, message_id: UUID) -> dict[str, object]:
    """Delete a message for everyone, and say where it was. Twice is as good as once.

    Raises NotFound, NotSender (its sender may, and in a group an admin), TooLate or TooMany.
    """
    async with transaction(app) as tx:
        held = await locked(tx, caller, message_id)
        _must_be_allowed(app, caller, held)
        if held["deleted_at"] is not None:
            return _place(held)
        if held["member_count"] > LARGE:
            await app[LIMITER].spend("deletions", str(caller.user_id))
        emptied = await empty(tx, held, deleted_by=caller.user_id)
    await tell_emptied(app, emptied)
    return _place(held)


async def hide(app: web.Application, caller: Caller, *, message_id: UUID) -> dict[str, object]:
    """Leave a message out of what the caller reads, for good; it counts as read then.

    Says where it was; raises NotFound. Twice is as good as once.
    """
    async with transaction(app) as tx:
        held = await locked(tx, caller, message_id)
        if held["is_hidden"]:
            return _place(held)
        where = {"user_id": caller.user_id, "conversation_id": held["conversation_id"]}
        revs = await accounts.touch(tx, caller.user_id)
        await SQL.hide_message.run(
            tx, **where, seq=held["seq"], message_id=message_id, rev=revs[caller.user_id]
        )
        passed = await pass_over(tx, held, caller.user_id)
        if passed:
            await advance(tx, caller, held["conversation_id"])
    hidden = MessageHidden.of(held, user_rev=revs[caller.user_id])
    tell_user(app, caller.user_id, hidden)
    if passed:
        tell_read(app, caller, held["conversation_id"])
    return _place(held)


# What `scope` says on the wire.
SCOPES = {"everyone": delete, "me": hide}


def _must_be_allowed(app: web.Application, caller: Caller, held: asyncpg.Record) -> None:
    if held["kind"] == "group" and held["role"] == "Admin":
        return
    if held["sender_id"] != caller.user_id:
        raise NotSender
    if held["deleted_at"] is None and is_late(held, app[SETTINGS].delete_hours):
        raise TooLate


def _place(held: asyncpg.Record) -> dict[str, object]:
    return {name: held[name] for name in ("message_id", "conversation_id", "seq")}
