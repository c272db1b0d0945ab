"""What can be done with all of somebody's data, free of HTTP."""

from __future__ import annotations

from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.http.caller import Caller
from pinge.personal.erasing import ERASING
from pinge.personal.exporting import export as export  # for the handlers


async def deactivate(app: web.Application, caller: Caller, *, password: str | None) -> None:
    """Close the account until whoever serves opens it again; WrongPassword if it is another."""
    await accounts.deactivate(app, caller, password)


async def delete(app: web.Application, caller: Caller, *, password: str | None) -> None:
    """Delete the account: anonymous at once, and soon erased; WrongPassword if it is another."""
    await accounts.anonymise(app, caller, password)
    app[ERASING].touch(caller.user_id)
