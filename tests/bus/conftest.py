"""Processes on one bus, of each make that goes between processes."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from pinge.config import SETTINGS, Settings
from pinge.database.pool import DATABASE
from pinge.realtime.bus import (
    BUS,
    ConversationMoved,
    PresenceMoved,
    Reconnected,
    SessionEnded,
    TypingMoved,
    UnreadMoved,
    UserMoved,
    bus,
    make,
)

PATIENCE = 20.0  # seconds for anything that must happen
HINTS = [
    *(SessionEnded, ConversationMoved, UserMoved, UnreadMoved),
    *(PresenceMoved, TypingMoved, Reconnected),
]


class Process:
    """What one process makes of the bus."""

    def __init__(self, made):
        self.bus = made
        self.queue = asyncio.Queue()
        for kind in HINTS:
            made.subscribe(kind, self.queue.put_nowait)

    async def hears(self, *kinds):
        """The next hint, of these kinds when some are named."""
        async with asyncio.timeout(PATIENCE):
            while True:
                hint = await self.queue.get()
                if not kinds or isinstance(hint, kinds):
                    return hint

    async def follow(self, *topics):
        for topic in topics:
            self.bus.follow(topic)
        await self.bus.settled()

    async def until(self, *, healthy):
        """Wait until the bus has noticed how things are."""
        async with asyncio.timeout(PATIENCE):
            while self.bus.is_healthy is not healthy:
                await asyncio.sleep(0.01)


@pytest.fixture(params=["postgres", "nats"])
def start(request, database, tmp_path):
    """Starts a process on the same bus as the others."""
    server = request.getfixturevalue("broker") if request.param == "nats" else None

    @asynccontextmanager
    async def starting(**settings):
        app = web.Application()
        chosen = {"bus": server.url if server else "postgres", "secret_key": "k" * 32}
        app[SETTINGS] = Settings(home=tmp_path, **chosen | settings)
        app[DATABASE] = database
        app[BUS] = make(app)
        app.cleanup_ctx.append(bus)
        process = Process(app[BUS])
        async with runs(app):
            yield process

    return starting


@asynccontextmanager
async def runs(app):
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        yield
    finally:
        await runner.cleanup()


@pytest.fixture
async def pair(start):
    """Two processes, past the hint that tells that they are connected."""
    async with start() as here, start() as there:
        assert [await here.hears(), await there.hears()] == [Reconnected()] * 2
        assert here.bus.is_healthy
        assert there.bus.is_healthy
        yield here, there
