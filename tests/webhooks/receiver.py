"""A real program elsewhere that is told what happens: it checks who signed, and fails when told."""

from __future__ import annotations

import asyncio
import hmac
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

PATIENCE = 8.0  # seconds a delivery may take
FRESH = 300  # seconds that a signature is good for


@dataclass
class Receiver:
    """Keeps what it was told, as long as it is signed with a secret that it knows."""

    secret: str = ""
    answers: list[int] = field(default_factory=list)  # what it says next; then 204
    deliveries: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    asked: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    open: asyncio.Event = field(default_factory=asyncio.Event)  # closed, it says nothing
    url: str = ""
    _server: TestServer | None = None

    async def start(self) -> None:
        """Listen."""
        self.open.set()
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/hear", self._hear)
        self._server = TestServer(app)
        await self._server.start_server()
        self.url = str(self._server.make_url("/hear"))

    async def stop(self) -> None:
        """Listen no longer."""
        self.open.set()
        assert self._server is not None
        await self._server.close()

    async def next(self) -> dict[str, Any]:
        """The next delivery that it took."""
        async with asyncio.timeout(PATIENCE):
            return await self.deliveries.get()

    async def told(self, count: int) -> list[tuple[str, Any]]:
        """The next so many events: what happened, and what of it."""
        heard: list[tuple[str, Any]] = []
        while len(heard) < count:
            heard += [(event["event"], event["data"]) for event in (await self.next())["events"]]
        assert len(heard) == count, heard
        return heard

    async def was_asked(self) -> None:
        """Until it was called once more, whatever it said."""
        async with asyncio.timeout(PATIENCE):
            await self.asked.acquire()

    async def _hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.asked.release()
        await self.open.wait()
        if not self._is_ours(request.headers["Pinge-Signature"], body):
            return web.Response(status=401)
        status = self.answers.pop(0) if self.answers else 204
        if status < 300:
            delivery = await request.json()
            assert request.headers["Pinge-Delivery"] == delivery["delivery_id"]
            self.deliveries.put_nowait(delivery)
        return web.Response(status=status, headers={"Location": self.url})

    def _is_ours(self, header: str, body: bytes) -> bool:
        parts = dict(part.split("=", 1) for part in header.split(","))
        signed = hmac.new(self.secret.encode(), f"{parts['t']}.".encode() + body, sha256)
        is_fresh = abs(time.time() - int(parts["t"])) < FRESH
        return is_fresh and hmac.compare_digest(signed.hexdigest(), parts["v1"])
