"""What can be done with passkeys, free of HTTP."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import actions as accounts
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.errors import Conflict, NotFound, TooManyPasskeys, WrongCredentials, WrongProof
from pinge.http.background import repeated
from pinge.http.caller import Caller
from pinge.passkeys import ceremonies
from pinge.passkeys.ceremonies import LIFETIME, Credential
from pinge.passkeys.events import PasskeyRemoved, PasskeyUpdated
from pinge.realtime.telling import tell_user

SQL = Queries("passkeys")

MOST = 25  # of one user
CHALLENGE_BYTES = 32
SWEPT_EVERY = 60.0  # seconds


async def challenges(app: web.Application) -> AsyncIterator[None]:
    """Forget expired challenges now and then."""
    async for _ in repeated(app, forget_expired, every=SWEPT_EVERY):
        yield


async def forget_expired(app: web.Application) -> None:
    """Delete the challenges that are good no more."""
    await SQL.delete_expired_challenges.run(app[POOL])


async def passkeys_of(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """The caller's passkeys, the latest first."""
    return await SQL.passkeys_of.rows(app[POOL], user_id=caller.user_id)


async def begin(app: web.Application, caller: Caller, *, password: str | None) -> dict[str, Any]:
    """What a browser makes a passkey of."""
    await accounts.prove_by_factor(app, caller, password)
    challenge = await _challenge(app, caller.user_id)
    rows = await SQL.credentials_of.rows(app[POOL], user_id=caller.user_id)
    have = [row["credential_id"] for row in rows]
    return ceremonies.options_to_make(app, challenge, caller.user_id, caller.email, have)


async def add(
    app: web.Application, caller: Caller, *, credential: Credential, label: str
) -> asyncpg.Record:
    """Keep what the browser made; WrongProof when it does not fit what it was to be made of."""
    challenge = ceremonies.challenge_in(credential)
    await _take(app, challenge, caller.user_id)
    made = ceremonies.made(app, credential, challenge)
    try:
        async with transaction(app) as tx:
            rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
            passkey = await SQL.insert_passkey.row(
                tx,
                passkey_id=uuid7(),
                user_id=caller.user_id,
                rev=rev,
                credential_id=made.credential_id,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                is_synced=made.credential_backed_up,
                label=label,
                most=MOST,
            )
            if passkey is None:
                raise TooManyPasskeys
            await audit.record(tx, Kind.PASSKEY_ADDED, user_id=caller.user_id, label=label)
            await accounts.warn(app, tx, caller.email, "a passkey was added, which opens it")
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "passkeys_credential_id_key":
            raise
        raise Conflict("This passkey is registered already.") from None
    accounts.warned(app)
    tell_user(app, caller.user_id, PasskeyUpdated.of(passkey, user_rev=rev))
    return passkey


async def rename(
    app: web.Application, caller: Caller, passkey_id: UUID, *, label: str
) -> asyncpg.Record:
    """Call it otherwise; NotFound when it is none of the caller's."""
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        named = {"user_id": caller.user_id, "rev": rev, "label": label}
        passkey = await SQL.rename_passkey.row(tx, passkey_id=passkey_id, **named)
        if passkey is None:
            raise NotFound("You have no such passkey.")
    tell_user(app, caller.user_id, PasskeyUpdated.of(passkey, user_rev=rev))
    return passkey


async def remove(
    app: web.Application, caller: Caller, passkey_id: UUID, *, password: str | None
) -> None:
    """Have it open nothing any more; NotFound when it is none of the caller's."""
    proved = await accounts.prove_by_factor(app, caller, password)
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        await accounts.must_still_hold(tx, caller, proved)
        removed = {"passkey_id": passkey_id, "user_id": caller.user_id}
        label = await SQL.remove_passkey.value(tx, **removed, rev=rev)
        if label is None:
            raise NotFound("You have no such passkey.")
        await audit.record(tx, Kind.PASSKEY_REMOVED, user_id=caller.user_id, label=label)
        await accounts.warn(app, tx, caller.email, "a passkey opens it no more")
    accounts.warned(app)
    tell_user(app, caller.user_id, PasskeyRemoved(passkey_id=passkey_id, user_rev=rev))


async def options(app: web.Application) -> dict[str, Any]:
    """What a browser signs to log somebody in, or to prove that it is them."""
    return ceremonies.options_to_use(app, await _challenge(app, None))


async def log_in(app: web.Application, *, credential: Credential, device: accounts.Device) -> str:
    """The token of a new session of whoever's passkey signed; WrongCredentials if none did."""
    try:
        user_id = await _signer(app, credential)
    except WrongProof:
        raise WrongCredentials from None
    return await accounts.let_in(app, user_id, device, has_factor=True)


async def prove(app: web.Application, caller: Caller, credential: Mapping[str, Any]) -> None:
    """WrongProof unless this is what a passkey of the caller's signed."""
    if await _signer(app, credential) != caller.user_id:
        raise WrongProof


async def _challenge(app: web.Application, user_id: UUID | None) -> bytes:
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    await SQL.insert_challenge.run(
        app[POOL], challenge=challenge, user_id=user_id, seconds=LIFETIME
    )
    return challenge


async def _take(app: web.Application, challenge: bytes, user_id: UUID | None) -> None:
    if not await SQL.take_challenge.run(app[POOL], challenge=challenge, user_id=user_id):
        raise WrongProof


async def _signer(app: web.Application, credential: Credential) -> UUID:
    """Whose passkey signed one of our challenges; it was used by that."""
    challenge = ceremonies.challenge_in(credential)
    await _take(app, challenge, None)
    known = {"credential_id": ceremonies.credential_id(credential)}
    passkey = await SQL.passkey_by_credential.row(app[POOL], **known)
    if passkey is None:
        raise WrongProof
    user_id: UUID = passkey["user_id"]
    signed = ceremonies.used(app, credential, challenge, user_id, passkey["public_key"])
    is_newer = await SQL.use_passkey.run(
        app[POOL],
        passkey_id=passkey["passkey_id"],
        sign_count=signed.new_sign_count,
        is_synced=signed.credential_backed_up,
    )
    if not is_newer:
        await audit.record(app[POOL], Kind.PASSKEY_COPIED, user_id=user_id)
        raise WrongProof
    return user_id
