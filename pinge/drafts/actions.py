"""What can be done with drafts, free of HTTP."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.drafts.events import DraftChanged
from pinge.errors import NotMember
from pinge.http.caller import Caller
from pinge.realtime.telling import tell_user

SQL = Queries("drafts")


async def drafts(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """Where the caller is about to say something, the latest first."""
    return await SQL.drafts_of.rows(app[POOL], user_id=caller.user_id)


async def save(
    app: web.Application,
    caller: Caller,
    conversation_id: UUID,
    *,
    content: str,
    reply_to: UUID | None = None,
) -> asyncpg.Record:
    """Put it in the place of the one before; NotMember where the caller is not."""
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        saved = await SQL.save_draft.row(
            tx,
            user_id=caller.user_id,
            conversation_id=conversation_id,
            rev=rev,
            content=content,
            reply_to=reply_to,
        )
        if saved is None:
            raise NotMember("You are not in this conversation.")
    tell_user(app, caller.user_id, DraftChanged.of(saved, user_rev=rev))
    return saved
