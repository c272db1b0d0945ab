"""Closing an account: until somebody opens it again, or for good."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from pinge.accounts.ending import Ended, end_sessions, tell_ended
from pinge.accounts.passwords import PASSWORDS
from pinge.accounts.profiles import changing_profile, touch
from pinge.accounts.proving import must_still_hold, prove
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.http.caller import Caller
from pinge.realtime.bus import BUS, SessionEnded

SQL = Queries("accounts")


async def deactivate(app: web.Application, caller: Caller, password: str | None) -> None:
    """Let nobody log in, and list the caller nowhere; WrongPassword unless it is theirs."""
    proved = await prove(app, caller, password)
    async with transaction(app) as tx:
        rev = (await touch(tx, caller.user_id))[caller.user_id]
        await must_still_hold(tx, caller, proved)
        await SQL.deactivate.run(tx, user_id=caller.user_id)
        await audit.record(tx, Kind.DEACTIVATED, user_id=caller.user_id)
        ended = await end_sessions(tx, caller.user_id, rev=rev)
    tell_ended(app, caller.user_id, ended)
    await _silence_bots(app, caller.user_id)


async def anonymise(app: web.Application, caller: Caller, password: str | None) -> None:
    """Take everything personal out of the caller's account; WrongPassword unless it is theirs.

    Everybody they talk with hears of the new name, which is nobody's.
    """
    proved = await prove(app, caller, password)
    async with changing_profile(app, caller.user_id) as tx:
        await must_still_hold(tx, caller, proved)
        ended = await _empty(app, tx, caller.user_id)
    tell_ended(app, caller.user_id, ended)
    await _silence_bots(app, caller.user_id)


async def end_account(app: web.Application, user_id: UUID) -> None:
    """The same of an account that is somebody's own, as a bot is: it proves nothing itself."""
    async with changing_profile(app, user_id) as tx:
        ended = await _empty(app, tx, user_id)
    tell_ended(app, user_id, ended)


def no_password(app: web.Application) -> str:
    """What to store for an account that nobody logs in to."""
    return app[PASSWORDS].nobodys


async def _silence_bots(app: web.Application, owner_id: UUID) -> None:
    """Have no process believe their tokens still, nor a socket go on: their owner is inactive."""
    for row in await SQL.sessions_of_bots.rows(app[POOL], owner_id=owner_id):
        app[BUS].publish(SessionEnded(row["session_id"], row["user_id"]), row["user_id"])


async def _empty(app: web.Application, tx: Connection, user_id: UUID) -> Ended:
    rev = (await touch(tx, user_id))[user_id]
    await SQL.anonymise.run(tx, user_id=user_id, password_hash=no_password(app))
    await SQL.delete_mail_tokens.run(tx, user_id=user_id)
    await audit.record(tx, Kind.DELETED, user_id=user_id)
    return await end_sessions(tx, user_id, rev=rev)
