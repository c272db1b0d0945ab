"""Reading the changes of conversations that are no new messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from pinge.database.queries import Database, Queries, Query
from pinge.sync.news import News, Rows
from pinge.sync.news.groups import of_description, of_members, of_system_messages
from pinge.sync.news.marks import of_pins, of_reactions
from pinge.sync.news.messages import of_changed, of_receipts
from pinge.sync.news.profiles import of_profiles

SQL = Queries("sync")

# What is read after a rev, and what it is news of; each feature has a line for each of its things.
Reading = tuple[Query, Callable[[Rows], Iterator[News]]]

SHARED: tuple[Reading, ...] = (
    (SQL.receipts_since, of_receipts),
    (SQL.messages_changed_since, of_changed),
    (SQL.reactions_since, of_reactions),
    (SQL.pins_since, of_pins),
    (SQL.profiles_since, of_profiles),
    (SQL.system_messages_since, of_system_messages),
)


@dataclass(slots=True)
class Changed:
    """What changed in a conversation besides what was said, and whose membership did."""

    news: list[News] = field(default_factory=list)
    members: list[asyncpg.Record] = field(default_factory=list)


async def of_conversations(db: Database, revs: dict[UUID, int]) -> dict[UUID, Changed]:
    """What changed in each of these conversations after its rev; who came and went stands first."""
    positions = {"conversation_ids": list(revs), "revs": list(revs.values())}
    found = {key: Changed() for key in revs}
    now = await SQL.conversations.rows(db, conversation_ids=list(revs))
    for row in await SQL.members_since.rows(db, **positions):
        found[row["conversation_id"]].members.append(row)
    for row in now:
        key = row["conversation_id"]
        if row["kind"] == "group":
            found[key].news += of_members(row, found[key].members, revs[key])
            found[key].news += of_description(row, revs[key])
    for query, news_of in SHARED:
        for row in await query.rows(db, **positions):
            found[row["conversation_id"]].news += news_of((row,))
    return found
