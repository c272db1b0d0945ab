"""Where somebody is logged in: each session, and when it was last used.

That is noted where sessions are read anyway, and written for many at once, once a minute: no
request and no message waits for it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import islice
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts.ending import end_session, end_sessions, tell_ended
from pinge.accounts.profiles import touch
from pinge.accounts.sessions import SESSIONS
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.errors import NotFound
from pinge.http.background import repeated
from pinge.http.caller import Caller
from pinge.realtime.hub import HUB

SQL = Queries("accounts")

WRITTEN_EVERY = 60.0  # seconds
FORGOTTEN_EVERY = 3600.0  # seconds
KEPT_FOR = 90  # days after a session expired: so long a device is known that comes back
SLICE = 1000  # sessions in one statement
MOST_LISTED = 100


async def devices(app: web.Application) -> AsyncIterator[None]:
    """Write what was seen, and forget what is long over, for as long as the service runs."""
    async for _ in repeated(app, write_seen, every=WRITTEN_EVERY):
        async for _ in repeated(app, forget_old, every=FORGOTTEN_EVERY):
            yield


async def write_seen(app: web.Application) -> None:
    """Every session that has called since the last time, or has a socket, was seen just now."""
    seen = app[SESSIONS].take_seen() | {socket.caller.session_id for socket in app[HUB]}
    rest = iter(sorted(seen))
    while session_ids := list(islice(rest, SLICE)):
        await SQL.see_sessions.run(app[POOL], session_ids=session_ids)


async def forget_old(app: web.Application) -> None:
    """Forget where people were logged in long ago, with their addresses and devices."""
    while await SQL.forget_sessions.run(app[POOL], days=KEPT_FOR, limit=SLICE):
        pass


async def sessions_of(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """Where the caller is logged in, the latest login first."""
    return await SQL.sessions_of.rows(
        app[POOL], user_id=caller.user_id, session_id=caller.session_id, limit=MOST_LISTED
    )


async def end_one(app: web.Application, caller: Caller, session_id: UUID) -> None:
    """Log the caller out on one device; NotFound when that session is not theirs, or is over."""
    async with transaction(app) as tx:
        rev = (await touch(tx, caller.user_id))[caller.user_id]
        ended = await end_session(tx, caller.user_id, session_id, rev=rev)
        if not ended.session_ids:
            raise NotFound("You have no such session.")
    tell_ended(app, caller.user_id, ended)


async def end_others(app: web.Application, caller: Caller) -> int:
    """Log the caller out everywhere but here; how many sessions that were. Tokens stay good."""
    async with transaction(app) as tx:
        rev = (await touch(tx, caller.user_id))[caller.user_id]
        ended = await end_sessions(
            tx, caller.user_id, rev=rev, but=caller.session_id, tokens_too=False
        )
    tell_ended(app, caller.user_id, ended)
    return len(ended.session_ids)
