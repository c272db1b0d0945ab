"""Following what somebody with sockets here came into, while another process wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter, itemgetter
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.realtime.feed import FEED
from pinge.realtime.hub import HUB
from pinge.sync import changes
from pinge.sync.moved import Position, moved
from pinge.sync.news import News
from pinge.sync.news.messages import of_message

SQL = Queries("sync")


async def welcome(app: web.Application, conversation_ids: Iterable[UUID]) -> None:
    """Find who is in these without following them, and tell each from where they came in."""
    rows = await SQL.joined_points.rows(app[POOL], conversation_ids=list(conversation_ids))
    for row in sorted(rows, key=itemgetter("joined_rev")):
        if app[FEED].is_unfollowed(row["conversation_id"], row["user_id"]):
            await _welcome(app, row)


async def _welcome(app: web.Application, row: asyncpg.Record) -> None:
    feed, key, user_id = app[FEED], row["conversation_id"], row["user_id"]
    since: Position = (row["joined_seq"], row["joined_rev"] - 1)
    while (place := feed.place(key)) is not None and place.rev > since[1]:
        # Others who are here know more than this one: that they hear alone.
        news, upto = await _read(app, key, user_id, since)
        place = feed.place(key)
        if place is None or upto <= since:
            break
        for piece in news:
            if piece.rev <= place.rev:
                app[HUB].deliver(piece.event, (user_id,))
        since = min(upto, (place.seq, place.rev), key=itemgetter(1))
    feed.begin(key, *since, (user_id,))
    feed.fall_behind(key)


async def _read(
    app: web.Application, key: UUID, user_id: UUID, since: Position
) -> tuple[list[News], Position]:
    """What is news to this user, in order, and up to where it was read."""
    found = await moved(app[POOL], {key: since}, listeners=(user_id,), viewer_id=user_id)
    if not found:
        return [], since
    [one] = found
    news = (await changes.of_conversations(app[POOL], {key: since[1]}))[key].news
    for message in one.visible:
        news += of_message(message, message["total_unread"], one.pointed)
    mine = [piece for piece in news if piece.concerns(user_id) and piece.rev <= one.upto[1]]
    return sorted(mine, key=attrgetter("rev")), one.upto
