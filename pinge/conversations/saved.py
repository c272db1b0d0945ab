"""Saved messages: the conversation that somebody has with themselves."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.http.caller import Caller
from pinge.realtime.feed import FEED

SQL = Queries("conversations")


async def saved(app: web.Application, caller: Caller) -> UUID:
    """Where the caller keeps what they save, made when it is asked for first."""
    own = {"user_id": caller.user_id}
    known: UUID | None = await SQL.saved_conversation.value(app[POOL], **own)
    if known is not None:
        return known
    async with transaction(app) as tx:
        await SQL.open_saved_conversation.run(tx, conversation_id=uuid7(), **own)
        opened: UUID = await SQL.saved_conversation.value(tx, **own)
        await SQL.sit_alone.run(tx, conversation_id=opened, **own)
    app[FEED].seat(opened, 0, 1, (caller.user_id,))
    return opened
