"""What can be done with accounts, free of HTTP."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import emails, verification
from pinge.accounts.passwords import PASSWORDS, refuse_weak
from pinge.accounts.profiles import changing_profile as changing_profile  # for other features
from pinge.accounts.profiles import touch as touch
from pinge.accounts.sessions import SESSIONS
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
from pinge.realtime.bus import BUS, SessionEnded

SQL = Queries("accounts")


@dataclass(frozen=True, slots=True)
class Device:
    """What a login tells of where it comes from, kept with its session."""

    ip_address: str
    user_agent: str | None
    location: str | None
    device_info: str | None


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
        raise WrongCredentials
    # Others may have failed while this password was compared: a burst of guesses gets no further.
    await _refuse_guessing(app, address, device)
    if not user["is_active"]:
        raise InactiveAccount
    if app[SETTINGS].require_verified_email and not user["email_is_verified"]:
        raise EmailUnverified
    session_id, expires_at = uuid7(), datetime.now(UTC) + app[SESSIONS].lifetime()
    await SQL.insert_session.run(
        app[POOL],
        session_id=session_id,
        user_id=user["user_id"],
        expires_at=expires_at,
        **asdict(device),
    )
    return app[SESSIONS].token(user, session_id, expires_at)


async def log_out(app: web.Application, caller: Caller) -> None:
    """End the caller's session everywhere."""
    if not await SQL.end_session.run(app[POOL], session_id=caller.session_id):
        raise Unauthenticated("Already logged out.")
    app[BUS].publish(SessionEnded(caller.session_id, caller.user_id), caller.user_id)


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


async def _refuse_guessing(app: web.Application, address: str, device: Device) -> None:
    limiter = app[LIMITER]
    await limiter.check("login-account", address)
    await limiter.check("login-address", device.ip_address)


async def _count_failure(app: web.Application, address: str, device: Device) -> None:
    limiter = app[LIMITER]
    await limiter.spend("login-account", address)
    await limiter.spend("login-address", device.ip_address)
