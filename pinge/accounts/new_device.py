"""The mail about a login on a device that was not seen before."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts import letters
from pinge.accounts.device import Device
from pinge.accounts.recovery import FORGOT_PAGE
from pinge.config import SETTINGS
from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.errors import TooMany
from pinge.mail import outbox
from pinge.mail.letters import Letter

SQL = Queries("accounts")


async def notice(
    app: web.Application, user: asyncpg.Record, session_id: UUID, device: Device
) -> Letter | None:
    """The mail about this login; None if the device is known, the account is new, or mails many.

    A device is known by what it says of itself, but for the figures: browsers change their version
    every few weeks.
    """
    if not app[SETTINGS].new_device_mail or not outbox.is_on(app):
        return None
    said = {"user_agent": device.user_agent, "device_info": device.device_info}
    if not await SQL.is_new_device.value(app[POOL], user_id=user["user_id"], **said):
        return None
    try:
        await outbox.spend(app, "new_device", user["email"])
    except TooMany:
        return None
    forgot_page = outbox.link(app[SETTINGS], FORGOT_PAGE)
    return letters.new_device(
        user["email"], device.description, device.place, str(session_id), forgot_page
    )
