"""Work that is done again and again beside the requests, for as long as the service runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from aiohttp import web

from pinge.database.pool import UNAVAILABLE

logger = structlog.get_logger("pinge.background")

GOODBYE = 2.0  # seconds that work under way has to notice that it is over

Work = Callable[[web.Application], Awaitable[None]]


async def repeated(app: web.Application, work: Work, *, every: float) -> AsyncIterator[None]:
    """Do the work every so many seconds; whatever goes wrong with it, it is done again."""
    working = asyncio.create_task(_for_ever(app, work, every))
    yield
    working.cancel()
    await asyncio.wait((working,), timeout=GOODBYE)


async def _for_ever(app: web.Application, work: Work, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            await work(app)
        except UNAVAILABLE:
            logger.warning("the database is away", work=work.__name__)
        except Exception:
            logger.exception("failed", work=work.__name__)
