"""How the processes of one Pinge tell each other what just happened.

A hint carries ids only, and only after its cause is committed: PostgreSQL is the truth, so a hint
that is lost delays something and loses nothing. There are three makes behind one interface: `local`
for one process, `postgres` for a few, `nats` for many. SQL: sql/bus.sql.

A hint goes by topics, and a process follows those of its own people. Topics are users, and
conversations of over 100 members. The reasons, for 100 nodes with 10,000 sockets each, of a
million users who each write every 100 seconds (figures are measured, on one core of a small
machine):

* What is followed: 10,000 users a node, and about 1,000 large conversations, as nearly every node
  has somebody of each. 1.1 million subscriptions, 0.8 KB each, are 0.9 GB for a NATS server. One
  more for a user who connects costs his node 44 microseconds, and 4 KB.
* What is said each second, about 10,000 messages:
  - 9,000 direct ones are 18,000 topics. The other user's node hears it, 9,000 in all.
  - 950 in groups of 100 are 95,000 topics, and reach as many.
  - 50 in groups of 1,000 are 50 topics, and reach 100 nodes each, 5,000.
  With the protocol around it a hint is some 92 bytes: 113,000 come to 10 MB a second into NATS, and
  109,000 to 10 MB out of it, which is half of one core for a server. A node hears 1,090 hints a
  second, and needs 2 % of a core for them. Receipts about double all this.
* Why large conversations are topics: 100 people are on 63 of 100 nodes, so that telling each of
  them spares hardly a node and costs 100 messages instead of one (145 microseconds).
* Not every conversation: at 50 each, a node would follow 500,000 and NATS would need 40 GB, and
  whoever connects would bring 50 subscriptions instead of one.
* Not nodes: somebody would have to know who is where, which is written at every connect, read at
  every message, and wrong after every crash.
* Not one channel for all: every node would hear 10,000 messages and their receipts a second, a
  third of a core on each of the 100, and more with each that is added. `postgres` is just that,
  since LISTEN knows no patterns and NOTIFY commits under one lock of the whole server. For a few
  nodes it is cheap, and needs no further part.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from importlib import import_module
from typing import Protocol
from uuid import UUID

from aiohttp import web

from pinge.config import SETTINGS
from pinge.database.pool import DATABASE
from pinge.keys import signing_key
from pinge.realtime.bus import postgres
from pinge.realtime.bus.hints import (
    ConversationMoved,
    H,
    Hint,
    Joined,
    PresenceMoved,
    Reconnected,
    SessionEnded,
    TypingMoved,
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
    "Joined",
    "PresenceMoved",
    "Reconnected",
    "SessionEnded",
    "TypingMoved",
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
    def is_alone(self) -> bool:
        """Whether there are no other processes to tell anything."""
        ...

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

    def pass_on(self, hint: Hint, *topics: UUID) -> None:
        """As publish, but this process is not told: it knows."""
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
