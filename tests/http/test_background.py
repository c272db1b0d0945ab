"""Work beside the requests ends with the service, even when a cancel is lost on its way."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from aiohttp import web

from pinge.http import background


async def test_a_lost_cancel_is_sent_again(monkeypatch):
    monkeypatch.setattr(background, "LOST", 0.01)
    begun = asyncio.Event()

    async def swallow(_app):
        try:
            begun.set()
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass

    async with (
        asyncio.timeout(5),
        aclosing(background.repeated(web.Application(), swallow, every=0.05)) as repeating,
    ):
        await anext(repeating)
        await begun.wait()
        assert await anext(repeating, "ended") == "ended"
