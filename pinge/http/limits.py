"""Rate limits: how often one person or one address may do a thing."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from cachetools import LRUCache
from limits import RateLimitItem

from pinge.config import SETTINGS
from pinge.errors import TooMany
from pinge.http.address import client_address
from pinge.http.caller import CALLER

KNOWN_AT_ONCE = 100_000  # people and addresses; beyond that the longest silent is forgotten


@dataclass(frozen=True, slots=True)
class Limit:
    """One of config's limits, and for whom it is counted."""

    name: str
    key: Callable[[web.Request], str]


def per_user(name: str) -> Limit:
    """A limit for each user."""
    return Limit(name, lambda request: str(request[CALLER].user_id))


def per_address(name: str) -> Limit:
    """A limit for each address, as seen behind trusted proxies."""
    return Limit(name, client_address)


class Limiter:
    """Counts in this process; with limits off it allows everything and counts nothing.

    The rates are those of the `limits` library, the window is ours: the library's own in memory
    walks over every key it holds at almost every hit, and took a whole core at 3,000 of them.
    """

    def __init__(self, rates: Mapping[str, RateLimitItem], *, on: bool) -> None:
        self.on = on
        self._rates = rates
        self._hits: LRUCache[tuple[str, str], deque[float]] = LRUCache(KNOWN_AT_ONCE)

    async def spend(self, name: str, key: str) -> None:
        """Count one; TooMany says when there is room again."""
        if self.on:
            self._recent(name, key).append(time.monotonic())

    async def check(self, name: str, key: str) -> None:
        """As spend, without counting: for what counts only when it fails."""
        if self.on:
            self._recent(name, key)

    def _recent(self, name: str, key: str) -> deque[float]:
        """When it was done within the window; TooMany if that is as often as it may."""
        rate = self._rates[name]
        now, window = time.monotonic(), rate.get_expiry()
        hits = self._hits.setdefault((name, key), deque())
        while hits and hits[0] <= now - window:
            hits.popleft()
        if len(hits) >= rate.amount:
            raise TooMany(retry_after=max(1.0, round(hits[0] + window - now, 1)))
        return hits


LIMITER = web.AppKey("LIMITER", Limiter)


def limiter(app: web.Application) -> Limiter:
    """A limiter as the settings want it."""
    settings = app[SETTINGS]
    return Limiter(settings.limits, on=settings.rate_limits)
