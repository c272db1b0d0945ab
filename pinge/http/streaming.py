"""Answers that are made while they leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from pinge.database.pool import UNAVAILABLE
from pinge.errors import NotFound

logger = structlog.get_logger("pinge.http")

PATIENCE = 120.0  # seconds a reader may take for a piece, which is some 1 MiB at most


async def stream(
    request: web.Request, response: web.StreamResponse, pieces: AsyncIterator[bytes]
) -> web.StreamResponse:
    """Send what comes; once it has begun, only breaking off tells that it could not be ended."""
    first = await anext(pieces, b"")
    await response.prepare(request)
    try:
        await _write(response, first)
        async for piece in pieces:
            await _write(response, piece)
        await response.write_eof()
    except (*UNAVAILABLE, NotFound) as error:
        if not isinstance(error, ConnectionError):
            logger.warning("not sent to its end", why=type(error).__name__)
        if request.transport is not None:
            request.transport.abort()
    return response


async def _write(response: web.StreamResponse, piece: bytes) -> None:
    async with asyncio.timeout(PATIENCE):
        await response.write(piece)
