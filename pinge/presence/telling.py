"""Telling who came online and who went, once a second for all of them together.

Whoever notices that somebody's presence may have moved reads what is so, and tells it: at the
process where it was noticed, and by a hint at those where somebody may know. What is read later is
never older, so of several processes that notice at once the last one is right.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.presence.events import UserOffline, UserOnline
from pinge.realtime.bus import BUS, PresenceMoved
from pinge.realtime.hub import HUB
from pinge.realtime.presence import PRESENCE

SQL = Queries("presence")

EVERY = 1.0  # seconds
AT_ONCE = 100  # users; after each so many, sockets write and others have their turn


class Telling:
    """Whose presence is to be read and told."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._came: set[UUID] = set()
        self._parted: set[UUID] = set()
        self._heard: set[UUID] = set()
        app[BUS].subscribe(PresenceMoved, self._hear)

    async def tell(self) -> None:
        """Tell what moved until the last time.

        By now there are rows of everybody who was here when it moved and asked too early to see it.
        """
        while due := [*(self._came | self._parted | self._heard)][:AT_ONCE]:
            heard = self._heard.intersection(due)
            self._heard -= heard
            try:
                await self._tell(due, heard)
            except BaseException:
                self._heard |= heard
                raise
            self._came.difference_update(due)
            self._parted.difference_update(due)
            await asyncio.sleep(0)
        came, parted = self._app[PRESENCE].take_moved()
        self._came |= came
        self._parted |= parted

    async def _tell(self, user_ids: list[UUID], heard: set[UUID]) -> None:
        node_id = self._app[PRESENCE].node_id
        rows = await SQL.moved.rows(self._app[POOL], user_ids=user_ids, node_id=node_id)
        for row in rows:
            user_id, noticed = row["user_id"], self._came if row["is_online"] else self._parted
            is_news = user_id in noticed and not row["is_elsewhere"]
            if is_news or user_id in heard:
                self._app[HUB].deliver(_event(row), row["here"])
            if is_news and row["elsewhere"]:
                self._app[BUS].pass_on(PresenceMoved(user_id), *row["elsewhere"])

    def _hear(self, hint: PresenceMoved) -> None:
        self._heard.add(hint.user_id)


async def telling(app: web.Application) -> AsyncIterator[None]:
    """Tell for as long as the service runs."""
    app[TELLING] = Telling(app)
    async for _ in repeated(app, tell, every=EVERY):
        yield


TELLING = web.AppKey("TELLING", Telling)


async def tell(app: web.Application) -> None:
    """Tell what moved since the last time."""
    await app[TELLING].tell()


def _event(row: asyncpg.Record) -> UserOnline | UserOffline:
    if row["is_online"]:
        return UserOnline(user_id=row["user_id"])
    return UserOffline(user_id=row["user_id"], last_seen_at=row["last_seen_at"])
