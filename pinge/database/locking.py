"""Work that one process does at a time, whichever comes first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pinge.database.queries import Connection, Queries

SQL = Queries("database")
POLL = 0.1  # seconds


class Held(Exception):
    """Another process holds the lock."""


@asynccontextmanager
async def alone(conn: Connection, key: int, patience: float | None = None) -> AsyncIterator[None]:
    """Hold the lock of this number; Held when another still does after so many seconds.

    It goes with the connection, so whoever is killed holds it no longer.
    """
    try:
        async with asyncio.timeout(patience):
            while not await SQL.try_lock.value(conn, key=key):  # noqa: ASYNC110 - the query says why
                await asyncio.sleep(POLL)
    except TimeoutError:
        raise Held from None
    try:
        yield
    finally:
        if not conn.is_closed():
            await SQL.unlock.value(conn, key=key)
