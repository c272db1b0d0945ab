"""A peer whose network is gone says nothing more: it is let go, down to the file descriptor."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientWSTimeout

from pinge.realtime import handlers
from pinge.realtime.hub import HUB
from tests.people import PATIENCE
from tests.serving.stalled import stalled


class Hole:
    """A proxy that can stop passing anything on, without a word to either side."""

    def __init__(self, pinge):
        self._to = urlsplit(pinge.url)
        self._is_black = asyncio.Event()
        self.given_up = asyncio.Event()  # by the server

    @asynccontextmanager
    async def open(self):
        """Its address, as long as it is open."""
        proxy = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        async with proxy:
            yield "http://{}:{}".format(*proxy.sockets[0].getsockname())

    def swallow(self):
        """From here on nothing arrives."""
        self._is_black.set()

    async def _pass_on(self, reader, writer):
        to_server = await asyncio.open_connection(self._to.hostname, self._to.port)
        await asyncio.gather(self._pump(reader, to_server[1]), self._pump(to_server[0], writer))
        writer.close()
        to_server[1].close()

    async def _pump(self, source, target):
        try:
            while data := await source.read(4096):
                if not self._is_black.is_set():
                    target.write(data)
        except ConnectionResetError:
            pass
        self.given_up.set()


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    monkeypatch.setattr(handlers, "HEARTBEAT", 0.2)


@asynccontextmanager
async def swallowed(ann):
    """A socket of hers whose network was there for the handshake; the proxy between."""
    hole = Hole(ann.pinge)
    impatient = ClientWSTimeout(ws_close=0.01)
    async with hole.open() as url:
        address = f"{url}/ws?token={ann.token}"
        async with ann.pinge.client.ws_connect(address, timeout=impatient):
            hole.swallow()
            yield hole


async def test_a_peer_that_answers_no_ping_is_let_go(pinge):
    ann = await pinge.person("ann")
    async with swallowed(ann) as hole, asyncio.timeout(PATIENCE):
        await hole.given_up.wait()

    assert list(pinge.app[HUB]) == []


async def test_a_peer_that_answers_stays(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    live = await bob.live()
    hearing = asyncio.create_task(live.next("new_direct_message"))
    async with swallowed(ann) as hole, asyncio.timeout(PATIENCE):
        await hole.given_up.wait()

    await ann.write(bob, "Still there?")
    assert (await hearing)["data"]["content"] == "Still there?"


async def test_what_a_silent_peer_has_not_read_does_not_keep_its_connection(pinge, monkeypatch):
    ann, bob = await pinge.friends("ann", "bob")
    monkeypatch.setattr(handlers, "HEARTBEAT", 2.0)
    raw = await stalled(bob)
    [held] = pinge.app[HUB]
    transport = held._transport
    async with asyncio.timeout(PATIENCE):
        while not transport.get_write_buffer_size():
            await asyncio.gather(*(ann.write(bob, "x" * 8000) for _ in range(20)))

        while transport.get_extra_info("socket").fileno() != -1:
            await asyncio.sleep(0.01)
    assert list(pinge.app[HUB]) == []
    raw.close()
