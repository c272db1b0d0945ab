"""What people do with their devices: talk, read, come and go in groups, log out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from tests.faults.asking import BROKEN, Outcome, ask, login, reply
from tests.faults.cast import Talk, User
from tests.faults.device import GONE, Device
from tests.faults.stage import Stage

PAUSE = 0.3  # seconds between two attempts, and twice as long on average with its jitter
BY_SOCKET = 0.7  # of what devices of pinge.v1 say goes over the socket, the rest over HTTP
ALONE = 0.3  # of what is read is read out of order
SHUT_OUT = 30.0  # seconds until it is left to the judge why a socket without a session is open
TWICE = 0.05  # of what was acknowledged is sent once more, as if the answer had been lost

GONE_ALREADY = 404
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
    who = user if by_oneself else talk.members[0]
    method, path, body = _request(user, op, by_oneself=by_oneself)
    path = f"/messages/groups/{talk.conversation_id}/{path}"
    what = {"conversation": talk.name, "about": user.name}
    stage.journal.write("the cast", who.name, op, "invoke", **what)
    while (outcome := await ask(stage, method, path, who.tokens[0], **body)).type == "info":
        if outcome.status == BROKEN:
            stage.journal.write("the cast", who.name, "answer", status=BROKEN)
        await _pause(stage)
    # A 404 says that an attempt without an answer had been the one.
    if outcome.type == "fail" and outcome.status != GONE_ALREADY:
        stage.journal.write("the cast", who.name, "answer", status=outcome.status)
        stage.journal.write("the cast", who.name, op, "fail", **what)
        return
    stage.journal.write("the cast", who.name, op, **what)
    talk.now = talk.now | {user.name} if op == "add" else talk.now - {user.name}


def _request(user: User, op: str, *, by_oneself: bool) -> tuple[str, str, dict[str, Any]]:
    if op == "add":
        return "POST", "members", {"json": {"user_ids": [user.user_id]}}
    if by_oneself:
        return "POST", "leave", {}
    return "DELETE", f"members/{user.user_id}", {}


async def log_out(device: Device) -> None:
    """End a session, see that its socket is closed, and log in anew to go on as before."""
    stage = device.stage
    device.is_busy = True
    try:
        device.note("logout", "invoke")
        outcome = await device.ask("POST", "/authentication/logout")
        device.note("logout", outcome.type)
        if outcome.type == "ok":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(device.down.wait(), SHUT_OUT)
        while (token := await login(stage, device.user.email)) is None:
            await _pause(stage)
        device.note("login")
        device.begin_anew(token)
    finally:
        device.is_busy = False


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
