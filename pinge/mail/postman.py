"""Who empties the outbox: one in each process, none in the other's way."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator

import asyncpg
import structlog
from aiohttp import web

from pinge.config import SETTINGS
from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.mail.carriers import Away, Carrier, Delayed, NotSent
from pinge.mail.folder import ToFolder
from pinge.mail.letters import Letter, as_mail, domain_of
from pinge.mail.meters import MAILS
from pinge.mail.outbox import POSTED, is_on, place
from pinge.mail.smtp import ByServer, Server
from pinge.sealing import SEAL, NotOpened

SQL = Queries("mail")

logger = structlog.get_logger("pinge.mail")

LOOKED_EVERY = 5.0  # seconds, for what others left behind and what is due again
LONGEST = 60.0  # seconds that one mail may take
CLAIMED_FOR = 120  # seconds it is kept from others: more, so that two never send it at once
FIRST_DELAY = 60.0  # seconds; servers that greylist take a mail at the second or third try
LONGEST_DELAY = 4 * 3600.0  # seconds
LONGEST_PAUSE = 60.0  # seconds between two looks for a server that is away
SWEPT_EVERY = 60.0  # seconds
KEPT_FOR = 30 * 24 * 3600  # seconds a mail is remembered, without its text


class Postman:
    """Takes what is due out of the outbox, one after the other."""

    def __init__(self, app: web.Application, carrier: Carrier) -> None:
        self._app = app
        self._carrier = carrier
        self._sender = app[SETTINGS].mail_from
        self._away_since: float | None = None
        self._pause = 1.0  # seconds

    async def round(self, _app: web.Application) -> None:
        """Wait until something may be due, and send all that is."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOKED_EVERY):
                await self._app[POSTED].wait()
            await asyncio.sleep(self._carrier.gathers)
        self._app[POSTED].clear()
        try:
            while (row := await self._claimed()) is not None:
                await self._deliver(row)
        except Away as error:
            await self._wait_for_the_server(error)
        finally:
            await self._carrier.rest()

    async def _claimed(self) -> asyncpg.Record | None:
        return await SQL.claim_mail.row(self._app[POOL], seconds=CLAIMED_FOR)

    async def _deliver(self, row: asyncpg.Record) -> None:
        claim = {"mail_id": row["mail_id"], "claimed_until": row["claimed_until"]}
        try:
            async with asyncio.timeout(LONGEST):
                mail = as_mail(self._letter(row), mail_id=row["mail_id"], sender=self._sender)
                await self._carrier.carry(mail)
        except Away:
            await SQL.release_mail.run(self._app[POOL], **claim)
            raise
        except (Delayed, TimeoutError) as error:
            answer = str(error) or "it took too long"
            seconds = _delay(row["attempts"])
            await SQL.delay_mail.run(self._app[POOL], **claim, answer=answer, seconds=seconds)
            _count("delayed", row, answer)
        # The last two: what cannot be written as a mail, and what another key has sealed.
        except (NotSent, ValueError, NotOpened) as error:
            answer = str(error) if isinstance(error, NotSent) else type(error).__name__
            await SQL.mark_mail_failed.run(self._app[POOL], **claim, answer=answer)
            _count("failed", row, answer)
        else:
            await SQL.mark_mail_sent.run(self._app[POOL], **claim)
            MAILS.labels("sent").inc()
        self._say_back()

    def _letter(self, row: asyncpg.Record) -> Letter:
        body = row["body"]  # of an earlier Pinge, which did not seal it
        if row["sealed_body"] is not None:
            body = self._app[SEAL].open(place(row["mail_id"]), row["sealed_body"]).decode()
        return Letter(row["purpose"], row["recipient"], row["subject"], body)

    async def _wait_for_the_server(self, error: Away) -> None:
        if self._away_since is None:
            self._away_since = time.monotonic()
            logger.warning("the mail server is away", why=str(error))
        await asyncio.sleep(self._pause * random.uniform(0.5, 1))  # noqa: S311
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _say_back(self) -> None:
        if self._away_since is not None:
            seconds = round(time.monotonic() - self._away_since, 1)
            logger.info("the mail server is back", seconds=seconds)
        self._away_since, self._pause = None, 1.0


async def postman(app: web.Application) -> AsyncIterator[None]:
    """Send mail for as long as the service runs."""
    app[POSTED] = asyncio.Event()
    if not is_on(app):
        yield
        return
    working = Postman(app, _carrier(app))
    async for _ in repeated(app, working.round, every=0):
        yield


async def mail_sweeping(app: web.Application) -> AsyncIterator[None]:
    """Give up and forget now and then."""
    async for _ in repeated(app, sweep, every=SWEPT_EVERY):
        yield


async def sweep(app: web.Application) -> None:
    """Give up what waited too long, forget what is long done."""
    given_up = await SQL.give_up_mails.run(app[POOL])
    if given_up:
        MAILS.labels("failed").inc(given_up)
        logger.warning("mails given up", mails=given_up)
    await SQL.delete_old_mails.run(app[POOL], seconds=KEPT_FOR)


def _carrier(app: web.Application) -> Carrier:
    settings = app[SETTINGS]
    if settings.smtp_url is None:
        return ToFolder(settings.home / "mail")
    return ByServer(Server.of(settings.smtp_url), domain_of(settings.mail_from))


def _delay(attempts: int) -> float:
    """The seconds until the next try: twice as many each time, and spread."""
    longest = min(FIRST_DELAY * 2.0 ** min(attempts, 20), LONGEST_DELAY)
    return longest * random.uniform(0.75, 1.25)  # noqa: S311


def _count(outcome: str, row: asyncpg.Record, answer: str) -> None:
    MAILS.labels(outcome).inc()
    logger.warning(f"mail {outcome}", mail_id=str(row["mail_id"]), why=answer)
