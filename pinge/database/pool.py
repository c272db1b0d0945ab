"""The pool of connections, as one of the application's parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
from aiohttp import web

from pinge.database.queries import Connection
from pinge.errors import Unavailable

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

DATABASE: web.AppKey[dict[str, Any]] = web.AppKey("DATABASE", dict)
POOL: web.AppKey[asyncpg.Pool[asyncpg.Record]] = web.AppKey("POOL", asyncpg.Pool)

LARGEST = 12  # connections a process; what is left of PostgreSQL's 100 is for DBAs and other nodes
GOODBYE = 3.0  # seconds that queries still under way get when the pool closes
PATIENCE = 2.0  # seconds to wait for a free connection before saying 503

# One statement or one lock that takes longer is a fault, not a wait (reliability.md, c10).
SERVER_SETTINGS = {
    "application_name": "pinge",
    "jit": "off",
    # Every query has its index (tests/test_plans.py). Plans are kept: one made while a table was
    # empty would still scan it, for a minute or for good, when it holds a million rows.
    "enable_seqscan": "off",
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
}

# What PostgreSQL, the way to it or the pool says when the caller should come back later.
UNAVAILABLE = (
    Unavailable,
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
)


async def _keep_as_is(_connection: object) -> None:
    """Pinge never changes a session's state, so giving a connection back resets nothing."""


async def pool(app: web.Application) -> AsyncIterator[None]:
    """Open the pool at start, close it last, whatever its connections are still waiting for."""
    app[POOL] = await asyncpg.create_pool(
        **app[DATABASE],
        min_size=2,
        max_size=LARGEST,
        timeout=3,
        command_timeout=5,
        reset=_keep_as_is,
        server_settings=SERVER_SETTINGS,
    )
    yield
    try:
        await asyncio.wait_for(app[POOL].close(), GOODBYE)
    except TimeoutError:
        app[POOL].terminate()


@asynccontextmanager
async def connection(
    app: web.Application,
) -> AsyncIterator[PoolConnectionProxy[asyncpg.Record]]:
    """A connection for a few statements; Unavailable when none comes free in time."""
    try:
        acquired = await app[POOL].acquire(timeout=PATIENCE)
    except TimeoutError:
        raise Unavailable from None
    try:
        yield acquired
    finally:
        await app[POOL].release(acquired)


@asynccontextmanager
async def transaction(app: web.Application) -> AsyncIterator[Connection]:
    """Statements that are written together or not at all."""
    async with connection(app) as acquired, acquired.transaction():
        yield acquired
