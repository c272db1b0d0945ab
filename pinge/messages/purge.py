"""Messages of deleted groups go in slices, so that nobody waits for a long delete."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.http.background import repeated

SQL = Queries("purge")

EVERY = 60.0  # seconds
SLICE = 2000  # messages
BREATHER = 0.05  # seconds between slices


async def purge(app: web.Application) -> AsyncIterator[None]:
    """Purge for as long as the service runs."""
    async for _ in repeated(app, purge_once, every=EVERY):
        yield


async def purge_once(app: web.Application) -> None:
    """Purge every deleted conversation that still has messages."""
    for row in await SQL.unpurged_conversations.rows(app[POOL]):
        gone = {"conversation_id": row["conversation_id"]}
        while await SQL.purge_messages.run(app[POOL], **gone, slice=SLICE):  # noqa: ASYNC110
            await asyncio.sleep(BREATHER)
        await SQL.purge_versions.run(app[POOL], **gone)
        await SQL.purge_hidden.run(app[POOL], **gone)
        await SQL.purge_mentions.run(app[POOL], **gone)
        await SQL.purge_marks.run(app[POOL], **gone)
        await SQL.purge_system_messages.run(app[POOL], **gone)
        await SQL.mark_purged.run(app[POOL], **gone)
