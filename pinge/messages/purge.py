"""Messages of deleted groups go in slices, so that nobody waits for a long delete."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from pinge.database.pool import POOL, UNAVAILABLE
from pinge.database.queries import Queries

SQL = Queries("messages")

logger = structlog.get_logger("pinge.messages")

EVERY = 60.0  # seconds
SLICE = 2000  # messages
BREATHER = 0.05  # seconds between slices


async def purge(app: web.Application) -> AsyncIterator[None]:
    """Purge for as long as the service runs."""
    purging = asyncio.create_task(_for_ever(app))
    yield
    purging.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await purging


async def purge_once(app: web.Application) -> None:
    """Purge every deleted conversation that still has messages."""
    for row in await SQL.unpurged_conversations.rows(app[POOL]):
        gone = {"conversation_id": row["conversation_id"]}
        while await SQL.purge_messages.run(app[POOL], **gone, slice=SLICE):  # noqa: ASYNC110
            await asyncio.sleep(BREATHER)
        await SQL.mark_purged.run(app[POOL], **gone)


async def _for_ever(app: web.Application) -> None:
    while True:
        await asyncio.sleep(EVERY)
        try:
            await purge_once(app)
        except UNAVAILABLE:
            logger.warning("purging waits for the database")
