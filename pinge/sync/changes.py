"""Reading the changes that are no new messages: of conversations, and of users."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from pinge.database.queries import Database, Queries, Query
from pinge.sync.news import News, Rows
from pinge.sync.news.blocks import of_blocks, of_message_requests
from pinge.sync.news.bots import of_bots
from pinge.sync.news.contacts import of_contacts, of_partings, of_requests
from pinge.sync.news.drafts import of_drafts, of_scheduled
from pinge.sync.news.groups import of_description, of_members, of_system_messages
from pinge.sync.news.marks import of_pins, of_reactions, of_stars
from pinge.sync.news.messages import of_changed, of_hidden, of_receipts
from pinge.sync.news.profiles import of_own_profiles, of_profiles
from pinge.sync.news.sessions import of_sessions
from pinge.sync.news.settings import of_conversation_settings, of_settings
from pinge.sync.news.subscriptions import of_subscriptions
from pinge.sync.news.tokens import of_tokens
from pinge.sync.news.ways_in import of_passkeys, of_second_factors

SQL = Queries("sync")
OWN_SQL = Queries("sync_own")

# What is read after a rev, and what it is news of; each feature has a line for each of its things.
Reading = tuple[Query, Callable[[Rows], Iterator[News]]]

OWN: tuple[Reading, ...] = (  # of users, by their rev
    (OWN_SQL.own_contacts_since, of_contacts),
    (OWN_SQL.own_requests_since, of_requests),
    (OWN_SQL.own_partings_since, of_partings),
    (OWN_SQL.own_blocks_since, of_blocks),
    (OWN_SQL.own_message_requests_since, of_message_requests),
    (OWN_SQL.own_hidden_since, of_hidden),
    (OWN_SQL.own_stars_since, of_stars),
    (OWN_SQL.own_profiles_since, of_own_profiles),
    (OWN_SQL.own_sessions_since, of_sessions),
    (OWN_SQL.own_tokens_since, of_tokens),
    (OWN_SQL.own_bots_since, of_bots),
    (OWN_SQL.own_subscriptions_since, of_subscriptions),
    (OWN_SQL.own_second_factors_since, of_second_factors),
    (OWN_SQL.own_passkeys_since, of_passkeys),
    (OWN_SQL.own_settings_since, of_settings),
    (OWN_SQL.own_conversation_settings_since, of_conversation_settings),
    (OWN_SQL.own_drafts_since, of_drafts),
    (OWN_SQL.own_scheduled_since, of_scheduled),
)
SHARED: tuple[Reading, ...] = (  # of conversations, by theirs
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
    """What changed in each of these conversations after its rev."""
    positions = {"conversation_ids": list(revs), "revs": list(revs.values())}
    found = {key: Changed() for key in revs}
    now = await SQL.conversations.rows(db, conversation_ids=list(revs))
    for row in await SQL.members_since.rows(db, **positions):
        found[row["conversation_id"]].members.append(row)
    for query, news_of in SHARED:
        for row in await query.rows(db, **positions):
            found[row["conversation_id"]].news += news_of((row,))
    for row in now:
        key = row["conversation_id"]
        if row["kind"] == "group":
            found[key].news += of_members(row, found[key].members, revs[key])
            found[key].news += of_description(row, revs[key])
    return found


async def of_users(db: Database, revs: dict[UUID, int]) -> dict[UUID, list[News]]:
    """What changed in each of these users' own things after their rev, in order."""
    positions = {"user_ids": list(revs), "revs": list(revs.values())}
    found: defaultdict[UUID, list[News]] = defaultdict(list)
    for query, news_of in OWN:
        for piece in news_of(await query.rows(db, **positions)):
            assert piece.to is not None
            found[piece.to].append(piece)
    for news in found.values():
        news.sort(key=lambda piece: piece.rev)
    return found
