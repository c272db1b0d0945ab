"""Rate limits: how often one person or one address may do a thing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from pinge.config import SETTINGS
from pinge.errors import TooMany
from pinge.http.address import client_address
from pinge.http.caller import CALLER


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in so much time, counted for each key; the name keeps limits apart."""

    name: str
    rate: RateLimitItem
    key: Callable[[web.Request], str]


def per_user(name: str, rate: str) -> Limit:
    """A limit for each user, like `Limit("20 per hour")` of the `limits` library."""
    return Limit(name, parse(rate), lambda request: str(request[CALLER].user_id))


def per_address(name: str, rate: str) -> Limit:
    """A limit for each address, as seen behind trusted proxies."""
    return Limit(name, parse(rate), client_address)


class Limiter:
    """Counts in this process; with limits off it allows everything and counts nothing."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self._window = MovingWindowRateLimiter(MemoryStorage())

    async def spend(self, name: str, rate: RateLimitItem, key: str) -> None:
        """Count one; TooMany says when there is room again."""
        if self.on and not await self._window.hit(rate, name, key):
            raise await self._refusal(name, rate, key)

    async def check(self, name: str, rate: RateLimitItem, key: str) -> None:
        """As spend, without counting: for what counts only when it fails."""
        if self.on and not await self._window.test(rate, name, key):
            raise await self._refusal(name, rate, key)

    async def _refusal(self, name: str, rate: RateLimitItem, key: str) -> TooMany:
        frees_at = (await self._window.get_window_stats(rate, name, key)).reset_time
        return TooMany(retry_after=max(1.0, round(frees_at - time.time(), 1)))


LIMITER = web.AppKey("LIMITER", Limiter)


def limiter(app: web.Application) -> Limiter:
    """A limiter as the settings want it."""
    return Limiter(on=app[SETTINGS].rate_limits)
