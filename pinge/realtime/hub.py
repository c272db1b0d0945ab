"""The registry of every socket open in this process."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from uuid import UUID

from aiohttp import web

from pinge.config import SETTINGS
from pinge.errors import TooMany
from pinge.realtime.bus import BUS, SessionEnded
from pinge.realtime.events import Event, Frame
from pinge.realtime.socket import Close, Socket

# The old web client opens two sockets a page and retries up to five times at once.
MOST_PER_USER = 40
MOST_PER_ADDRESS = 400
CLOSED_AT_ONCE = 200  # sockets, before the loop turns
GOODBYE = "Restarting: come back in a moment."


class Hub:
    """User to sockets, in the order in which they were opened."""

    def __init__(self, *, capped: bool) -> None:
        self._capped = capped
        self._sockets: dict[UUID, list[Socket]] = {}
        self._addresses: Counter[str] = Counter()
        self._closing = False

    def __iter__(self) -> Iterator[Socket]:
        for sockets in self._sockets.values():
            yield from sockets

    def admit(self, address: str) -> None:
        """TooMany when this address has as many sockets as one may."""
        if self._capped and self._addresses[address] >= MOST_PER_ADDRESS:
            raise TooMany("Too many sockets from this address.")

    def join(self, socket: Socket) -> None:
        """Register; a user's oldest socket makes room for the newest."""
        sockets = self._sockets.setdefault(socket.caller.user_id, [])
        sockets.append(socket)
        self._addresses[socket.address] += 1
        if self._capped:
            for oldest in [open_ for open_ in sockets if not open_.ending][:-MOST_PER_USER]:
                oldest.end(Close.TOO_MANY, "Another socket of yours took this place.")
        if self._closing:
            socket.end(Close.RESTART, GOODBYE)

    def leave(self, socket: Socket) -> None:
        """Forget a socket that is gone."""
        sockets = self._sockets[socket.caller.user_id]
        sockets.remove(socket)
        if not sockets:
            del self._sockets[socket.caller.user_id]
        self._addresses[socket.address] -= 1
        if not self._addresses[socket.address]:
            del self._addresses[socket.address]

    def is_connected(self, user_id: UUID, *, but: Socket | None = None) -> bool:
        """Whether the user has a socket here besides that one."""
        sockets = self._sockets.get(user_id)
        return sockets is not None and (len(sockets) > 1 or sockets[0] is not but)

    def connected(self, user_ids: Iterable[UUID | None]) -> list[UUID]:
        """Those of them who have a socket here, each once."""
        return list(self._sockets.keys() & user_ids)

    def deliver(self, event: Event, to: Iterable[UUID], *, but: Socket | None = None) -> None:
        """Queue an event for every socket of these users but one; never waits."""
        frame = Frame(event)
        for user_id in to:
            for socket in self._sockets.get(user_id, ()):
                data = frame.encoded(v1=socket.v1)
                if data is None or socket is but:
                    continue
                if socket.gate is None:
                    socket.push(data)
                else:
                    socket.gate.hear(event.at(user_id), data)

    def end_session(self, ended: SessionEnded) -> None:
        """Close the sockets of a session."""
        for socket in self._sockets.get(ended.user_id, ()):
            if socket.caller.session_id == ended.session_id:
                socket.end(Close.SESSION_ENDED, "This session has ended: log in again.")

    async def close(self) -> None:
        """Send everybody away, to come back to another process or to this one restarted."""
        self._closing = True
        for place, socket in enumerate(list(self)):
            socket.end(Close.RESTART, GOODBYE)
            if place % CLOSED_AT_ONCE == 0:
                await asyncio.sleep(0)
        await asyncio.gather(*(socket.ending for socket in list(self) if socket.ending))


HUB = web.AppKey("HUB", Hub)


def hub(app: web.Application) -> Hub:
    """A hub that hears when sessions end."""
    made = Hub(capped=app[SETTINGS].rate_limits)
    app[BUS].subscribe(SessionEnded, made.end_session)
    return made


async def close(app: web.Application) -> None:
    """Close every socket as the process goes."""
    await app[HUB].close()
