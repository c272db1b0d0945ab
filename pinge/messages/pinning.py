"""Pins: messages that everybody in a conversation finds at its top."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import NotAdmin, TooManyPins
from pinge.http.caller import Caller
from pinge.messages.changing import locked, must_still_be_there, must_take, tell
from pinge.messages.events import MessagePinned, MessageUnpinned
from pinge.messages.history import standing_in
from pinge.messages.references import shown

SQL = Queries("marks")

MOST_PINS = 250  # in a conversation


async def pin(
    app: web.Application, caller: Caller, *, message_id: UUID, is_on: bool
) -> dict[str, object]:
    """Pin a message for everybody, or take its pin off; since when it is pinned, and by whom.

    Twice is as good as once. Raises NotFound, NotAdmin where a group leaves it to those, what
    editing raises for who may not write there, or TooManyPins.
    """
    async with transaction(app) as tx:
        held = await locked(tx, caller, message_id)
        _must_be_allowed(app, held, is_on=is_on)
        place = {name: held[name] for name in ("conversation_id", "seq")}
        now = await SQL.pinned.row(tx, **place)
        is_new = (now is not None) != is_on
        if is_new:
            made = {"rev": held["next_rev"], "user_id": caller.user_id, "is_on": is_on}
            now = await SQL.pin.row(tx, **place, **made)
            await _must_be_few(tx, held["conversation_id"])
    pinned = place | {"message_id": message_id, "pinned_at": None, "pinned_by": None}
    if is_on and now is not None:
        pinned |= dict(now)
    if is_new:
        event = (MessagePinned if is_on else MessageUnpinned).of(pinned, rev=held["next_rev"])
        await tell(app, event, held["roster_rev"])
    return pinned


async def pins(
    app: web.Application, caller: Caller, conversation_id: UUID
) -> list[dict[str, object]]:
    """What is pinned in a conversation, the latest first; NotMember for who is not in it."""
    where = {"conversation_id": conversation_id, "user_id": caller.user_id}
    await standing_in(app, **where)
    rows = await SQL.pinned_messages.rows(app[POOL], **where)
    return await shown(app[POOL], rows, caller.user_id)


def _must_be_allowed(app: web.Application, held: asyncpg.Record, *, is_on: bool) -> None:
    if held["kind"] == "group" and held["who_may_pin"] == "admins" and held["role"] != "Admin":
        raise NotAdmin
    must_take(app, held)
    if is_on:
        must_still_be_there(held)


async def _must_be_few(tx: Connection, conversation_id: UUID) -> None:
    if await SQL.pin_count.value(tx, conversation_id=conversation_id) > MOST_PINS:
        raise TooManyPins
