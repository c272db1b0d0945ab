"""Requests byte for byte, for those that no well-behaved client sends."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import orjson
from multidict import CIMultiDict

from tests.people import PATIENCE, Answer


async def send(pinge, request: bytes) -> Answer:
    """Send these bytes and read one answer; the request should ask for the connection to close."""
    address = urlsplit(pinge.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(request)
        async with asyncio.timeout(PATIENCE):
            answered = await reader.read()
    finally:
        writer.close()
    head, _, body = answered.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = CIMultiDict(line.split(": ", 1) for line in lines)
    is_json = headers.get("Content-Type", "").startswith("application/json")
    return Answer(int(status.split()[1]), orjson.loads(body) if is_json else body, headers)


def request(method: str, path: str, *headers: str | bytes, body: bytes = b"") -> bytes:
    """A request in HTTP/1.1 with these header lines."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    written = [line.encode() if isinstance(line, str) else line for line in lines]
    return b"\r\n".join([*written, b"", body])
