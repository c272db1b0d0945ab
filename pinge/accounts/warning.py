"""Telling somebody by mail that the ways into their account are others: it may be a thief's."""

from __future__ import annotations

from aiohttp import web

from pinge.accounts import letters
from pinge.accounts.recovery import FORGOT_PAGE
from pinge.config import SETTINGS
from pinge.database.queries import Connection
from pinge.mail import outbox


async def warn(app: web.Application, tx: Connection, email: str, what: str) -> None:
    """Write it to them, in the transaction that does it; `warned` is to be called after it."""
    await outbox.post(
        app, tx, letters.ways_in_changed(email, what, outbox.link(app[SETTINGS], FORGOT_PAGE))
    )


def warned(app: web.Application) -> None:
    """Have it sent now."""
    outbox.posted(app)
