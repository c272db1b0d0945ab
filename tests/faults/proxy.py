"""A wire that can be broken: TCP passed on to a port, held back, cut, or mangled."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Callable

Mangle = Callable[[bytes], bytes]

HIGH_WATER = 64 * 1024  # bytes that may wait for a reader before the other side is held back


class Proxy:
    """Passes connections on to a port of this machine until it is told otherwise."""

    def __init__(self, target: int, mangled_by: Callable[[], Mangle] | None = None) -> None:
        """`mangled_by` makes, for each connection, what changes the bytes that come back."""
        self.target = target
        self.port = 0
        self.cut_share = 0.0  # of replies are not passed on: the connection is reset instead
        self.links: set[Link] = set()
        self.is_black_hole = False
        self._mangled_by = mangled_by

    async def open(self) -> None:
        """Listen on a port of its own."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Link(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Cut everything off, and wait until it is gone."""
        self._server.close()
        ends = [end.ended for link in self.links for end in (link, link.far)]
        self.cut()
        await asyncio.gather(*ends)

    def cut(self) -> None:
        """Reset every connection there is."""
        for link in list(self.links):
            link.abort()

    def swallow(self, *, everything: bool) -> None:
        """Become a black hole, which nothing leaves and which never says so; or be one no more."""
        self.is_black_hole = everything
        for link in self.links:
            link.hold(everything)

    def mangle(self) -> Mangle | None:
        """What changes the bytes of a new connection."""
        return self._mangled_by() if self._mangled_by else None


class Link(asyncio.Protocol):
    """The client's side of one connection."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.transport: asyncio.Transport
        self.far = FarEnd(self)
        self.ended = asyncio.get_running_loop().create_future()
        self._waiting: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.set_write_buffer_limits(HIGH_WATER)
        self.proxy.links.add(self)
        self._connecting = asyncio.ensure_future(self._connect())
        if self.proxy.is_black_hole:
            transport.pause_reading()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self.far, "127.0.0.1", self.proxy.target)
        except OSError:
            self.abort()

    def data_received(self, data: bytes) -> None:
        if self.far.transport is None:
            self._waiting.append(data)
        else:
            self.far.transport.write(data)

    def connected(self, transport: asyncio.Transport) -> None:
        """The other side is there: it gets what was said meanwhile."""
        if self.ended.done():
            transport.abort()
        transport.writelines(self._waiting)
        self._waiting.clear()
        if self.proxy.is_black_hole:
            transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self.proxy.links.discard(self)
        self.ended.set_result(None)
        if self.far.transport is not None:
            self.far.transport.abort()
        elif not self.far.ended.done():
            self.far.ended.set_result(None)

    def pause_writing(self) -> None:
        if self.far.transport is not None:
            self.far.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.far.transport is not None and not self.proxy.is_black_hole:
            self.far.transport.resume_reading()

    def hold(self, holds: bool) -> None:
        """Stop reading on both sides, or go on."""
        for transport in (self.transport, self.far.transport):
            if transport is not None and not transport.is_closing():
                transport.pause_reading() if holds else transport.resume_reading()

    def abort(self) -> None:
        """Reset the connection: what closes without lingering says so, and drops what it held."""
        self._connecting.cancel()
        own = self.transport.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


class FarEnd(asyncio.Protocol):
    """The server's side of one connection."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._mangle = link.proxy.mangle()
        self.transport: asyncio.Transport | None = None
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._link.connected(transport)

    def data_received(self, data: bytes) -> None:
        if random.random() < self._link.proxy.cut_share:
            self._link.abort()
        else:
            self._link.transport.write(self._mangle(data) if self._mangle else data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
        self._link.transport.close()

    def pause_writing(self) -> None:
        self._link.transport.pause_reading()

    def resume_writing(self) -> None:
        if not self._link.proxy.is_black_hole:
            self._link.transport.resume_reading()
