"""What can be done with messages for later, free of HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import actions as accounts
from pinge.attachments import actions as attachments
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import BadRequest, Conflict, NotFound, NotMember, TooManyScheduled
from pinge.http.caller import Caller
from pinge.messages import actions as messages
from pinge.realtime.telling import tell_user
from pinge.scheduling.events import ScheduledMessageChanged

SQL = Queries("scheduling")

MOST = 100  # messages for later of one user
SPARE = timedelta(hours=1)  # that files are kept longer than until their message is due


async def schedule(
    app: web.Application,
    caller: Caller,
    conversation_id: UUID,
    *,
    content: str,
    send_at: datetime,
    client_id: UUID | None,
    attachment_ids: Sequence[UUID] = (),
    reply_to: UUID | None = None,
) -> asyncpg.Record:
    """Have a message sent later; a retry gives the same, another under its id is a Conflict.

    Raises NotMember, TooManyScheduled, or NotFound when a file is not the caller's to send.
    """
    messages.must_say_something(content, attachment_ids)
    scheduled_id = client_id or uuid7()
    said = {"content": content, "attachment_ids": list(attachment_ids), "reply_to": reply_to}
    where = {"conversation_id": conversation_id, "send_at": send_at}
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        made = await SQL.insert_scheduled.row(
            tx,
            scheduled_id=scheduled_id,
            user_id=caller.user_id,
            rev=rev,
            most=MOST,
            **said,
            **where,
        )
        if made is None:
            return await _known(tx, caller, scheduled_id, said | where)
        await _hold(tx, caller, attachment_ids, send_at)
    tell_user(app, caller.user_id, ScheduledMessageChanged.of(made, user_rev=rev))
    return made


async def scheduled(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """What the caller will say, the next first, and what could not be said."""
    return await SQL.scheduled_of.rows(app[POOL], user_id=caller.user_id)


async def change(
    app: web.Application,
    caller: Caller,
    scheduled_id: UUID,
    *,
    content: str | None = None,
    send_at: datetime | None = None,
    status: str | None = None,
) -> asyncpg.Record:
    """Change what is not None; NotFound where there is none, Conflict once it is too late."""
    if content is None and send_at is None and status is None:
        raise BadRequest("There is nothing to change.")
    asked = {"scheduled_id": scheduled_id, "user_id": caller.user_id}
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        changed = await SQL.change_scheduled.row(
            tx, **asked, rev=rev, content=content, send_at=send_at, status=status
        )
        if changed is None:
            if await SQL.scheduled.row(tx, **asked) is None:
                raise NotFound("You have no such message for later.")
            raise Conflict("It is not waiting any more.")
        messages.must_say_something(changed["content"], changed["attachment_ids"])
        if send_at is not None:
            await _hold(tx, caller, changed["attachment_ids"], send_at)
    tell_user(app, caller.user_id, ScheduledMessageChanged.of(changed, user_rev=rev))
    return changed


async def cancel(app: web.Application, caller: Caller, scheduled_id: UUID) -> None:
    """Never send it; raises as `change` does."""
    await change(app, caller, scheduled_id, status="cancelled")


async def _known(
    tx: Connection, caller: Caller, scheduled_id: UUID, asked: dict[str, object]
) -> asyncpg.Record:
    """What a retry is answered, or why there is no such message."""
    where = {"user_id": caller.user_id, "conversation_id": asked["conversation_id"]}
    known = await SQL.scheduled.row(tx, scheduled_id=scheduled_id, user_id=caller.user_id)
    if known is not None:
        if any(known[name] != value for name, value in asked.items()):
            raise Conflict
        return known
    if not await SQL.is_in.value(tx, **where):
        raise NotMember("You are not in this conversation.")
    if await SQL.is_used.value(tx, scheduled_id=scheduled_id):
        raise Conflict
    raise TooManyScheduled


async def _hold(
    tx: Connection, caller: Caller, attachment_ids: Sequence[UUID], send_at: datetime
) -> None:
    if attachment_ids:
        until = send_at + SPARE
        await attachments.hold(tx, caller, attachment_ids=attachment_ids, until=until)
