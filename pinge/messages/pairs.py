"""Which conversation two people have; once known, it stays so."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from cachetools import LRUCache

from pinge.config import SETTINGS
from pinge.contacts import actions as contacts
from pinge.database.pool import POOL, transaction
from pinge.http.limits import LIMITER
from pinge.realtime.feed import FEED
from pinge.settings import actions as settings

KNOWN_AT_ONCE = 100_000


class Pairs:
    """Sender and receiver to conversation, so that a send asks the database nothing."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._known: LRUCache[tuple[UUID, UUID], UUID] = LRUCache(KNOWN_AT_ONCE)

    async def conversation_of(self, sender_id: UUID, receiver_id: UUID) -> UUID:
        """Their conversation, opened where everyone may write to everyone."""
        known = self._known.get((sender_id, receiver_id))
        if known is None:
            known = await self._look_up(sender_id, receiver_id)
            self._known[sender_id, receiver_id] = known
        return known

    async def _look_up(self, sender_id: UUID, receiver_id: UUID) -> UUID:
        conversation_id = await contacts.direct_with(self._app, sender_id, receiver_id)
        if conversation_id is not None:
            return conversation_id
        await self._must_be_taken(sender_id, receiver_id)
        await self._app[LIMITER].spend("strangers", str(sender_id))
        async with transaction(self._app) as tx:
            opened = await contacts.open_direct(tx, sender_id, receiver_id, is_request=True)
        self._app[FEED].seat(opened, 0, 1, (sender_id, receiver_id))
        return opened

    async def _must_be_taken(self, sender_id: UUID, receiver_id: UUID) -> None:
        """By somebody who never was a contact; who may write in an open one the journal judges."""
        only_contacts = self._app[SETTINGS].direct_messages == "contacts"
        who = (await settings.of_user(self._app[POOL], receiver_id)).who_may_write
        settings.must_take(
            who,
            is_contact=False,
            only_contacts=only_contacts,
            **await contacts.blocks_between(self._app[POOL], sender_id, receiver_id),
        )


PAIRS = web.AppKey("PAIRS", Pairs)
