"""Telling a group what happens to it.

Nothing is waited for between a commit and its event, so that hardly ever a later change is heard
before an earlier one; `rev` says which was which.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.conversations.events import GroupEvent, GroupJoined, MembersAdded
from pinge.conversations.rosters import ROSTERS, Roster
from pinge.realtime.hub import HUB


def tell(app: web.Application, event: GroupEvent, present: Iterable[UUID], *others: UUID) -> None:
    """Tell those who are in it at this rev, and these; and remember who is."""
    member_ids = tuple(present)
    app[ROSTERS].learn(event.conversation_id, Roster("group", event.rev, member_ids))
    app[HUB].deliver(event, (*member_ids, *others))


def tell_added(
    app: web.Application,
    group: asyncpg.Record,
    seated: list[asyncpg.Record],
    present: Iterable[UUID],
    *,
    rev: int,
    last_seq: int,
) -> None:
    """Welcome each who is new, and tell everybody of them."""
    for row in seated:
        welcome(app, group, row, rev=rev, last_seq=last_seq)
    added = MembersAdded(
        conversation_id=group["group_id"], rev=rev, members=[dict(row) for row in seated]
    )
    tell(app, added, present)


def welcome(
    app: web.Application, group: asyncpg.Record, seated: asyncpg.Record, *, rev: int, last_seq: int
) -> None:
    """Tell somebody what they are in now."""
    joined = GroupJoined(
        conversation_id=group["group_id"],
        rev=rev,
        group=dict(group),
        role=seated["role"],
        last_seq=last_seq,
    )
    app[HUB].deliver(joined, [seated["user_id"]])
