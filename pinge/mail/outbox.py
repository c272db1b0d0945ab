"""The outbox: where a mail is put in the transaction of what causes it."""

from __future__ import annotations

import asyncio
from uuid import UUID

from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.config import SETTINGS, Settings
from pinge.database.queries import Connection, Queries
from pinge.errors import MailOff
from pinge.http.limits import LIMITER
from pinge.mail.letters import Letter
from pinge.sealing import SEAL

SQL = Queries("mail")

TRIED_FOR = 3 * 24 * 3600  # seconds after which a mail is given up

# Set whenever a mail was put into the outbox by this process.
POSTED: web.AppKey[asyncio.Event] = web.AppKey("POSTED", asyncio.Event)


def is_on(app: web.Application) -> bool:
    """Whether mail goes anywhere: to a server, or in dev to a folder."""
    settings = app[SETTINGS]
    return settings.smtp_url is not None or not settings.in_prod


def refuse_if_off(app: web.Application) -> None:
    """MailOff where nothing that needs mail can be done."""
    if not is_on(app):
        raise MailOff


def link(settings: Settings, path: str, token: str = "") -> str:
    """A page of ours as people reach it; a token after the # is sent to no server with it."""
    base = settings.public_url or f"http://localhost:{settings.port}"
    return f"{base}{path}#{token}" if token else f"{base}{path}"


async def spend(app: web.Application, purpose: str, address: str) -> None:
    """Count a mail to an address, whoever asked for it; TooMany says when to ask again."""
    for limit in ("mail", "mail-daily"):
        await app[LIMITER].spend(limit, f"{purpose} {address}")


async def post(
    app: web.Application, tx: Connection, letter: Letter, *, to_nobody: bool = False
) -> None:
    """Write a mail, if mail is on; `posted` is to be called after the commit.

    One to nobody is written and never goes: it makes what is done for an address that nobody has
    take as long as for one that somebody has.
    """
    if not is_on(app):
        return
    mail_id = uuid7()
    sealed = app[SEAL].seal(place(mail_id), letter.body.encode())
    await SQL.insert_mail.run(
        tx,
        mail_id=mail_id,
        purpose=letter.purpose,
        recipient="" if to_nobody else letter.recipient,
        subject=letter.subject,
        sealed_body=None if to_nobody else sealed,
        seconds=TRIED_FOR,
    )


def place(mail_id: UUID) -> str:
    """Where a mail's text is sealed for: what is in it opens accounts."""
    return f"mails.sealed_body:{mail_id}"


def posted(app: web.Application) -> None:
    """Have what was written and committed sent now; else it is found some seconds later."""
    app[POSTED].set()
