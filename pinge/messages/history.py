"""Reading back what was said, page by page, newest first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.errors import NotMember
from pinge.http.caller import Caller
from pinge.messages.schemas import LARGEST_SEQ

SQL = Queries("history")


async def direct(
    app: web.Application,
    caller: Caller,
    contact_id: UUID,
    *,
    limit: int,
    offset: int,
    low: int,
    high: int,
) -> list[dict[str, object]]:
    """A page of what two people said; nothing when they never did."""
    rows = await SQL.page_of_direct_messages.rows(
        app[POOL],
        user_id=caller.user_id,
        contact_id=contact_id,
        low=low,
        high=high,
        offset=offset,
        limit=limit,
    )
    return [_shown(row) for row in rows]


async def of_group(
    app: web.Application,
    caller: Caller,
    group_id: UUID,
    *,
    limit: int,
    offset: int,
    low: int,
    high: int,
) -> list[dict[str, object]]:
    """A page of what was said in a group, for its members."""
    where = {"conversation_id": group_id, "user_id": caller.user_id}
    standing = await SQL.standing_in.row(app[POOL], **where)
    if standing is None or standing["kind"] != "group":
        raise NotMember
    rows = await SQL.page_of_group_messages.rows(
        app[POOL], **where, low=low, high=high, offset=offset, limit=limit
    )
    return [_shown(row) for row in rows]


async def page(
    app: web.Application,
    caller: Caller,
    conversation_id: UUID,
    *,
    limit: int,
    before: int | None,
    after: int | None,
    around: int | None,
    ts: datetime | None,
    anchor: str | None,
) -> dict[str, object]:
    """A page of a conversation of either kind, at one anchor or else at its end.

    Positions are read first: what the page has beyond them is told again, and nothing is missed.
    """
    where = {"conversation_id": conversation_id, "user_id": caller.user_id}
    standing = await SQL.standing_in.row(app[POOL], **where)
    if standing is None:
        raise NotMember("You are not in this conversation.")
    if ts is not None:
        around = await SQL.first_since.value(app[POOL], conversation_id=conversation_id, moment=ts)
    elif anchor is not None:
        around = await SQL.first_unread.value(app[POOL], **where)
    split, older, newer = _cut(limit, before, after, around)
    # One more on either side tells whether there are more.
    rows = await SQL.page_of_messages.rows(
        app[POOL], **where, split=split, older=older + 1, newer=newer + 1
    )
    upto = [row for row in rows if row["seq"] <= split]
    beyond = [row for row in rows if row["seq"] > split]
    return {
        "messages": [_shown(row) for row in beyond[max(len(beyond) - newer, 0) :] + upto[:older]],
        "has_before": len(upto) > older,
        "has_after": len(beyond) > newer,
        "last_seq": standing["last_seq"],
        "last_rev": standing["last_rev"],
        "read_seq": standing["read_seq"],
    }


def _cut(
    limit: int, before: int | None, after: int | None, around: int | None
) -> tuple[int, int, int]:
    """A place, and how many messages to read up to it and beyond it."""
    if before is not None:
        return before - 1, limit, 0
    if after is not None:
        return after, 0, limit
    if around is not None:
        return around, limit - limit // 2, limit // 2
    return LARGEST_SEQ, limit, 0


def _shown(row: asyncpg.Record) -> dict[str, object]:
    """A message as clients know it: that it has no files the database need not say of each."""
    message = dict(row)
    message["attachments"] = message["attachments"] or ()
    return message
