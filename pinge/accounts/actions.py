"""What can be done with accounts, free of HTTP."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import emails, letters, links, verification
from pinge.accounts.closing import anonymise as anonymise  # for other features, as are those below
from pinge.accounts.closing import deactivate as deactivate
from pinge.accounts.ending import end_session, end_sessions, tell_ended
from pinge.accounts.events import SessionStarted
from pinge.accounts.new_device import Device as Device
from pinge.accounts.new_device import notice
from pinge.accounts.passwords import PASSWORDS, refuse_weak
from pinge.accounts.profiles import changing_profile as changing_profile
from pinge.accounts.profiles import touch as touch
from pinge.accounts.proving import must_still_hold, prove
from pinge.accounts.recovery import FORGOT_PAGE
from pinge.accounts.schemas import LONGEST_PASSWORD as LONGEST_PASSWORD
from pinge.accounts.sessions import SESSIONS
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.config import SETTINGS
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.errors import (
    EmailTaken,
    EmailUnverified,
    InactiveAccount,
    Unauthenticated,
    WrongCredentials,
)
from pinge.http.caller import Caller
from pinge.http.limits import LIMITER
from pinge.mail import outbox
from pinge.realtime.telling import tell_user

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


async def log_in(app: web.Application, *, email: str, password: str, device: Device) -> str:
    """The token of a new session; how long a refusal takes tells nothing about the account."""
    address = emails.looked_up_form(email)
    await _refuse_guessing(app, address, device)
    user = await SQL.user_by_email.row(app[POOL], email=address)
    right = await app[PASSWORDS].match(password, None if user is None else user["password_hash"])
    if user is None or not right:
        await _count_failure(app, address, device)
        if user is not None:
            await audit.record(
                app[POOL], Kind.LOGIN_REFUSED, user_id=user["user_id"], ip_address=device.ip_address
            )
        raise WrongCredentials
    # Others may have failed while this password was compared: a burst of guesses gets no further.
    await _refuse_guessing(app, address, device)
    if not user["is_active"]:
        raise InactiveAccount
    if app[SETTINGS].require_verified_email and not user["email_is_verified"]:
        raise EmailUnverified
    return await _start_session(app, user, device)


async def log_out(app: web.Application, caller: Caller) -> None:
    """End the caller's session everywhere."""
    async with transaction(app) as tx:
        rev = (await touch(tx, caller.user_id))[caller.user_id]
        ended = await end_session(tx, caller.user_id, caller.session_id, rev=rev)
        if not ended.session_ids:
            raise Unauthenticated("Already logged out.")
    tell_ended(app, caller.user_id, ended)


async def change_password(
    app: web.Application, caller: Caller, *, old_password: str, new_password: str
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
        forgot_page = outbox.link(app, FORGOT_PAGE)
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
    user = await SQL.user_by_email.row(app[POOL], email=emails.looked_up_form(email))
    return None if user is None else user["user_id"]


async def _start_session(app: web.Application, user: asyncpg.Record, device: Device) -> str:
    """Its token; WrongCredentials if the password was changed while this one was compared."""
    user_id: UUID = user["user_id"]
    session_id, expires_at = uuid7(), datetime.now(UTC) + app[SESSIONS].lifetime()
    where = asdict(device)
    letter = await notice(app, user, session_id, device)
    async with transaction(app) as tx:
        started = await SQL.insert_session.row(
            tx,
            session_id=session_id,
            user_id=user_id,
            password_hash=user["password_hash"],
            expires_at=expires_at,
            **where,
        )
        if started is None:
            raise WrongCredentials
        await audit.record(tx, Kind.LOGGED_IN, user_id=user_id, ip_address=device.ip_address)
        if letter is not None:
            await outbox.post(app, tx, letter)
    if letter is not None:
        outbox.posted(app)
    told = SessionStarted(
        session_id=session_id, created_at=started["created_at"], user_rev=started["rev"], **where
    )
    tell_user(app, user_id, told)
    return app[SESSIONS].token(user, session_id, expires_at)


async def _refuse_guessing(app: web.Application, address: str, device: Device) -> None:
    limiter = app[LIMITER]
    await limiter.check("login-account", address)
    await limiter.check("login-address", device.ip_address)


async def _count_failure(app: web.Application, address: str, device: Device) -> None:
    limiter = app[LIMITER]
    await limiter.spend("login-account", address)
    await limiter.spend("login-address", device.ip_address)
