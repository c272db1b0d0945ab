"""Blocks are made after the fact, beside everything else, and slowly while much is being said.

Nothing waits for it: what is in no block yet is found too, by reading it. A process makes blocks of
what its own journal wrote, and walks over all conversations for what changed, what grew quiet, and
what processes that died left behind.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID

from aiohttp import web

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.search.signing import LARGEST_BLOCK, sign

SQL = Queries("search")

LOOKED_AFTER = 0.25  # seconds between looks for what is due
WALK_EVERY = 5.0  # seconds between two slices of the walk that are not full of work
SLICE = 1000  # conversations
KNOWN_AT_ONCE = 100_000  # conversations in which not much was said yet
# For each second of work it rests for four, so that who reads does not wait for it, and one more
# for every ten messages a second that come in: of a saturated process it takes half a percent.
AS_MANY, SHORTEST_REST, LONGEST_REST = 10, 4, 200


class Keeper:
    """What is due, and how much of the time may go into it."""

    def __init__(self) -> None:
        self._heard: Counter[UUID] = Counter()
        self._due: dict[UUID, None] = {}
        self._arrived = 0  # messages since the last turn
        self._turned_at = time.monotonic()
        self._walk_at = time.monotonic()
        self._walked_to = UUID(int=0)

    def heard(self, conversation_ids: list[UUID]) -> None:
        """Messages were written there, as many as it is named; on the way of every message."""
        self._heard.update(conversation_ids)
        self._arrived += len(conversation_ids)

    async def work(self, app: web.Application) -> None:
        """Do what is due, a conversation after the other, with rests between."""
        self._take_full()
        if not self._due and time.monotonic() >= self._walk_at:
            await self._walk(app)
        while self._due:
            began = time.monotonic()
            conversation_id = next(iter(self._due))
            del self._due[conversation_id]  # what fails must not stand in the way of the others
            await sign(app, conversation_id)
            await asyncio.sleep((time.monotonic() - began) * self._rest())

    def _take_full(self) -> None:
        """Where enough was said for a block, one is due."""
        full = [key for key, count in self._heard.items() if count >= LARGEST_BLOCK]
        self._due.update(dict.fromkeys(full))
        for key in full:
            del self._heard[key]
        if len(self._heard) >= KNOWN_AT_ONCE:
            self._heard.clear()  # the walk comes by there too

    def _rest(self) -> float:
        """How long to rest for each second of work, as much came in since this was asked last."""
        now = time.monotonic()
        rate = self._arrived / max(now - self._turned_at, LOOKED_AFTER)
        self._arrived, self._turned_at = 0, now
        return min(SHORTEST_REST + rate / AS_MANY, LONGEST_REST)

    async def _walk(self, app: web.Application) -> None:
        """Find what is due among the next conversations; after the last comes the first."""
        rows = await SQL.walk.rows(app[POOL], after_id=self._walked_to, limit=SLICE)
        gone = [row["conversation_id"] for row in rows if row["is_gone"]]
        if gone:
            await SQL.delete_blocks.run(app[POOL], conversation_ids=gone)
        self._due.update((row["conversation_id"], None) for row in rows if row["is_due"])
        is_last = len(rows) < SLICE
        self._walked_to = UUID(int=0) if is_last else rows[-1]["conversation_id"]
        if is_last or not self._due:
            self._walk_at = time.monotonic() + WALK_EVERY


KEEPER = web.AppKey("KEEPER", Keeper)


async def keeping(app: web.Application) -> AsyncIterator[None]:
    """Make blocks for as long as the service runs."""
    async for _ in repeated(app, app[KEEPER].work, every=LOOKED_AFTER):
        yield
