"""Raw HTTP and WebSocket connections, cheap enough to make load with.

A client library spends about as much on a message as the server does, and on two equal cores would
measure itself. So requests and frames are put together by hand, and answers are cut, not parsed.
"""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

import orjson

TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A
REPLY_SECONDS = 120.0  # a login may wait behind five hundred others for its bcrypt
CLOSE_SECONDS = 3.0

# The loop copies out what arrived before it reads again, so all connections share one buffer.
_ARRIVED = memoryview(bytearray(256 * 1024))
_SHORT_HEAD = struct.Struct("!BB4x").pack
_LONG_HEAD = struct.Struct("!BBH4x").pack

Listener = Callable[[bytes], None]


class LinkError(Exception):
    """The server did not answer as it should."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens; `ip` is what the name of the host stands for."""

    host: str
    port: int
    tls: bool
    ip: str | None = None

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read an http:// or https:// URL; anything after the port is left out."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is neither an http:// nor an https:// address")
        tls = parts.scheme == "https"
        return cls(parts.hostname, parts.port or (443 if tls else 80), tls)

    def __str__(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    async def connect(self, link: _Link) -> None:
        """Open the connection that `link` is to speak over."""
        await asyncio.get_running_loop().create_connection(
            lambda: link,
            self.ip or self.host,
            self.port,
            ssl=True if self.tls else None,
            server_hostname=self.host if self.tls else None,
        )

    async def resolved(self) -> Address:
        """The same with its `ip`: a look-up for every connection would be measured with it."""
        link = await HttpLink.open(self)
        link.close()
        return replace(self, ip=link.peer)

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: bytes = b"",
        body_type: str = "application/json",
        headers: tuple[str, ...] = (),
    ) -> bytes:
        """The bytes of one HTTP request."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", *headers]
        if token is not None:
            lines.append(f"Authorization: Bearer {token}")
        if body:
            lines.append(f"Content-Type: {body_type}")
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "\r\n"]).encode() + body


class Reply(NamedTuple):
    """An HTTP answer as it came."""

    status: int
    body: bytes

    def __str__(self) -> str:
        return f"{self.status} {self.body[:200].decode(errors='replace')}"


class _Link(asyncio.BufferedProtocol):
    """One connection; `_parse` takes the whole units off what has arrived and returns the rest."""

    def __init__(self) -> None:
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._rest = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.peer = str(transport.get_extra_info("peername")[0])

    def get_buffer(self, sizehint: int) -> memoryview:
        return _ARRIVED

    def buffer_updated(self, nbytes: int) -> None:
        arrived = bytes(_ARRIVED[:nbytes])
        self._rest = self._parse(self._rest + arrived if self._rest else arrived)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)

    def _parse(self, arrived: bytes) -> bytes:
        raise NotImplementedError


class HttpLink(_Link):
    """A keep-alive connection with one request under way at a time."""

    def __init__(self, address: Address) -> None:
        super().__init__()
        self._address = address
        self._answer: asyncio.Future[Reply] | None = None

    @classmethod
    async def open(cls, address: Address) -> Self:
        """Connect."""
        link = cls(address)
        await address.connect(link)
        return link

    async def fetch(self, request: bytes) -> Reply:
        """Send a request made by `Address.request` and wait for what comes back."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    async def ask(
        self, method: str, path: str, *, token: str | None = None, payload: object = None
    ) -> Any:
        """One call of the API: the `data` of a success, an exception for all else."""
        body = b"" if payload is None else orjson.dumps(payload)
        return await self.call(self._address.request(method, path, token=token, body=body))

    async def call(self, request: bytes) -> Any:
        """Like `fetch`, but only a success comes back, without its envelope."""
        async with asyncio.timeout(REPLY_SECONDS):
            reply = await self.fetch(request)
        if reply.status >= 300:
            target = request.partition(b" HTTP")[0].decode()
            raise LinkError(f"{target} was answered with {reply}")
        answer = orjson.loads(reply.body)
        return answer.get("data", answer)

    def close(self) -> None:
        """Drop the connection, and whatever is under way on it."""
        self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(LinkError("the server closed an HTTP connection"))

    def _parse(self, arrived: bytes) -> bytes:
        head, blank, body = arrived.partition(b"\r\n\r\n")
        if not blank:
            return arrived
        size = _content_length(head)
        if len(body) < size:
            return arrived
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Reply(int(head[9:12]), body[:size]))
        return body[size:]


class SocketLink(_Link):
    """A WebSocket in the dialect pinge.v1; `hear` is called with the text of every frame."""

    def __init__(self) -> None:
        super().__init__()
        self.hear: Listener = self._hear_hello
        self.close_code: int | None = None
        self.epoch = ""
        self._open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._upgraded = False

    @classmethod
    async def open(cls, address: Address, token: str) -> Self:
        """Connect and wait for the server's hello."""
        link = cls()
        await address.connect(link)
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
        dialect = (f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Protocol: pinge.v1")
        link._transport.write(
            address.request("GET", "/ws", token=token, headers=(*upgrade, *dialect))
        )
        async with asyncio.timeout(REPLY_SECONDS):
            await link._open
        return link

    def send(self, text: bytes) -> None:
        """Send one text frame."""
        self._transport.write(frame(text))

    async def close(self) -> None:
        """Say goodbye, and hang up if no answer comes."""
        if not self.closed.done():
            self._transport.write(frame(struct.pack("!H", 1000), CLOSE))
            await asyncio.wait([self.closed], timeout=CLOSE_SECONDS)
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if not self._open.done():
            self._open.set_exception(LinkError("the server closed a socket in its handshake"))

    def _parse(self, arrived: bytes) -> bytes:
        if self._upgraded:
            return self._parse_frames(arrived)
        head, blank, frames = arrived.partition(b"\r\n\r\n")
        if not blank:
            return arrived
        if head[9:12] != b"101":
            self._refuse(head)
            return b""
        self._upgraded = True
        return self._parse_frames(frames)

    def _parse_frames(self, arrived: bytes) -> bytes:
        at, end = 0, len(arrived)
        while end - at >= 2:
            # A size that is not all there yet still puts `stop` beyond the end.
            start, size = at + 2, arrived[at + 1]
            if size == 126:
                start, size = at + 4, int.from_bytes(arrived[at + 2 : at + 4])
            elif size == 127:
                start, size = at + 10, int.from_bytes(arrived[at + 2 : at + 10])
            stop = start + size
            if stop > end:
                break
            if arrived[at] == TEXT:
                self.hear(arrived[start:stop])
            else:
                self._control(arrived[at], arrived[start:stop])
            at = stop
        return arrived[at:]

    def _control(self, kind: int, payload: bytes) -> None:
        if kind == PING:
            self._transport.write(frame(payload, PONG))
        elif kind == CLOSE:
            self.close_code = int.from_bytes(payload[:2]) or None
            self._transport.close()

    def _hear_hello(self, text: bytes) -> None:
        self.hear = _ignore
        self.epoch = orjson.loads(text)["data"]["epoch"]
        if not self._open.done():
            self._open.set_result(None)

    def _refuse(self, head: bytes) -> None:
        status_line = head.partition(b"\r\n")[0].decode(errors="replace")
        if not self._open.done():
            self._open.set_exception(LinkError(f"GET /ws answered {status_line}"))
        self._transport.close()


def frame(payload: bytes, kind: int = TEXT) -> bytes:
    """A client's frame of less than 64 KiB, masked with zeros: legal, and it costs no XOR."""
    size = len(payload)
    if size < 126:
        return _SHORT_HEAD(kind, 0x80 | size) + payload
    return _LONG_HEAD(kind, 0xFE, size) + payload


def _content_length(head: bytes) -> int:
    lowered = head.lower()
    at = lowered.find(b"\r\ncontent-length:")
    if at < 0:
        return 0
    return int(lowered[at + 17 :].partition(b"\r\n")[0])


def _ignore(text: bytes) -> None:
    pass
