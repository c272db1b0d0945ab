"""Links in mails: each stands for one act, once, and for a while.

What is in the mail is 256 random bits; the database keeps their SHA-256, so it opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import emails
from pinge.config import SETTINGS, Settings
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import DeadLink
from pinge.http.background import repeated
from pinge.mail import outbox
from pinge.mail.letters import Letter

SQL = Queries("accounts")

TOKEN_BYTES = 32
HOUR = 3600
SWEPT_EVERY = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a link is for, the page it leads to, and the seconds it is good for."""

    name: str
    page: str
    lifetime: int


VERIFY = Purpose("verify_email", "/mail/verify", 24 * HOUR)
RESET = Purpose("reset_password", "/mail/reset", HOUR)
CONFIRM = Purpose("confirm_email", "/mail/confirm", 24 * HOUR)
REVERT = Purpose("revert_email", "/mail/revert", 7 * 24 * HOUR)


async def make(
    app: web.Application, tx: Connection, purpose: Purpose, user_id: UUID, email: str
) -> str:
    """A new link about an address; where there is no such user it leads nowhere."""
    return await make_for(app[SETTINGS], tx, purpose, user_id, email)


async def make_for(
    settings: Settings, tx: Connection, purpose: Purpose, user_id: UUID, email: str
) -> str:
    """As make, where nothing serves."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await SQL.insert_mail_token.run(
        tx,
        digest=_digest(token),
        user_id=user_id,
        purpose=purpose.name,
        email=email,
        seconds=purpose.lifetime,
    )
    return outbox.link(settings, purpose.page, token)


async def mail(
    app: web.Application,
    purpose: Purpose,
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
        link = await make(app, tx, purpose, user_id, address)
        await outbox.post(app, tx, letter(address, link), to_nobody=user is None)
    outbox.posted(app)


async def user_of(app: web.Application, purpose: Purpose, token: str) -> UUID:
    """Whose link it is, not yet used; DeadLink when it leads nowhere.

    It is not used before its user is locked, as whoever voids their links has locked them first.
    """
    asked = {"digest": _digest(token), "purpose": purpose.name}
    user_id: UUID | None = await SQL.user_of_mail_token.value(app[POOL], **asked)
    if user_id is None:
        raise DeadLink
    return user_id


async def take(tx: Connection, purpose: Purpose, token: str) -> asyncpg.Record:
    """Use a link up: about which address it was; DeadLink when it leads nowhere by now."""
    taken = await SQL.take_mail_token.row(tx, digest=_digest(token), purpose=purpose.name)
    if taken is None:
        raise DeadLink
    return taken


async def void(tx: Connection, user_id: UUID) -> None:
    """Take the life of a user's links, but not of those that give a stolen account back."""
    await SQL.void_mail_tokens.run(tx, user_id=user_id)


async def mail_tokens(app: web.Application) -> AsyncIterator[None]:
    """Forget expired links now and then."""
    async for _ in repeated(app, forget_expired, every=SWEPT_EVERY):
        yield


async def forget_expired(app: web.Application) -> None:
    """Delete the links that are good no more."""
    await SQL.delete_expired_mail_tokens.run(app[POOL])


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
