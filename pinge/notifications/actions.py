"""What can be done with notifications, free of HTTP."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.config import SETTINGS
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.errors import Conflict, NotFound, PushOff, TooManySubscriptions
from pinge.http.caller import Caller
from pinge.notifications.browser import Browser
from pinge.notifications.payloads import TEST
from pinge.notifications.pushing import VAPID, Outcome, Push, endpoint, push, topic
from pinge.sealing import SEAL

SQL = Queries("notifications")

MOST = 16  # devices of a user
TEST_SECONDS = 60  # that a push service may keep a test for a browser that is away


def public_key(app: web.Application) -> str:
    """What a browser subscribes with; PushOff where nothing would be sent."""
    if not app[SETTINGS].push_hosts:
        raise PushOff
    return app[VAPID].public_key


async def subscribe(app: web.Application, caller: Caller, browser: Browser) -> dict[str, object]:
    """Have a browser told for as long as this session lasts; whose it was before is told no more.

    Once more is as good as once. BadRequest where its host is none that we send to.
    """
    public_key(app)
    where = endpoint(app, browser.endpoint)
    digest = sha256(browser.endpoint.encode()).digest()
    try:
        async with transaction(app) as tx:
            await SQL.lock_subscriber.row(tx, user_id=caller.user_id)
            known = await SQL.live_subscriptions.rows(tx, user_id=caller.user_id)
            for row in known:
                if row["session_id"] == caller.session_id and _opened(app, row) == browser:
                    return _shown(row, caller)
            await SQL.forget_browser.run(tx, digest=digest)
            if sum(row["digest"] != digest for row in known) >= MOST:
                raise TooManySubscriptions
            subscription_id = uuid7()
            made = await SQL.insert_subscription.row(
                tx,
                subscription_id=subscription_id,
                user_id=caller.user_id,
                session_id=caller.session_id,
                digest=digest,
                host=where.host,
                sealed=browser.sealed(app[SEAL], subscription_id),
            )
    except asyncpg.UniqueViolationError:  # two people, one browser, one moment
        raise Conflict("This browser is being subscribed by somebody else.") from None
    assert made is not None
    return _shown(made, caller)


async def subscriptions(app: web.Application, caller: Caller) -> list[dict[str, object]]:
    """The devices of the caller that are told, the latest first."""
    rows = await SQL.live_subscriptions.rows(app[POOL], user_id=caller.user_id)
    return [_shown(row, caller) for row in rows]


async def unsubscribe(app: web.Application, caller: Caller, subscription_id: UUID) -> None:
    """Have one told no more; NotFound when it is not theirs."""
    if not await SQL.delete_subscription.run(
        app[POOL], subscription_id=subscription_id, user_id=caller.user_id
    ):
        raise NotFound("You have no such subscription.")


async def try_out(app: web.Application, caller: Caller) -> list[dict[str, object]]:
    """Push something to each device of the caller now; what each push service made of it."""
    rows = await SQL.live_subscriptions.rows(app[POOL], user_id=caller.user_id)
    return await asyncio.gather(*(_tried(app, row) for row in rows))


async def _tried(app: web.Application, row: asyncpg.Record) -> dict[str, object]:
    what = Push(TEST, None, TEST_SECONDS, topic(row["subscription_id"], "test"), is_urgent=True)
    answer = await push(app, _opened(app, row), what)
    if answer.outcome is Outcome.GONE:
        await SQL.delete_subscriptions.run(app[POOL], subscription_ids=[row["subscription_id"]])
    return {
        "subscription_id": row["subscription_id"],
        "host": row["host"],
        "outcome": answer.outcome,
        "status": answer.status,
    }


def _opened(app: web.Application, row: asyncpg.Record) -> Browser:
    return Browser.opened(app[SEAL], row["subscription_id"], row["sealed"])


def _shown(row: asyncpg.Record, caller: Caller) -> dict[str, object]:
    secrets = ("sealed", "digest", "user_id")
    shown = {key: value for key, value in row.items() if key not in secrets}
    return {**shown, "is_current": row["session_id"] == caller.session_id}
