"""Reading the changes that are no new messages: of conversations, and of users."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from pinge.database.queries import Database, Queries
from pinge.sync.news import (
    News,
    of_contacts,
    of_description,
    of_members,
    of_partings,
    of_receipts,
    of_requests,
)

SQL = Queries("sync")


@dataclass(slots=True)
class Changed:
    """What changed in a conversation besides what was said, and whose membership did."""

    news: list[News] = field(default_factory=list)
    members: list[asyncpg.Record] = field(default_factory=list)


async def of_conversations(db: Database, revs: dict[UUID, int]) -> dict[UUID, Changed]:
    """What changed in each of these conversations after its rev."""
    positions = {"conversation_ids": list(revs), "revs": list(revs.values())}
    now = await SQL.conversations.rows(db, conversation_ids=list(revs))
    members = await SQL.members_since.rows(db, **positions)
    receipts = await SQL.receipts_since.rows(db, **positions)
    found = {key: Changed() for key in revs}
    for row in members:
        found[row["conversation_id"]].members.append(row)
    for row in receipts:
        found[row["conversation_id"]].news += of_receipts(row)
    for row in now:
        key = row["conversation_id"]
        if row["kind"] == "group":
            found[key].news += of_members(row, found[key].members, revs[key])
            found[key].news += of_description(row, revs[key])
    return found


async def of_users(db: Database, revs: dict[UUID, int]) -> dict[UUID, list[News]]:
    """What changed in each of these users' own things after their rev, in order."""
    positions = {"user_ids": list(revs), "revs": list(revs.values())}
    contacts = await SQL.own_contacts_since.rows(db, **positions)
    requests = await SQL.own_requests_since.rows(db, **positions)
    partings = await SQL.own_partings_since.rows(db, **positions)
    found: defaultdict[UUID, list[News]] = defaultdict(list)
    for piece in (*of_contacts(contacts), *of_requests(requests), *of_partings(partings)):
        assert piece.to is not None
        found[piece.to].append(piece)
    for news in found.values():
        news.sort(key=lambda piece: piece.rev)
    return found
