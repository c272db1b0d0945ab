"""What can be known of each other's being there, free of HTTP."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from aiohttp import web

from pinge.config import SETTINGS
from pinge.contacts import actions as contacts
from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.errors import NotContacts
from pinge.http.caller import Caller
from pinge.presence.typing import TYPING
from pinge.realtime.hub import HUB

SQL = Queries("presence")


async def online_among(
    app: web.Application, viewer: Caller, user_ids: list[UUID]
) -> list[dict[str, object]]:
    """The presence of those of these users of whom the viewer may know; the others are absent."""
    rows = await SQL.seen.rows(app[POOL], viewer_id=viewer.user_id, user_ids=user_ids)
    return [
        {
            "user_id": row["user_id"],
            # Rows are half a second late; of its own sockets this process knows at once.
            "status": "online" if row["is_online"] or app[HUB].count(row["user_id"]) else "offline",
            "last_seen_at": row["last_seen_at"],
        }
        for row in rows
    ]


def typing_in(
    app: web.Application, viewer: Caller, conversation_ids: Collection[UUID]
) -> dict[UUID, list[UUID]]:
    """Who types in these conversations, as far as this process knows and the viewer may."""
    typing: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for conversation_id, user_id in app[TYPING].heard_by(viewer.user_id, conversation_ids):
        typing[conversation_id].append(user_id)
    return dict(typing)


async def say_typing(
    app: web.Application, caller: Caller, *, conversation_id: UUID, is_typing: bool
) -> None:
    """The caller types, or does no longer; NotMember or NotContacts where they may not write."""
    if is_typing:
        await app[TYPING].start(conversation_id, caller.user_id)
    else:
        app[TYPING].end(conversation_id, caller.user_id)


async def say_typing_to(
    app: web.Application, caller: Caller, *, receiver_id: UUID, is_typing: bool
) -> None:
    """As say_typing, to one person; where they never spoke there is nobody to tell."""
    conversation_id = await contacts.direct_with(app, caller.user_id, receiver_id)
    if conversation_id is not None:
        await say_typing(app, caller, conversation_id=conversation_id, is_typing=is_typing)
    elif app[SETTINGS].direct_messages == "contacts":
        raise NotContacts


def fall_silent(app: web.Application, conversation_id: UUID, user_ids: Iterable[UUID]) -> None:
    """These people type in a conversation no longer, at any process."""
    for user_id in user_ids:
        app[TYPING].end(conversation_id, user_id)


def have_said(app: web.Application, said: Iterable[tuple[UUID, UUID]]) -> None:
    """Whoever has said something, in which conversation, types there no longer.

    Every process with somebody in it learns of the message, so none needs to be told of this.
    """
    if app[TYPING].is_anyone:  # mostly nobody, and this is on the way of every message
        for conversation_id, sender_id in said:
            app[TYPING].stop(conversation_id, sender_id)
