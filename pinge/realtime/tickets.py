"""Tickets: one-use passes to a socket, for browsers, which cannot set a socket's headers."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from hashlib import sha256

from aiohttp import web

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.errors import Unauthenticated
from pinge.http.background import repeated
from pinge.http.caller import AUTHENTICATOR, Caller

SQL = Queries("realtime")

LIFETIME = 30  # seconds
CLEARED_EVERY = 300.0  # seconds


async def tickets(app: web.Application) -> AsyncIterator[None]:
    """Clear away what ran out, for as long as the service runs."""
    async for _ in repeated(app, clear_away, every=CLEARED_EVERY):
        yield


async def clear_away(app: web.Application) -> None:
    """Forget the tickets that nobody used in time."""
    await SQL.delete_expired_tickets.run(app[POOL])


async def issue(app: web.Application, caller: Caller) -> str:
    """A ticket bound to the caller's session; only its digest is kept."""
    ticket = secrets.token_urlsafe(32)
    await SQL.insert_ticket.run(
        app[POOL], digest=_digest(ticket), session_id=caller.session_id, lifetime=LIFETIME
    )
    return ticket


async def redeem(app: web.Application, ticket: str) -> Caller:
    """Whose ticket this was; Unauthenticated the second time, or too late."""
    session_id = await SQL.redeem_ticket.value(app[POOL], digest=_digest(ticket))
    if session_id is None:
        raise Unauthenticated("This ticket is spent or expired.")
    return await app[AUTHENTICATOR].caller_of(session_id)


def _digest(ticket: str) -> bytes:
    return sha256(ticket.encode("utf-8", "replace")).digest()
