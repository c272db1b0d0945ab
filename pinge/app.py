"""The composition root: the one module that knows every part of Pinge."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

import pinge.accounts.handlers
import pinge.accounts.mail_handlers
import pinge.accounts.pages
import pinge.accounts.token_handlers
import pinge.attachments.handlers
import pinge.blocks.handlers
import pinge.bots.actions
import pinge.bots.handlers
import pinge.contacts.handlers
import pinge.conversations.handlers
import pinge.conversations.invite_handlers
import pinge.drafts.handlers
import pinge.media.handlers
import pinge.messages.actions
import pinge.messages.handlers
import pinge.messages.marks_handlers
import pinge.notifications.handlers
import pinge.oidc.handlers
import pinge.overview.handlers
import pinge.passkeys.handlers
import pinge.personal.handlers
import pinge.presence.handlers
import pinge.reactions.handlers
import pinge.realtime.handlers
import pinge.reports.actions
import pinge.reports.handlers
import pinge.requests.handlers
import pinge.scheduling.handlers
import pinge.search.handlers
import pinge.second_factors.handlers
import pinge.settings.actions
import pinge.settings.handlers
import pinge.sync.handlers
import pinge.webhooks.handlers
import pinge.webhooks.subscription_handlers
from pinge import sealing
from pinge.accounts import devices, links, passwords, sessions
from pinge.accounts.factors import PASSKEY, SECOND_FACTOR
from pinge.accounts.profiles import TELL_MEMBERS
from pinge.attachments import collecting, finishing, receiving
from pinge.attachments import links as attachment_links
from pinge.config import SETTINGS, Settings
from pinge.conversations import invites, profiles, rosters
from pinge.database import pool
from pinge.http import (
    attempts,
    cors,
    docs,
    endpoint,
    headers,
    limits,
    middlewares,
    outbound,
    reader,
    service,
)
from pinge.mail import postman
from pinge.media import avatars, images, storage
from pinge.messages import commands as message_commands
from pinge.messages import delivery, journal, pairs, purge, receipts, telling
from pinge.messages.journal import Written
from pinge.notifications import activity, finding, herald
from pinge.notifications import commands as notification_commands
from pinge.oidc import provider
from pinge.passkeys import actions as passkeys
from pinge.personal import erasing
from pinge.presence import actions as presence_actions
from pinge.presence import commands as presence_commands
from pinge.presence import telling as presence_telling
from pinge.presence import typing
from pinge.reactions import commands as reaction_commands
from pinge.realtime import asyncapi, bus, commands, epoch, feed, hub, presence, tickets
from pinge.retention import expiring
from pinge.scheduling import sending
from pinge.search import keeping
from pinge.second_factors import asking
from pinge.sync import catching_up, replaying, resuming, sweeping
from pinge.sync import commands as sync_commands
from pinge.webhooks import courier

ROUTES = [
    service.routes,
    pinge.media.handlers.routes,
    pinge.accounts.handlers.routes,
    pinge.accounts.mail_handlers.routes,
    pinge.accounts.pages.routes,
    pinge.accounts.token_handlers.routes,
    pinge.second_factors.handlers.routes,
    pinge.passkeys.handlers.routes,
    pinge.oidc.handlers.routes,
    pinge.settings.handlers.routes,
    pinge.contacts.handlers.routes,
    pinge.conversations.handlers.routes,
    pinge.conversations.invite_handlers.routes,
    pinge.attachments.handlers.routes,
    pinge.bots.handlers.routes,
    pinge.webhooks.handlers.routes,
    pinge.webhooks.subscription_handlers.routes,
    pinge.messages.marks_handlers.routes,
    pinge.messages.handlers.routes,
    pinge.reactions.handlers.routes,
    pinge.search.handlers.routes,
    pinge.presence.handlers.routes,
    pinge.drafts.handlers.routes,
    pinge.scheduling.handlers.routes,
    pinge.blocks.handlers.routes,
    pinge.requests.handlers.routes,
    pinge.reports.handlers.routes,
    pinge.personal.handlers.routes,
    pinge.overview.handlers.routes,
    pinge.notifications.handlers.routes,
    pinge.realtime.handlers.routes,
    pinge.sync.handlers.routes,
]

COMMANDS = [
    commands.commands,
    message_commands.commands,
    reaction_commands.commands,
    presence_commands.commands,
    notification_commands.commands,
    sync_commands.commands,
]

MIDDLEWARES = [
    middlewares.log,
    middlewares.errors,
    cors.preflights,
    middlewares.caller,
    middlewares.limits,
    endpoint.validation,
]


def build(settings: Settings, database: dict[str, Any]) -> web.Application:
    """A Pinge that uses the database asyncpg finds under these connection arguments."""
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=reader.LARGEST_BODY)
    app[SETTINGS] = settings
    app[pool.DATABASE] = database
    _furnish(app)
    for routes in ROUTES:
        app.add_routes(routes)
    if not settings.in_prod:
        docs.add_pages(app)
        app.router.add_get("/asyncapi.json", asyncapi.latest)
    cors.setup(app)
    app.on_response_prepare.extend([middlewares.named, headers.secure])
    app.cleanup_ctx.extend(OPENED)
    app.on_shutdown.extend([_drain, hub.close])
    return app


def _furnish(app: web.Application) -> None:
    """The parts that need nothing opened."""
    app[service.DRAINING] = asyncio.Event()
    app[limits.LIMITER] = limits.Limiter(app)
    app[bus.BUS] = bus.make(app)
    app[service.BUS_IS_UP] = lambda: app[bus.BUS].is_healthy
    app[hub.HUB] = hub.hub(app)
    app[feed.FEED] = feed.Feed(app)
    app[commands.COMMANDS] = commands_of_all()
    app[images.IMAGES] = images.Images()
    app[finishing.TURNS] = asyncio.Semaphore(finishing.AT_ONCE)
    app[receiving.RECEIVING] = Counter()
    app[rosters.ROSTERS] = rosters.Rosters(app)
    app[SECOND_FACTOR] = asking.Codes(app)
    app[PASSKEY] = passkeys.prove
    app[provider.PROVIDER] = provider.Provider(app)
    app[TELL_MEMBERS] = profiles.tell_members
    app[pinge.settings.actions.TURNED] = receipts.turned
    app[pairs.PAIRS] = pairs.Pairs(app)
    app[pinge.bots.actions.ERASE] = erasing.erase_soon
    app[typing.TYPING] = typing.Typing(app)
    app[keeping.KEEPER] = keeping.Keeper()
    app[finding.FINDER] = finding.Finder()
    app[activity.ACTIVITY] = activity.Activity()
    app[courier.COURIER] = courier.Courier(app)
    app[resuming.TURNS] = asyncio.Semaphore(resuming.AT_ONCE)
    app[pinge.realtime.handlers.REPLAY] = replaying.replay
    app[pinge.realtime.handlers.SERVED] = {
        **typing.SERVED,
        **pinge.attachments.actions.served(app[SETTINGS]),
        **pinge.messages.actions.served(app[SETTINGS]),
    }


def commands_of_all() -> commands.CommandTable:
    """What sockets may say, of every feature."""
    every = commands.CommandTable()
    for table in COMMANDS:
        every.add(table)
    return every


async def _journal(app: web.Application) -> AsyncIterator[None]:
    deliver = delivery.Delivery(app).deliver

    async def tell(batch: list[Written]) -> None:
        conversation_ids = [written.draft.conversation_id for written in batch]
        sender_ids = [written.draft.sender.user_id for written in batch]
        presence_actions.have_said(app, zip(conversation_ids, sender_ids, strict=True))
        app[keeping.KEEPER].heard(conversation_ids)
        app[finding.FINDER].heard(conversation_ids)
        app[activity.ACTIVITY].seen(sender_ids)
        app[courier.COURIER].heard(conversation_ids)
        await deliver(batch)

    async for _ in journal.journal(app, tell):
        yield


async def _drain(app: web.Application) -> None:
    app[service.DRAINING].set()


# Opened in order, closed in reverse.
OPENED = [
    sealing.seal,
    pool.pool,
    bus.bus,
    epoch.epoch,
    postman.postman,
    postman.mail_sweeping,
    passwords.passwords,
    sessions.sessions,
    devices.devices,
    links.mail_tokens,
    passkeys.challenges,
    tickets.tickets,
    attempts.attempts,
    storage.storage,
    outbound.outbound,
    avatars.collecting,
    attachment_links.links,
    collecting.collecting,
    presence.presence,
    presence_telling.telling,
    _journal,
    sending.sending,
    profiles.profiles,
    invites.forgetting,
    receipts.receipts,
    telling.unread_telling,
    catching_up.catching_up,
    sweeping.sweeping,
    purge.purge,
    expiring.expiring,
    erasing.erasing,
    keeping.keeping,
    herald.herald,
    finding.finding,
    activity.activity,
    courier.courier,
    pinge.reports.actions.forgetting,
]
