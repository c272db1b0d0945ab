"""Changing one's e-mail address: the new one agrees first, the old one may take it back."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts import emails, letters, links
from pinge.accounts.ending import end_sessions, tell_ended
from pinge.accounts.passwords import PASSWORDS
from pinge.accounts.profiles import changing_profile, touch
from pinge.accounts.proving import must_still_hold, prove, take_back
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Database, Queries
from pinge.errors import DeadLink, EmailTaken
from pinge.http.caller import Caller
from pinge.mail import outbox

SQL = Queries("accounts")


async def ask(app: web.Application, caller: Caller, *, email: str, password: str | None) -> None:
    """Mail the new address a link that makes it the caller's; before that nothing changes."""
    outbox.refuse_if_off(app)
    address = emails.registered_form(email)
    proved = await prove(app, caller, password)
    await _refuse_taken(app[POOL], address, caller.user_id)
    await outbox.spend(app, links.CONFIRM.name, address)
    async with transaction(app) as tx:
        await SQL.lock_users.rows(tx, user_ids=[caller.user_id])
        await must_still_hold(tx, caller, proved)
        await SQL.void_former_changes.run(tx, user_id=caller.user_id)
        link = await links.make(app, tx, links.CONFIRM, caller.user_id, address)
        await outbox.post(app, tx, letters.confirm(address, link))
    outbox.posted(app)


async def confirm(app: web.Application, *, token: str) -> None:
    """Make the new address the user's, and tell the old one how to take it back."""
    user_id = await links.user_of(app, links.CONFIRM, token)
    async with changing_profile(app, user_id) as tx:
        new = (await links.take(tx, links.CONFIRM, token))["email"]
        was_proved = await SQL.is_email_proved.value(tx, user_id=user_id)
        old = await _move(tx, user_id, new)
        await audit.record(tx, Kind.EMAIL_CHANGED, user_id=user_id)
        await links.void(tx, user_id)
        link = await links.make(app, tx, links.REVERT, user_id, old)
        if not was_proved:
            await SQL.reach_back.run(tx, user_id=user_id)
        await outbox.post(app, tx, letters.changed(old, new, link))
    outbox.posted(app)


async def revert(app: web.Application, *, token: str) -> None:
    """Put the old address back, and whoever changed it out.

    They knew the password, so it works no more, nor does any other way in that came since, or ever
    if this address was not proved before: they may have registered it, to be changed out. Links
    that go back further than this one stay good, as the thief may have changed the address twice,
    and this link be theirs.
    """
    user_id = await links.user_of(app, links.REVERT, token)
    async with changing_profile(app, user_id) as tx:
        taken = await links.take(tx, links.REVERT, token)
        address = taken["email"]
        await _move(tx, user_id, address)
        await links.void(tx, user_id)
        await SQL.void_later_reverts.run(tx, user_id=user_id, created_at=taken["created_at"])
        await SQL.set_password.run(tx, user_id=user_id, password_hash=app[PASSWORDS].nobodys)
        await audit.record(tx, Kind.EMAIL_REVERTED, user_id=user_id)
        revs = await touch(tx, user_id)
        await take_back(tx, user_id, rev=revs[user_id], since=taken["created_at"])
        ended = await end_sessions(tx, user_id, rev=revs[user_id])
        link = await links.make(app, tx, links.RESET, user_id, address)
        await outbox.post(app, tx, letters.reverted(address, link))
    tell_ended(app, user_id, ended)
    outbox.posted(app)


async def _move(tx: Connection, user_id: UUID, address: str) -> str:
    """Give a user, who is locked, an address that is proved; the one they had."""
    await _refuse_taken(tx, address, user_id)
    profile = await SQL.profile.row(tx, user_id=user_id)
    assert profile is not None
    try:
        if not await SQL.set_email.run(tx, user_id=user_id, email=address):
            raise DeadLink
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "users_email_key":
            raise
        raise EmailTaken from None
    old: str = profile["email"]
    return old


async def _refuse_taken(db: Database, address: str, user_id: UUID) -> None:
    if await SQL.is_email_taken.value(db, email=address, user_id=user_id):
        raise EmailTaken
