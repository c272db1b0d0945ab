"""Finding who is to be told: after the fact, beside everything else.

What this process wrote is looked at soon; the walk over all devices finds what others left behind,
a process that was killed and one that had no time alike.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable
from itertools import islice
from uuid import UUID

from aiohttp import web

from pinge.database.pool import POOL, UNAVAILABLE
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.notifications.deciding import TOLD_WITHIN
from pinge.notifications.herald import QUEUED

SQL = Queries("notifications")

LOOKED_EVERY = 0.25  # seconds
AT_ONCE = 200  # conversations in a statement
KNOWN_AT_ONCE = 100_000  # conversations; beyond that the walk finds them
GATHERED = 1.5  # seconds that a message waits for more of them, and to be read where somebody is
SLICE = 50  # devices; of people with 65 conversations each that takes 30 ms
RESTED = 1.0  # seconds between two slices
WALKED_EVERY = 60.0  # seconds, once all were walked over
FAILING_FOR = (
    7 * 24 * 3600
)  # seconds after which a device that nothing came through to is forgotten
FORGOTTEN_EVERY = 5.0  # seconds
SETTLED_FOR = 3600  # seconds: more than a message is news for, or it would be told again
NOTED_FOR = 2 * 24 * 3600  # seconds
FORGOTTEN_AT_ONCE = 5000  # rows
BEFORE_ALL = UUID(int=0)


class Finder:
    """Where something was said, and how far the walk has come."""

    def __init__(self) -> None:
        self._heard: dict[UUID, None] = {}
        self._walked_to = BEFORE_ALL
        self._walk_at = 0.0  # by the monotonic clock: at once

    def heard(self, conversation_ids: Iterable[UUID]) -> None:
        """Something was said there; on the way of every message."""
        self._heard.update(dict.fromkeys(conversation_ids))

    async def find(self, app: web.Application) -> None:
        """Queue what was heard of; when that is done, go on with the walk."""
        if len(self._heard) > KNOWN_AT_ONCE:
            self._heard.clear()
        while self._heard:
            some = list(islice(self._heard, AT_ONCE))
            for conversation_id in some:
                del self._heard[conversation_id]
            try:
                if await SQL.queue_pushes.run(app[POOL], conversation_ids=some, seconds=GATHERED):
                    app[QUEUED].set()
            except UNAVAILABLE:
                self.heard(some)
                raise
        if time.monotonic() >= self._walk_at:
            await self._walk(app)

    async def _walk(self, app: web.Application) -> None:
        rows = await SQL.walk_subscriptions.rows(
            app[POOL],
            after_id=self._walked_to,
            seconds=int(TOLD_WITHIN.total_seconds()),
            failing_seconds=FAILING_FOR,
            limit=SLICE,
        )
        dead = [row["subscription_id"] for row in rows if row["is_dead"]]
        if dead:
            await SQL.delete_subscriptions.run(app[POOL], subscription_ids=dead)
        for row in rows:
            self.heard(row["conversation_ids"])
        is_last = len(rows) < SLICE
        self._walked_to = BEFORE_ALL if is_last else rows[-1]["subscription_id"]
        self._walk_at = time.monotonic() + (WALKED_EVERY if is_last else RESTED)


FINDER = web.AppKey("FINDER", Finder)


async def finding(app: web.Application) -> AsyncIterator[None]:
    """Find, and forget what is over, for as long as the service runs."""
    async for _ in repeated(app, app[FINDER].find, every=LOOKED_EVERY):
        async for _ in repeated(app, forget, every=FORGOTTEN_EVERY):
            yield


async def forget(app: web.Application) -> None:
    """Forget where nothing was said for long, and what became of it; some at a time."""
    for query, seconds in (
        (SQL.delete_settled_pushes, SETTLED_FOR),
        (SQL.delete_old_notes, NOTED_FOR),
    ):
        await query.run(app[POOL], seconds=seconds, limit=FORGOTTEN_AT_ONCE)
