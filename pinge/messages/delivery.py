"""Who hears of a message, and what: after the commit, in the order of the conversation."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import structlog
from aiohttp import web

from pinge.conversations import actions as conversations
from pinge.database.pool import POOL, UNAVAILABLE
from pinge.database.queries import Queries
from pinge.messages.events import (
    NewDirectMessage,
    NewGroupMessage,
    OwnDirectMessage,
    OwnGroupMessage,
)
from pinge.messages.journal import Written
from pinge.realtime.hub import HUB

SQL = Queries("messages")

logger = structlog.get_logger("pinge.messages")

RETRY_PAUSE = 0.2  # seconds until a PostgreSQL that is away is asked again


class Delivery:
    """Turns what the journal wrote into events."""

    def __init__(self, app: web.Application) -> None:
        self._app = app

    async def deliver(self, batch: list[Written]) -> None:
        """Queue the events of a batch at every socket concerned.

        What it has to look up it asks for until it knows: the messages are acknowledged already.
        """
        while True:
            try:
                totals = await self._totals(batch)
                rosters = await conversations.rosters(self._app, _groups(batch))
                break
            except UNAVAILABLE:
                logger.warning("delivery waits for the database", messages=len(batch))
                await asyncio.sleep(RETRY_PAUSE)
        later = Counter(written.draft.receiver_id for written in batch)
        for written in batch:
            receiver_id = written.draft.receiver_id
            if receiver_id is not None:
                # The sum is as of the whole batch; this message came before the later ones.
                later[receiver_id] -= 1
                self._direct(written, receiver_id, totals.get(receiver_id, 0) - later[receiver_id])
            elif (roster := rosters.get(written.draft.conversation_id)) is not None:
                self._group(written, roster.user_ids)

    async def _totals(self, batch: list[Written]) -> dict[UUID, int]:
        """The unread direct messages of each receiver who is connected."""
        hub = self._app[HUB]
        receivers = {
            receiver_id
            for written in batch
            if (receiver_id := written.draft.receiver_id) and hub.is_connected(receiver_id)
        }
        if not receivers:
            return {}
        rows = await SQL.unread_direct_totals.rows(self._app[POOL], user_ids=list(receivers))
        return {row["user_id"]: row["total_unread"] for row in rows}

    def _direct(self, written: Written, receiver_id: UUID, total_unread: int) -> None:
        hub, draft, said = self._app[HUB], written.draft, _said(written)
        if hub.is_connected(receiver_id):
            new = NewDirectMessage(**said, receiver_id=receiver_id, total_unread=total_unread)
            hub.deliver(new, (receiver_id,))
        if hub.is_connected(draft.sender.user_id, but=draft.origin):
            own = OwnDirectMessage(**said, receiver_id=receiver_id)
            hub.deliver(own, (draft.sender.user_id,), but=draft.origin)

    def _group(self, written: Written, member_ids: tuple[UUID, ...]) -> None:
        hub, draft, said = self._app[HUB], written.draft, _said(written)
        sender_id, group_id = draft.sender.user_id, draft.conversation_id
        others = (member_id for member_id in member_ids if member_id != sender_id)
        hub.deliver(NewGroupMessage(**said, group_id=group_id), others)
        if sender_id in member_ids and hub.is_connected(sender_id, but=draft.origin):
            own = OwnGroupMessage(**said, group_id=group_id)
            hub.deliver(own, (sender_id,), but=draft.origin)


def _groups(batch: list[Written]) -> dict[UUID, int]:
    """The groups of a batch, with the newest roster that a message of each was judged by."""
    return {
        written.draft.conversation_id: written.roster_rev
        for written in batch
        if written.draft.receiver_id is None
    }


def _said(written: Written) -> dict[str, Any]:
    draft = written.draft
    return {
        "conversation_id": draft.conversation_id,
        "seq": written.seq,
        "rev": written.rev,
        "message_id": draft.message_id,
        "sender_id": draft.sender.user_id,
        "sender_name": draft.sender.username,
        "content": draft.content,
        "sent_at": written.sent_at,
    }
