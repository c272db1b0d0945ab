"""What can be done with accounts, free of HTTP."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import emails, letters, links, verification
from pinge.accounts.closing import anonymise as anonymise  # for other features, as are those below
from pinge.accounts.closing import deactivate as deactivate
from pinge.accounts.closing import end_account as end_account
from pinge.accounts.closing import no_password as no_password
from pinge.accounts.device import Device as Device
from pinge.accounts.device import device_of as device_of
from pinge.accounts.emails import looked_up_form as looked_up_form
from pinge.accounts.ending import end_session, tell_ended
from pinge.accounts.ending import end_sessions as end_sessions
from pinge.accounts.logging_in import let_in as let_in
from pinge.accounts.logging_in import log_in as log_in
from pinge.accounts.passwords import PASSWORDS, refuse_weak
from pinge.accounts.profiles import change_profile as change_profile
from pinge.accounts.profiles import changing_profile as changing_profile
from pinge.accounts.profiles import lock as lock
from pinge.accounts.profiles import touch as touch
from pinge.accounts.proving import Proved as Proved
from pinge.accounts.proving import has_password as has_password
from pinge.accounts.proving import must_still_hold as must_still_hold
from pinge.accounts.proving import prove as prove
from pinge.accounts.proving import prove_by_factor as prove_by_factor
from pinge.accounts.recovery import FORGOT_PAGE
from pinge.accounts.recovery import reset_link as reset_link
from pinge.accounts.schemas import LONGEST_ABOUT as LONGEST_ABOUT
from pinge.accounts.schemas import LONGEST_NAME as LONGEST_NAME
from pinge.accounts.schemas import LONGEST_PASSWORD as LONGEST_PASSWORD
from pinge.accounts.schemas import Proof as Proof
from pinge.accounts.schemas import Token as Token
from pinge.accounts.warning import warn as warn
from pinge.accounts.warning import warned as warned
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.config import SETTINGS
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Database, Queries
from pinge.errors import EmailTaken, Unauthenticated
from pinge.http.caller import Caller
from pinge.mail import outbox

SQL = Queries("accounts")


async def register(
    app: web.Application, *, email: str, username: str, password: str, gender: str, country: str
) -> UUID:
    """Make an account: the address is judged before the password."""
    address = emails.registered_form(email)
    if await SQL.is_email_taken.value(app[POOL], email=address, user_id=None):
        raise EmailTaken
    refuse_weak(password)
    user_id, password_hash = uuid7(), await app[PASSWORDS].hashed(password)
    try:
        async with transaction(app) as tx:
            await SQL.insert_user.run(
                tx,
                user_id=user_id,
                email=address,
                username=username,
                password_hash=password_hash,
                gender=gender,
                country=country,
            )
            await audit.record(tx, Kind.REGISTERED, user_id=user_id)
            await verification.ask(app, tx, user_id, address)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "users_email_key":
            raise
        raise EmailTaken from None
    outbox.posted(app)
    return user_id


async def log_out(app: web.Application, caller: Caller) -> None:
    """End the caller's session everywhere."""
    async with transaction(app) as tx:
        rev = (await touch(tx, caller.user_id))[caller.user_id]
        ended = await end_session(tx, caller.user_id, caller.session_id, rev=rev)
        if not ended.session_ids:
            raise Unauthenticated("Already logged out.")
    tell_ended(app, caller.user_id, ended)


async def change_password(
    app: web.Application, caller: Caller, *, old_password: str | None, new_password: str
) -> None:
    """Set another password, and log the caller out everywhere but here.

    Links in mails that were sent before lead nowhere any more.
    """
    refuse_weak(new_password)
    proved = await prove(app, caller, old_password)
    password_hash = await app[PASSWORDS].hashed(new_password)
    async with transaction(app) as tx:
        rev = (await touch(tx, caller.user_id))[caller.user_id]
        await must_still_hold(tx, caller, proved)
        await SQL.set_password.run(tx, user_id=caller.user_id, password_hash=password_hash)
        await audit.record(tx, Kind.PASSWORD_CHANGED, user_id=caller.user_id)
        await links.void(tx, caller.user_id)
        ended = await end_sessions(tx, caller.user_id, rev=rev, but=caller.session_id)
        forgot_page = outbox.link(app[SETTINGS], FORGOT_PAGE)
        await outbox.post(app, tx, letters.password_changed(caller.email, forgot_page))
    tell_ended(app, caller.user_id, ended)
    outbox.posted(app)


async def directory(
    app: web.Application, caller: Caller, *, limit: int, offset: int, q: str
) -> list[asyncpg.Record]:
    """A page of everybody, newest accounts first."""
    return await SQL.page_of_users.rows(
        app[POOL], viewer_id=caller.user_id, part=q, limit=limit, offset=offset
    )


async def user_id_at(app: web.Application, email: str) -> UUID | None:
    """Who registered this address, if anybody."""
    user = await user_at(app[POOL], email)
    return None if user is None else user["user_id"]


async def user_at(db: Database, email: str) -> asyncpg.Record | None:
    """The same, with what a login has to know of them."""
    return await SQL.user_by_email.row(db, email=emails.looked_up_form(email))


async def register_vouched(app: web.Application, tx: Connection, *, email: str, name: str) -> UUID:
    """An account without a password, for whom another vouches that this is their address.

    Raises EmailRefused, or EmailTaken.
    """
    address, user_id = emails.registered_form(email), uuid7()
    if await SQL.is_email_taken.value(tx, email=address, user_id=None):
        raise EmailTaken
    try:
        await SQL.insert_user.run(
            tx,
            user_id=user_id,
            email=address,
            username=name,
            password_hash=app[PASSWORDS].nobodys,
            gender="Others",
            country="",
        )
    except asyncpg.UniqueViolationError:
        raise EmailTaken from None
    await SQL.verify_email.run(tx, user_id=user_id, email=address)
    await audit.record(tx, Kind.REGISTERED, user_id=user_id)
    return user_id
