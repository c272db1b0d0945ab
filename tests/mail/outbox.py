"""What the outbox holds, looked at from outside until it is as it should be."""

from __future__ import annotations

import asyncio

from pinge.mail import outbox

LATER = "UPDATE mails SET due_at = now() WHERE due_at IS NOT NULL"


async def row_like(db, condition):
    """The one mail in the outbox, once it is like this."""
    async with asyncio.timeout(10):
        while (row := await db.fetchrow(f"SELECT * FROM mails WHERE {condition}")) is None:
            await asyncio.sleep(0.01)
    return row


async def try_again(pinge, db):
    """As if the time of the next try had come."""
    await row_like(db, "attempts > 0")
    await db.execute(LATER)
    outbox.posted(pinge.app)
