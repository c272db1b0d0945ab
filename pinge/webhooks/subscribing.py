"""Who is told what: making, changing and ending subscriptions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import actions as accounts
from pinge.accounts.actions import Proved
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.bots import actions as bots
from pinge.conversations import actions as conversations
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import BadRequest, NotFound, TooManyWebhooks
from pinge.http import credentials
from pinge.http.caller import Caller
from pinge.http.outbound import OUTBOUND
from pinge.http.scopes import Scope
from pinge.realtime.telling import tell_user
from pinge.sealing import SEAL
from pinge.webhooks import permitting
from pinge.webhooks.courier import COURIER
from pinge.webhooks.events import SubscriptionDeleted, SubscriptionUpdated
from pinge.webhooks.signing import SECRET, place

SQL = Queries("subscriptions")

MOST = 20  # of one owner
MOST_LISTED = 100  # deliveries


async def make(
    app: web.Application,
    caller: Caller,
    *,
    url: str,
    events: list[str],
    bot_id: UUID | None,
    conversation_id: UUID | None,
    password: str | None,
) -> dict[str, object]:
    """A new subscription, from now on; the secret that signs what it is told is told here only.

    Raises BadRequest for a URL that is not called, TooManyWebhooks, what a proof does, and what a
    bot of others or a group that the caller is no admin of does.
    """
    app[OUTBOUND].checked(url)
    if bot_id is not None:
        await bots.must_own(app, caller, bot_id)
    elif conversation_id is not None:
        await conversations.must_be_admin(app, caller, conversation_id)
    proof = await _permit(app, caller, password)
    secret = credentials.made(SECRET)
    about = {"url": url, "events": sorted(set(events)), "conversation_id": conversation_id}
    async with transaction(app) as tx:
        rev = await _touch(tx, caller, proof)
        subscription_id = await _insert(app, tx, caller, bot_id, rev, secret, about)
        await SQL.begin_from_now.run(tx, subscription_id=subscription_id)
        subscription = await _one(tx, caller.user_id, subscription_id)
        await _note(app, tx, caller, Kind.SUBSCRIPTION_MADE, subscription_id)
    accounts.warned(app)
    _tell(app, caller.user_id, subscription, rev)
    return {**subscription, "secret": secret}


async def subscriptions(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """The caller's subscriptions, the oldest first."""
    return await SQL.subscriptions_of.rows(app[POOL], owner_id=caller.user_id)


async def change(
    app: web.Application,
    caller: Caller,
    subscription_id: UUID,
    *,
    password: str | None,
    **changes: Any,
) -> asyncpg.Record:
    """Change what is named; one that is enabled again is told from now on.

    Takes as much as to make one, unless it is to be told nothing.
    """
    if not changes:
        raise BadRequest("There is nothing to change.")
    if "url" in changes:
        app[OUTBOUND].checked(changes["url"])
    is_free = changes == {"is_enabled": False}
    proof = None if is_free else await _permit(app, caller, password)
    async with transaction(app) as tx:
        rev = await _touch(tx, caller, proof)
        before = await _one(tx, caller.user_id, subscription_id)
        was_enabled = before["disabled_at"] is None
        is_enabled = changes.get("is_enabled", was_enabled)
        if is_enabled and not was_enabled:
            await SQL.begin_from_now.run(tx, subscription_id=subscription_id)
        await SQL.update_subscription.run(
            tx,
            subscription_id=subscription_id,
            rev=rev,
            url=changes.get("url", before["url"]),
            events=sorted(set(changes.get("events", before["events"]))),
            is_enabled=is_enabled,
            session_id=_until(caller),
        )
        subscription = await _one(tx, caller.user_id, subscription_id)
        if not is_free:
            await _note(app, tx, caller, Kind.SUBSCRIPTION_CHANGED, subscription_id)
    accounts.warned(app)
    _tell(app, caller.user_id, subscription, rev)
    return subscription


async def delete(app: web.Application, caller: Caller, subscription_id: UUID) -> None:
    """Tell it nothing any more; NotFound when it is none of the caller's."""
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        if not await SQL.delete_subscription.run(
            tx, owner_id=caller.user_id, subscription_id=subscription_id, rev=rev
        ):
            raise NotFound("You have no such subscription.")
    deleted = SubscriptionDeleted(subscription_id=subscription_id, user_rev=rev)
    tell_user(app, caller.user_id, deleted)


async def deliveries(
    app: web.Application, caller: Caller, subscription_id: UUID
) -> list[asyncpg.Record]:
    """What came of telling it lately, the latest first; NotFound unless it is the caller's."""
    which = {"subscription_id": subscription_id}
    if not await SQL.owns_subscription.value(app[POOL], owner_id=caller.user_id, **which):
        raise NotFound("You have no such subscription.")
    return await SQL.deliveries_of.rows(app[POOL], **which, limit=MOST_LISTED)


async def _permit(app: web.Application, caller: Caller, password: str | None) -> Proved | None:
    """The proof of a login; a token has to be one that may read what is told."""
    caller.must_have(Scope.MESSAGES_READ)
    return await permitting.prove(app, caller, password)


async def _touch(tx: Connection, caller: Caller, proof: Proved | None) -> int:
    """The caller's next rev, whose proof holds still."""
    rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
    await permitting.must_still_hold(tx, caller, proof)
    return rev


def _until(caller: Caller) -> UUID | None:
    """The session with which it ends, where a token asks for it."""
    return caller.session_id if caller.scopes is not None else None


async def _insert(
    app: web.Application,
    tx: Connection,
    caller: Caller,
    bot_id: UUID | None,
    rev: int,
    secret: str,
    about: dict[str, Any],
) -> UUID:
    """The id of a new one; TooManyWebhooks."""
    subscription_id = uuid7()
    made = await SQL.insert_subscription.run(
        tx,
        subscription_id=subscription_id,
        user_id=bot_id or caller.user_id,
        owner_id=caller.user_id,
        rev=rev,
        secret=app[SEAL].seal(place(subscription_id), secret.encode()),
        session_id=_until(caller),
        most=MOST,
        **about,
    )
    if not made:
        raise TooManyWebhooks
    return subscription_id


async def _note(
    app: web.Application, tx: Connection, caller: Caller, kind: Kind, subscription_id: UUID
) -> None:
    """Write it down, and to whoever is logged in; of a token they had a mail before."""
    await audit.record(tx, kind, user_id=caller.user_id, subscription_id=subscription_id)
    if caller.scopes is None:
        what = "an address elsewhere is told from now on what is said to you, or to a bot of yours"
        await accounts.warn(app, tx, caller.email, what)


async def _one(tx: Connection, owner_id: UUID, subscription_id: UUID) -> asyncpg.Record:
    found = await SQL.subscription_of.row(tx, owner_id=owner_id, subscription_id=subscription_id)
    if found is None:
        raise NotFound("You have no such subscription.")
    return found


def _tell(app: web.Application, owner_id: UUID, subscription: asyncpg.Record, rev: int) -> None:
    app[COURIER].look_again()
    tell_user(app, owner_id, SubscriptionUpdated(subscription=dict(subscription), user_rev=rev))
