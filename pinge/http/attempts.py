"""Attempts that count wherever they are made: kept in PostgreSQL, for every process and restart.

What is counted here is rare and dear, a failed login or a registration, so it may cost a query;
messages and the like are counted in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

from aiohttp import web
from limits import RateLimitItem

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.http.background import repeated

SQL = Queries("limits")

SWEPT_EVERY = 60.0  # seconds


class Attempts:
    """The latest attempts of each subject, an e-mail address or an IP address."""

    def __init__(self, app: web.Application) -> None:
        self._app = app

    async def count(self, rate: RateLimitItem, name: str, subject: str) -> float | None:
        """Count one; the seconds to wait if as many were made already, and it was not counted."""
        asked = _asked(rate, name, subject)
        while not await SQL.count_attempt.value(self._app[POOL], **asked):
            wait: float | None = await SQL.seconds_to_wait.value(self._app[POOL], **asked)
            if wait is not None:  # else the oldest of them grew too old in between
                return wait
        return None

    async def wait(self, rate: RateLimitItem, name: str, subject: str) -> float | None:
        """The seconds until another attempt may be made; None if it may be made now."""
        wait: float | None = await SQL.seconds_to_wait.value(
            self._app[POOL], **_asked(rate, name, subject)
        )
        return wait

    async def forgive(self, name: str, subject: str) -> None:
        """Forget what this subject tried."""
        where = {"limit_name": name, "subject_digest": _digest(subject)}
        await SQL.forgive_attempts.run(self._app[POOL], **where)


async def attempts(app: web.Application) -> AsyncIterator[None]:
    """Forget old attempts now and then."""
    async for _ in repeated(app, forget_expired, every=SWEPT_EVERY):
        yield


async def forget_expired(app: web.Application) -> None:
    """Delete what no limit counts any more."""
    await SQL.delete_expired_attempts.run(app[POOL])


def _asked(rate: RateLimitItem, name: str, subject: str) -> dict[str, object]:
    return {
        "limit_name": name,
        "subject_digest": _digest(subject),
        "most": rate.amount,
        "seconds": rate.get_expiry(),
    }


def _digest(subject: str) -> bytes:
    return hashlib.sha256(subject.encode()).digest()
