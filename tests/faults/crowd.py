"""Bystanders with a quiet life of their own: they are many, and come back all at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.faults.cast import Casting, Sizes
from tests.faults.device import Device
from tests.faults.journal import NoJournal
from tests.faults.stage import Meter, Stage

PER_USER = 10
MOST_AT_ONCE = 50  # connections while they gather: that is not the test


class Crowd:
    """Clients of people in pairs, with a message each to come back to; nobody reads their notes."""

    def __init__(self, stage: Stage, size: int) -> None:
        self.devices: list[Device] = []
        self._stage, self._size = stage, size
        self._living: list[asyncio.Task[None]] = []

    async def gather(self) -> None:
        """Connect them, without hurry."""
        if not self.devices:
            await self._invite()
        for start in range(0, len(self.devices), MOST_AT_ONCE):
            some = self.devices[start : start + MOST_AT_ONCE]
            self._living += [asyncio.create_task(device.live()) for device in some]
            await asyncio.gather(*(device.up.wait() for device in some))

    async def is_back(self) -> None:
        """Wait until each of them is live again, on another socket."""
        await asyncio.gather(*(device.up.wait() for device in self.devices))

    async def leave(self) -> None:
        """Go home."""
        for living in self._living:
            living.cancel()
        await asyncio.gather(*self._living, return_exceptions=True)
        self._living.clear()

    async def _invite(self) -> None:
        users = max(2, self._size // PER_USER)
        sizes = Sizes(users, devices=users, pairs=users // 2, groups=(), called="bystander")
        journal = NoJournal()
        casting = Casting(self._stage.client, self._stage.any_door(), self._stage.random, journal)
        cast = await casting.cast(sizes)
        stage = replace(self._stage, journal=journal, meter=Meter(), cast=cast)
        for number in range(self._size):
            user = cast.users[number % users]
            self.devices.append(Device(stage, f"{user.name}.{number}", user, user.tokens[0]))
