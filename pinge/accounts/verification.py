"""Proving that an address is the user's: asked for on registering, and again on request."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts import letters, links
from pinge.database.pool import transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import DeadLink
from pinge.mail import outbox

SQL = Queries("accounts")


async def ask(app: web.Application, tx: Connection, user_id: UUID, email: str) -> None:
    """Mail a new user a link that proves their address."""
    link = await links.make(app, tx, links.VERIFY, user_id, email)
    await outbox.post(app, tx, letters.verify(email, link))


async def ask_again(app: web.Application, *, email: str) -> None:
    """The same once more; nobody learns whether the address is anybody's, or proved."""

    def is_unproved(user: asyncpg.Record) -> bool:
        return not user["email_is_verified"]

    await links.mail(app, links.VERIFY, letters.verify, email, only=is_unproved)


async def verify(app: web.Application, *, token: str) -> None:
    """Take an address for proved; DeadLink when it is no longer the user's."""
    user_id = await links.user_of(app, links.VERIFY, token)
    async with transaction(app) as tx:
        await SQL.lock_users.rows(tx, user_ids=[user_id])
        taken = await links.take(tx, links.VERIFY, token)
        if not await SQL.verify_email.run(tx, user_id=user_id, email=taken["email"]):
            raise DeadLink
