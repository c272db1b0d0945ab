"""What the makes that go between processes share: one line to the others, kept open for ever."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol
from uuid import UUID

from pinge.http.background import stop
from pinge.realtime import meters
from pinge.realtime.bus.hints import Hint, Reconnected
from pinge.realtime.bus.local import LocalBus, logger

PROBED_EVERY = 3.0  # seconds; with ANSWERED_IN, how soon a dead line is noticed
ANSWERED_IN = 2.0  # seconds that anything on the line may take
STARTED_IN = 3.0  # seconds that a start waits for the line
CAUGHT_UP_IN = 10.0  # seconds that following all topics anew may take
SOONEST, LATEST = 0.1, 2.0  # seconds before the line is tried again
STEADY = 10.0  # seconds after which a line that breaks was a good one
MOST_WAITING = 100_000  # topics, some 7 MB: what is said beyond them is dropped, and all told so
MOST_AT_ONCE = 1000  # hints; of 33 bytes, they fit in one message of NATS

Said = tuple[Hint, tuple[UUID, ...]]  # without topics it is for everybody


class Line(Protocol):
    """A way to the other processes; whatever it raises, it is broken and is replaced."""

    async def say(self, said: Sequence[Said]) -> None:
        """Tell others, in as few messages as may be."""
        ...

    async def follow(self, topics: Collection[UUID]) -> None:
        """Hear these from now on."""
        ...

    async def unfollow(self, topics: Collection[UUID]) -> None:
        """Hear these no longer."""
        ...

    async def probe(self) -> None:
        """Return when the other end has answered, and followed all that it was told to before."""
        ...


Hear = Callable[[Hint], None]
Doubt = Callable[[], None]
Connect = Callable[[Hear, Doubt], AbstractAsyncContextManager[Line]]


class RemoteBus(LocalBus):
    """A bus whose hints also go to other processes and come from them, while its line holds.

    What is said while it does not hold is dropped, and made good by telling everybody afterwards
    that something may be missing. `connect` opens lines: it is given what to call with a hint that
    arrives, and what to call when there is reason to doubt the line.
    """

    is_alone = False

    def __init__(self, connect: Connect) -> None:
        super().__init__()
        self.is_healthy = False
        self._connect = connect
        self._followed: set[UUID] = set()
        self._changed: set[UUID] = set()
        self._outbox: list[Said] = []
        self._waiting = 0  # topics in the outbox
        self._heard = 0  # since they were last counted, as counting costs more than hearing
        self._has_dropped = False
        self._is_doubted = False
        self._settling: asyncio.Future[None] | None = None
        self._stirred = asyncio.Event()
        self._tried = asyncio.Event()
        self._missing: asyncio.TimerHandle | None = None

    def publish(self, hint: Hint, *topics: UUID) -> None:
        """Tell this process before returning, and others soon."""
        super().publish(hint, *topics)
        if topics:
            self.pass_on(hint, *topics)

    def pass_on(self, hint: Hint, *topics: UUID) -> None:
        """Tell others soon, and nobody in this process."""
        if self.is_healthy and self._waiting < MOST_WAITING:
            self._outbox.append((hint, topics))
            self._waiting += len(topics)
            self._stirred.set()
        else:
            self._has_dropped = True
            meters.HINTS_DROPPED.inc()

    def follow(self, topic: UUID) -> None:
        """Hear what others say on a topic."""
        self._followed.add(topic)
        self._changed.add(topic)
        self._stirred.set()

    def unfollow(self, topic: UUID) -> None:
        """Hear it no longer."""
        self._followed.discard(topic)
        self._changed.add(topic)
        self._stirred.set()

    async def settled(self) -> None:
        """Wait until all that is followed by now is heard, or the line turns out to be broken."""
        if not self.is_healthy:
            return
        if self._settling is None:
            self._settling = asyncio.get_running_loop().create_future()
            self._stirred.set()
        await asyncio.shield(self._settling)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keep a line open; starts as well when the first attempt failed."""
        keeping = asyncio.create_task(self._keep_open())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STARTED_IN):
                await self._tried.wait()
        try:
            yield
        finally:
            await stop(keeping)
            self._give_up()
            if self._missing is not None:
                self._missing.cancel()

    async def _keep_open(self) -> None:
        attempts = 0
        while True:
            began = time.monotonic()
            try:
                await self._hold()
            except Exception as error:  # whatever it is, a new line is the remedy
                self._lose(error, first=not attempts)
            attempts = 1 if time.monotonic() - began > STEADY else attempts + 1
            latest = min(LATEST, SOONEST * 2**attempts)
            await asyncio.sleep(random.uniform(SOONEST, latest))  # noqa: S311

    async def _hold(self) -> None:
        async with self._connect(self._hear, self._doubt) as line:
            async with asyncio.timeout(CAUGHT_UP_IN):
                self._is_doubted = False
                self._changed = set(self._followed)
                await self._follow_changed(line)
                await line.probe()
            self._return()
            probed = time.monotonic()
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(PROBED_EVERY):
                        await self._stirred.wait()
                is_due = self._is_doubted or time.monotonic() - probed > PROBED_EVERY
                if is_due:
                    probed, self._is_doubted = time.monotonic(), False
                await self._turn(line, is_due=is_due)

    async def _turn(self, line: Line, *, is_due: bool) -> None:
        """Pass on what came together in a turn of the loop, or while the last was passed on."""
        self._stirred.clear()
        heard, self._heard = self._heard, 0
        meters.HINTS_HEARD.inc(heard)
        settling, self._settling = self._settling, None
        try:
            async with asyncio.timeout(ANSWERED_IN):
                await self._follow_changed(line)
                await self._say(line)
                if settling or is_due:
                    await line.probe()
        finally:
            if settling is not None:
                settling.set_result(None)

    async def _follow_changed(self, line: Line) -> None:
        if self._changed:
            changed, self._changed = self._changed, set()
            await line.unfollow(changed - self._followed)
            await line.follow(changed & self._followed)

    async def _say(self, line: Line) -> None:
        said = self._outbox[:MOST_AT_ONCE]
        if not said:
            return
        del self._outbox[:MOST_AT_ONCE]
        self._waiting -= sum(len(topics) for _, topics in said)
        await line.say(said)
        meters.HINTS_SAID.inc(len(said))
        if self._outbox:
            self._stirred.set()
        elif self._has_dropped:
            self._own_up()

    def _doubt(self) -> None:
        self._is_doubted = True
        self._stirred.set()

    def _own_up(self) -> None:
        """Let others know that hints of ours were lost."""
        self._has_dropped = False
        self._outbox.append((Reconnected(), ()))
        self._stirred.set()

    def _hear(self, hint: Hint) -> None:
        self._heard += 1
        if not isinstance(hint, Reconnected):
            super().publish(hint)
        elif self._missing is None:
            # After an outage all processes say so; looking once is enough for all of them.
            wait = random.uniform(0.1, 1)  # noqa: S311
            self._missing = asyncio.get_running_loop().call_later(wait, self._miss)

    def _miss(self) -> None:
        self._missing = None
        super().publish(Reconnected())

    def _return(self) -> None:
        self.is_healthy = True
        meters.BUS_UP.set(1)
        self._tried.set()
        if self._has_dropped:
            self._own_up()
        super().publish(Reconnected())
        logger.info("the bus is up")

    def _lose(self, error: Exception, *, first: bool) -> None:
        if self.is_healthy or first:  # once for each time it is away
            logger.warning("the bus is away", error=type(error).__name__)
        self._tried.set()
        self._has_dropped |= self.is_healthy  # what was on its way may not have arrived
        self._give_up()

    def _give_up(self) -> None:
        self.is_healthy = False
        meters.BUS_UP.set(0)
        meters.HINTS_DROPPED.inc(len(self._outbox))
        self._outbox.clear()
        self._waiting = 0
        if self._settling is not None:
            self._settling.set_result(None)
            self._settling = None
