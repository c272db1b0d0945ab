"""Telling one subscription what it has not been told, conversation by conversation, in order."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import structlog
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge import wire
from pinge.accounts import actions as accounts
from pinge.database.pool import POOL, UNAVAILABLE, transaction
from pinge.database.queries import Queries
from pinge.errors import BadRequest
from pinge.http.outbound import OUTBOUND, Unreached
from pinge.realtime.telling import tell_user
from pinge.sealing import SEAL, NotOpened
from pinge.webhooks.events import SubscriptionUpdated
from pinge.webhooks.meters import DELIVERIES
from pinge.webhooks.reading import News, news
from pinge.webhooks.signing import HEADER, place, signature

SQL = Queries("subscriptions")

logger = structlog.get_logger("pinge.webhooks")

CLAIMED_FOR = 60  # seconds it is kept from others
TURN = 40.0  # seconds after which another is let: with the longest request, less than the claim
PLACES = 20  # conversations looked up at once
FIRST_DELAY, LONGEST_DELAY = 2.0, 3600.0  # seconds
GIVEN_UP_AFTER = timedelta(hours=24)
GONE = 410  # a status by which a URL says itself that it wants no more


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: a status, or why there is none."""

    status: int | None = None
    error: str | None = None

    @property
    def is_taken(self) -> bool:
        """Whether it was heard."""
        return self.status is not None and 200 <= self.status < 300


async def deliver(app: web.Application, claim: asyncpg.Record) -> None:
    """Tell a claimed subscription all there is, or until it fails or its turn is over."""
    held = {"subscription_id": claim["subscription_id"], "claimed_until": claim["claimed_until"]}
    try:
        outcome = await _tell_all(app, claim)
        if outcome.is_taken:
            await SQL.release_subscription.run(app[POOL], **held)
        elif outcome.status == GONE or _is_given_up(claim):
            await give_up(app, claim)
        else:
            await SQL.delay_subscription.run(app[POOL], **held, seconds=_delay(claim["failures"]))
    except UNAVAILABLE as error:  # it is found again when the claim is over
        logger.warning("a subscription waits for the database", why=type(error).__name__)
    except Exception:
        logger.exception("a subscription failed", subscription_id=str(claim["subscription_id"]))


async def _tell_all(app: web.Application, claim: asyncpg.Record) -> Outcome:
    """How the last request went: the first that fails is the last."""
    began, outcome = time.monotonic(), Outcome(200)
    which = {"subscription_id": claim["subscription_id"]}
    while outcome.is_taken and time.monotonic() - began < TURN:
        places = await SQL.places_behind.rows(app[POOL], **which, limit=PLACES)
        if not places:
            break
        for where in places:
            outcome = await _tell(app, claim, where)
            if not outcome.is_taken or time.monotonic() - began > TURN:
                break
    return outcome


async def _tell(app: web.Application, claim: asyncpg.Record, where: asyncpg.Record) -> Outcome:
    """Tell of one conversation; a bot hears nothing of what it said itself."""
    but = claim["user_id"] if claim["is_bots"] else None
    told = await news(app[POOL], where, set(claim["events"]), but=but)
    which = {
        "subscription_id": claim["subscription_id"],
        "conversation_id": where["conversation_id"],
    }
    outcome = Outcome(200)
    if told.events:
        delivery_id, began = uuid7(), time.monotonic()
        outcome = await _posted(app, claim, delivery_id, _body(where, told, delivery_id, claim))
        DELIVERIES.labels("taken" if outcome.is_taken else "failed").inc()
        await SQL.log_delivery.run(
            app[POOL],
            **which,
            delivery_id=delivery_id,
            event_count=len(told.events),
            took_ms=round((time.monotonic() - began) * 1000),
            status=outcome.status,
            error=outcome.error,
        )
    if outcome.is_taken:
        await SQL.advance_position.run(app[POOL], **which, seq=told.seq, rev=told.rev)
    return outcome


def _body(where: asyncpg.Record, told: News, delivery_id: UUID, claim: asyncpg.Record) -> bytes:
    return wire.encode(
        {
            "delivery_id": delivery_id,
            "subscription_id": claim["subscription_id"],
            "conversation_id": where["conversation_id"],
            "kind": where["kind"],
            "name": where["name"],
            "events": told.events,
        }
    )


async def _posted(
    app: web.Application, claim: asyncpg.Record, delivery_id: UUID, body: bytes
) -> Outcome:
    try:
        secret = app[SEAL].open(place(claim["subscription_id"]), claim["secret"])
        headers = {
            "Content-Type": "application/json",
            "Pinge-Delivery": str(delivery_id),
            HEADER: signature(secret, body),
        }
        reply = await app[OUTBOUND].post(claim["url"], body, headers)
    except (Unreached, BadRequest) as error:  # the latter where what may be called has changed
        return Outcome(error=str(error))
    except NotOpened:
        return Outcome(error="Its secret cannot be read any more: make it anew.")
    return Outcome(reply.status)


async def give_up(app: web.Application, claim: asyncpg.Record) -> None:
    """Disable it, and tell whoever made it; they can have it told again from then on.

    Of the claim it takes the ids, and until when it is.
    """
    owner_id = claim["owner_id"]
    which = {"subscription_id": claim["subscription_id"]}
    async with transaction(app) as tx:
        rev = (await accounts.touch(tx, owner_id))[owner_id]
        until = claim["claimed_until"]
        if not await SQL.disable_subscription.run(tx, **which, claimed_until=until, rev=rev):
            return
        row = await SQL.subscription_of.row(tx, owner_id=owner_id, **which)
    assert row is not None
    logger.info("a subscription was given up", subscription_id=str(claim["subscription_id"]))
    tell_user(app, owner_id, SubscriptionUpdated(subscription=dict(row), user_rev=rev))


def _is_given_up(claim: asyncpg.Record) -> bool:
    since = claim["failing_since"]
    return since is not None and datetime.now(UTC) - since > GIVEN_UP_AFTER


def _delay(failures: int) -> float:
    """The seconds until the next try: twice as many each time, and spread."""
    longest = min(FIRST_DELAY * 2.0 ** min(failures, 20), LONGEST_DELAY)
    return longest * random.uniform(0.75, 1.25)  # noqa: S311
