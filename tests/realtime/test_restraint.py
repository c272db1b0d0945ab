"""Nobody takes more than their share: of frames, of sockets, of memory."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import socket
from base64 import b64encode
from uuid import uuid4

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from pinge.realtime import hub
from pinge.realtime.flood import BURST, PATIENCE
from tests.people import Pinge

LARGE = "🦉" * 8000  # 32 KB
REFILLED = 25  # frames that come to be allowed while the flood is on its way


@pytest.fixture
def limited(settings):
    return dataclasses.replace(settings, rate_limits=True)


@pytest.fixture
async def strict(limited, database):
    """A Pinge with its limits on."""
    async with Pinge.running(limited, database) as running:
        yield running


@pytest.mark.parametrize("dialect", ["plain", "live"])
async def test_a_flood_is_warned_once_and_then_closed(strict, dialect):
    ann, bob = await strict.friends("ann", "bob")
    flooding = await (ann.plain() if dialect == "plain" else ann.live())
    stays = await bob.plain()

    for _ in range(int(BURST) + PATIENCE + REFILLED):
        await flooding.ws.send_str('{"type": "hurry"}')
    codes = []
    while (frame := await flooding.ws.receive(5)).type is WSMsgType.TEXT:
        codes.append(frame.json()["data"]["code"])

    assert frame.data == 4429
    assert codes.count("rate_limited") == 1
    assert codes[-1] == "rate_limited"
    assert codes.count("invalid") >= BURST
    assert await stays.is_quiet(ann)


async def test_a_burst_is_taken_well(strict):
    ann = await strict.person("ann")
    live = await ann.live()

    for number in range(int(BURST)):
        await live.say("ping", id=number)

    assert [(await live.next("ack"))["id"] for _ in range(int(BURST))] == list(range(int(BURST)))


async def test_the_oldest_sockets_make_room_for_the_newest(strict, monkeypatch):
    monkeypatch.setattr(hub, "MOST_PER_USER", 3)
    ann, bob = await strict.friends("ann", "bob")
    other = await bob.plain()

    sockets = [await ann.plain() for _ in range(6)]

    assert [await old.closed() for old in sockets[:3]] == [4409] * 3
    await bob.write(ann, "Hello")
    for left in sockets[3:]:
        assert (await left.next())["data"]["content"] == "Hello"
    assert await other.is_quiet(ann)


async def test_one_address_may_open_so_many_sockets(strict, monkeypatch):
    monkeypatch.setattr(hub, "MOST_PER_ADDRESS", 2)
    ann, bob = await strict.friends("ann", "bob")
    first, _ = await ann.plain(), await bob.plain()

    with pytest.raises(WSServerHandshakeError) as refused:
        await ann.plain()
    assert refused.value.status == 429
    await first.close()
    await strict.call("GET", "/health")
    assert await (await ann.plain()).is_quiet(bob)


async def test_without_limits_there_is_no_flood_and_room_for_all(pinge, monkeypatch):
    monkeypatch.setattr(hub, "MOST_PER_USER", 2)
    monkeypatch.setattr(hub, "MOST_PER_ADDRESS", 2)
    ann, bob = await pinge.friends("ann", "bob")
    sockets = [await ann.live() for _ in range(5)]

    for _ in range(int(BURST) + 3 * PATIENCE):
        await sockets[0].say("ping")
    for _ in range(int(BURST) + 3 * PATIENCE):
        assert (await sockets[0].next())["event"] == "pong"
    for one in sockets:
        assert not one.ws.closed
    assert await sockets[4].is_quiet(bob)


async def test_a_reader_who_stops_is_let_go_and_delays_nobody(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    stalled = await stalled_reader(bob)
    reading = await bob.plain()

    for number in range(300):
        assert (await ann.write(bob, f"{number} {LARGE[:7990]}")).status == 201
        heard = (await reading.next())["data"]
        assert heard["content"].startswith(f"{number} ")
        assert heard["total_unread"] == number + 1

    got = await everything_left(stalled)
    assert b"299 " not in got
    assert await reading.is_quiet(ann)


async def stalled_reader(person):
    """The connection of a socket that is open, and from which nobody reads any more."""
    address = person.pinge.url.removeprefix("http://").split(":")
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, (address[0], int(address[1])))
    reader, writer = await asyncio.open_connection(sock=raw, limit=1024)
    lines = [
        f"GET /ws?token={person.token} HTTP/1.1",
        "Host: localhost",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {b64encode(bytes(16)).decode()}",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    writer.transport.pause_reading()
    return reader, writer


async def everything_left(connection):
    """What was still on its way when the server hung up."""
    reader, writer = connection
    writer.transport.resume_reading()
    got = b""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(5):
            while chunk := await reader.read(65536):
                got += chunk
    writer.close()
    return got


async def test_everybody_is_sent_away_at_a_restart(settings, database):
    async with Pinge.running(settings, database) as pinge:
        ann, bob = await pinge.friends("ann", "bob")
        sockets = [await ann.plain(), await ann.live(), await bob.plain()]
        stalled = await stalled_reader(bob)

        stopping = asyncio.create_task(pinge.app.shutdown())

        assert [await socket.closed() for socket in sockets] == [1012] * 3
        await stopping
        assert (await pinge.call("GET", "/health/ready")).status == 503
        await everything_left(stalled)


async def test_much_at_once_is_not_reading_slowly(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    live, sender = await bob.live(), await ann.live()
    content = "👋" * 8000

    for _ in range(30):
        said = {"client_id": str(uuid4()), "receiver_id": bob.user_id, "content": content}
        await sender.say("send_message", said)

    for place in range(1, 31):
        assert (await live.next())["data"]["seq"] == place
