"""Stars: messages that somebody wants to find again; theirs alone, on all their devices."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.http.caller import Caller
from pinge.http.cursors import cursor_of, place_of
from pinge.messages.changing import locked, must_still_be_there
from pinge.messages.events import MessageStarred, MessageUnstarred
from pinge.messages.references import shown
from pinge.realtime.telling import tell_user

SQL = Queries("marks")


async def star(
    app: web.Application, caller: Caller, *, message_id: UUID, is_on: bool
) -> dict[str, object]:
    """Star a message that the caller may read, or take its star off; since when it has it.

    Raises NotFound. Twice is as good as once.
    """
    async with transaction(app) as tx:
        held = await locked(tx, caller, message_id)
        place = {name: held[name] for name in ("conversation_id", "seq")}
        if is_on:
            must_still_be_there(held)
        where = {"user_id": caller.user_id, **place}
        starred_at = await SQL.starred_at.value(tx, **where)
        is_new = (starred_at is not None) != is_on
        if is_new:
            rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
            starred_at = await SQL.star.value(tx, **where, rev=rev, is_on=is_on)
    now = place | {"message_id": message_id, "starred_at": starred_at}
    if is_new:
        event = MessageStarred if is_on else MessageUnstarred
        tell_user(app, caller.user_id, event.of(now, user_rev=rev))
    return now


async def starred(
    app: web.Application, caller: Caller, *, limit: int, cursor: str | None
) -> dict[str, object]:
    """What the caller starred and may still read, the latest star first."""
    before = None if cursor is None else place_of(cursor)[2]
    rows = await SQL.starred_messages.rows(
        app[POOL], user_id=caller.user_id, before=before, limit=limit + 1
    )
    messages = await shown(app[POOL], rows[:limit], caller.user_id)
    for message in messages:
        del message["star_rev"]  # which only the cursor needs
    return {
        "messages": messages,
        "next_cursor": _cursor(rows[limit - 1]) if len(rows) > limit else None,
    }


def _cursor(row: asyncpg.Record) -> str:
    return cursor_of(row["starred_at"], row["conversation_id"], row["star_rev"])
