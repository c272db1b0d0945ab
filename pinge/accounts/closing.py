"""Closing an account: until somebody opens it again, or for good."""

from __future__ import annotations

from aiohttp import web

from pinge.accounts.ending import end_sessions, tell_ended
from pinge.accounts.passwords import PASSWORDS
from pinge.accounts.profiles import changing_profile, touch
from pinge.accounts.proving import must_still_hold, prove
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.database.pool import transaction
from pinge.database.queries import Queries
from pinge.http.caller import Caller

SQL = Queries("accounts")


async def deactivate(app: web.Application, caller: Caller, password: str) -> None:
    """Let nobody log in, and list the caller nowhere; WrongPassword unless it is theirs."""
    proved = await prove(app, caller, password)
    async with transaction(app) as tx:
        rev = (await touch(tx, caller.user_id))[caller.user_id]
        await must_still_hold(tx, caller, proved)
        await SQL.deactivate.run(tx, user_id=caller.user_id)
        await audit.record(tx, Kind.DEACTIVATED, user_id=caller.user_id)
        ended = await end_sessions(tx, caller.user_id, rev=rev)
    tell_ended(app, caller.user_id, ended)


async def anonymise(app: web.Application, caller: Caller, password: str) -> None:
    """Take everything personal out of the caller's account; WrongPassword unless it is theirs.

    Everybody they talk with hears of the new name, which is nobody's.
    """
    proved = await prove(app, caller, password)
    async with changing_profile(app, caller.user_id) as tx:
        await must_still_hold(tx, caller, proved)
        rev = (await touch(tx, caller.user_id))[caller.user_id]
        nobodys = app[PASSWORDS].nobodys
        await SQL.anonymise.run(tx, user_id=caller.user_id, password_hash=nobodys)
        await SQL.delete_mail_tokens.run(tx, user_id=caller.user_id)
        await audit.record(tx, Kind.DELETED, user_id=caller.user_id)
        ended = await end_sessions(tx, caller.user_id, rev=rev)
    tell_ended(app, caller.user_id, ended)
