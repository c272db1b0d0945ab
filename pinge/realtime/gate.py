"""Between the hub and a socket that resumes: nothing twice, nothing in between lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from pinge.realtime.socket import Socket

OUTBOX_BYTES = 256 * 1024
OUTBOX_FRAMES = 1000
GRACE = 0.1  # seconds that a new socket's events wait, so that who resumes at once hears none twice

At = tuple[UUID, int]  # of whom or what, and the rev


class Gate:
    """Holds events back until it is known which of them the client has.

    New sockets of `pinge.v1` have one until they say something, or for GRACE. One that resumes is
    deaf until its snapshot begins, which has all of that, and then holds what comes until the
    snapshot is sent. What is left at the end are positions that this process has yet to reach.
    """

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._held: list[tuple[At | None, bytes]] = []
        self._size = 0
        self._is_deaf = False
        self._is_open = False
        self._positions: dict[UUID, int] = {}
        self._timer: asyncio.TimerHandle | None = None

    def open_soon(self) -> None:
        """Open by itself unless the client resumes."""
        self._timer = asyncio.get_running_loop().call_later(GRACE, self.open)

    def open_at_last(self) -> None:
        """Open because the client said something else; what it resumed from stays as it is."""
        if not self._is_open:
            self.open()

    def deafen(self) -> None:
        """Let nothing through and keep nothing: the snapshot to come will have it."""
        self._stop_timer()
        self._is_open, self._is_deaf = False, True
        self._held.clear()
        self._size = 0

    def hold(self) -> None:
        """Keep what comes from here on: the snapshot may or may not have it."""
        self._is_deaf = False

    def hear(self, at: At | None, frame: bytes) -> None:
        """An event on its way."""
        if self._is_open:
            if at is None or self._is_news(at):
                self._socket.push(frame)
        elif not self._is_deaf:
            self._held.append((at, frame))
            self._size += len(frame)
            if self._size > OUTBOX_BYTES or len(self._held) > OUTBOX_FRAMES:
                self._overflow()

    def open(self, positions: dict[UUID, int] | None = None, ahead: Iterable[UUID] = ()) -> None:
        """Let through what is above these positions; `ahead` are those still to be reached here."""
        self._stop_timer()
        self._is_open, self._is_deaf = True, False
        known = positions or {}
        for at, frame in self._held:
            if at is None or at[1] > known.get(at[0], 0):
                self._socket.push(frame)
        self._held.clear()
        self._positions = {key: known[key] for key in ahead}
        if not self._positions:
            self._socket.gate = None

    def _is_news(self, at: At) -> bool:
        key, rev = at
        if rev <= self._positions.get(key, 0):
            return False
        # Revs of one key come in order: it has been passed for good.
        if self._positions.pop(key, None) is not None and not self._positions:
            self._socket.gate = None
        return True

    def _overflow(self) -> None:
        if self._timer is not None:
            self.open()
        else:
            self._held.clear()
            self._socket.let_go()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
