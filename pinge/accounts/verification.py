"""Proving that an address is the user's: asked for on registering, and again on request."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import emails, letters, links
from pinge.database.pool import transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import DeadLink
from pinge.mail import outbox
from pinge.mail.letters import Letter

SQL = Queries("accounts")


async def ask(app: web.Application, tx: Connection, user_id: UUID, email: str) -> None:
    """Mail a new user a link that proves their address."""
    link = await links.make(app, tx, links.VERIFY, user_id, email)
    await outbox.post(app, tx, letters.verify(email, link))


async def ask_again(app: web.Application, *, email: str) -> None:
    """The same once more; nobody learns whether the address is anybody's, or proved."""

    def is_unproved(user: asyncpg.Record) -> bool:
        return not user["email_is_verified"]

    await mail_link(app, links.VERIFY, letters.verify, email, only=is_unproved)


async def verify(app: web.Application, *, token: str) -> None:
    """Take an address for proved; DeadLink when it is no longer the user's."""
    user_id = await links.user_of(app, links.VERIFY, token)
    async with transaction(app) as tx:
        await SQL.lock_users.rows(tx, user_ids=[user_id])
        taken = await links.take(tx, links.VERIFY, token)
        if not await SQL.verify_email.run(tx, user_id=user_id, email=taken["email"]):
            raise DeadLink


async def mail_link(
    app: web.Application,
    purpose: links.Purpose,
    letter: Callable[[str, str], Letter],
    email: str,
    *,
    only: Callable[[asyncpg.Record], bool],
) -> None:
    """Mail a link to whoever has this address, if it is for them.

    For any other address just the same is done, down to a mail that is written and never goes:
    neither the answer nor the time it takes tells anything.
    """
    outbox.refuse_if_off(app)
    address = emails.looked_up_form(email)
    await outbox.spend(app, purpose.name, address)
    async with transaction(app) as tx:
        user = await SQL.user_by_email.row(tx, email=address)
        if user is None or not user["is_active"] or not only(user):
            user = None
        user_id = uuid7() if user is None else user["user_id"]
        link = await links.make(app, tx, purpose, user_id, address)
        await outbox.post(app, tx, letter(address, link), to_nobody=user is None)
    outbox.posted(app)
