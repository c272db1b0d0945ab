"""The pool of connections, as one of the application's parts; it answers in bounded time.

asyncpg alone waits for a free connection for ever, and after a statement that timed out it waits
once more, for a frozen server to confirm the cancel. Here a statement has PATIENCE to come by a
connection, new ones included, and then LONGEST_SILENCE: 5.5 s, and with some room for a busy loop
every request is answered within 6. What failed ends its request, so these do not add up.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
import structlog
from aiohttp import web

from pinge import wire
from pinge.database.queries import Connection
from pinge.errors import Unavailable

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    AnyConnection = asyncpg.Connection[asyncpg.Record]
    AnyPool = asyncpg.Pool[asyncpg.Record]
else:
    AnyConnection, AnyPool = asyncpg.Connection, asyncpg.Pool

logger = structlog.get_logger("pinge.database")

LARGEST = 12  # connections a process; what is left of PostgreSQL's 100 is for DBAs and other nodes
GOODBYE = 3.0  # seconds that queries still under way get when the pool closes
PATIENCE = 2.0  # seconds to wait for a connection before saying 503
CONNECTING = 1.8  # seconds a server may take to let us in: less, so that we learn that it does not
# Seconds of silence after which a server is given up: more than its own statement_timeout, so that
# one that is only slow still speaks for itself, and keeps its connection.
LONGEST_SILENCE = 3.5

# One statement or one lock that takes longer is a fault, not a wait (reliability.md, c10).
SERVER_SETTINGS = {
    "application_name": "pinge",
    "jit": "off",
    # Every query has its index (tests/test_plans.py). Plans are kept: one made while a table was
    # empty would still scan it, for a minute or for good, when it holds a million rows.
    "enable_seqscan": "off",
    "statement_timeout": "3s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
}

# What PostgreSQL, the way to it or the pool says when the caller should come back later.
# Deadlocks and serialization failures are among it, and not tried again here: the lock order makes
# them faults, and only the caller knows by its client_id how to repeat what it asked for.
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
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,  # the server has become a copy of another
)

Greeting = Callable[[AnyConnection], Awaitable[None]]


class PooledConnection(AnyConnection):
    """A connection that is dropped, not mended, when a statement is given up.

    Nothing waits for the server then: neither the rollback nor giving the connection back. A server
    that still works at the statement ends it by its own statement_timeout.
    """

    async def execute(self, *args: Any, **options: Any) -> str:
        """Run a statement; its status."""
        with self._dropped_if_given_up():
            return await super().execute(*args, **options)

    async def fetch(self, *args: Any, **options: Any) -> list[asyncpg.Record]:  # type: ignore[override]
        """Run a statement; its rows."""
        with self._dropped_if_given_up():
            return await super().fetch(*args, **options)

    async def fetchrow(self, *args: Any, **options: Any) -> Any:
        """Run a statement; its first row."""
        with self._dropped_if_given_up():
            return await super().fetchrow(*args, **options)

    async def fetchval(self, *args: Any, **options: Any) -> Any:
        """Run a statement; the first column of its first row."""
        with self._dropped_if_given_up():
            return await super().fetchval(*args, **options)

    @contextmanager
    def _dropped_if_given_up(self) -> Iterator[None]:
        try:
            yield
        except (TimeoutError, asyncio.CancelledError):
            self.terminate()
            raise


class Pool(AnyPool):
    """Connections for whoever waits no longer than PATIENCE; Unavailable for the others."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_queries=50_000,
            max_inactive_connection_lifetime=300,
            loop=None,
            connection_class=PooledConnection,
            record_class=asyncpg.Record,
            connect=self._new_connection,
            reset=_keep_as_is,
            **options,
        )
        # What every new connection is for a moment given to: another server is behind it, perhaps.
        self.greet: Greeting | None = None
        self.lost = 0  # connections that ended: what was under way on them may be written, unsaid
        self._away_since: float | None = None

    async def _acquire(self, timeout: float | None) -> PoolConnectionProxy[asyncpg.Record]:  # noqa: ASYNC109
        try:
            async with asyncio.timeout(timeout or PATIENCE):
                return await super()._acquire(None)  # type: ignore[misc, no-any-return]
        except TimeoutError:
            raise Unavailable from None

    async def _new_connection(self, *args: Any, **options: Any) -> AnyConnection:
        """Whatever keeps us out, be it a password, is for the caller to come back after."""
        connection: AnyConnection | None = None
        try:
            connection = await asyncpg.connect(*args, **options)
            await speak_json(connection)
            if self.greet is not None:
                await self.greet(connection)
        except BaseException as error:
            if connection is not None:
                connection.terminate()
            if isinstance(error, (*UNAVAILABLE, asyncpg.PostgresError)):
                self._say_away(error)
                raise Unavailable from error
            raise
        connection.add_termination_listener(self._count_lost)
        self._say_back()
        return connection

    def _count_lost(self, _connection: object) -> None:
        self.lost += 1

    def _say_away(self, error: BaseException) -> None:
        if self._away_since is None:
            self._away_since = time.monotonic()
            logger.warning("the database is away", why=f"{type(error).__name__}: {error}")

    def _say_back(self) -> None:
        if self._away_since is not None:
            seconds = round(time.monotonic() - self._away_since, 1)
            self._away_since = None
            logger.info("the database is back", seconds=seconds)


DATABASE: web.AppKey[dict[str, Any]] = web.AppKey("DATABASE", dict)
POOL: web.AppKey[Pool] = web.AppKey("POOL", Pool)


async def speak_json(connection: Connection) -> None:
    """Have jsonb be what JSON means, both ways."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_as_json, decoder=orjson.loads
    )


def _as_json(value: object) -> str:
    return wire.encode(value).decode()


async def _keep_as_is(_connection: object) -> None:
    """Pinge never changes a session's state, so giving a connection back resets nothing."""


async def pool(app: web.Application) -> AsyncIterator[None]:
    """Open the pool at start, close it last, whatever its connections are still waiting for."""
    app[POOL] = await Pool(
        **app[DATABASE],
        # No floor: asyncpg would keep it with a traceback in the log for each attempt that fails.
        min_size=0,
        init_size=2,
        max_size=LARGEST,
        timeout=CONNECTING,
        command_timeout=LONGEST_SILENCE,
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
    async with app[POOL].acquire() as acquired:
        yield acquired


@asynccontextmanager
async def transaction(app: web.Application) -> AsyncIterator[Connection]:
    """Statements that are written together or not at all."""
    async with connection(app) as acquired, acquired.transaction():
        yield acquired
