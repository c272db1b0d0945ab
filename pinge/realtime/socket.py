"""One connection: a bounded outbox behind which a slow reader hurts nobody but itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from enum import IntEnum

import structlog
from aiohttp import WSMsgType, web

from pinge.http.caller import Caller
from pinge.realtime.meters import OPEN, SLOW

logger = structlog.get_logger("pinge.realtime")

OUTBOX_BYTES = 256 * 1024
OUTBOX_FRAMES = 1000
GOODBYE = 1.0  # seconds the peer has to answer a close before it is cut off


class Close(IntEnum):
    """Why the server ended a socket, and what the client should do."""

    UNSUPPORTED = 1003  # binary frames are not spoken here
    RESTART = 1012  # come back, at a random moment
    SESSION_ENDED = 4401  # log in again
    TOO_MANY = 4409  # this user opened a newer one
    SLOW = 4413  # come back and resume
    FLOOD = 4429  # come back later


class Socket:
    """An open WebSocket of a caller.

    Producers push and never wait; a writer task lives only while there is something to write.
    """

    __slots__ = ("_outbox", "_size", "_transport", "_writer", "_ws", "address", "caller",
                 "ending", "v1")  # fmt: skip

    def __init__(
        self,
        ws: web.WebSocketResponse,
        transport: asyncio.Transport,
        caller: Caller,
        address: str,
    ) -> None:
        self._ws = ws
        self._transport = transport
        self._outbox: deque[bytes] | None = None  # an empty deque is 600 bytes an idle socket
        self._size = 0
        self._writer: asyncio.Task[None] | None = None
        self.caller = caller
        self.address = address
        self.v1 = ws.ws_protocol is not None
        self.ending: asyncio.Task[None] | None = None
        OPEN.inc()

    def push(self, data: bytes) -> None:
        """Queue a frame; a reader who is too far behind is let go, and resumes later."""
        if self.ending is not None:
            return
        if self._outbox is None:
            self._outbox = deque()
        self._outbox.append(data)
        self._size += len(data)
        if self._size > OUTBOX_BYTES or len(self._outbox) > OUTBOX_FRAMES:
            SLOW.inc()
            self.end(Close.SLOW, "You read too slowly: come back and resume.")
        elif self._writer is None:
            self._writer = asyncio.create_task(self._write())

    def end(self, code: Close, reason: str) -> None:
        """Close without waiting for anybody; what was queued is dropped."""
        if self.ending is None:
            self._outbox = None
            self.ending = asyncio.create_task(self._close(code, reason))

    def gone(self) -> None:
        """The connection is over: let go of what it held."""
        OPEN.dec()
        self._outbox = None
        if self._writer is not None:
            self._writer.cancel()

    async def _write(self) -> None:
        try:
            while self._outbox:
                data = self._outbox.popleft()
                self._size -= len(data)
                await self._ws.send_frame(data, WSMsgType.TEXT)
            self._outbox = None
        except ConnectionError:
            self._transport.abort()
        finally:
            self._writer = None

    async def _close(self, code: Close, reason: str) -> None:
        # close() waits for a peer that may never read again; abort() does not.
        with contextlib.suppress(TimeoutError, ConnectionError, RuntimeError):
            await asyncio.wait_for(
                self._ws.close(code=code, message=reason.encode(), drain=False), GOODBYE
            )
        if self._writer is not None:
            self._writer.cancel()
        self._transport.abort()
