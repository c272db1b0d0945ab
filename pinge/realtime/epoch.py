"""Which history this database holds: positions of one epoch mean nothing in another.

A new one begins by itself where the tables are found in another place than before, which takes a
new connection: each is looked at before it serves. Restoring into the very same database leaves no
such trace, and needs `pinge epoch new`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import structlog
from aiohttp import web

from pinge.database.pool import POOL, connection
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.realtime.hub import HUB

if TYPE_CHECKING:
    from pinge.database.queries import Connection, Database

SQL = Queries("realtime")

logger = structlog.get_logger("pinge.realtime")

EVERY = 2.0  # seconds between looks: one begun by hand or on another node is noticed so soon
NOWHERE = {"system_identifier": None, "timeline": None, "database_oid": None}

# What a server says that will not tell where we are.
NOT_FOR_US = (asyncpg.SyntaxOrAccessError, asyncpg.FeatureNotSupportedError)

Place = Mapping[str, int | None]


class Epoch:
    """The epoch that this process is in."""

    epoch_id: UUID
    told_id: UUID  # what the sockets here were told that it is

    def __init__(self) -> None:
        self._may_ask = True

    async def look(self, conn: Connection) -> None:
        """See which epoch it is, and begin a new one where no other did."""
        place = await self._place(conn)
        epoch = await _newest(conn)
        if place is not None and not _began_at(epoch, place):
            self.epoch_id = await settle(conn, place)
        else:
            self.epoch_id = epoch["epoch_id"]

    async def _place(self, conn: Connection) -> Place | None:
        if not self._may_ask:
            return None
        try:
            return await _place(conn)
        except NOT_FOR_US as error:
            self._may_ask = False
            logger.warning("a restored database will not be noticed", why=str(error))
            return None


EPOCH = web.AppKey("EPOCH", Epoch)


async def epoch(app: web.Application) -> AsyncIterator[None]:
    """Know the epoch, from the start and over every new connection."""
    here = app[EPOCH] = Epoch()
    async with connection(app) as conn:
        await here.look(conn)
    here.told_id = here.epoch_id
    app[POOL].greet = here.look
    async for _ in repeated(app, _look_again, every=EVERY):
        yield


async def _look_again(app: web.Application) -> None:
    here = app[EPOCH]
    async with connection(app) as conn:
        await here.look(conn)
    if here.epoch_id != here.told_id:
        here.told_id = here.epoch_id
        logger.warning("a new epoch: clients start afresh", epoch_id=str(here.epoch_id))
        await app[HUB].close()


async def current(db: Database) -> UUID:
    """The epoch as the database has it."""
    epoch_id: UUID = (await _newest(db))["epoch_id"]
    return epoch_id


async def settle(conn: Connection, place: Place) -> UUID:
    """The epoch of this place: the current one, or a new one if that began elsewhere."""
    async with conn.transaction():
        await SQL.hold_epochs.run(conn)
        epoch = await _newest(conn)
        epoch_id: UUID = epoch["epoch_id"]
        if _began_at(epoch, NOWHERE):
            await SQL.place_epoch.run(conn, epoch_id=epoch_id, **place)
        elif not _began_at(epoch, place):
            epoch_id = await SQL.insert_epoch.value(conn, **place)
    return epoch_id


async def begin(conn: Connection) -> UUID:
    """Begin a new epoch, whatever the reason."""
    try:
        place = await _place(conn)
    except NOT_FOR_US:
        place = None
    async with conn.transaction():
        await SQL.hold_epochs.run(conn)
        epoch_id: UUID = await SQL.insert_epoch.value(conn, **(place or NOWHERE))
    return epoch_id


async def _place(conn: Connection) -> Place | None:
    found = await SQL.place.row(conn)
    return None if found is None else dict(found)


async def _newest(db: Database) -> asyncpg.Record:
    epoch = await SQL.current_epoch.row(db)
    assert epoch is not None  # the migration that made the table began one
    return epoch


def _began_at(epoch: asyncpg.Record, place: Place) -> bool:
    return all(epoch[name] == value for name, value in place.items())
