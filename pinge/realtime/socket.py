"""One connection: a bounded outbox behind which a slow reader hurts nobody but itself."""

from __future__ import annotations

import asyncio
import contextlib
from enum import IntEnum

from aiohttp import web

from pinge.http.caller import Caller
from pinge.realtime.gate import OUTBOX_BYTES, OUTBOX_FRAMES, Gate
from pinge.realtime.meters import OPEN, SLOW

RETRY = 0.05  # seconds until a reader who has not caught up is looked at again
GOODBYE = 1.0  # seconds the peer has to answer a close before it is cut off


class Close(IntEnum):
    """Why the server ended a socket, and what the client should do."""

    UNSUPPORTED = 1003  # binary frames are not spoken here
    RESTART = 1012  # come back, at a random moment
    TRY_AGAIN = 1013  # come back and resume
    SESSION_ENDED = 4401  # log in again
    TOO_MANY = 4409  # this user opened a newer one
    SLOW = 4413  # come back, and fetch what was missed
    FLOOD = 4429  # come back later


class Socket:
    """An open WebSocket of a caller.

    Producers push and never wait. What is pushed in one turn of the event loop leaves in one write,
    past aiohttp's writer: a system call, a task and a drain for every frame were a fifth of what a
    message costs. Nothing more is given to the transport until it has sent all it was given, so
    what waits for a reader, here and there, is twice OUTBOX_BYTES at most.
    """

    __slots__ = (
        "_flushing",
        "_loop",
        "_outbox",
        "_size",
        "_transport",
        "_ws",
        "address",
        "caller",
        "ending",
        "gate",
        "v1",
    )

    def __init__(
        self,
        ws: web.WebSocketResponse,
        transport: asyncio.Transport,
        caller: Caller,
        address: str,
    ) -> None:
        # Kept, because to ask for it is a system call until Python 3.12: 8 % of a message.
        self._loop = asyncio.get_running_loop()
        self._ws = ws
        self._transport = transport
        self._outbox: list[bytes] = []
        self._size = 0
        self._flushing: asyncio.Handle | None = None
        self.caller = caller
        self.address = address
        self.v1 = ws.ws_protocol is not None
        self.ending: asyncio.Task[None] | None = None
        self.gate: Gate | None = None  # what events have to pass
        OPEN.inc()

    def push(self, frame: bytes) -> None:
        """Queue a frame; a reader who is too far behind is let go, and comes back."""
        if self.ending is not None:
            return
        self._outbox.append(frame)
        self._size += len(frame)
        if self._size > OUTBOX_BYTES or len(self._outbox) > OUTBOX_FRAMES:
            self._overflow()
        elif self._flushing is None:
            self._flushing = self._loop.call_soon(self._flush)

    def let_go(self) -> None:
        """More has come than is kept for one reader."""
        SLOW.inc()
        self.end(Close.SLOW, "You read too slowly: come back and fetch what you missed.")

    def end(self, code: Close, reason: str) -> None:
        """Close without waiting for anybody; what was pushed just before still goes, if it can."""
        if self.ending is None:
            self._flush()
            self._drop()
            self.ending = asyncio.create_task(self._close(code, reason))

    def gone(self) -> None:
        """The connection is over: let go of what it held, and of what its peer never read."""
        OPEN.dec()
        self._drop()
        self._transport.abort()

    def _overflow(self) -> None:
        """One turn of the loop may bring more than fits: only who has not read before is slow."""
        if self._flushing is not None:
            self._flushing.cancel()
        self._flush()
        if self._outbox:
            self.let_go()

    def _flush(self) -> None:
        self._flushing = None
        if self._ws.closed or self._transport.is_closing():
            self._drop()
        elif self._transport.get_write_buffer_size():
            self._flushing = self._loop.call_later(RETRY, self._flush)
        elif self._outbox:
            self._transport.write(b"".join(self._outbox))
            self._outbox.clear()
            self._size = 0

    def _drop(self) -> None:
        self._outbox.clear()
        self._size = 0
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None

    async def _close(self, code: Close, reason: str) -> None:
        # close() waits for a peer that may never read again; abort() does not.
        with contextlib.suppress(TimeoutError, ConnectionError, RuntimeError):
            await asyncio.wait_for(
                self._ws.close(code=code, message=reason.encode(), drain=False), GOODBYE
            )
        self._transport.abort()
