"""What it takes to have programs write, or be told: as much as a token of one's own."""

from __future__ import annotations

from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.accounts.actions import Proved
from pinge.database.queries import Connection
from pinge.http.caller import Caller


async def prove(app: web.Application, caller: Caller, password: str | None) -> Proved | None:
    """The proof of a login, which raises what making a token does; a token has its scopes."""
    if caller.scopes is not None:
        return None
    return await accounts.prove_by_factor(app, caller, password)


async def must_still_hold(tx: Connection, caller: Caller, proof: Proved | None) -> None:
    """Refuse what was proved, if it is so no longer."""
    if proof is not None:
        await accounts.must_still_hold(tx, caller, proof)
