"""What can be done with bots, free of HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import actions as accounts
from pinge.bots.events import BotDeleted, BotUpdated
from pinge.contacts import actions as contacts
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.errors import BadRequest, NotFound, TooManyBots
from pinge.http.caller import Caller
from pinge.realtime.telling import tell_user
from pinge.settings import actions as settings

SQL = Queries("bots")

MOST = 20  # of one owner
SHOWN = ("bot_id", "username", "about", "avatar", "is_public", "created_at")

# Has an account that was anonymised erased soon; `personal` brings it.
ERASE: web.AppKey[Callable[[web.Application, UUID], None]] = web.AppKey("ERASE")


async def make(
    app: web.Application, caller: Caller, *, username: str, about: str | None, is_public: bool
) -> dict[str, object]:
    """A new bot of the caller, who is its contact; TooManyBots."""
    bot_id, owner_id = uuid7(), caller.user_id
    async with transaction(app) as tx:
        await SQL.insert_bot_account.run(
            tx,
            bot_id=bot_id,
            username=username,
            about=about,
            password_hash=accounts.no_password(app),
        )
        conversation_id = await contacts.open_direct(tx, bot_id, owner_id)
        revs = await accounts.touch(tx, owner_id, bot_id)
        whose = {"bot_id": bot_id, "owner_id": owner_id, "rev": revs[owner_id]}
        if not await SQL.insert_bot.run(tx, **whose, is_public=is_public, most=MOST):
            raise TooManyBots
        audience = _audience(is_public=is_public)
        await SQL.insert_bot_settings.run(
            tx, bot_id=bot_id, rev=revs[bot_id], audience=audience, is_public=is_public
        )
        pair = await contacts.join(tx, owner_id, bot_id, conversation_id, revs)
        bot = await SQL.bot_of.row(tx, owner_id=owner_id, bot_id=bot_id)
    assert bot is not None
    shown = _shown(bot)
    contacts.tell_joined(app, pair, BotUpdated(bot=shown, user_rev=revs[owner_id]))
    return shown


async def bots(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """The caller's bots, the oldest first."""
    return await SQL.bots_of.rows(app[POOL], owner_id=caller.user_id)


async def must_own(app: web.Application, caller: Caller, bot_id: UUID) -> asyncpg.Record:
    """A bot of the caller; NotFound when it is none."""
    bot = await SQL.bot_of.row(app[POOL], owner_id=caller.user_id, bot_id=bot_id)
    if bot is None:
        raise NotFound("You have no such bot.")
    return bot


async def change(
    app: web.Application, caller: Caller, bot_id: UUID, changes: dict[str, Any]
) -> dict[str, object]:
    """Change what is named; what it says of itself is told like any profile, and before the rest.

    Each part is whole by itself, so a process that dies in between leaves nothing that is wrong.
    """
    if not changes:
        raise BadRequest("There is nothing to change.")
    bot = await must_own(app, caller, bot_id)
    itself = Caller(bot_id, bot_id, bot["username"], bot["email"], 0)
    said = {name: value for name, value in changes.items() if name != "is_public"}
    if said:
        await accounts.change_profile(app, itself, said)
    is_public = changes.get("is_public", bot["is_public"])
    if is_public != bot["is_public"]:
        audience = _audience(is_public=is_public)
        may = {"who_may_write": audience, "who_may_add": audience, "findable": is_public}
        await settings.update(app, itself, **may)
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, caller.user_id))[caller.user_id]
        if not await SQL.update_bot.run(tx, bot_id=bot_id, rev=rev, is_public=is_public):
            raise NotFound("You have no such bot.")
        changed = await SQL.bot_of.row(tx, owner_id=caller.user_id, bot_id=bot_id)
    assert changed is not None
    shown = _shown(changed)
    tell_user(app, caller.user_id, BotUpdated(bot=shown, user_rev=rev))
    return shown


async def delete(app: web.Application, caller: Caller, bot_id: UUID) -> None:
    """End it for good: its tokens are dead at once, and it leaves where it is."""
    await must_own(app, caller, bot_id)
    await end(app, caller.user_id, bot_id)


async def end(app: web.Application, owner_id: UUID, bot_id: UUID) -> None:
    """The same, for whoever does it in their stead; it can be done again where it was cut short."""
    await accounts.end_account(app, bot_id)
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, owner_id))[owner_id]
        if not await SQL.mark_bot_deleted.run(tx, bot_id=bot_id, rev=rev):
            return
    tell_user(app, owner_id, BotDeleted(bot_id=bot_id, user_rev=rev))
    app[ERASE](app, bot_id)


def _audience(*, is_public: bool) -> str:
    """Who may write to it and add it, in the words of the settings: its owner is its contact."""
    return "everyone" if is_public else "contacts"


def _shown(bot: asyncpg.Record) -> dict[str, object]:
    return {name: bot[name] for name in SHOWN}
