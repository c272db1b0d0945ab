"""Guessing: what proves who somebody is may be tried so often, and no more, at whichever door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from pinge.errors import WrongCredentials, WrongPassword, WrongProof
from pinge.http.limits import LIMITER

WRONG = (WrongCredentials, WrongPassword, WrongProof)


@asynccontextmanager
async def guess(
    app: web.Application, email: str, ip_address: str | None = None
) -> AsyncIterator[None]:
    """What may be a guess at an account, from an address where it is a login.

    TooMany where there were too many before, or while this one was compared: a burst of guesses
    gets no further than one after the other. One of WRONG counts, and nothing else.
    """
    limiter = app[LIMITER]
    subjects = [("login-account", email)]
    if ip_address is not None:
        subjects.append(("login-address", ip_address))
    for subject in subjects:
        await limiter.check(*subject)
    try:
        yield
    except WRONG:
        for subject in subjects:
            await limiter.spend(*subject)
        raise
    for subject in subjects:
        await limiter.check(*subject)
