"""A real push service on loopback, and browsers that read what it is given for them."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass
from typing import Any

import http_ece
import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pinge.notifications.vapid import decoded, encoded

PATIENCE = 5.0  # seconds a push may take
CURVE = ec.SECP256R1()


class Browser:
    """What a browser keeps to itself, and what it tells whoever is to push to it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.key = ec.generate_private_key(CURVE)
        self.secret = os.urandom(16)

    @property
    def subscription(self) -> dict[str, Any]:
        """As PushSubscription.toJSON() has it."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": encoded(point), "auth": encoded(self.secret)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> Any:
        """What a push says."""
        clear = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"
        )
        return json.loads(clear)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A push that the service took or refused."""

    browser: Browser
    status: int
    headers: Any
    size: int
    said: Any

    @property
    def claims(self) -> dict[str, Any]:
        """Who sent it, as far as their signature proves it."""
        scheme, _, rest = self.headers["Authorization"].partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert scheme == "vapid"
        key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(parts["k"]))
        audience = self.browser.endpoint.rpartition("/push/")[0]
        return {**jwt.decode(parts["t"], key, ["ES256"], audience=audience), "k": parts["k"]}


class PushService:
    """Takes pushes; what is in `answers` it says first, one after the other."""

    def __init__(self) -> None:
        self.pushes: asyncio.Queue[Arrived] = asyncio.Queue()
        self.answers: list[web.Response] = []
        self.open = asyncio.Event()  # closed, it says nothing
        self.open.set()
        self._browsers: list[Browser] = []
        routes = web.Application()
        routes.router.add_post("/push/{number}", self._take)
        self._server = TestServer(routes)

    async def start(self) -> None:
        """Listen."""
        await self._server.start_server()

    async def stop(self) -> None:
        """Hang up."""
        self.open.set()
        await self._server.close()

    def browser(self) -> Browser:
        """One more, that nobody pushes to yet."""
        made = Browser(str(self._server.make_url(f"/push/{len(self._browsers)}")))
        self._browsers.append(made)
        return made

    async def next(self) -> Arrived:
        """The next push."""
        async with asyncio.timeout(PATIENCE):
            return await self.pushes.get()

    async def _take(self, request: web.Request) -> web.Response:
        browser = self._browsers[int(request.match_info["number"])]
        body = await request.read()
        answer = self.answers.pop(0) if self.answers else web.Response(status=201)
        arrived = Arrived(browser, answer.status, request.headers, len(body), browser.read(body))
        self.pushes.put_nowait(arrived)
        await self.open.wait()
        return answer
