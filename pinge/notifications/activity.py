"""Who is at a device: nobody is pushed to what they have before them.

Whoever says something is at one, and clients say so with the command `active`. It is written for
those alone who have a subscription, many at once, and for each only now and then; what is not
written yet is kept with its time, so nothing seems later than it was.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable
from itertools import islice
from uuid import UUID

from aiohttp import web
from cachetools import TTLCache

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.realtime.hub import HUB
from pinge.realtime.presence import PRESENCE

SQL = Queries("notifications")

TOLD_EVERY = 0.5  # seconds between looks for who is there
TOLD_AGAIN = 10.0  # seconds after somebody was told of; less than what they count as there for
KNOWN_AT_ONCE = 100_000
MOST_AT_ONCE = 1000  # users in a statement


class Activity:
    """Who was at a device here, and when, as far as it is not written yet."""

    def __init__(self) -> None:
        self._fresh: dict[UUID, float] = {}
        self._told: TTLCache[UUID, bool] = TTLCache(KNOWN_AT_ONCE, TOLD_AGAIN)

    def seen(self, user_ids: Iterable[UUID]) -> None:
        """They are at a device now; on the way of every message."""
        self._fresh.update(dict.fromkeys(user_ids, time.monotonic()))

    async def tell(self, app: web.Application) -> None:
        """Write of whom it was not written lately; without a socket here nobody is at a device."""
        due = (user_id for user_id in self._fresh if user_id not in self._told)
        some = list(islice(due, MOST_AT_ONCE))
        seen = {user_id: self._fresh.pop(user_id) for user_id in some}
        user_ids = app[HUB].connected(seen)
        if not user_ids:
            return
        now = time.monotonic()
        rows = await SQL.tell_active.rows(
            app[POOL],
            node_id=app[PRESENCE].node_id,
            user_ids=user_ids,
            seconds_ago=[now - seen[user_id] for user_id in user_ids],
        )
        self._told.update(dict.fromkeys(user_ids, True))
        for user_id in (row["user_id"] for row in rows):
            self._told.pop(user_id)
            self._fresh.setdefault(user_id, seen[user_id])


ACTIVITY = web.AppKey("ACTIVITY", Activity)


async def activity(app: web.Application) -> AsyncIterator[None]:
    """Write for as long as the service runs."""
    async for _ in repeated(app, app[ACTIVITY].tell, every=TOLD_EVERY):
        yield
