"""Who empties the queue of pushes: one in each process, none in the other's way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge import wire
from pinge.config import SETTINGS
from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.notifications.browser import Browser
from pinge.notifications.deciding import TOLD_WITHIN, Failure, Message, Standing, Verdict, choose
from pinge.notifications.facts import Facts, Question, facts
from pinge.notifications.meters import SPARED
from pinge.notifications.payloads import of_message
from pinge.notifications.pushing import VAPID, Answer, Outcome, Push, push, topic
from pinge.notifications.vapid import vapid
from pinge.sealing import SEAL, NotOpened

SQL = Queries("notifications")

LOOKED_EVERY = 5.0  # seconds, for what others left behind
AT_ONCE = 32  # devices
CLAIMED_FOR = 45  # seconds they are kept from others: more than two requests may take
FIRST_DELAY = 10.0  # seconds until the second try, then twice as many each time
MOST_TRIES = 4
LONGEST_DELAY = TOLD_WITHIN.total_seconds()  # whatever a push service asks for

# Set whenever this process queued something.
QUEUED: web.AppKey[asyncio.Event] = web.AppKey("QUEUED", asyncio.Event)


async def herald(app: web.Application) -> AsyncIterator[None]:
    """Send for as long as the service runs."""
    app[QUEUED] = asyncio.Event()
    app[VAPID] = vapid(app[SETTINGS])
    async for _ in repeated(app, send_due, every=0):
        yield


async def send_due(app: web.Application) -> None:
    """Wait until something may be due, and settle all that is."""
    app[QUEUED].clear()
    seconds = await SQL.seconds_until_due.value(app[POOL], seconds=LOOKED_EVERY)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await app[QUEUED].wait()
    while claims := await SQL.claim_pushes.rows(app[POOL], seconds=CLAIMED_FOR, limit=AT_ONCE):
        known = await facts(app[POOL], [_question(claim) for claim in claims])
        settling = (_settle(app, *each) for each in zip(claims, known, strict=True))
        # What fails must not take the others with it; it is due again when its claim is over.
        for outcome in await asyncio.gather(*settling, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome


async def _settle(app: web.Application, claim: asyncpg.Record, known: Facts) -> None:
    if claim["sealed"] is None:
        await _forget(app, claim)
        return
    message, verdict = choose(
        known.standing, known.messages, datetime.now(UTC), since=claim["subscribed_at"]
    )
    if verdict.again_at is not None:
        await _postpone(app, claim, verdict.again_at, claim["attempts"])
    elif verdict.notifies and message is not None and known.standing is not None:
        answer = await _pushed(app, claim, _push(claim, known.standing, message, verdict))
        await _note(app, claim, answer, message, verdict)
    else:
        SPARED.labels(verdict.reason).inc()
        await _finish(app, claim, message, verdict.reason)


async def _pushed(app: web.Application, claim: asyncpg.Record, what: Push) -> Answer:
    try:
        browser = Browser.opened(app[SEAL], claim["subscription_id"], claim["sealed"])
    except NotOpened:
        return Answer(Outcome.REFUSED)
    return await push(app, browser, what)


def _push(claim: asyncpg.Record, standing: Standing, message: Message, verdict: Verdict) -> Push:
    whole = of_message(standing, claim["conversation_id"], message, verdict)
    left = message.sent_at + TOLD_WITHIN - datetime.now(UTC)
    return Push(
        body=wire.encode(whole),
        spare=wire.encode(whole | {"body": None}),
        seconds=max(int(left.total_seconds()), 1),
        topic=topic(claim["subscription_id"], claim["conversation_id"]),
        is_urgent=standing.is_direct or message.is_mention,
    )


async def _note(
    app: web.Application, claim: asyncpg.Record, answer: Answer, message: Message, verdict: Verdict
) -> None:
    """Keep what came of it; what may yet come through is tried again."""
    finish = partial(_finish, app, claim, message, status=answer.status)
    match answer.outcome:
        case Outcome.TAKEN:
            await finish(verdict.reason, is_told=True)
            await SQL.mark_sent.run(app[POOL], subscription_id=claim["subscription_id"])
        case Outcome.GONE:
            await finish(Failure.GONE)
            await _forget(app, claim)
        case Outcome.LATER if claim["attempts"] + 1 < MOST_TRIES:
            delay = max(FIRST_DELAY * 2.0 ** claim["attempts"], answer.retry_after)
            again_at = datetime.now(UTC) + timedelta(seconds=min(delay, LONGEST_DELAY))
            await _postpone(app, claim, again_at, claim["attempts"] + 1)
        case outcome:
            is_away = outcome is Outcome.LATER
            await finish(Failure.UNREACHED if is_away else Failure.REFUSED)
            await SQL.mark_failing.run(app[POOL], subscription_id=claim["subscription_id"])


async def _finish(
    app: web.Application,
    claim: asyncpg.Record,
    message: Message | None,
    reason: str,
    *,
    status: int | None = None,
    is_told: bool = False,
) -> None:
    await SQL.finish_push.run(
        app[POOL],
        **_claim(claim),
        push_id=uuid7(),
        user_id=claim["user_id"],
        seq=claim["seq"],
        judged_seq=message.seq if message is not None else None,
        is_told=is_told,
        reason=reason,
        status=status,
    )


async def _postpone(
    app: web.Application, claim: asyncpg.Record, due_at: datetime, attempts: int
) -> None:
    await SQL.postpone_push.run(app[POOL], **_claim(claim), due_at=due_at, attempts=attempts)


async def _forget(app: web.Application, claim: asyncpg.Record) -> None:
    gone = [claim["subscription_id"]]
    await SQL.delete_subscriptions.run(app[POOL], subscription_ids=gone)


def _claim(claim: asyncpg.Record) -> dict[str, object]:
    return {key: claim[key] for key in ("subscription_id", "conversation_id", "claimed_until")}


def _question(claim: asyncpg.Record) -> Question:
    return Question(claim["user_id"], claim["conversation_id"], claim["after_seq"], claim["seq"])
