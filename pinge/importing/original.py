"""The original's database: read in one snapshot, never written to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import asyncpg

from pinge.database.queries import Connection, Queries, Query

SQL = Queries("original")

# What is read, each by the query of its name.
TABLES = (
    SQL.user_records,
    SQL.contact_requests,
    SQL.contacts,
    SQL.group_chats,
    SQL.group_members,
    SQL.direct_messages,
    SQL.group_messages,
)
# A session in which a statement takes as long as it takes, whatever the role is used to.
LONG = {
    "application_name": "pinge import",
    "jit": "off",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
AHEAD = 16  # pieces that are read before they are taken, each of up to some hundred KiB


class ImportRefused(Exception):
    """What keeps an import from being made, in one line."""


@dataclass(frozen=True, slots=True)
class Original:
    """The database as it was at one moment: rows of each table, and the zone its times are of."""

    conn: asyncpg.Connection[asyncpg.Record]
    sizes: dict[str, int]
    time_zone: str

    async def copy(self, table: Query, room: Connection, name: str) -> None:
        """Copy a whole table into one of the room, without looking at what is copied."""
        pieces: asyncio.Queue[bytes] = asyncio.Queue(AHEAD)

        async def read() -> None:
            whole = table.text.rstrip(";")  # it is to stand inside another statement
            await self.conn.copy_from_query(whole, output=pieces.put, format="binary")
            await pieces.put(b"")

        async def taken() -> AsyncIterator[bytes]:
            while piece := await pieces.get():
                yield piece

        with _must_be_there():
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(read())
                    both.create_task(room.copy_to_table(name, source=taken(), format="binary"))
            except ExceptionGroup as failed:
                raise failed.exceptions[0] from None


@asynccontextmanager
async def opened(url: str, time_zone: str | None) -> AsyncIterator[Original]:
    """The original at this moment, its times in this zone or else in its server's.

    Raises ImportRefused unless it has the eight tables.
    """
    settings = LONG | ({} if time_zone is None else {"timezone": time_zone})
    conn = await asyncpg.connect(url, server_settings=settings)
    try:
        async with conn.transaction(isolation="repeatable_read", readonly=True):
            with _must_be_there():
                sizes = await SQL.sizes.row(conn)
            assert sizes is not None
            yield Original(conn, dict(sizes), await SQL.time_zone.value(conn))
    finally:
        conn.terminate()  # there is nothing to be written, and perhaps a COPY under way


@contextmanager
def _must_be_there() -> Iterator[None]:
    try:
        yield
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError) as error:
        raise ImportRefused(f"this is no database of the original Pinge: {error}") from None
