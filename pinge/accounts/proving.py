"""Proving once more who one is, before what a stolen session must not do.

With the call itself, by the password; or beforehand, by whatever `reauthenticate` takes, which then
holds on that session for a while. Where a second factor is on, what could lead around it takes a
proof by that, or by a passkey: a password is not enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web

from pinge.accounts.factors import PASSKEY, SECOND_FACTOR
from pinge.accounts.guessing import guess
from pinge.accounts.passwords import PASSWORDS, is_nobodys
from pinge.database.pool import POOL
from pinge.database.queries import Connection, Database, Queries
from pinge.errors import FactorProofNeeded, ProofNeeded, WrongPassword, WrongProof
from pinge.http.caller import Caller

SQL = Queries("proving")

HOLDS_FOR = 15 * 60  # seconds


@dataclass(frozen=True, slots=True)
class Proved:
    """By what: the password as it is stored, or None for a session that had proved before."""

    password_hash: str | None = None


async def prove(app: web.Application, caller: Caller, password: str | None) -> Proved:
    """That the caller knows the password, or proved a while ago who they are.

    Raises WrongPassword, or ProofNeeded where none is given and nothing was proved.
    """
    if password is None:
        await _must_have_proved(app[POOL], caller)
        return Proved()
    async with guess(app, caller.email):
        stored: str | None = await SQL.password_hash.value(app[POOL], user_id=caller.user_id)
        if not await app[PASSWORDS].match(password, stored):
            raise WrongPassword
    return Proved(stored)


async def prove_by_factor(app: web.Application, caller: Caller, password: str | None) -> Proved:
    """The same for what could lead around a second factor: where it is on, it has to prove too.

    Raises FactorProofNeeded as well.
    """
    if await app[SECOND_FACTOR].is_on(app[POOL], caller.user_id):
        await _must_have_proved(app[POOL], caller, by_factor=True)
    return await prove(app, caller, password)


async def must_still_hold(tx: Connection, caller: Caller, proved: Proved) -> None:
    """Refuse what was proved, if it is so no longer: the caller, who is locked, may be robbed.

    Raises WrongPassword when the password is another by now, or ProofNeeded.
    """
    if proved.password_hash is None:
        await _must_have_proved(tx, caller)
    elif await SQL.password_hash.value(tx, user_id=caller.user_id) != proved.password_hash:
        raise WrongPassword


async def reauthenticate(
    app: web.Application,
    caller: Caller,
    *,
    password: str | None = None,
    otp: str | None = None,
    passkey: Mapping[str, Any] | None = None,
) -> int:
    """Prove who one is, for a while on this session; the seconds that it holds for.

    Raises WrongPassword or WrongProof.
    """
    if password is not None:
        await prove(app, caller, password)
    if otp is not None:
        async with guess(app, caller.email):
            if not await app[SECOND_FACTOR].accepts(caller.user_id, otp):
                raise WrongProof
    if passkey is not None:
        async with guess(app, caller.email):
            await app[PASSKEY](app, caller, passkey)
    by_factor = otp is not None or passkey is not None
    await mark_proved(app[POOL], caller.session_id, by_factor=by_factor)
    return HOLDS_FOR


async def has_password(db: Database, user_id: UUID) -> bool:
    """Whether there is one that this user could prove it by."""
    return not is_nobodys(await SQL.password_hash.value(db, user_id=user_id))


async def mark_proved(db: Database, session_id: UUID, *, by_factor: bool) -> None:
    """From now on it holds on this session, be it by a second factor or a passkey."""
    await SQL.mark_proved.run(db, session_id=session_id, by_factor=by_factor)


async def take_back(tx: Connection, user_id: UUID, *, rev: int, since: datetime) -> None:
    """Undo what changed after that moment of how a user, who is locked, logs in beside a password.

    What is told of their messages, and the tokens of their bots, end with it. For whoever gets an
    account from a thief; their sessions are to be ended as well.
    """
    await SQL.take_back.run(tx, user_id=user_id, rev=rev, since=since)


async def _must_have_proved(db: Database, caller: Caller, *, by_factor: bool = False) -> None:
    since = {"session_id": caller.session_id, "seconds": HOLDS_FOR, "by_factor": by_factor}
    if not await SQL.has_proved.value(db, **since):
        raise FactorProofNeeded if by_factor else ProofNeeded
