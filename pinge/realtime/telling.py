"""Telling somebody what became of what is their own, on all their devices."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from pinge.realtime.events import UserEvent
from pinge.realtime.feed import FEED
from pinge.realtime.hub import HUB


def tell_user(app: web.Application, user_id: UUID, *events: UserEvent) -> None:
    """Tell all devices of somebody what changed for them under one rev, once it is committed."""

    def telling() -> None:
        for event in events:
            app[HUB].deliver(event, (user_id,))

    app[FEED].tell_user(user_id, events[0].user_rev, telling)
