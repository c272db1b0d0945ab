"""Serving in this one process."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from aiohttp import web

from pinge import app
from pinge.config import Settings
from pinge.serving.collector import calm_the_collector
from pinge.serving.leaving import LEAVE, Hurried, set_the_alarm
from pinge.serving.listening import BACKLOG, listeners, url
from pinge.serving.runner import Runner

logger = structlog.get_logger("pinge")


def serve(settings: Settings, database: dict[str, Any]) -> None:
    """Serve until a signal says to leave. Raises Hurried when a second one says at once."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # Not asyncio.run: hurried, it would wait for whatever it is that does not end.
    loop.run_until_complete(_serve(settings, database))
    loop.close()


async def _serve(settings: Settings, database: dict[str, Any]) -> None:
    sockets = listeners(settings)
    leaving = _told_to_leave()
    runner = Runner(app.build(settings, database))
    await runner.setup()
    for listener in sockets:
        await web.SockSite(runner, listener, backlog=BACKLOG).start()
    calm_the_collector()
    logger.info("serving", url=url(sockets[0]), home=str(settings.home))
    await leaving.wait()
    logger.info("leaving")
    await runner.cleanup()


def _told_to_leave() -> asyncio.Event:
    """Set by the first signal; the second raises Hurried out of the loop."""
    told = asyncio.Event()

    def hear() -> None:
        if told.is_set():
            raise Hurried
        told.set()
        set_the_alarm()

    for signal in LEAVE:
        asyncio.get_running_loop().add_signal_handler(signal, hear)
    return told
