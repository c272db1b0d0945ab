"""What goes on all the time, whatever breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from tests.faults.acts import MARKS, log_out, mark, move, say
from tests.faults.cast import Talk
from tests.faults.device import Device
from tests.faults.stage import Stage

MOVES, LOGOUTS = 0.5, 0.2  # a second
MOST_AWAY = 0.3  # of the members of a group


class Traffic:
    """Begins all that until the stage is closing; what was begun is brought to its end."""

    def __init__(self, stage: Stage, devices: list[Device], per_second: float) -> None:
        self._stage, self._random, self._devices = stage, stage.random, devices
        self._rate = per_second
        self._moving: set[tuple[str, str]] = set()
        self._by_user: dict[str, list[Device]] = {}
        for device in devices:
            self._by_user.setdefault(device.user.name, []).append(device)

    async def flow(self) -> None:
        """Make it, then wait for the last of it."""
        async with asyncio.TaskGroup() as self._under_way:
            self._begin(self._stream(self._rate, self._talk))
            self._begin(self._stream(self._rate / 5, self._mark))
            self._begin(self._stream(MOVES, self._move))
            self._begin(self._stream(LOGOUTS, self._log_out))

    async def _stream(self, per_second: float, begin: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not self._stage.closing.is_set():
            begin()
            # What could not be begun while the machine was busy is not made up for.
            due = max(due + self._random.expovariate(per_second), loop.time() - 0.1)
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _begin(self, doing: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._under_way.create_task(doing)

    def _someone(self) -> tuple[Device, Talk]:
        """A device, and a conversation its user is in."""
        talk = self._random.choice(self._stage.cast.talks)
        name = self._random.choice(sorted(talk.now))
        return self._random.choice(self._by_user[name]), talk

    def _talk(self) -> None:
        device, talk = self._someone()
        if not device.is_busy:
            self._begin(say(device, talk))

    def _mark(self) -> None:
        device, talk = self._someone()
        if device.is_live and not device.is_plain:
            self._begin(mark(device, talk, self._random.choice(MARKS)))

    def _move(self) -> None:
        """Somebody but the admin goes, or comes back."""
        groups = [talk for talk in self._stage.cast.talks if len(talk.members) > 3]
        talk = self._random.choice(groups)
        user = self._random.choice(talk.members[1:])
        where = (talk.name, user.name)
        is_in = user.name in talk.now
        if where in self._moving or (is_in and len(talk.now) < self._least(talk)):
            return
        self._moving.add(where)
        op, alone = ("remove", self._random.random() < 0.5) if is_in else ("add", False)
        moving = self._begin(move(self._stage, talk, user, op, by_oneself=alone))
        moving.add_done_callback(lambda _: self._moving.discard(where))

    def _least(self, talk: Talk) -> float:
        return (1 - MOST_AWAY) * len(talk.members)

    def _log_out(self) -> None:
        """A device, but not the first of its user, by whose login the cast acts."""
        device = self._random.choice(self._devices)
        if device.is_live and not device.is_busy and device.token != device.user.tokens[0]:
            self._begin(log_out(device))
