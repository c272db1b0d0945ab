"""How the processes of one Pinge tell each other what just happened.

A hint carries ids only, and only after its cause is committed: PostgreSQL is the truth, so a hint
that is lost delays something and loses nothing. The `local` make serves a single process; others
go between processes behind the same interface.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from importlib import import_module
from typing import Protocol
from uuid import UUID

from aiohttp import web

from pinge.config import SETTINGS, signing_key
from pinge.database.pool import DATABASE
from pinge.realtime.bus import postgres
from pinge.realtime.bus.hints import (
    ConversationMoved,
    H,
    Hint,
    Reconnected,
    SessionEnded,
    UnreadMoved,
    UserMoved,
)
from pinge.realtime.bus.local import LocalBus
from pinge.realtime.bus.remote import RemoteBus

__all__ = [
    "BUS",
    "Bus",
    "ConversationMoved",
    "Hint",
    "Reconnected",
    "SessionEnded",
    "UnreadMoved",
    "UserMoved",
    "bus",
    "make",
]


class Bus(Protocol):
    """Hears hints from everywhere, this process included, and passes them on.

    Hints may be lost, doubled or reordered on their way: whoever reacts reads what is so.
    """

    @property
    def is_healthy(self) -> bool:
        """Whether hints of other processes arrive, as far as is known."""
        ...

    def subscribe(self, kind: type[H], react: Callable[[H], None]) -> None:
        """Call `react` with every hint of the kind."""
        ...

    def publish(self, hint: Hint, *topics: UUID) -> None:
        """Tell this process at once, and soon those others that follow one of the topics.

        Never waits and never raises for what became of the way to the others.
        """
        ...

    def follow(self, topic: UUID) -> None:
        """Hear what others say on a topic; once for each topic."""
        ...

    def unfollow(self, topic: UUID) -> None:
        """Hear it no longer."""
        ...

    async def settled(self) -> None:
        """Wait until all that is followed by now is heard, or is known not to be."""
        ...


BUS: web.AppKey[Bus] = web.AppKey("BUS", Bus)


def make(app: web.Application) -> Bus:
    """The make of bus that the settings ask for, not yet opened."""
    chosen = app[SETTINGS].bus
    if chosen in (None, "local"):
        return LocalBus()
    if chosen == "postgres":
        return RemoteBus(partial(postgres.connect, app[DATABASE]))
    nats = import_module("pinge.realtime.bus.nats")  # its library is an extra
    prefix = nats.prefix(signing_key(app[SETTINGS]))
    return RemoteBus(partial(nats.connect, nats.Servers.of(chosen), prefix))


async def bus(app: web.Application) -> AsyncIterator[None]:
    """Keep the bus open for as long as the service runs."""
    made = app[BUS]
    assert isinstance(made, LocalBus)
    async with made.opened():
        yield
