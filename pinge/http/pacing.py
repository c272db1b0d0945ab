"""Work that is asked for again and again, and done at most once a second for each key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from itertools import islice
from typing import Generic, TypeVar

from aiohttp import web
from cachetools import TTLCache

from pinge.database.pool import UNAVAILABLE
from pinge.http.background import repeated

K = TypeVar("K", bound=Hashable)

EVERY = 1.0  # seconds
RETRY = 0.2  # seconds until work that found PostgreSQL away is tried again
MOST_AT_ONCE = 200  # keys
KNOWN_AT_ONCE = 100_000  # keys done within the last second; beyond that some are done sooner

Work = Callable[[web.Application, list[K]], Awaitable[None]]


class Paced(Generic[K]):
    """The first touch of a key is worked on at once; those of the next second together after it."""

    def __init__(self, work: Work[K]) -> None:
        self._work = work
        self._due: dict[K, None] = {}
        self._done: TTLCache[K, bool] = TTLCache(KNOWN_AT_ONCE, EVERY)
        self._touched = asyncio.Event()

    def touch(self, *keys: K) -> None:
        """Have it done soon."""
        self._due.update(dict.fromkeys(keys))
        self._touched.set()

    async def running(self, app: web.Application) -> AsyncIterator[None]:
        """Work for as long as the service runs."""
        async for _ in repeated(app, self.once, every=0):
            yield

    async def once(self, app: web.Application) -> None:
        """Do what may be done now, or wait until something may."""
        await self._touched.wait()
        ready = list(islice((key for key in self._due if key not in self._done), MOST_AT_ONCE))
        if not ready:
            await self._pause()
            return
        for key in ready:
            del self._due[key]
            self._done[key] = True
        try:
            await self._work(app, ready)
        except UNAVAILABLE:
            self.touch(*ready)
            await asyncio.sleep(RETRY)

    async def _pause(self) -> None:
        if not self._due:
            self._touched.clear()
            return
        await asyncio.sleep(EVERY / 20)
