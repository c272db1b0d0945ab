"""Connections that may not keep a request's headers to themselves for ever.

aiohttp waits for headers as long as a connection is kept alive, so anybody could hold thousands of
connections by a byte a minute. Here each says since when it owes headers, and those that owe them
for too long are cut off. This leans on some of aiohttp's private names, which
tests/serving/test_slowloris.py asks for.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

HEADERS_DEADLINE = 10.0  # seconds from the first byte, or from connecting, to the last header
LOOK_EVERY = 1.0  # seconds


class Connection(web.RequestHandler):
    """A connection that tells its server when it owes headers and when they came."""

    __slots__ = ("_owing",)

    def __init__(self, server: Server, **options: Any) -> None:
        super().__init__(server, **options)
        self._owing = server.owing

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A new connection is to say something soon."""
        super().connection_made(transport)
        self._owing[self] = self._loop.time()

    def data_received(self, data: bytes) -> None:
        """Bytes complete headers, or begin them; during a request they are its body or frames."""
        super().data_received(data)
        if self._messages:
            self._owing.pop(self, None)
        elif self._waiter is not None:  # it waits for the next request
            self._owing.setdefault(self, self._loop.time())

    def connection_lost(self, exc: BaseException | None) -> None:
        """Who is gone owes nothing."""
        self._owing.pop(self, None)
        super().connection_lost(exc)

    @property
    def is_idle(self) -> bool:
        """Whether it has nothing to answer."""
        return self._current_request is None and not self._messages

    @property
    def task(self) -> asyncio.Task[None] | None:
        """What answers its requests, until it is closed."""
        return self._task_handler


class Server(web.Server):
    """aiohttp's, with connections of ours."""

    def __init__(self, made: web.Server, **options: Any) -> None:
        """As the one that was made, with the same options for connections."""
        super().__init__(made.request_handler, request_factory=made.request_factory, **options)
        self._options = options
        self.owing: dict[Connection, float] = {}  # longest first

    def __call__(self) -> Connection:
        """A connection has been accepted."""
        return Connection(self, loop=self._loop, **self._options)

    async def watch(self) -> None:
        """Cut off whoever owes headers for too long, for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self.cut_off(self._loop.time() - HEADERS_DEADLINE)

    def cut_off(self, before: float) -> None:
        """Abort what has owed headers since before then."""
        for connection, since in list(self.owing.items()):
            if since > before:
                break
            if connection.transport is not None:
                connection.transport.abort()
