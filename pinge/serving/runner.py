"""How a process that serves comes and goes: the same for one process and for each of several.

Going is bounded at every step, whoever is stalled and whatever is frozen: readiness says no and new
sockets are refused while we still listen, so that whoever sends clients here learns of it; then
sockets are sent away, requests under way finish, and what waits is written.
"""

from __future__ import annotations

import asyncio
from typing import cast

import structlog
from aiohttp import hdrs, web

from pinge.http.service import DRAINING
from pinge.realtime.hub import HUB
from pinge.serving.connections import Connection, Server
from pinge.serving.leaving import Hurried

logger = structlog.get_logger("pinge")

LINGER = 1.0  # seconds we go on listening, and say that we are about to go
REQUESTS = 5.0  # seconds that sockets and then requests under way get
CUT_OFF = 0.2  # seconds that requests get which have to be cancelled
LEAVE_WITHIN = 8.0  # seconds all of it may take; the database needs some of ten for itself
KEEP_ALIVE = 75.0  # seconds a connection may be silent between two requests


class Runner(web.AppRunner):
    """Runs an application, watches over its connections, and drains it at the end."""

    def __init__(self, app: web.Application, *, linger: float = LINGER) -> None:
        super().__init__(
            app, access_log=None, keepalive_timeout=KEEP_ALIVE, shutdown_timeout=CUT_OFF
        )
        app.on_response_prepare.append(_say_goodbye)
        self._linger = linger
        self._watch: asyncio.Task[None] | None = None

    async def setup(self) -> None:
        """Open everything; when something will not open, close what did."""
        try:
            await super().setup()
        except BaseException:
            await self.app.cleanup()
            raise
        self._watch = asyncio.create_task(self._connections.watch())

    async def cleanup(self) -> None:
        """Drain, and close everything. Raises Hurried when that takes too long."""
        leaving = asyncio.create_task(self._leave())
        _, late = await asyncio.wait((leaving,), timeout=LEAVE_WITHIN)
        if late:
            logger.error("left without an end", because="something did not close in time")
            raise Hurried
        leaving.result()

    async def _leave(self) -> None:
        self.app[DRAINING].set()
        await asyncio.sleep(self._linger)
        for site in self.sites:
            await site.stop()
        began = asyncio.get_running_loop().time()
        await self.app[HUB].close()
        await self._finish(began + REQUESTS - asyncio.get_running_loop().time())
        if self._watch is not None:
            self._watch.cancel()
        await super().cleanup()

    async def _finish(self, seconds: float) -> None:
        """Wait for the requests under way; each is the last of its connection."""
        busy = [
            connection.task
            for connection in cast("list[Connection]", self._connections.connections)
            if connection.task is not None and not connection.is_idle
        ]
        if busy:
            await asyncio.wait(busy, timeout=max(seconds, 0))

    async def _make_server(self) -> Server:
        return Server(await super()._make_server(), **self._kwargs)

    @property
    def _connections(self) -> Server:
        assert isinstance(self.server, Server)
        return self.server


async def _say_goodbye(request: web.Request, response: web.StreamResponse) -> None:
    """While we are going, every answer closes its connection: the next may find somebody else."""
    if request.app[DRAINING].is_set():
        response.force_close()
        response.headers[hdrs.CONNECTION] = "close"
