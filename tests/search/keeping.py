"""Waiting until messages are in blocks."""

from __future__ import annotations

import asyncio
from uuid import UUID

from asyncpg import Connection

PATIENCE = 15.0  # seconds until blocks have to be there
POSITION = "SELECT seq >= $2 AND rev >= $3 FROM search_positions WHERE conversation_id = $1"


async def until(db: Connection, conversation_id: UUID, *, seq: int = 0, rev: int = 0) -> None:
    """Wait until so much of a conversation is in blocks."""
    async with asyncio.timeout(PATIENCE):
        while not await db.fetchval(POSITION, conversation_id, seq, rev):
            await asyncio.sleep(0.05)
