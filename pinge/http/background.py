"""Work that is done again and again beside the requests, for as long as the service runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from aiohttp import web

from pinge.database.pool import UNAVAILABLE

logger = structlog.get_logger("pinge.background")

LOST = 0.5  # seconds after which a cancel is taken for lost and sent again

Work = Callable[[web.Application], Awaitable[None]]


async def repeated(app: web.Application, work: Work, *, every: float) -> AsyncIterator[None]:
    """Do the work every so many seconds; whatever goes wrong with it, it is done again."""
    working = asyncio.create_task(_for_ever(app, work, every))
    yield
    await stop(working)


async def stop(working: asyncio.Task[None]) -> None:
    """Cancel until it ends: until 3.12, a cancel that meets the end of a wait_for is lost."""
    while not working.done():
        working.cancel()
        await asyncio.wait((working,), timeout=LOST)


async def _for_ever(app: web.Application, work: Work, every: float) -> None:
    is_waiting = False
    while True:
        await asyncio.sleep(every)
        try:
            await work(app)
            is_waiting = False
        except UNAVAILABLE as error:
            if not is_waiting:  # else it was said
                logger.warning("waiting for the database", work=work.__name__, why=repr(error))
            is_waiting = True
        except Exception:
            logger.exception("failed", work=work.__name__)
