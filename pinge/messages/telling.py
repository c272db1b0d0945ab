"""Telling one's own devices how much is unread, once a second at most for each conversation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from uuid import UUID

from aiohttp import web

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.http.pacing import Paced
from pinge.messages.events import UnreadChanged
from pinge.realtime.bus import BUS, UnreadMoved
from pinge.realtime.hub import HUB

SQL = Queries("messages")

Member = tuple[UUID, UUID]  # the conversation, and who is in it


async def unread_telling(app: web.Application) -> AsyncIterator[None]:
    """Tell of what is read, here or by a device elsewhere, for as long as the service runs."""
    paced: Paced[Member] = Paced(_tell)

    def react(hint: UnreadMoved) -> None:
        if app[HUB].is_connected(hint.user_id):
            paced.touch((hint.conversation_id, hint.user_id))

    app[BUS].subscribe(UnreadMoved, react)
    async for _ in paced.running(app):
        yield


async def _tell(app: web.Application, members: list[Member]) -> None:
    by_user: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for conversation_id, user_id in members:
        by_user[user_id].append(conversation_id)
    for user_id, conversation_ids in by_user.items():
        rows = await SQL.unread_of.rows(
            app[POOL], user_id=user_id, conversation_ids=conversation_ids
        )
        for row in rows:
            app[HUB].deliver(UnreadChanged(**row), (user_id,))
