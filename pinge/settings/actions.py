"""What can be done with settings, free of HTTP; and what the other features ask of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, replace
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.database.pool import transaction
from pinge.database.queries import Connection, Database, Queries
from pinge.errors import BadRequest, Blocked, NotContacts, NotMember, NotTaken
from pinge.http.caller import Caller
from pinge.realtime.following import LARGE
from pinge.realtime.telling import tell_user
from pinge.settings.choices import ConversationSettings as ConversationSettings
from pinge.settings.choices import UserSettings as UserSettings
from pinge.settings.events import ConversationSettingsUpdated, SettingsUpdated
from pinge.settings.policy import TABLE, Act, Relation
from pinge.settings.policy import Reason as Reason
from pinge.settings.policy import should_notify as should_notify  # for those who notify

SQL = Queries("settings")

DEFAULTS = UserSettings()
NOTHING = "There is nothing to change."

# What conversations, which are locked, are told of somebody who turned `sends_receipts`: read in
# the transaction, told after it. `messages` brings it.
Retelling = Callable[[web.Application], Awaitable[None]]
Turned = Callable[[Connection, list[UUID], list[UUID]], Awaitable[Retelling]]
TURNED: web.AppKey[Turned] = web.AppKey("TURNED")


async def of_users(db: Database, user_ids: Iterable[UUID]) -> dict[UUID, UserSettings]:
    """The settings of each of these, in one query by their key; nothing is remembered."""
    wanted = list(user_ids)
    rows = await SQL.settings_of.rows(db, user_ids=wanted)
    return dict.fromkeys(wanted, DEFAULTS) | {row["user_id"]: UserSettings.of(row) for row in rows}


async def of_user(db: Database, user_id: UUID) -> UserSettings:
    """The settings of one."""
    return (await of_users(db, [user_id]))[user_id]


def must_take(
    who_may_write: str | None,
    *,
    is_contact: bool,
    only_contacts: bool,
    blocks: bool,
    is_blocked: bool,
) -> None:
    """Blocked, NotContacts or NotTaken where somebody with this setting takes nothing of another.

    As append_messages judges it: `only_contacts` is the server's word, and the stricter one holds;
    `blocks` is that the one who writes blocks the other, `is_blocked` that the other blocks them.
    """
    relation = Relation.CONTACT if is_contact else Relation.STRANGER
    if blocks:
        raise Blocked
    if only_contacts and not is_contact:
        raise NotContacts
    if relation not in TABLE[Act.WRITE][who_may_write or "everyone"]:
        raise NotTaken if who_may_write == "nobody" else NotContacts
    if is_blocked:
        raise NotTaken


async def update(app: web.Application, caller: Caller, **changes: object) -> UserSettings:
    """Change what is named; the whole of it comes back."""
    if not changes:
        raise BadRequest(NOTHING)
    locked: list[asyncpg.Record] = []
    retelling: Retelling | None = None
    async with transaction(app) as tx:
        if "sends_receipts" in changes:
            locked = await SQL.lock_conversations_of.rows(tx, user_id=caller.user_id, large=LARGE)
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        before = await of_user(tx, caller.user_id)
        settings = replace(before, **changes)  # type: ignore[arg-type]
        await SQL.save_settings.run(tx, user_id=caller.user_id, rev=rev, **asdict(settings))
        if settings.sends_receipts != before.sends_receipts:
            conversation_ids = [row["conversation_id"] for row in locked]
            retelling = await app[TURNED](tx, [caller.user_id], conversation_ids)
    tell_user(app, caller.user_id, SettingsUpdated(user_rev=rev, **asdict(settings)))
    if retelling is not None:
        await retelling(app)
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
    """Change what is named, for a member; the whole of it comes back. Twice is as good as once."""
    async with transaction(app) as tx:
        await SQL.lock_conversation.row(tx, conversation_id=conversation_id)
        before = await of_conversation(tx, caller, conversation_id)
        if not changes:
            raise BadRequest(NOTHING)
        settings = replace(before, **changes)  # type: ignore[arg-type]
        if settings == before:
            return before
        where = {"conversation_id": conversation_id, **asdict(settings)}
        del where["archived_seq"]  # which is given by where it stands
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        archived_seq = await SQL.save_conversation_settings.value(
            tx, user_id=caller.user_id, rev=rev, **where
        )
    where["archived_seq"] = archived_seq
    tell_user(app, caller.user_id, ConversationSettingsUpdated(user_rev=rev, **where))
    return replace(settings, archived_seq=archived_seq)


async def unmark(
    tx: Connection, user_id: UUID, conversation_ids: list[UUID]
) -> list[ConversationSettingsUpdated]:
    """Mark these unread no longer, because they are read; what to tell of it after the commit."""
    where = {"user_id": user_id, "conversation_ids": conversation_ids}
    marked = await SQL.marked_unread.rows(tx, **where)
    if not marked:
        return []
    where["conversation_ids"] = [row["conversation_id"] for row in marked]
    rev = (await accounts.touch(tx, user_id))[user_id]
    rows = await SQL.unmark.rows(tx, **where, rev=rev)
    return [ConversationSettingsUpdated.of(row) for row in rows]


def tell_unmarked(
    app: web.Application, user_id: UUID, unmarked: list[ConversationSettingsUpdated]
) -> None:
    """Tell one's devices what `unmark` gave."""
    if unmarked:
        tell_user(app, user_id, *unmarked)
