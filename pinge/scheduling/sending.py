"""Sending what is due: one worker in each process, none in the other's way.

A message is sent under the id it was scheduled with, so whoever dies in between has it sent again
by another, and it is there once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable

import asyncpg
import structlog
from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.database.pool import POOL, UNAVAILABLE, transaction
from pinge.database.queries import Queries
from pinge.errors import InactiveAccount, PingeError, Retryable
from pinge.http.background import repeated
from pinge.http.caller import Caller
from pinge.messages import actions as messages
from pinge.realtime.telling import tell_user
from pinge.scheduling.events import ScheduledMessageChanged

SQL = Queries("scheduling")

logger = structlog.get_logger("pinge.scheduling")

LOOKED_EVERY = 1.0  # seconds, so that a message is late by that much at most
CLAIMED_FOR = 30.0  # seconds kept from others: longer than the journal lets anything wait
AT_ONCE = 100
SWEPT_EVERY = 3600.0  # seconds
KEPT_FOR = 90  # days that what is over is remembered, for devices that were away


async def sending(app: web.Application) -> AsyncIterator[None]:
    """Send what is due for as long as the service runs, and forget what is long over."""
    async for _ in repeated(app, send_due, every=LOOKED_EVERY):
        async for _ in repeated(app, forget_settled, every=SWEPT_EVERY):
            yield


async def send_due(app: web.Application) -> None:
    """Send all that is due now."""
    while rows := await SQL.claim_due.rows(app[POOL], seconds=CLAIMED_FOR, limit=AT_ONCE):
        for row in sorted(rows, key=lambda row: row["send_at"]):
            await _send(app, row)


async def forget_settled(app: web.Application) -> None:
    """Delete what is over for so long that every device knows."""
    while await SQL.delete_settled.run(app[POOL], days=KEPT_FOR, limit=AT_ONCE):
        pass


async def _send(app: web.Application, row: asyncpg.Record) -> None:
    claim = {"scheduled_id": row["scheduled_id"], "claimed_until": row["claimed_until"]}
    try:
        await (await _said(app, row))
    except Retryable as error:
        await SQL.delay_scheduled.run(app[POOL], **claim, seconds=error.retry_after)
    except PingeError as error:
        await _settle(app, row, "failed", error.code)
    except UNAVAILABLE:
        raise
    except Exception:  # a fault of ours must not hold up those behind it
        logger.exception("a scheduled message failed")
    else:
        await _settle(app, row, "sent", None)


async def _said(app: web.Application, row: asyncpg.Record) -> Awaitable[object]:
    """Say it as its writer would; the login it was scheduled with may be over by now."""
    if not row["may_act"]:
        raise InactiveAccount
    writer = Caller(
        row["user_id"], row["scheduled_id"], row["username"], row["email"], row["profile_rev"]
    )
    return await messages.send(
        app,
        writer,
        conversation_id=row["conversation_id"],
        content=row["content"],
        client_id=row["scheduled_id"],
        attachment_ids=row["attachment_ids"],
        reply_to=row["reply_to"],
    )


async def _settle(
    app: web.Application, row: asyncpg.Record, status: str, failure: str | None
) -> None:
    claim = {"scheduled_id": row["scheduled_id"], "claimed_until": row["claimed_until"]}
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, row["user_id"]))[row["user_id"]]
        settled = await SQL.settle_scheduled.row(
            tx, **claim, rev=rev, status=status, failure=failure
        )
    if settled is None:  # another took it over, as we took too long
        return
    if failure is not None:
        logger.info("a scheduled message was refused", why=failure)
    tell_user(app, row["user_id"], ScheduledMessageChanged.of(settled, user_rev=rev))
