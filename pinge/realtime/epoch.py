"""Which history this database holds: positions of one epoch mean nothing in another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from aiohttp import web

from pinge.database.pool import POOL
from pinge.database.queries import Database, Queries

SQL = Queries("realtime")

EPOCH = web.AppKey("EPOCH", UUID)


async def current(db: Database) -> UUID:
    """The epoch this database is in."""
    found: UUID = await SQL.current_epoch.value(db)
    return found


async def epoch(app: web.Application) -> AsyncIterator[None]:
    """Read the epoch once, at start."""
    app[EPOCH] = await SQL.current_epoch.value(app[POOL])
    yield
