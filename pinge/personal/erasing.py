"""Erasing what is left of a deleted account, piece by piece.

Each piece is a short transaction that can be done again, so whoever dies in the middle leaves
nothing half done: another process finds the account due and begins anew.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from uuid import UUID

from aiohttp import web

from pinge.attachments import actions as attachments
from pinge.blocks import actions as blocks
from pinge.bots import actions as bots
from pinge.contacts import actions as contacts
from pinge.conversations import actions as conversations
from pinge.database.pool import POOL
from pinge.database.queries import Queries, Query
from pinge.errors import NotFound
from pinge.http.background import repeated
from pinge.http.pacing import Paced

SQL = Queries("personal")

SLICE = 100  # rows in one statement, or things that are ended one by one
LEFT_OVER_EVERY = 30.0  # seconds between looks for what a process that is gone has left

ERASING: web.AppKey[Paced[UUID]] = web.AppKey("ERASING", Paced)

FORGOTTEN = (
    SQL.delete_sessions,
    SQL.delete_passkeys,
    SQL.delete_blocks,
    SQL.delete_message_requests,
    SQL.delete_hidden_messages,
    SQL.delete_stars,
    SQL.delete_mentions,
    SQL.delete_conversation_settings,
    SQL.delete_subscriptions,
    SQL.delete_invites,
    SQL.delete_audit_events,
    SQL.delete_drafts,
    SQL.delete_scheduled,
)


async def erasing(app: web.Application) -> AsyncIterator[None]:
    """Erase for as long as the service runs."""
    app[ERASING] = Paced(_erase)
    async for _ in app[ERASING].running(app):
        async for _ in repeated(app, erase_left_over, every=LEFT_OVER_EVERY):
            yield


async def erase_left_over(app: web.Application) -> None:
    """Erase what is due where nobody else does."""
    rows = await SQL.people_to_erase.rows(app[POOL])
    app[ERASING].touch(*(row["user_id"] for row in rows))


def erase_soon(app: web.Application, user_id: UUID) -> None:
    """Erase what is left of an account that was anonymised a moment ago."""
    app[ERASING].touch(user_id)


async def _erase(app: web.Application, user_ids: list[UUID]) -> None:
    for user_id in user_ids:
        await SQL.shut_off.run(app[POOL], user_id=user_id)
        await _each(app, SQL.some_blocks, user_id, partial(blocks.lift, app))
        await _each(app, SQL.some_waiting_requests, user_id, partial(contacts.withdraw, app))
        await _each(app, SQL.some_contacts, user_id, partial(_part, app, user_id))
        await _each(app, SQL.some_groups, user_id, partial(conversations.withdraw, app, user_id))
        await _each(app, SQL.some_bots, user_id, partial(bots.end, app, user_id))
        for query in FORGOTTEN:
            while await query.run(app[POOL], user_id=user_id, limit=SLICE):
                pass
        await attachments.release_unsent(app[POOL], user_id)
        await SQL.delete_other_ways_in.run(app[POOL], user_id=user_id)
        await SQL.close_saved_messages.run(app[POOL], user_id=user_id)
        await SQL.delete_last_seen.run(app[POOL], user_id=user_id)
        await SQL.mark_erased.run(app[POOL], user_id=user_id)


async def _each(
    app: web.Application, query: Query, user_id: UUID, end: Callable[..., Awaitable[None]]
) -> None:
    """End one after the other what the query finds, until it finds nothing more."""
    while rows := await query.rows(app[POOL], user_id=user_id, limit=SLICE):
        for row in rows:
            await end(*row)


async def _part(app: web.Application, user_id: UUID, contact_id: UUID) -> None:
    with suppress(NotFound):  # the other one was quicker
        await contacts.part(app, user_id, contact_id)
