"""Deleting what is too old, in slices, so that nobody waits for a long delete."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from aiohttp import web

from pinge.audit import actions as audit
from pinge.config import SETTINGS
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.messages import actions as messages

SQL = Queries("retention")

EVERY = 600.0  # seconds between looks: what is a day too old need not go to the minute
CONVERSATIONS = 100  # found at a time
SLICE = 20  # messages deleted under one lock, some 30 ms
BREATHER = 0.05  # seconds between slices


async def expiring(app: web.Application) -> AsyncIterator[None]:
    """Delete what is too old for as long as the service runs."""
    async for _ in repeated(app, expire_once, every=EVERY):
        yield


async def expire_once(app: web.Application) -> None:
    """Delete all that is too old by now."""
    settings = app[SETTINGS]
    await audit.forget_older_than(app[POOL], days=settings.audit_days)
    if settings.retention_days:
        due = {"days": settings.retention_days, "limit": CONVERSATIONS}
        while rows := await SQL.conversations_due.rows(app[POOL], **due):
            for row in rows:
                await _expire(app, row["conversation_id"])


async def _expire(app: web.Application, conversation_id: UUID) -> None:
    while await _slice(app, conversation_id) == SLICE:  # noqa: ASYNC110
        await asyncio.sleep(BREATHER)


async def _slice(app: web.Application, conversation_id: UUID) -> int:
    """Delete the next messages of a conversation that are too old; how many were."""
    where = {"conversation_id": conversation_id}
    due = {"days": app[SETTINGS].retention_days, "limit": SLICE}
    emptied: list[messages.Emptied] = []
    async with transaction(app) as tx:
        await SQL.lock_conversation_to_expire.row(tx, **where)
        rows = await SQL.messages_due.rows(tx, **where, **due)
        for row in rows:
            if row["deleted_at"] is None:
                held = dict(row) | {"next_rev": row["last_rev"] + len(emptied) + 1}
                emptied.append(await messages.empty(tx, held, deleted_by=None))
        if rows:
            await SQL.mark_expired.run(tx, **where, seq=rows[-1]["seq"])
    for one in emptied:
        await messages.tell_emptied(app, one)
    return len(rows)
