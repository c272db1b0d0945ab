"""Reading back what was said, page by page, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.conversations import actions as conversations
from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.errors import NotMember
from pinge.http.caller import Caller
from pinge.messages.references import shown
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
    return await shown(app[POOL], rows, caller.user_id)


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
    low = max(low, standing["hidden_up_to"])
    rows = await SQL.page_of_group_messages.rows(
        app[POOL], **where, low=low, high=high, offset=offset, limit=limit
    )
    return await shown(app[POOL], rows, caller.user_id)


async def standing_in(
    app: web.Application, *, conversation_id: UUID, user_id: UUID
) -> asyncpg.Record:
    """How far a conversation is, and how far they may read it and have; NotMember for others."""
    standing = await SQL.standing_in.row(
        app[POOL], conversation_id=conversation_id, user_id=user_id
    )
    if standing is None:
        raise NotMember("You are not in this conversation.")
    return standing


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
    standing = await standing_in(app, **where)
    if ts is not None:
        around = await SQL.first_since.value(app[POOL], conversation_id=conversation_id, moment=ts)
    elif anchor is not None:
        around = await SQL.first_unread.value(app[POOL], **where)
    return await _page(app, where, standing, _cut(limit, before, after, around))


async def _page(
    app: web.Application,
    where: dict[str, UUID],
    standing: asyncpg.Record,
    cut: tuple[int, int, int],
) -> dict[str, object]:
    low, (split, older, newer) = standing["hidden_up_to"], cut
    split = max(split, low)
    # One more on either side tells whether there are more.
    rows = await SQL.page_of_messages.rows(
        app[POOL], **where, low=low, split=split, older=older + 1, newer=newer + 1
    )
    upto = [row for row in rows if row["seq"] <= split]
    beyond = [row for row in rows if row["seq"] > split]
    here = beyond[max(len(beyond) - newer, 0) :] + upto[:older]
    has_before, has_after = len(upto) > older, len(beyond) > newer
    first = (here or upto)[-1]["seq"] if has_before else 0
    last = beyond[0]["seq"] - 1 if has_after else LARGEST_SEQ
    return {
        "messages": await shown(app[POOL], here, where["user_id"]),
        "system_messages": await _noted(app, where, standing, first, last),
        "has_before": has_before,
        "has_after": has_after,
        "last_seq": standing["last_seq"],
        "last_rev": standing["last_rev"],
        "read_seq": standing["read_seq"],
    }


async def _noted(
    app: web.Application, where: dict[str, UUID], standing: asyncpg.Record, low: int, high: int
) -> Sequence[asyncpg.Record]:
    """What happened to a group after these messages; it is asked only where something did."""
    if standing["noted_seq"] is None or standing["noted_seq"] < low:
        return ()
    return await conversations.noted(app[POOL], **where, low=low, high=high)


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
