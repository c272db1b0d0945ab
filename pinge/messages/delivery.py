"""Who hears of a message, and what: after the commit, in the order of the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from aiohttp import web

from pinge.conversations import actions as conversations
from pinge.conversations.actions import Roster
from pinge.database.pool import POOL, UNAVAILABLE
from pinge.database.queries import Queries
from pinge.messages.actions import unread_totals
from pinge.messages.events import (
    NewDirectMessage,
    NewGroupMessage,
    NewSavedMessage,
    OwnDirectMessage,
    OwnGroupMessage,
)
from pinge.messages.journal import Written
from pinge.messages.references import References
from pinge.realtime.feed import FEED
from pinge.realtime.hub import HUB

SQL = Queries("messages")

logger = structlog.get_logger("pinge.messages")

BREATHER = 32_768  # characters to one person between turns of the loop; an outbox holds twice that
HEARER = 4  # characters that telling one more member counts for: it takes time too
RETRY_PAUSE = 0.2  # seconds until a PostgreSQL that is away is asked again


class Delivery:
    """Turns what the journal wrote into events."""

    def __init__(self, app: web.Application) -> None:
        self._app = app

    async def deliver(self, batch: list[Written]) -> None:
        """Queue the events of a batch at every socket concerned."""
        rosters, totals, pointed = await self._known(batch)
        carried = 0
        for written in batch:
            receiver_id = written.draft.receiver_id
            if receiver_id is not None:
                pair = (receiver_id, written.draft.sender.user_id)
                self._tell(written, pair, self._direct, pointed, totals)
            elif (roster := rosters.get(written.draft.conversation_id)) is not None:
                telling = self._saved if roster.kind == "saved" else self._group
                self._tell(written, roster.user_ids, telling, pointed)
                carried += HEARER * len(roster.user_ids)
            carried += len(written.draft.content)
            if carried > BREATHER:  # let sockets write before more comes
                carried = 0
                await asyncio.sleep(0)

    async def _known(
        self, batch: list[Written]
    ) -> tuple[dict[UUID, Roster], dict[UUID, int], References]:
        """What has to be looked up, asked for until it is known: the messages are acknowledged."""
        is_waiting = False
        while True:
            try:
                totals = await self._totals(batch)
                return await self._rosters(batch), totals, await self._references(batch)
            except UNAVAILABLE:
                if not is_waiting:
                    logger.warning("delivery waits for the database", messages=len(batch))
                is_waiting = True
                await asyncio.sleep(RETRY_PAUSE)

    def _tell(
        self, written: Written, to: tuple[UUID, ...], telling: Callable[..., None], *about: Any
    ) -> None:
        key, rev, seq = written.draft.conversation_id, written.rev, written.seq
        self._app[FEED].tell(key, rev, to, telling, written, to, *about, seq=seq)

    async def _totals(self, batch: list[Written]) -> dict[UUID, int]:
        """The sums of those who connected while the batch was written, which so brought none."""
        late = self._app[HUB].connected(
            written.draft.receiver_id for written in batch if written.total_unread is None
        )
        return await unread_totals(self._app, late)

    async def _rosters(self, batch: list[Written]) -> dict[UUID, Roster]:
        """The rosters of its groups, each as new as the newest message that was judged by it."""
        wanted = {
            written.draft.conversation_id: written.roster_rev
            for written in batch
            if written.draft.receiver_id is None
        }
        return await conversations.rosters(self._app, wanted) if wanted else {}

    async def _references(self, batch: list[Written]) -> References:
        """What those of them point to that point to anything, as it is now."""
        pointing = [
            _said(written)
            for written in batch
            if written.draft.reply_to is not None or written.draft.forwarded is not None
        ]
        return await References.of(self._app[POOL], pointing)

    def _direct(
        self,
        written: Written,
        pair: tuple[UUID, ...],
        pointed: References,
        totals: dict[UUID, int],
    ) -> None:
        receiver_id, sender_id = pair
        hub, draft, said = self._app[HUB], written.draft, _said(written)
        total = written.total_unread
        if total is None:
            total = totals.get(receiver_id)
        # Without a sum they were away, or came after the commit: then the history has it for them.
        if total is not None:
            to_them = pointed.said_to(receiver_id, said)
            new = NewDirectMessage(**to_them, receiver_id=receiver_id, total_unread=total)
            hub.deliver(new, (receiver_id,))
        if hub.is_connected(sender_id, but=draft.origin):
            to_me = pointed.said_to(sender_id, said)
            own = OwnDirectMessage(**to_me, receiver_id=receiver_id)
            hub.deliver(own, (sender_id,), but=draft.origin)

    def _group(self, written: Written, member_ids: tuple[UUID, ...], pointed: References) -> None:
        hub, draft, said = self._app[HUB], written.draft, _said(written)
        sender_id, group_id = draft.sender.user_id, draft.conversation_id
        unseen = pointed.unseen_by(said)
        silent = {sender_id, *unseen}
        others = [user_id for user_id in member_ids if user_id not in silent]
        shown = said | pointed.of_row(said)
        hub.deliver(NewGroupMessage(**shown, group_id=group_id), others)
        if unseen:
            shown["reply_to"] = None
            unquoted = [
                user_id for user_id in unseen if user_id in member_ids and user_id != sender_id
            ]
            hub.deliver(NewGroupMessage(**shown, group_id=group_id), unquoted)
        if sender_id in member_ids and hub.is_connected(sender_id, but=draft.origin):
            to_me = pointed.said_to(sender_id, said)
            own = OwnGroupMessage(**to_me, group_id=group_id)
            hub.deliver(own, (sender_id,), but=draft.origin)

    def _saved(self, written: Written, owner: tuple[UUID, ...], pointed: References) -> None:
        said = _said(written)
        saved = NewSavedMessage(**said | pointed.of_row(said))
        self._app[HUB].deliver(saved, owner, but=written.draft.origin)


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
        "attachments": draft.attachments,
        "reply_to": draft.reply_to,
        "mentions": draft.mentions,
        "forwarded": draft.forwarded,
        "sent_at": written.sent_at,
    }
