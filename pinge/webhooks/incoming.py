"""Addresses by which programs write to a group."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import actions as accounts
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.config import SETTINGS
from pinge.conversations import actions as conversations
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.errors import NotFound, PingeError, TooManyWebhooks
from pinge.http import credentials
from pinge.http.caller import Caller
from pinge.http.limits import LIMITER
from pinge.mail import outbox
from pinge.messages import actions as messages
from pinge.webhooks import permitting

SQL = Queries("webhooks")

MOST = 20  # of one group
SECRET = "hook"  # noqa: S105 - what such secrets are called


async def make(
    app: web.Application, caller: Caller, group_id: UUID, *, name: str, password: str | None
) -> dict[str, object]:
    """A new webhook of a group of which the caller is an admin; its address is told here only.

    Its account is let in like anybody, and closed after that. Where a process dies in between, it
    is listed, and writes nothing as long as it is no member. Raises TooManyWebhooks, and what a
    proof does.
    """
    await conversations.must_be_admin(app, caller, group_id)
    proof = await permitting.prove(app, caller, password)
    webhook_id, secret = uuid7(), credentials.made(SECRET)
    async with transaction(app) as tx:
        await permitting.must_still_hold(tx, caller, proof)
        await SQL.insert_webhook_account.run(
            tx, webhook_id=webhook_id, username=name, password_hash=accounts.no_password(app)
        )
        made = await SQL.insert_webhook.run(
            tx,
            webhook_id=webhook_id,
            conversation_id=group_id,
            digest=credentials.digest(secret),
            created_by=caller.user_id,
            most=MOST,
        )
        if not made:
            raise TooManyWebhooks
        await audit.record(tx, Kind.WEBHOOK_MADE, user_id=caller.user_id, webhook_id=webhook_id)
    try:
        await conversations.add_members(app, caller, group_id, user_ids=[webhook_id])
    except PingeError:
        await _retire(app, group_id, webhook_id)
        raise
    await SQL.close_webhook_account.run(app[POOL], webhook_id=webhook_id)
    rows = await SQL.webhooks_of.rows(app[POOL], conversation_id=group_id)
    webhook = next((row for row in rows if row["webhook_id"] == webhook_id), None)
    if webhook is None:  # another admin ended it already
        raise NotFound("There is no such webhook.")
    url = outbox.link(app[SETTINGS], f"/webhooks/{webhook_id}/{secret}")
    return {**webhook, "url": url}


async def webhooks(app: web.Application, caller: Caller, group_id: UUID) -> list[asyncpg.Record]:
    """The webhooks of a group, for its admins."""
    await conversations.must_be_admin(app, caller, group_id)
    return await SQL.webhooks_of.rows(app[POOL], conversation_id=group_id)


async def revoke(app: web.Application, caller: Caller, group_id: UUID, webhook_id: UUID) -> None:
    """End it: its address is good for nothing, and who was seen to write is out."""
    await conversations.must_be_admin(app, caller, group_id)
    if not await _retire(app, group_id, webhook_id):
        raise NotFound("There is no such webhook.")
    with suppress(NotFound):  # somebody took it out before
        await conversations.remove_member(app, caller, group_id, webhook_id)


async def post(
    app: web.Application, webhook_id: UUID, secret: str, *, content: str, client_id: UUID | None
) -> dict[str, object]:
    """Say something in its group; NotFound unless it is the secret, else as members are refused."""
    webhook = await SQL.webhook.row(
        app[POOL], webhook_id=webhook_id, digest=credentials.digest(secret)
    )
    if webhook is None:
        raise NotFound("There is no such webhook.")
    await app[LIMITER].spend("webhook-messages", str(webhook_id))
    named = (webhook["username"], webhook["email"], webhook["profile_rev"])
    sender = Caller(webhook_id, webhook_id, *named, scopes=frozenset())
    group_id = webhook["conversation_id"]
    written = await (
        await messages.send_to_group(
            app, sender, group_id=group_id, content=content, client_id=client_id
        )
    )
    if webhook["is_news"]:
        await SQL.use_webhook.run(app[POOL], webhook_id=webhook_id)
    return {
        "message_id": written.draft.message_id,
        "conversation_id": group_id,
        "seq": written.seq,
        "sent_at": written.sent_at,
    }


async def _retire(app: web.Application, group_id: UUID, webhook_id: UUID) -> bool:
    """Let its secret be good for nothing; False when the group has no such webhook."""
    where = {"webhook_id": webhook_id, "conversation_id": group_id}
    async with transaction(app) as tx:
        found = await SQL.delete_webhook.run(tx, **where) > 0
        if found:
            await SQL.retire_webhook_account.run(tx, webhook_id=webhook_id)
    return found
