"""A new password for whoever forgot the old one and reads the mail of the account."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from aiohttp import web

from pinge.accounts import letters, links
from pinge.accounts.ending import end_sessions, tell_ended
from pinge.accounts.passwords import PASSWORDS, refuse_weak
from pinge.accounts.profiles import touch
from pinge.accounts.proving import take_back
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.config import SETTINGS, Settings
from pinge.database.pool import transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import DeadLink
from pinge.http.limits import LIMITER
from pinge.mail import outbox

SQL = Queries("accounts")

FORGOT_PAGE = "/mail/forgot"
EVER = datetime.fromtimestamp(0, UTC)  # since when there are accounts, and longer


async def reset_link(settings: Settings, tx: Connection, user_id: UUID, email: str) -> str:
    """A link to choose a new password with, for who runs the server to hand over."""
    return await links.make_for(settings, tx, links.RESET, user_id, email)


async def forgot(app: web.Application, *, email: str) -> None:
    """Mail a link to choose a new password; nobody learns whether the address is anybody's."""
    await links.mail(app, links.RESET, letters.reset, email, only=lambda user: True)


async def reset(app: web.Application, *, token: str, password: str) -> None:
    """Set the password, and log everybody out; a password that is refused costs no link.

    Who opened the link reads the mail of this address, so it is proved. If it was not before, then
    anybody may have registered it, and no way in that they left is good any more.
    """
    refuse_weak(password)
    user_id = await links.user_of(app, links.RESET, token)
    password_hash = await app[PASSWORDS].hashed(password)
    async with transaction(app) as tx:
        rev = (await touch(tx, user_id))[user_id]
        email = (await links.take(tx, links.RESET, token))["email"]
        was_proved = await SQL.is_email_proved.value(tx, user_id=user_id)
        if not was_proved:
            await take_back(tx, user_id, rev=rev, since=EVER)
        proved = {"user_id": user_id, "email": email, "password_hash": password_hash}
        if not await SQL.reset_password.run(tx, **proved):
            raise DeadLink
        await links.void(tx, user_id)
        await audit.record(tx, Kind.PASSWORD_RESET, user_id=user_id, was_proved=was_proved)
        ended = await end_sessions(tx, user_id, rev=rev)
        forgot_page = outbox.link(app[SETTINGS], FORGOT_PAGE)
        await outbox.post(app, tx, letters.password_changed(email, forgot_page))
    await app[LIMITER].forgive("login-account", email)
    tell_ended(app, user_id, ended)
    outbox.posted(app)
