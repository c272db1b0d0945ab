"""What can be done with reactions, free of HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.errors import NotFound, TooManyReactions
from pinge.http.caller import Caller
from pinge.http.cursors import cursor_of, place_of
from pinge.http.limits import LIMITER
from pinge.messages import actions as messages
from pinge.reactions.events import ReactionChanged
from pinge.realtime.following import LARGE

SQL = Queries("reactions")

MOST_KINDS = 20  # on one message
SHOWN = ("emoji", "user_id", "username", "avatar", "reacted_at")


async def react(
    app: web.Application, caller: Caller, *, message_id: UUID, emoji: str, is_on: bool
) -> dict[str, object]:
    """Put an emoji on a message, or take it back, and say how many have it there then.

    Twice is as good as once. Raises NotFound, what editing raises for who may not write there,
    TooManyReactions, or TooMany in large groups, where each is told to all.
    """
    async with transaction(app) as tx:
        held = await messages.locked(tx, caller, message_id)
        place = {name: held[name] for name in ("conversation_id", "seq")}
        figures = {one["emoji"]: one["count"] for one in held["reactions"] or ()}
        if is_on:
            messages.must_still_be_there(held)
            messages.must_take(app, held)
        change, rev = SQL.react if is_on else SQL.take_back, held["next_rev"]
        who = {"user_id": caller.user_id, "emoji": emoji}
        is_new = await change.run(tx, **place, **who, rev=rev)
        if is_new:
            figures[emoji] = figures.get(emoji, 0) + (1 if is_on else -1)
            await _must_be_few(app, held, figures)
            await SQL.save_figures.run(tx, **place, reactions=_listed(figures), rev=rev)
    now = place | {"message_id": message_id, "emoji": emoji, "is_on": is_on}
    now["count"] = figures.get(emoji, 0)
    if is_new:
        changed = ReactionChanged(**now, user_id=caller.user_id, rev=rev)
        await messages.tell(app, changed, held["roster_rev"])
    return now


async def page(
    app: web.Application,
    caller: Caller,
    message_id: UUID,
    *,
    emoji: str | None,
    limit: int,
    cursor: str | None,
) -> dict[str, object]:
    """Who put what on a message, the latest first; NotFound for who may not read it."""
    place = await SQL.readable.row(app[POOL], message_id=message_id, user_id=caller.user_id)
    if place is None:
        raise NotFound("There is no such message.")
    before = None if cursor is None else place_of(cursor)[2]
    rows = await SQL.reactions_of.rows(
        app[POOL], **place, emoji=emoji, before=before, limit=limit + 1
    )
    return {
        "reactions": [{name: row[name] for name in SHOWN} for row in rows[:limit]],
        "next_cursor": _cursor(rows[limit - 1]) if len(rows) > limit else None,
    }


async def _must_be_few(app: web.Application, held: asyncpg.Record, figures: dict[str, int]) -> None:
    if len(figures) > MOST_KINDS:
        raise TooManyReactions
    if held["member_count"] > LARGE:
        await app[LIMITER].spend("group-reactions", str(held["conversation_id"]))


def _listed(figures: dict[str, int]) -> list[dict[str, Any]] | None:
    """As the message's row has them, the oldest first; null where there are none."""
    return [{"emoji": emoji, "count": count} for emoji, count in figures.items() if count] or None


def _cursor(row: asyncpg.Record) -> str:
    return cursor_of(row["reacted_at"], row["user_id"], row["rev"])
