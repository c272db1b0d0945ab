"""What the devices do all the time: talk, read, come and go in groups."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from uuid import UUID

from tests.faults.asking import BROKEN, Outcome, ask, reply
from tests.faults.cast import Talk, User
from tests.faults.device import GONE, Device
from tests.faults.stage import Stage

PAUSE = 0.3  # seconds between two attempts, and twice as long on average with its jitter
BY_SOCKET = 0.7  # of what devices of pinge.v1 say goes over the socket, the rest over HTTP
ALONE = 0.3  # of what is read is read out of order
TWICE = 0.05  # of what was acknowledged is sent once more, as if the answer had been lost

MARKS = ("read", "delivered")

Attempt = Callable[[], Awaitable[Outcome]]


async def say(device: Device, talk: Talk) -> None:
    """Send a message until it is known what became of it, as the same one each time."""
    stage = device.stage
    intent = str(UUID(int=stage.random.getrandbits(128), version=4))
    what: dict[str, Any] = {"conversation": talk.name, "client_id": intent}
    device.note("send", "invoke", **what)
    stage.meter.sending(intent)
    device.is_busy = True
    try:
        outcome = await _until_sure(device, what, lambda: _send(device, talk, intent))
        while outcome.type == "ok" and stage.random.random() < TWICE and stage.gives_ids:
            again = await _send(device, talk, intent)
            if again.type == "ok":
                _note_sent(device, what, again)
    finally:
        device.is_busy = False


async def mark(device: Device, talk: Talk, op: str) -> None:
    """Mark all that this device has as delivered or as read, or the newest alone as read."""
    seq, _ = device.positions.get(talk.conversation_id, (0, 0))
    newest = device.newest.get(talk.name)
    what: dict[str, Any] = {"conversation": talk.name}
    if op == "read" and newest and device.stage.random.random() < ALONE:
        what["message_id"] = newest
    elif seq:
        what["seq"] = seq
    else:
        return
    device.note(op, "invoke", **what)
    for _ in range(5):
        outcome = await _mark(device, talk, op, what)
        _note_broken(device, outcome)
        if outcome.type != "info":
            device.note(op, outcome.type, **what)
            return
        await _pause(device.stage)


async def _mark(device: Device, talk: Talk, op: str, what: dict[str, Any]) -> Outcome:
    if "message_id" in what:
        ids = {"message_ids": [what["message_id"]]}
        return await device.ask("POST", "/messages/mark-read", json=ids)
    command = {"conversation_id": talk.conversation_id, "seq": what["seq"]}
    try:
        return reply(await device.command(f"mark_{op}", command))
    except GONE:
        return Outcome("info")


async def move(stage: Stage, talk: Talk, user: User, op: str, *, by_oneself: bool) -> None:
    """Put somebody into a group or out of it; tried until it is so."""
    admin, who = talk.members[0], user if by_oneself else talk.members[0]
    path = f"/messages/groups/{talk.conversation_id}"
    what = {"conversation": talk.name, "about": user.name}
    stage.journal.write("the cast", who.name, op, "invoke", **what)
    if op == "add":
        request = ("POST", f"{path}/members", admin.tokens[0])
    elif by_oneself:
        request = ("POST", f"{path}/leave", user.tokens[0])
    else:
        request = ("DELETE", f"{path}/members/{user.user_id}", admin.tokens[0])
    body = {"json": {"user_ids": [user.user_id]}} if op == "add" else {}
    while (outcome := await ask(stage, *request, **body)).type == "info":
        if outcome.status == BROKEN:
            stage.journal.write("the cast", who.name, "answer", status=BROKEN)
        await _pause(stage)
    # A 404 says that an attempt without an answer had been the one.
    stage.journal.write("the cast", who.name, op, **what)
    talk.now = talk.now | {user.name} if op == "add" else talk.now - {user.name}


async def _until_sure(device: Device, what: dict[str, Any], attempt: Attempt) -> Outcome:
    unsure = False
    while True:
        outcome = await attempt()
        _note_broken(device, outcome)
        if outcome.type == "ok":
            _note_sent(device, what, outcome)
            device.stage.meter.acked += 1
            return outcome
        # Refused after an attempt that nobody answered, it may be there all the same.
        kind = "info" if unsure else outcome.type
        device.note("send", kind, status=outcome.status, **what)
        unsure = True
        if outcome.type == "fail":
            return outcome
        device.stage.meter.unsure += 1
        await _pause(device.stage)


def _note_sent(device: Device, what: dict[str, Any], outcome: Outcome) -> None:
    place = {"message_id": outcome.data["message_id"], "seq": outcome.data["seq"]}
    device.note("send", **what, **place)


async def _send(device: Device, talk: Talk, intent: str) -> Outcome:
    """One attempt, over the socket or by HTTP to any node."""
    stage = device.stage
    said = {"content": intent} | ({"client_id": intent} if stage.gives_ids else {})
    by_socket = device.is_live and not device.is_plain and stage.gives_ids
    if by_socket and stage.random.random() < BY_SOCKET:
        try:
            place = {"conversation_id": talk.conversation_id}
            return reply(await device.command("send_message", said | place))
        except GONE:
            return Outcome("info")
    if talk.is_group:
        path = f"/messages/groups/{talk.conversation_id}/messages"
    else:
        path = "/messages/direct"
        said["receiver_id"] = talk.other(device.user).user_id
    return await device.ask("POST", path, json=said)


def _note_broken(device: Device, outcome: Outcome) -> None:
    if outcome.status == BROKEN:
        device.note("answer", status=BROKEN)


async def _pause(stage: Stage) -> None:
    await asyncio.sleep(PAUSE + stage.random.expovariate(1 / PAUSE))


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
            self._begin(self._stream(0.5, self._move))

    async def _stream(self, per_second: float, begin: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not self._stage.closing.is_set():
            begin()
            # What could not be begun while the machine was busy is not made up for.
            due = max(due + self._random.expovariate(per_second), loop.time() - 0.1)
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _begin(self, doing: Coroutine[Any, Any, None]) -> None:
        self._under_way.create_task(doing)

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
        if where in self._moving or (is_in and len(talk.now) < 0.7 * len(talk.members)):
            return
        self._moving.add(where)
        op, alone = ("remove", self._random.random() < 0.5) if is_in else ("add", False)
        self._begin(self._move_and_tell(where, move(self._stage, talk, user, op, by_oneself=alone)))

    async def _move_and_tell(
        self, where: tuple[str, str], moving: Coroutine[Any, Any, None]
    ) -> None:
        try:
            await moving
        finally:
            self._moving.discard(where)
