"""Who tells subscriptions: some tasks in each process, none in another's way.

What is to be told is what lies beyond a subscription's positions. So there is nothing to put into a
queue and nothing that can be lost; a message only wakes the courier, where somebody is told of its
conversation. What other processes wrote, and changes that are no messages, are found some seconds
later.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Iterable
from uuid import UUID

from aiohttp import web

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.http.background import repeated, stop
from pinge.webhooks.delivering import CLAIMED_FOR, deliver, give_up

SQL = Queries("subscriptions")

LOOKED_EVERY = 2.0  # seconds
MARGIN = 60.0  # seconds that a transaction which lets a bot in may take, and far more
LEARNED_EVERY = 10.0  # seconds between looks at what others may have subscribed to
AT_ONCE = 8  # subscriptions that are told beside each other: who is slow delays few
ENDED_AT_ONCE = 100  # of those that what let them in is over
FORGOTTEN_EVERY = 3600.0  # seconds
KEPT_FOR = 7  # days that it is known what came of a delivery
SLICE = 1000


class Courier:
    """Claims the subscriptions that are behind, and has each told in a task of its own."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._followed: frozenset[UUID] = frozenset()
        self._learned_at = self._looked_at = -math.inf
        self._stirred = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()

    def heard(self, conversation_ids: Iterable[UUID]) -> None:
        """Something was said there: costs next to nothing where nobody is told of it."""
        if self._followed and not self._followed.isdisjoint(conversation_ids):
            self._stirred.set()

    def look_again(self) -> None:
        """Somebody may be told now, and of something else than before."""
        self._learned_at = -math.inf
        self._stirred.set()

    async def round(self, app: web.Application) -> None:
        """Wait until somebody may be behind, and have all told that are."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOKED_EVERY):
                await self._stirred.wait()
        self._stirred.clear()
        await self._learn(app)
        while self._followed and len(self._under_way) < AT_ONCE:
            claim = await SQL.claim_subscription.row(app[POOL], seconds=CLAIMED_FOR)
            if claim is None:
                return
            telling = asyncio.create_task(deliver(app, claim))
            self._under_way.add(telling)
            telling.add_done_callback(self._done)

    async def _learn(self, app: web.Application) -> None:
        """Find where bots came in since the last look, and what is followed if it may be more."""
        now = time.monotonic()
        seconds = None if math.isinf(self._looked_at) else now - self._looked_at + MARGIN
        came = await SQL.begin_where_they_came.run(app[POOL], seconds=seconds)
        self._looked_at = now
        if came or now - self._learned_at > LEARNED_EVERY:
            rows = await SQL.followed.rows(app[POOL])
            self._followed = frozenset(row["conversation_id"] for row in rows)
            self._learned_at = now
            for row in await SQL.unauthorised.rows(app[POOL], limit=ENDED_AT_ONCE):
                await give_up(app, row)

    async def close(self) -> None:
        """Stop; what was under way is told again when its claim is over."""
        for telling in tuple(self._under_way):
            await stop(telling)

    def _done(self, telling: asyncio.Task[None]) -> None:
        self._under_way.discard(telling)
        self._stirred.set()  # there is room again, and there may be more for this one


COURIER = web.AppKey("COURIER", Courier)


async def courier(app: web.Application) -> AsyncIterator[None]:
    """Tell subscriptions for as long as the service runs."""
    working = app[COURIER]
    async for _ in repeated(app, working.round, every=0):
        async for _ in repeated(app, forget_old, every=FORGOTTEN_EVERY):
            yield
    await working.close()


async def forget_old(app: web.Application) -> None:
    """Forget what came of deliveries long ago."""
    while await SQL.forget_deliveries.run(app[POOL], days=KEPT_FOR, limit=SLICE):
        pass
