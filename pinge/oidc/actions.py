"""What can be done with an account elsewhere, free of HTTP."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import AlreadyLinked, EmailTaken, NotFound, NotLinked, OnlyWayIn
from pinge.http.caller import Caller
from pinge.oidc import journeys
from pinge.oidc.events import IdentityUpdated
from pinge.oidc.provider import Identity
from pinge.realtime.telling import tell_user

SQL = Queries("oidc")

NOBODY = {"issuer": None, "email": None, "linked_at": None}


async def log_in(
    app: web.Application, *, ticket: str, verifier: str, device: accounts.Device
) -> str:
    """The token of a new session, which counts as one on which its user proved who they are.

    Raises NotLinked where an address is somebody's, and not theirs for certain.
    """
    who = journeys.redeemed(app, ticket=ticket, verifier=verifier)
    user_id = await _linked(app, who)
    if user_id is None:
        try:
            user_id = await _by_address(app, who)
        except (AlreadyLinked, EmailTaken):
            user_id = await _linked(app, who)
            if user_id is None:  # else another tab of theirs was quicker
                raise
    return await accounts.let_in(app, user_id, device, is_proof=True)


async def identity(app: web.Application, caller: Caller) -> dict[str, object]:
    """Who the caller is elsewhere."""
    row = await SQL.identity.row(app[POOL], user_id=caller.user_id)
    return {name: None if row is None else row[name] for name in NOBODY}


async def link(
    app: web.Application, caller: Caller, *, ticket: str, verifier: str, password: str | None
) -> asyncpg.Record:
    """Let the caller log in by an account elsewhere.

    Raises AlreadyLinked when they can by another, or somebody else can by this one.
    """
    who = journeys.redeemed(app, ticket=ticket, verifier=verifier)
    proved = await accounts.prove_by_factor(app, caller, password)
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        await accounts.must_still_hold(tx, caller, proved)
        linked = await _link(app, tx, caller.user_id, rev, who, caller.email)
    _tell(app, caller.user_id, rev, linked)
    return linked


async def unlink(app: web.Application, caller: Caller, *, password: str | None) -> None:
    """Let them log in by it no more; OnlyWayIn when they have no password."""
    proved = await accounts.prove_by_factor(app, caller, password)
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        await accounts.must_still_hold(tx, caller, proved)
        if not await SQL.unlink.run(tx, user_id=caller.user_id, rev=rev):
            raise NotFound("You are linked to no account elsewhere.")
        if not await accounts.has_password(tx, caller.user_id):
            raise OnlyWayIn
        await audit.record(tx, Kind.IDENTITY_UNLINKED, user_id=caller.user_id)
        await accounts.warn(app, tx, caller.email, "an account elsewhere opens it no more")
    accounts.warned(app)
    tell_user(app, caller.user_id, IdentityUpdated(**NOBODY, user_rev=rev))


async def _linked(app: web.Application, who: Identity) -> UUID | None:
    known = {"issuer": who.issuer, "subject": who.subject}
    user_id: UUID | None = await SQL.user_of.value(app[POOL], **known)
    return user_id


async def _by_address(app: web.Application, who: Identity) -> UUID:
    """Whoever has the address that is proved to be theirs, or a new user; they are linked."""
    if who.email is None:
        raise NotLinked
    async with transaction(app) as tx:
        user = await accounts.user_at(tx, who.email)
        if user is None:
            user_id = await accounts.register_vouched(app, tx, email=who.email, name=_name(who))
        else:
            user_id = user["user_id"]
        rev = (await accounts.touch(tx, user_id))[user_id]
        await _must_be_theirs(tx, user_id, who.email)
        linked = await _link(app, tx, user_id, rev, who, who.email)
    _tell(app, user_id, rev, linked)
    return user_id


async def _must_be_theirs(tx: Connection, user_id: UUID, email: str) -> None:
    """NotLinked unless a user, who is locked, has this address, proved it and may log in.

    Anybody may have registered it, to be in the account when its owner comes by this way.
    """
    user = await accounts.user_at(tx, email)
    if user is None or user["user_id"] != user_id:
        raise NotLinked
    if not (user["email_is_verified"] and user["is_active"]):
        raise NotLinked


async def _link(
    app: web.Application, tx: Connection, user_id: UUID, rev: int, who: Identity, email: str
) -> asyncpg.Record:
    elsewhere = {"issuer": who.issuer, "subject": who.subject, "email": who.email}
    try:
        linked = await SQL.link.row(tx, user_id=user_id, rev=rev, **elsewhere)
    except asyncpg.UniqueViolationError:
        raise AlreadyLinked from None
    if linked is None:
        raise AlreadyLinked
    await audit.record(tx, Kind.IDENTITY_LINKED, user_id=user_id, issuer=who.issuer)
    await accounts.warn(app, tx, email, f"an account at {who.issuer} opens it")
    return linked


def _tell(app: web.Application, user_id: UUID, rev: int, linked: asyncpg.Record) -> None:
    accounts.warned(app)
    tell_user(app, user_id, IdentityUpdated.of(linked, user_rev=rev))


def _name(who: Identity) -> str:
    """What to call somebody who was never asked: as the provider does, or as their address."""
    return who.name or (who.email or "").partition("@")[0]
