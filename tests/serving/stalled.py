"""A client that never reads what it is sent."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit


async def stalled(person) -> socket.socket:
    """A socket of somebody who never reads."""
    address = urlsplit(person.pinge.url)
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, (address.hostname, address.port))
    handshake = (
        f"GET /ws?token={person.token} HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    await loop.sock_sendall(raw, handshake.encode())
    assert (await loop.sock_recv(raw, 12)) == b"HTTP/1.1 101"
    return raw
