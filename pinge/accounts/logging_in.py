"""Logging in: by a password, by what stands for it, and by a second factor where there is one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import emails
from pinge.accounts.device import Device
from pinge.accounts.events import SessionStarted
from pinge.accounts.factors import SECOND_FACTOR
from pinge.accounts.guessing import guess
from pinge.accounts.new_device import notice
from pinge.accounts.passwords import PASSWORDS
from pinge.accounts.proving import mark_proved
from pinge.accounts.sessions import SESSIONS
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.config import SETTINGS
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.errors import (
    DeadTicket,
    EmailUnverified,
    InactiveAccount,
    SecondFactorNeeded,
    WrongCode,
    WrongCredentials,
)
from pinge.mail import outbox
from pinge.realtime.telling import tell_user
from pinge.sealing import SEAL, NotOpened

SQL = Queries("accounts")

TICKET_LIFETIME = 5 * 60  # seconds
TICKET = "a login that waits for a second factor"  # what it is sealed for: it is stored nowhere


async def log_in(
    app: web.Application, *, email: str, password: str, device: Device, otp: str | None = None
) -> str:
    """The token of a new session; how long a refusal takes tells nothing about the account."""
    address = emails.looked_up_form(email)
    async with guess(app, address, device.ip_address):
        user = await SQL.user_by_email.row(app[POOL], email=address)
        stored = None if user is None else user["password_hash"]
        right = await app[PASSWORDS].match(password, stored)
        if user is None or not right:
            if user is not None:
                await _write_down_refusal(app, user, device)
            raise WrongCredentials
    return await _past_second_factor(app, user, device, otp)


async def log_in_by_ticket(app: web.Application, *, ticket: str, otp: str, device: Device) -> str:
    """The second half of a login that was told SecondFactorNeeded; DeadTicket if that is old."""
    try:
        waiting = app[SEAL].redeemed(TICKET, ticket)
    except NotOpened:
        raise DeadTicket from None
    user = await SQL.user_to_let_in.row(app[POOL], user_id=UUID(waiting["user_id"]))
    if user is None or user["password_hash"] != waiting["password_hash"]:
        raise DeadTicket
    return await _past_second_factor(app, user, device, otp, is_proof=waiting["is_proof"])


async def let_in(
    app: web.Application,
    user_id: UUID,
    device: Device,
    *,
    has_factor: bool = False,
    is_proof: bool = False,
) -> str:
    """The token of a new session of whoever proved without a password that they are this user.

    `has_factor` says that they are asked for no code, as what they proved it by is two factors in
    one; `is_proof` that the session counts as one on which it was proved again.
    """
    user = await SQL.user_to_let_in.row(app[POOL], user_id=user_id)
    if user is None:
        raise WrongCredentials
    if has_factor:
        _must_be_open(app, user)
        return await _start_session(app, user, device, is_proof=is_proof)
    return await _past_second_factor(app, user, device, None, is_proof=is_proof)


async def _past_second_factor(
    app: web.Application,
    user: asyncpg.Record,
    device: Device,
    otp: str | None,
    *,
    is_proof: bool = False,
) -> str:
    _must_be_open(app, user)
    if await app[SECOND_FACTOR].is_on(app[POOL], user["user_id"]):
        if otp is None:
            raise SecondFactorNeeded(_ticket(app, user, is_proof=is_proof), TICKET_LIFETIME)
        async with guess(app, user["email"], device.ip_address):
            if not await app[SECOND_FACTOR].accepts(user["user_id"], otp):
                await _write_down_refusal(app, user, device)
                raise WrongCode
    return await _start_session(app, user, device, is_proof=is_proof)


def _must_be_open(app: web.Application, user: asyncpg.Record) -> None:
    if not user["is_active"]:
        raise InactiveAccount
    if app[SETTINGS].require_verified_email and not user["email_is_verified"]:
        raise EmailUnverified


def _ticket(app: web.Application, user: asyncpg.Record, *, is_proof: bool) -> str:
    """What stands for the password, and is good no more once that is another."""
    waiting = {name: user[name] for name in ("user_id", "password_hash")}
    return app[SEAL].ticket(TICKET, waiting | {"is_proof": is_proof}, TICKET_LIFETIME)


async def _write_down_refusal(app: web.Application, user: asyncpg.Record, device: Device) -> None:
    await audit.record(
        app[POOL], Kind.LOGIN_REFUSED, user_id=user["user_id"], ip_address=device.ip_address
    )


async def _start_session(
    app: web.Application, user: asyncpg.Record, device: Device, *, is_proof: bool
) -> str:
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
        if is_proof:
            await mark_proved(tx, session_id, by_factor=False)
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
