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
from pinge.messages.receipts import Member
from pinge.realtime.bus import BUS, Reconnected, UnreadMoved
from pinge.realtime.feed import FEED
from pinge.realtime.hub import HUB

SQL = Queries("messages")


async def unread_telling(app: web.Application) -> AsyncIterator[None]:
    """Tell of what is read, here or by a device elsewhere, for as long as the service runs."""
    telling = UnreadTelling(app)
    async for _ in telling.paced.running(app):
        yield


class UnreadTelling:
    """Figures are read and then told: where something happened in between, they are told again."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self.paced: Paced[Member] = Paced(self._tell)
        app[BUS].subscribe(UnreadMoved, self._unread_moved)
        app[BUS].subscribe(Reconnected, self._reconnected)

    def _unread_moved(self, hint: UnreadMoved) -> None:
        if self._app[HUB].is_connected(hint.user_id):
            self.paced.touch((hint.conversation_id, hint.user_id))

    def _reconnected(self, _: Reconnected) -> None:
        """What is read in a large conversation takes no rev, so no sweep finds it."""
        feed = self._app[FEED]
        for user_id in feed.followed_users:
            self.paced.touch(*((key, user_id) for key in feed.large_of(user_id)))

    async def _tell(self, app: web.Application, members: list[Member]) -> None:
        feed = app[FEED]
        by_user: defaultdict[UUID, list[UUID]] = defaultdict(list)
        for conversation_id, user_id in members:
            by_user[user_id].append(conversation_id)
        for user_id, conversation_ids in by_user.items():
            told = feed.revs_of(user_id)
            rows = await SQL.unread_of.rows(
                app[POOL], user_id=user_id, conversation_ids=conversation_ids
            )
            for row in rows:
                app[HUB].deliver(UnreadChanged(**row), (user_id,))
            if feed.revs_of(user_id) != told:
                self.paced.touch(*((key, user_id) for key in conversation_ids))
