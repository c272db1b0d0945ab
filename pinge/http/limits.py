"""Rate limits: how often one person or one address may do a thing."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web
from cachetools import LRUCache
from limits import RateLimitItem

from pinge.config import SETTINGS
from pinge.errors import TooMany
from pinge.http.address import client_address
from pinge.http.attempts import Attempts
from pinge.http.caller import CALLER

# What is rare and dear, guessing passwords first: a restart or another process is no fresh start.
EVERYWHERE = frozenset(
    (
        *("login-account", "login-address", "register"),
        *("mail", "mail-daily", "mail-requests", "exports"),
    )
)
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


class Window(Protocol):
    """Knows what was done lately, and how long to wait when it was as much as may be."""

    async def count(self, rate: RateLimitItem, name: str, subject: str) -> float | None:
        """Count one and give None, or count none and give the seconds to wait."""
        ...

    async def wait(self, rate: RateLimitItem, name: str, subject: str) -> float | None:
        """As count, without counting."""
        ...


class Memory:
    """What was done lately in this process.

    The rates are those of the `limits` library, the window is ours: the library's own in memory
    walks over every key it holds at almost every hit, and took a whole core at 3,000 of them.
    """

    def __init__(self) -> None:
        self._hits: LRUCache[tuple[str, str], deque[float]] = LRUCache(KNOWN_AT_ONCE)

    async def count(self, rate: RateLimitItem, name: str, subject: str) -> float | None:
        """Count one and give None, or count none and give the seconds to wait."""
        wait = await self.wait(rate, name, subject)
        if wait is None:
            self._hits[name, subject].append(time.monotonic())
        return wait

    async def wait(self, rate: RateLimitItem, name: str, subject: str) -> float | None:
        """As count, without counting."""
        now, window = time.monotonic(), rate.get_expiry()
        hits = self._hits.setdefault((name, subject), deque())
        while hits and hits[0] <= now - window:
            hits.popleft()
        return hits[0] + window - now if len(hits) >= rate.amount else None


class Limiter:
    """Counts; with limits off it allows everything and counts nothing."""

    def __init__(self, app: web.Application) -> None:
        settings = app[SETTINGS]
        self.on = settings.rate_limits
        self._rates = settings.limits
        self._memory = Memory()
        self._attempts = Attempts(app)

    async def spend(self, name: str, subject: str) -> None:
        """Count one; TooMany says when there is room again."""
        if self.on:
            _refuse_after(await self._window(name).count(self._rates[name], name, subject))

    async def check(self, name: str, subject: str) -> None:
        """As spend, without counting: for what counts only when it fails."""
        if self.on:
            _refuse_after(await self._window(name).wait(self._rates[name], name, subject))

    async def forgive(self, name: str, subject: str) -> None:
        """Count anew, for one of EVERYWHERE: who proved themselves another way was no guesser."""
        if self.on:
            await self._attempts.forgive(name, subject)

    def _window(self, name: str) -> Window:
        return self._attempts if name in EVERYWHERE else self._memory


LIMITER = web.AppKey("LIMITER", Limiter)


def _refuse_after(wait: float | None) -> None:
    if wait is not None:
        raise TooMany(retry_after=max(1.0, round(wait, 1)))
