"""Saying it otherwise: a message keeps its place and its sender, and what it said before."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.config import SETTINGS
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.errors import NotFound, NotSender, Stale, TooLate
from pinge.http.caller import Caller
from pinge.messages.actions import must_say_something
from pinge.messages.changing import locked, shown, tell
from pinge.messages.events import MessageEdited
from pinge.settings import actions as settings

SQL = Queries("history")

MOST_VERSIONS = 100  # texts kept of one message; beyond that the oldest go


async def edit(
    app: web.Application, caller: Caller, *, message_id: UUID, content: str, base_rev: int
) -> dict[str, object]:
    """Let a message of the caller's say this; the message as it is then.

    `base_rev` is the rev of the message that was changed into this: Stale if it is another by now.
    Raises NotFound, NotSender, NotContacts, NotTaken or TooLate. The same text changes nothing, so
    a retry is safe.
    """
    async with transaction(app) as tx:
        held = await locked(tx, caller, message_id)
        now = shown(held)
        _must_be_open(app, caller, held)
        must_say_something(content, held["attachments"])
        if held["content"] == content:
            return now
        if held["rev"] != base_rev:
            raise Stale(now)
        edited_at = await SQL.edit_message.value(
            tx,
            conversation_id=held["conversation_id"],
            seq=held["seq"],
            content=content,
            rev=held["next_rev"],
            most_versions=MOST_VERSIONS,
        )
    now |= {"rev": held["next_rev"], "content": content, "edited_at": edited_at}
    await tell(app, MessageEdited.of(now), held["roster_rev"])
    return now


async def versions(app: web.Application, caller: Caller, message_id: UUID) -> list[asyncpg.Record]:
    """What a message says and said, newest first; NotFound for who is not in the conversation."""
    found = await SQL.versions.rows(app[POOL], message_id=message_id, user_id=caller.user_id)
    if not found:
        raise NotFound("There is no such message.")
    return found


def _must_be_open(app: web.Application, caller: Caller, held: asyncpg.Record) -> None:
    """Whether it is the caller's to change, who may still write there, as the journal judges it."""
    if held["sender_id"] != caller.user_id:
        raise NotSender
    if held["deleted_at"] is not None:
        raise Stale(shown(held))
    if held["kind"] == "direct":
        settings.must_take(
            held["who_may_write"],
            is_contact=held["is_contact"],
            only_contacts=app[SETTINGS].direct_messages == "contacts",
        )
    if is_late(held, app[SETTINGS].edit_hours):
        raise TooLate


def is_late(held: asyncpg.Record, hours: int) -> bool:
    """Whether a message is older than this; -1 is no limit."""
    return hours >= 0 and bool(held["age"] >= timedelta(hours=hours))
