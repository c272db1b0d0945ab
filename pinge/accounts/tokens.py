"""Tokens: what programs act with, each with its scopes and its end.

A token is a session that no login made. So it is read, watched and seen as one, and once it is
revoked its sockets close as those of a logout do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts.ending import Ended, tell_ended
from pinge.accounts.events import TokenMade, TokenRevoked
from pinge.accounts.profiles import touch
from pinge.accounts.proving import must_still_hold, prove_by_factor
from pinge.accounts.sessions import PERSONAL
from pinge.accounts.warning import warn, warned
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import BadRequest, NotFound, TooManyTokens
from pinge.http import credentials
from pinge.http.caller import Caller
from pinge.http.scopes import Scope
from pinge.realtime.telling import tell_user

SQL = Queries("tokens")

MOST = 50  # of one user or bot, that are good
LONGEST = timedelta(days=366)
USUAL = timedelta(days=90)


async def make(
    app: web.Application,
    caller: Caller,
    *,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None,
    bot_id: UUID | None,
    password: str | None,
) -> dict[str, object]:
    """A token of the caller, or of a bot of theirs; it is told here and never again.

    Raises what a proof does, BadRequest for a moment that is past or too far off and for what no
    bot may, NotFound for a bot of others, and TooManyTokens.
    """
    about = {"name": name, "scopes": sorted(set(scopes)), "expires_at": _end(expires_at)}
    if bot_id is not None and Scope.CONTACTS_WRITE in scopes:
        raise BadRequest("A bot asks nobody to be its contact.")
    proof = await prove_by_factor(app, caller, password)
    user_id, token_id, token = bot_id or caller.user_id, uuid7(), credentials.made(PERSONAL)
    async with transaction(app) as tx:
        revs = await touch(tx, caller.user_id, user_id)
        await must_still_hold(tx, caller, proof)
        if bot_id and not await SQL.owns_bot.value(tx, owner_id=caller.user_id, bot_id=bot_id):
            raise NotFound("You have no such bot.")
        about |= {
            "token_id": token_id,
            "created_at": await _insert(tx, caller, user_id, token_id, token, revs, about),
        }
        await warn(app, tx, caller.email, "there is a new token, with which a program acts for you")
    warned(app)
    made = about | {"bot_id": bot_id, "last_used_at": None}
    for hearer_id, rev in revs.items():  # a bot, and whose it is
        tell_user(app, hearer_id, TokenMade(token=made, user_rev=rev))
    return made | {"token": token}


async def tokens_of(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """The tokens of the caller and of their bots that are good, the latest first."""
    return await SQL.tokens_of.rows(app[POOL], owner_id=caller.user_id)


async def revoke(app: web.Application, caller: Caller, token_id: UUID) -> None:
    """End a token of the caller or of a bot of theirs; NotFound when it is none, or is over."""
    whose = {"owner_id": caller.user_id, "token_id": token_id}
    user_id: UUID | None = await SQL.user_of_token.value(app[POOL], **whose)
    if user_id is None:
        raise NotFound("You have no such token.")
    async with transaction(app) as tx:
        under = _revs(await touch(tx, caller.user_id, user_id), caller, user_id)
        if not await SQL.end_token.run(tx, token_id=token_id, user_id=user_id, **under):
            raise NotFound("You have no such token.")
        await audit.record(tx, Kind.TOKEN_REVOKED, user_id=user_id, token_id=token_id)
    tell_ended(app, user_id, Ended(under["rev"], token_ids=[token_id]))
    if under["owner_rev"]:
        told = TokenRevoked(token_id=token_id, user_rev=under["owner_rev"])
        tell_user(app, caller.user_id, told)


def _revs(revs: Mapping[UUID, int], caller: Caller, user_id: UUID) -> dict[str, int]:
    """Under which rev whoever a token acts for hears of it, and a bot's owner, 0 for none."""
    return {"rev": revs[user_id], "owner_rev": revs[caller.user_id] * (user_id != caller.user_id)}


async def _insert(
    tx: Connection,
    caller: Caller,
    user_id: UUID,
    token_id: UUID,
    token: str,
    revs: Mapping[UUID, int],
    about: dict[str, object],
) -> datetime:
    """When it was made; TooManyTokens."""
    created_at: datetime | None = await SQL.insert_token.value(
        tx,
        token_id=token_id,
        user_id=user_id,
        **_revs(revs, caller, user_id),
        digest=credentials.digest(token),
        most=MOST,
        **about,
    )
    if created_at is None:
        raise TooManyTokens
    await audit.record(
        tx, Kind.TOKEN_MADE, user_id=user_id, token_id=token_id, scopes=about["scopes"]
    )
    return created_at


def _end(wanted: datetime | None) -> datetime:
    """When a token is to expire; BadRequest when it may not then."""
    now = datetime.now(UTC)
    end = wanted or now + USUAL
    if not now < end <= now + LONGEST:
        raise BadRequest(f"A token expires within {LONGEST.days} days.")
    return end
