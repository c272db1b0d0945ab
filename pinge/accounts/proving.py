"""Asking for the password again, before what a stolen session must not do."""

from __future__ import annotations

from aiohttp import web

from pinge.accounts.passwords import PASSWORDS
from pinge.database.pool import POOL
from pinge.database.queries import Connection, Queries
from pinge.errors import WrongPassword
from pinge.http.caller import Caller
from pinge.http.limits import LIMITER

SQL = Queries("accounts")


async def prove(app: web.Application, caller: Caller, password: str) -> str | None:
    """What it is stored as, for `must_still_hold`.

    Raises WrongPassword unless it is the caller's; guesses count like those of a login.
    """
    limiter = app[LIMITER]
    await limiter.check("login-account", caller.email)
    stored: str | None = await SQL.password_hash.value(app[POOL], user_id=caller.user_id)
    if not await app[PASSWORDS].match(password, stored):
        await limiter.spend("login-account", caller.email)
        raise WrongPassword
    # Others may have failed while this one was compared: a burst of guesses gets no further.
    await limiter.check("login-account", caller.email)
    return stored


async def must_still_hold(tx: Connection, caller: Caller, proved: str | None) -> None:
    """WrongPassword when the caller, who is locked, has another since: it may be from a thief."""
    if await SQL.password_hash.value(tx, user_id=caller.user_id) != proved:
        raise WrongPassword
