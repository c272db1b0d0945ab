"""What can be done with settings, free of HTTP; and what the other features ask of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from uuid import UUID

from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Database, Queries
from pinge.errors import NotContacts, NotMember, NotTaken
from pinge.http.caller import Caller
from pinge.realtime.telling import tell_user
from pinge.settings.choices import ConversationSettings as ConversationSettings
from pinge.settings.choices import UserSettings as UserSettings
from pinge.settings.events import ConversationSettingsUpdated, SettingsUpdated
from pinge.settings.policy import Act as Act  # the policy, for those who ask about it
from pinge.settings.policy import Relation as Relation
from pinge.settings.policy import may as may
from pinge.settings.policy import should_notify as should_notify

SQL = Queries("settings")

DEFAULTS = UserSettings()


async def of_users(db: Database, user_ids: Iterable[UUID]) -> dict[UUID, UserSettings]:
    """The settings of each of these, in one query by their key; nothing is remembered."""
    wanted = list(user_ids)
    rows = await SQL.settings_of.rows(db, user_ids=wanted)
    return dict.fromkeys(wanted, DEFAULTS) | {row["user_id"]: UserSettings.of(row) for row in rows}


async def of_user(db: Database, user_id: UUID) -> UserSettings:
    """The settings of one."""
    return (await of_users(db, [user_id]))[user_id]


async def relations(
    db: Database, viewer_id: UUID, user_ids: Iterable[UUID]
) -> dict[UUID, Relation]:
    """What the viewer is to each of these, who may exist or not."""
    rows = await SQL.relations.rows(db, viewer_id=viewer_id, user_ids=list(user_ids))
    return {
        row["user_id"]: Relation.ONESELF
        if row["user_id"] == viewer_id
        else Relation.CONTACT
        if row["is_contact"]
        else Relation.SHARED
        if row["is_shared"]
        else Relation.STRANGER
        for row in rows
    }


def must_take(who_may_write: str | None, *, is_contact: bool, only_contacts: bool) -> None:
    """NotContacts or NotTaken where somebody with this setting takes no messages of another.

    As append_messages judges it: `only_contacts` is the server's word, and the stricter one holds.
    """
    if not is_contact and (only_contacts or who_may_write == "contacts"):
        raise NotContacts
    if who_may_write == "nobody":
        raise NotTaken


async def update(app: web.Application, caller: Caller, **changes: object) -> UserSettings:
    """Change what is named; the whole of it comes back."""
    if not changes:
        return await of_user(app[POOL], caller.user_id)
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        settings = replace(await of_user(tx, caller.user_id), **changes)  # type: ignore[arg-type]
        values = asdict(settings)
        await SQL.save_settings.run(tx, user_id=caller.user_id, rev=rev, **values)
    tell_user(app, caller.user_id, SettingsUpdated(user_rev=rev, **values))
    return settings


async def of_conversation(
    db: Database, caller: Caller, conversation_id: UUID
) -> ConversationSettings:
    """What the caller has set for a conversation they are in, else NotMember."""
    row = await SQL.conversation_settings.row(
        db, conversation_id=conversation_id, user_id=caller.user_id
    )
    if row is None:
        raise NotMember("You are not in this conversation.")
    return ConversationSettings.of(row)


async def update_conversation(
    app: web.Application, caller: Caller, conversation_id: UUID, **changes: object
) -> ConversationSettings:
    """Change what is named, for a member; the whole of it comes back."""
    if not changes:
        return await of_conversation(app[POOL], caller, conversation_id)
    async with transaction(app) as tx:
        await SQL.lock_conversation.row(tx, conversation_id=conversation_id)
        before = await of_conversation(tx, caller, conversation_id)
        settings = replace(before, **changes)  # type: ignore[arg-type]
        where = {"conversation_id": conversation_id, **asdict(settings)}
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        await SQL.save_conversation_settings.run(tx, user_id=caller.user_id, rev=rev, **where)
    tell_user(app, caller.user_id, ConversationSettingsUpdated(user_rev=rev, **where))
    return settings
