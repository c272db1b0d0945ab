"""Telling everybody who is in a conversation with somebody that their profile is new.

A few conversations at a time, each slice in a short transaction of its own; what a process that
died has not told, another finds due and tells from the beginning.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.conversations.events import MemberUpdated
from pinge.conversations.rosters import ROSTERS, Roster
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.http.pacing import Paced
from pinge.realtime.feed import FEED
from pinge.realtime.hub import HUB

SQL = Queries("member_profiles")

AT_ONCE = 50  # conversations that are locked together
LEFT_OVER_EVERY = 10.0  # seconds between looks for what a process that is gone has not told
BEFORE_ALL = UUID(int=0)

PROFILES: web.AppKey[Paced[UUID]] = web.AppKey("PROFILES", Paced)


async def profiles(app: web.Application) -> AsyncIterator[None]:
    """Tell for as long as the service runs."""
    app[PROFILES] = Paced(_tell)
    async for _ in app[PROFILES].running(app):
        async for _ in repeated(app, tell_left_over, every=LEFT_OVER_EVERY):
            yield


def tell_members(app: web.Application, user_id: UUID) -> None:
    """Have everybody told soon, and once a second at most."""
    app[PROFILES].touch(user_id)


async def tell_left_over(app: web.Application) -> None:
    """Tell what is due where nobody else does."""
    rows = await SQL.people_due.rows(app[POOL])
    app[PROFILES].touch(*(row["user_id"] for row in rows))


async def _tell(app: web.Application, user_ids: list[UUID]) -> None:
    for user_id in user_ids:
        rev = await SQL.profile_rev.value(app[POOL], user_id=user_id)
        after: UUID | None = BEFORE_ALL
        while after is not None:
            after = await _tell_some(app, user_id, after)
        await SQL.settle_profile.run(app[POOL], user_id=user_id, rev=rev)


async def _tell_some(app: web.Application, user_id: UUID, after: UUID) -> UUID | None:
    """Tell the next conversations after this one; the last of them, None when there are no more."""
    async with transaction(app) as tx:
        locked = await SQL.lock_some_of.rows(tx, user_id=user_id, after=after, limit=AT_ONCE)
        ids: list[UUID] = [row["conversation_id"] for row in locked]
        rows = await SQL.advance_profile.rows(tx, user_id=user_id, conversation_ids=ids)
    rosters = await app[ROSTERS].at_least(
        {row["conversation_id"]: row["roster_rev"] for row in rows}
    )
    for row in rows:
        roster = rosters.get(row["conversation_id"])
        present = roster.user_ids if roster is not None else ()
        telling = partial(_deliver, app, row, roster)
        app[FEED].tell(row["conversation_id"], row["rev"], present, telling)
    return ids[-1] if len(ids) == AT_ONCE else None


def _deliver(app: web.Application, row: asyncpg.Record, roster: Roster | None) -> None:
    """Tell who is in it; those blocked hear nothing between two, and in a group what they must."""
    if roster is None:
        return
    updated, blocked_ids = MemberUpdated.of(row), set(row["blocked_ids"])
    app[HUB].deliver(updated, (user for user in roster.user_ids if user not in blocked_ids))
    if blocked_ids and roster.kind == "group":
        app[HUB].deliver(updated.for_blocked(), blocked_ids.intersection(roster.user_ids))
