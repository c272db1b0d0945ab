"""Who has sockets at which process: kept where all processes see it, written by the batch.

A process tells every half second for whom the number of sockets changed, in one statement however
many connect, and hears in the same breath how many they have elsewhere: the cap on a user's
sockets holds over all processes half a second late. What a process tells is its own, so no two
write the same row. A process that was killed counts for SILENCE seconds more.

Whoever has a row is online. It outlives the last socket by GRACE seconds, so that nobody hears of
a connection that breaks and comes back, nor of a process that restarts.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
from aiohttp import web

from pinge.database.pool import POOL, UNAVAILABLE
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.realtime.bus import BUS
from pinge.realtime.hub import HUB

SQL = Queries("realtime")

TOLD_EVERY = 0.5  # seconds
SEEN_EVERY = 3.0  # seconds
SILENCE = 15  # seconds after which a process is taken for dead
GRACE = 11  # seconds; with SEEN_EVERY, somebody who went is offline 11 to 14 seconds later
KEPT_EVERY = 300.0  # seconds; how far off a last seen may be after a power cut


class Presence:
    """What this process tells of its sockets."""

    def __init__(self, app: web.Application) -> None:
        self._pool = app[POOL]
        self._hub = app[HUB]
        # A row of another process, where there is none, is of one that was killed.
        self._is_alone = app[BUS].is_alone
        self._seen_at = 0.0
        self._kept_at = time.monotonic()
        self._moved: set[UUID] = set()
        self._came: set[UUID] = set()
        self._parted: set[UUID] = set()
        self._hub.watch(self._moved)
        self.node_id = uuid4()

    async def tell(self) -> None:
        """Say that we live, who came and who went; part with whom the others leave no room for."""
        if time.monotonic() - self._seen_at > SEEN_EVERY:
            await self._be_seen()
        moved = list(self._moved)
        self._moved.clear()
        if not moved:
            return
        try:
            rows = await SQL.tell_presences.rows(
                self._pool,
                node_id=self.node_id,
                user_ids=moved,
                sockets=[self._hub.count(user_id) for user_id in moved],
            )
        except BaseException as error:
            self._moved.update(moved)
            if not isinstance(error, asyncpg.ForeignKeyViolationError):
                raise
            self._seen_at = 0.0  # we were silent for so long that we were taken for dead
            return
        for user_id, elsewhere, is_new in rows:
            if is_new:
                self._came.add(user_id)
            if elsewhere and not self._is_alone:
                self._hub.make_room(user_id, elsewhere)

    def take_moved(self) -> tuple[set[UUID], set[UUID]]:
        """Who was not at this process before, and who was forgotten, since this was last asked."""
        taken = self._came, self._parted
        self._came, self._parted = set(), set()
        return taken

    async def leave(self) -> None:
        """Nobody is here any more."""
        await SQL.leave_node.run(self._pool, node_id=self.node_id)

    async def _be_seen(self) -> None:
        began = time.monotonic()
        if await SQL.see_node.value(self._pool, node_id=self.node_id):
            self._moved.update(socket.caller.user_id for socket in self._hub)
        if began - self._kept_at > KEPT_EVERY:
            await SQL.keep_last_seen.run(self._pool, node_id=self.node_id)
            self._kept_at = began
        parted = await SQL.part_absent.rows(self._pool, grace=GRACE, silence=SILENCE)
        self._parted.update(row["user_id"] for row in parted)
        self._seen_at = began


PRESENCE = web.AppKey("PRESENCE", Presence)


async def presence(app: web.Application) -> AsyncIterator[None]:
    """Tell for as long as the service runs."""
    app[PRESENCE] = Presence(app)
    async for _ in repeated(app, tell, every=TOLD_EVERY):
        yield
    with contextlib.suppress(*UNAVAILABLE):
        await app[PRESENCE].leave()


async def tell(app: web.Application) -> None:
    """Tell what changed since the last time."""
    await app[PRESENCE].tell()
