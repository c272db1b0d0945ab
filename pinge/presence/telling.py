"""Telling who came online and who went, once a second for all of them together.

Whoever notices that somebody's presence may have moved reads what is so, and tells it: at the
process where it was noticed, and by a hint at those where somebody may know. What is read later is
never older, so of several processes that notice at once the last one is right.
"""

from __future__ import annotations

import asyncio
import time
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
AT_ONCE = 100  # users
PAUSE = 4  # times as long as these took, before the next: a storm has better things to wait for


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
        waiting = [*(self._came | self._parted | self._heard)]
        for start in range(0, len(waiting), AT_ONCE):
            due, began = waiting[start : start + AT_ONCE], time.monotonic()
            heard = self._heard.intersection(due)
            self._heard -= heard
            try:
                await self._tell(due, heard)
            except BaseException:
                self._heard |= heard
                raise
            self._came.difference_update(due)
            self._parted.difference_update(due)
            await asyncio.sleep(PAUSE * (time.monotonic() - began))
        came, parted = self._app[PRESENCE].take_moved()
        self._came |= came
        self._parted |= parted

    async def _tell(self, user_ids: list[UUID], heard: set[UUID]) -> None:
        pool, node_id = self._app[POOL], self._app[PRESENCE].node_id
        rows = await SQL.whereabouts.rows(pool, user_ids=user_ids, node_id=node_id)
        is_online = {row["user_id"]: row["is_online"] for row in rows}
        news = {
            row["user_id"]
            for row in rows
            if row["user_id"] in (self._came if row["is_online"] else self._parted)
            and not row["is_elsewhere"]
        }
        if not news | heard:
            return
        found = await SQL.watchers.rows(pool, user_ids=[*(news | heard)], node_id=node_id)
        for row in found:
            event = _event(row, is_online=is_online[row["user_id"]])
            self._app[HUB].deliver(event, row["here"])
            if row["user_id"] in news and row["elsewhere"]:
                self._app[BUS].pass_on(PresenceMoved(row["user_id"]), *row["elsewhere"])

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


def _event(row: asyncpg.Record, *, is_online: bool) -> UserOnline | UserOffline:
    if is_online:
        return UserOnline(user_id=row["user_id"])
    return UserOffline(user_id=row["user_id"], last_seen_at=row["last_seen_at"])
