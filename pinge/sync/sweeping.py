"""Looking for what no hint told of: often while the bus is away, seldom while it is well."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from itertools import islice

from aiohttp import web

from pinge.database.pool import POOL, UNAVAILABLE
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.realtime.bus import BUS, Reconnected
from pinge.realtime.feed import FEED

SQL = Queries("sync")

LOOKED_AFTER = 0.5  # seconds between looks at whether a sweep is due
EVERY = 20.0  # seconds between sweeps while hints arrive
EVERY_WITHOUT_BUS = 2.0
SLICE = 100  # users in one statement


class Sweep:
    """When the last one was, and whether the next is wanted at once."""

    def __init__(self, app: web.Application) -> None:
        self._bus = app[BUS]
        self._done_at = time.monotonic()
        self._is_wanted = False
        self._lost = 0  # connections to PostgreSQL, by then
        self._bus.subscribe(Reconnected, self._want)

    async def when_due(self, app: web.Application) -> None:
        """Sweep if it is time, or if something was written perhaps that nobody could tell of."""
        every = EVERY if self._bus.is_healthy else EVERY_WITHOUT_BUS
        self._is_wanted |= app[POOL].lost != self._lost
        if self._is_wanted or time.monotonic() - self._done_at >= every:
            self._is_wanted, self._lost = False, app[POOL].lost
            try:
                await sweep(app)
            except UNAVAILABLE:
                self._is_wanted = True
                raise
            self._done_at = time.monotonic()

    def _want(self, _: Reconnected) -> None:
        self._is_wanted = True


async def sweeping(app: web.Application) -> AsyncIterator[None]:
    """Sweep for as long as the service runs."""
    async for _ in repeated(app, Sweep(app).when_due, every=LOOKED_AFTER):
        yield


async def sweep(app: web.Application) -> None:
    """Have read whatever moved on without a word to this process."""
    feed = app[FEED]
    users = iter(feed.followed_users)
    while user_ids := list(islice(users, SLICE)):
        told = [(one, *place) for one in user_ids for place in feed.revs_of(one).items()]
        rows = await SQL.behind.rows(
            app[POOL],
            user_ids=[user_id for user_id, _, _ in told],
            keys=[key for _, key, _ in told],
            revs=[rev for _, _, rev in told],
        )
        for row in rows:
            feed.fall_behind(row["key"])
            if row["is_new"]:
                feed.look_for_newcomers(row["key"])
