"""Telling a group what happens to it, each change in its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.conversations.events import GroupJoined, MembersAdded
from pinge.conversations.rosters import ROSTERS, Roster
from pinge.realtime.events import ConversationEvent
from pinge.realtime.feed import FEED
from pinge.realtime.hub import HUB


def tell(
    app: web.Application,
    event: ConversationEvent,
    present: Iterable[UUID],
    more: Sequence[ConversationEvent] = (),
) -> None:
    """Tell those who are in it at this rev, and `more` of the same; and remember who is."""
    member_ids = tuple(present)
    app[ROSTERS].learn(event.conversation_id, Roster("group", event.rev, member_ids))

    def telling() -> None:
        for told in (event, *more):
            app[HUB].deliver(told, member_ids)

    app[FEED].tell(event.conversation_id, event.rev, member_ids, telling)


def tell_and_part(
    app: web.Application,
    event: ConversationEvent,
    staying: Iterable[UUID],
    leaving: Iterable[UUID],
    more: Sequence[ConversationEvent] = (),
) -> None:
    """Tell those who stay, `more` too, and, for the last time, those who do not."""
    member_ids, former_ids = tuple(staying), tuple(leaving)
    app[ROSTERS].learn(event.conversation_id, Roster("group", event.rev, member_ids))
    everybody = (*member_ids, *former_ids)

    def telling() -> None:
        app[HUB].deliver(event, everybody)
        for user_id in former_ids:
            app[FEED].forget(event.conversation_id, user_id)
        for told in more:
            app[HUB].deliver(told, member_ids)

    app[FEED].tell(event.conversation_id, event.rev, everybody, telling)


def tell_added(
    app: web.Application,
    group: asyncpg.Record,
    seated: list[asyncpg.Record],
    present: Iterable[UUID],
    *,
    rev: int,
    last_seq: int,
    notes: Sequence[ConversationEvent],
) -> None:
    """Welcome each who is new, and tell everybody of them."""
    group_id, member_ids = group["group_id"], tuple(present)
    members = [dict(row) for row in seated]
    welcomes = {
        row["user_id"]: GroupJoined(
            conversation_id=group_id,
            rev=rev,
            group=dict(group),
            role=row["role"],
            last_seq=last_seq,
        )
        for row in seated
    }
    added = MembersAdded(conversation_id=group_id, rev=rev, members=members)

    def telling() -> None:
        # Again: one who was removed a moment ago may have been forgotten since.
        app[FEED].begin(group_id, last_seq, rev, welcomes)
        for user_id, joined in welcomes.items():
            app[HUB].deliver(joined, (user_id,))
        if rev > 1:  # those who were in it from the start need not be told of each other
            app[HUB].deliver(added, member_ids)
        for told in notes:
            app[HUB].deliver(told, member_ids)

    app[ROSTERS].learn(group_id, Roster("group", rev, member_ids))
    app[FEED].seat(group_id, last_seq, rev - 1, tuple(welcomes))
    app[FEED].tell(group_id, rev, member_ids, telling)
