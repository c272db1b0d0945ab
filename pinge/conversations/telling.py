"""What those hear who are let into a group, and those who were there before."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.conversations.events import GroupJoined, MembersAdded
from pinge.realtime.hub import HUB


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
    app[HUB].deliver(added, present)


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
