"""Reading the changes of what is people's own."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from pinge.database.queries import Database, Queries
from pinge.sync.changes import Reading
from pinge.sync.news import News
from pinge.sync.news.blocks import of_blocks, of_message_requests
from pinge.sync.news.bots import of_bots
from pinge.sync.news.contacts import of_contacts, of_partings, of_requests
from pinge.sync.news.drafts import of_drafts, of_scheduled
from pinge.sync.news.marks import of_stars
from pinge.sync.news.messages import of_hidden
from pinge.sync.news.profiles import of_own_profiles
from pinge.sync.news.sessions import of_sessions
from pinge.sync.news.settings import of_conversation_settings, of_settings
from pinge.sync.news.subscriptions import of_subscriptions
from pinge.sync.news.tokens import of_tokens
from pinge.sync.news.ways_in import of_identities, of_passkeys, of_second_factors

SQL = Queries("sync_own")

OWN: tuple[Reading, ...] = (
    (SQL.own_contacts_since, of_contacts),
    (SQL.own_requests_since, of_requests),
    (SQL.own_partings_since, of_partings),
    (SQL.own_blocks_since, of_blocks),
    (SQL.own_message_requests_since, of_message_requests),
    (SQL.own_hidden_since, of_hidden),
    (SQL.own_stars_since, of_stars),
    (SQL.own_profiles_since, of_own_profiles),
    (SQL.own_sessions_since, of_sessions),
    (SQL.own_tokens_since, of_tokens),
    (SQL.own_bots_since, of_bots),
    (SQL.own_subscriptions_since, of_subscriptions),
    (SQL.own_second_factors_since, of_second_factors),
    (SQL.own_passkeys_since, of_passkeys),
    (SQL.own_identities_since, of_identities),
    (SQL.own_settings_since, of_settings),
    (SQL.own_conversation_settings_since, of_conversation_settings),
    (SQL.own_drafts_since, of_drafts),
    (SQL.own_scheduled_since, of_scheduled),
)


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
