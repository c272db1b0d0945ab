"""The registry of every socket open in this process."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from aiohttp import web

from pinge.config import SETTINGS
from pinge.errors import TooMany, Unavailable
from pinge.http.service import DRAINING
from pinge.realtime.bus import BUS, SessionEnded
from pinge.realtime.events import Event, Frame
from pinge.realtime.socket import Close, Socket

# The old web client opens two sockets a page and retries up to five times at once.
MOST_PER_USER = 40
MOST_PER_ADDRESS = 400
CLOSED_AT_ONCE = 200  # sockets, before the loop turns
SOONEST = 1.0  # seconds until those who are sent away should come back
BACK_PER_SECOND = 500  # sockets, spread at random: all at once would be a storm
GOODBYE = "Restarting: retry_after={:.1f}"


class Hub:
    """User to sockets, in the order in which they were opened."""

    def __init__(self, *, capped: bool, draining: asyncio.Event) -> None:
        self._capped = capped
        self._draining = draining
        self._sockets: dict[UUID, list[Socket]] = {}
        self._addresses: Counter[str] = Counter()
        self._moved: set[UUID] | None = None
        self._when_gone: list[Callable[[UUID], None]] = []

    def __iter__(self) -> Iterator[Socket]:
        for sockets in self._sockets.values():
            yield from sockets

    def admit(self, address: str) -> None:
        """TooMany when this address has as many as it may, Unavailable when we are about to go."""
        if self._draining.is_set():
            raise Unavailable("This process is shutting down.")
        if self._capped and self._addresses[address] >= MOST_PER_ADDRESS:
            raise TooMany("Too many sockets from this address.")

    def join(self, socket: Socket) -> None:
        """Register; a user's oldest socket makes room for the newest."""
        sockets = self._sockets.setdefault(socket.caller.user_id, [])
        sockets.append(socket)
        self._addresses[socket.address] += 1
        self._note(socket)
        self.make_room(socket.caller.user_id)
        if self._draining.is_set():
            self._send_away(socket, 0)

    def leave(self, socket: Socket) -> None:
        """Forget a socket that is gone."""
        sockets = self._sockets[socket.caller.user_id]
        sockets.remove(socket)
        if not sockets:
            del self._sockets[socket.caller.user_id]
        self._addresses[socket.address] -= 1
        if not self._addresses[socket.address]:
            del self._addresses[socket.address]
        self._note(socket)
        if not sockets:
            for react in self._when_gone:
                react(socket.caller.user_id)

    def make_room(self, user_id: UUID, elsewhere: int = 0) -> None:
        """End a user's oldest sockets here when they have too many, those elsewhere included."""
        if self._capped:
            staying = [open_ for open_ in self._sockets.get(user_id, ()) if not open_.ending]
            room = max(MOST_PER_USER - elsewhere, 0)
            for oldest in staying[: max(len(staying) - room, 0)]:
                oldest.end(Close.TOO_MANY, "Another socket of yours took this place.")

    def watch(self, moved: set[UUID]) -> None:
        """Put there from now on for whom the number of sockets changes."""
        self._moved = moved

    def when_gone(self, react: Callable[[UUID], None]) -> None:
        """Call it from now on with everybody whose last socket here goes."""
        self._when_gone.append(react)

    def of(self, user_id: UUID) -> tuple[Socket, ...]:
        """The sockets a user has here."""
        return tuple(self._sockets.get(user_id, ()))

    def count(self, user_id: UUID) -> int:
        """How many sockets a user has here."""
        return len(self._sockets.get(user_id, ()))

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
        leaving = list(self)
        for place, socket in enumerate(leaving):
            self._send_away(socket, len(leaving) / BACK_PER_SECOND)
            if place % CLOSED_AT_ONCE == 0:
                await asyncio.sleep(0)
        await asyncio.gather(*(socket.ending for socket in list(self) if socket.ending))

    def _note(self, socket: Socket) -> None:
        if self._moved is not None:
            self._moved.add(socket.caller.user_id)

    def _send_away(self, socket: Socket, spread: float) -> None:
        """The more are to come back, the more widely they are spread, in seconds."""
        retry_after = SOONEST + random.uniform(0, max(spread, SOONEST))  # noqa: S311
        socket.end(Close.RESTART, GOODBYE.format(retry_after))


HUB = web.AppKey("HUB", Hub)


def hub(app: web.Application) -> Hub:
    """A hub that hears when sessions end."""
    made = Hub(capped=app[SETTINGS].rate_limits, draining=app[DRAINING])
    app[BUS].subscribe(SessionEnded, made.end_session)
    return made


async def close(app: web.Application) -> None:
    """Close every socket as the process goes."""
    await app[HUB].close()
