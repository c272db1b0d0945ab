"""Files that nobody can have any more go: what was never finished or sent, and what was deleted.

A row goes only after its files, and a process that dies in between leaves it to be looked at again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.attachments.places import folder, place
from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.media.storage import STORAGE

SQL = Queries("attachments")

EVERY = 60.0  # seconds
SLICE = 100  # files


async def collecting(app: web.Application) -> AsyncIterator[None]:
    """Collect for as long as the service runs."""
    async for _ in repeated(app, collect_once, every=EVERY):
        yield


async def collect_once(app: web.Application) -> None:
    """Look at everything that is due."""
    while due := await SQL.take_due.rows(app[POOL], slice=SLICE):
        for row in due:
            await _look_at(app, row)


async def _look_at(app: web.Application, row: asyncpg.Record) -> None:
    attachment_id = row["attachment_id"]
    if row["is_sent"]:
        await _clear(app, attachment_id, place(attachment_id, row["stored_as"]))
        await SQL.keep.run(app[POOL], attachment_id=attachment_id, due_at=row["due_at"])
    else:
        await _clear(app, attachment_id, None)
        await SQL.forget.run(app[POOL], attachment_id=attachment_id)


async def _clear(app: web.Application, attachment_id: UUID, kept: str | None) -> None:
    """Delete what lies there, but the file that is kept and its pictures."""
    storage = app[STORAGE]
    async for file in storage.listing(folder(attachment_id)):
        if kept is None or not file.key.startswith(kept):
            await storage.delete(file.key)
