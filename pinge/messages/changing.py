"""What all that is done to a message has in common: its lock, who may, and who hears of it."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.config import SETTINGS
from pinge.conversations import actions as conversations
from pinge.database.pool import POOL
from pinge.database.queries import Connection, Queries
from pinge.errors import NotFound, StillARequest
from pinge.http.caller import Caller
from pinge.messages import references
from pinge.messages.events import MessageChanged
from pinge.realtime.feed import FEED
from pinge.realtime.hub import HUB
from pinge.settings import actions as settings

SQL = Queries("history")

# A message of either kind, as those who are in the conversation see it.
MESSAGE = (
    "message_id",
    "conversation_id",
    "seq",
    "rev",
    "sender_id",
    "sender_name",
    "content",
    "attachments",
    "reply_to",
    "mentions",
    "forwarded",
    "reactions",
    "sent_at",
    "edited_at",
    "deleted_at",
)


async def locked(tx: Connection, caller: Caller, message_id: UUID) -> asyncpg.Record:
    """A message and what the caller is to it; nobody else changes its conversation until the end.

    NotFound unless the caller is in the conversation, so that strangers learn nothing.
    """
    await SQL.lock_conversation_of.value(tx, message_id=message_id)
    found = await SQL.message_at_hand.row(tx, message_id=message_id, user_id=caller.user_id)
    if found is None:
        raise NotFound("There is no such message.")
    return found


def must_still_be_there(held: asyncpg.Record) -> None:
    """NotFound for what was deleted, by whomever and for whomever."""
    if held["deleted_at"] is not None or held["is_hidden"]:
        raise NotFound("There is no such message any more.")


def must_take(app: web.Application, held: asyncpg.Record) -> None:
    """Refuse as the journal does what the other one of a direct conversation would be told; and
    while it is a request to the caller, who has done nothing yet that the other knows of."""
    if held["is_request"]:
        raise StillARequest
    if held["kind"] == "direct":
        settings.must_take(
            held["who_may_write"],
            is_contact=held["is_contact"],
            only_contacts=app[SETTINGS].direct_messages == "contacts",
            blocks=held["blocks"],
            is_blocked=held["is_blocked"],
        )


async def shown(tx: Connection, caller: Caller, held: asyncpg.Record) -> dict[str, object]:
    """The message itself."""
    message = {name: held[name] for name in MESSAGE}
    [whole] = await references.shown(tx, [message], caller.user_id)
    return whole


async def tell(app: web.Application, event: MessageChanged, roster_rev: int) -> None:
    """Tell everybody in the conversation who may read the message."""
    key = event.conversation_id
    roster = (await conversations.rosters(app, {key: roster_rev})).get(key)
    present = roster.user_ids if roster is not None else ()
    hearing = present
    if roster is not None and roster.kind == "group":
        rows = await SQL.without_sight.rows(app[POOL], conversation_id=key, seq=event.seq)
        late = {row["user_id"] for row in rows}
        hearing = tuple(user_id for user_id in present if user_id not in late)
    app[FEED].tell(key, event.rev, present, app[HUB].deliver, event, hearing, is_inside=True)
