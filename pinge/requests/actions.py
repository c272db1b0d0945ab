"""What can be made of a message request, free of HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.contacts import actions as contacts
from pinge.database.pool import transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import NotFound, NotMember
from pinge.http.caller import Caller
from pinge.messages import actions as messages
from pinge.realtime.telling import tell_user
from pinge.requests.events import MessageRequestAnswered

SQL = Queries("requests")


async def accept(app: web.Application, caller: Caller, conversation_id: UUID) -> None:
    """Take what a stranger wrote: from now on the two see of each other what people do who talk.

    NotMember for who is not in it, NotFound where it is no request, or none any more.
    """
    async with transaction(app) as tx:
        held = await _held(tx, caller, conversation_id)
        retelling = await contacts.take_request(app, tx, conversation_id, held["pair"])
        answered = await _answer(tx, caller, conversation_id, held, "accepted")
    tell_user(app, caller.user_id, answered)
    if retelling is not None:
        await retelling(app)


async def decline(app: web.Application, caller: Caller, conversation_id: UUID) -> None:
    """Have it out of sight, and nothing of it unread, until more is said; raises as accept does."""
    async with transaction(app) as tx:
        held = await _held(tx, caller, conversation_id)
        marked = await messages.mark_all(tx, caller, conversation_id)
        answered = await _answer(tx, caller, conversation_id, held, "declined")
    tell_user(app, caller.user_id, answered)
    if marked:
        messages.tell_read(app, caller, conversation_id)


async def _held(tx: Connection, caller: Caller, conversation_id: UUID) -> asyncpg.Record:
    """A request, whose conversation is locked."""
    where = {"conversation_id": conversation_id}
    await SQL.lock_conversation.row(tx, **where)
    held = await SQL.standing.row(tx, **where, user_id=caller.user_id)
    if held is None:
        raise NotMember("You are not in this conversation.")
    if not held["is_request"]:
        raise NotFound("This is no message request.")
    return held


async def _answer(
    tx: Connection, caller: Caller, conversation_id: UUID, held: asyncpg.Record, status: Any
) -> MessageRequestAnswered:
    rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
    kept = {"conversation_id": conversation_id, "status": status}
    await SQL.save_answer.run(
        tx, user_id=caller.user_id, rev=rev, last_seq=held["last_seq"], **kept
    )
    return MessageRequestAnswered(user_rev=rev, **kept)
