"""What can be done with one's second factor, free of HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pyotp
from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.config import SETTINGS
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Database, Queries
from pinge.errors import BadRequest, NotFound, WrongProof
from pinge.http.caller import Caller
from pinge.realtime.telling import tell_user
from pinge.sealing import SEAL
from pinge.second_factors import codes
from pinge.second_factors.events import SecondFactorUpdated

SQL = Queries("second_factors")

OFFERED_FOR = 10 * 60  # seconds
NEVER_HAD = {"is_on": False, "since": None, "recovery_codes_left": 0}


async def state(db: Database, user_id: UUID) -> dict[str, Any]:
    """Whether it is on, since when, and how many recovery codes are left."""
    row = await SQL.second_factor.row(db, user_id=user_id)
    return NEVER_HAD if row is None else dict(row)


async def begin(app: web.Application, caller: Caller, *, password: str | None) -> dict[str, object]:
    """Offer a secret; until a code of it confirms it, nothing changes."""
    await accounts.prove_by_factor(app, caller, password)
    secret = pyotp.random_base32()
    sealed = app[SEAL].seal(offered_place(caller.user_id), secret.encode())
    await SQL.offer_secret.run(app[POOL], user_id=caller.user_id, offered=sealed)
    server = urlsplit(app[SETTINGS].base_url).hostname or "localhost"
    return {
        "secret": secret,
        "uri": codes.uri(secret, caller.email, server),
        "expires_in": OFFERED_FOR,
    }


async def confirm(app: web.Application, caller: Caller, *, otp: str) -> list[str]:
    """Turn it on, or have it on with another secret; the recovery codes, which are new too.

    Raises WrongProof, or BadRequest when nothing waits to be confirmed.
    """
    user_id = caller.user_id
    async with changing(app, user_id) as tx:
        sealed = await SQL.offered_secret.value(tx, user_id=user_id, seconds=OFFERED_FOR)
        if sealed is None:
            raise BadRequest("Nothing waits to be confirmed: begin anew.")
        secret = app[SEAL].open(offered_place(user_id), sealed)
        step = codes.step_of(secret.decode(), otp)
        if step is None:
            raise WrongProof
        kept = app[SEAL].seal(place(user_id), secret)
        await SQL.turn_on.run(tx, user_id=user_id, secret=kept, step=step)
        await audit.record(tx, Kind.SECOND_FACTOR_ON, user_id=user_id)
        await accounts.warn(app, tx, caller.email, "logging in takes a second factor from now on")
        return await _other_codes(tx, user_id)


async def turn_off(app: web.Application, caller: Caller, *, password: str | None) -> None:
    """Have logins take no code any more; NotFound when they take none."""
    proof = await accounts.prove_by_factor(app, caller, password)
    async with changing(app, caller.user_id) as tx:
        await accounts.must_still_hold(tx, caller, proof)
        await forget(tx, caller.user_id, actor="user")
        await accounts.warn(app, tx, caller.email, "logging in takes no second factor any more")


async def renew_codes(app: web.Application, caller: Caller, *, password: str | None) -> list[str]:
    """Other recovery codes, in the place of those there were; NotFound without a second factor."""
    proof = await accounts.prove_by_factor(app, caller, password)
    async with changing(app, caller.user_id) as tx:
        await accounts.must_still_hold(tx, caller, proof)
        if not (await state(tx, caller.user_id))["is_on"]:
            raise NotFound("There is no second factor.")
        await audit.record(tx, Kind.RECOVERY_CODES_RENEWED, user_id=caller.user_id)
        await accounts.warn(app, tx, caller.email, "the recovery codes are others")
        return await _other_codes(tx, caller.user_id)


async def forget(tx: Connection, user_id: UUID, *, actor: audit.Actor) -> None:
    """Take it from a user, who is locked, with all recovery codes; NotFound when there is none."""
    if not await SQL.turn_off.run(tx, user_id=user_id):
        raise NotFound("There is no second factor.")
    await SQL.delete_recovery_codes.run(tx, user_id=user_id)
    await audit.record(tx, Kind.SECOND_FACTOR_OFF, user_id=user_id, actor=actor)


async def mark_changed(tx: Connection, user_id: UUID, *, rev: int) -> None:
    """Have its owner's devices hear of it, those that come back later too."""
    await SQL.mark_second_factor_changed.run(tx, user_id=user_id, rev=rev)


@asynccontextmanager
async def changing(app: web.Application, user_id: UUID) -> AsyncIterator[Connection]:
    """A transaction for whatever changes of a second factor; its owner's devices hear of it."""
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, user_id))[user_id]
        yield tx
        await mark_changed(tx, user_id, rev=rev)
        now = await state(tx, user_id)
    accounts.warned(app)
    tell_user(app, user_id, SecondFactorUpdated(**now, user_rev=rev))


def place(user_id: UUID) -> str:
    """Where the secret in force is sealed for."""
    return f"second_factors.secret:{user_id}"


def offered_place(user_id: UUID) -> str:
    """Where the one is that waits to be confirmed."""
    return f"second_factors.offered:{user_id}"


async def _other_codes(tx: Connection, user_id: UUID) -> list[str]:
    await SQL.delete_recovery_codes.run(tx, user_id=user_id)
    made = codes.recovery_codes()
    digests = [codes.digest(user_id, code) for code in made]
    await SQL.insert_recovery_codes.run(tx, user_id=user_id, digests=digests)
    return made
