"""Saying it otherwise: a message keeps its place and its sender, and what it said before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.config import SETTINGS
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.errors import NotFound, NotSender, OnlyAdmins, Stale, TooLate, WordsOfOthers
from pinge.http.caller import Caller
from pinge.messages import mentions
from pinge.messages.actions import must_say_something
from pinge.messages.changing import locked, must_take, shown, tell
from pinge.messages.events import MessageEdited
from pinge.realtime.bus import BUS, UnreadMoved

SQL = Queries("history")

MOST_VERSIONS = 100  # texts kept of one message; beyond that the oldest go


async def edit(
    app: web.Application, caller: Caller, *, message_id: UUID, content: str, base_rev: int
) -> dict[str, object]:
    """Let a message of the caller's say this; the message as it is then.

    `base_rev` is the rev of the message that was changed into this: Stale if it is another by now.
    Raises NotFound, NotSender, NotContacts, NotTaken, OnlyAdmins or TooLate. The same text changes
    nothing, so a retry is safe.
    """
    async with transaction(app) as tx:
        held = await locked(tx, caller, message_id)
        now = await shown(tx, caller, held)
        _must_be_open(app, caller, held, now)
        must_say_something(content, held["attachments"])
        if held["content"] == content:
            return now
        if held["rev"] != base_rev:
            raise Stale(now)
        named, recounted = await _mention(tx, held, content)
        said = {"content": content, "mentions": named, "rev": held["next_rev"]}
        where = {"conversation_id": held["conversation_id"], "seq": held["seq"]}
        edited_at = await SQL.edit_message.value(tx, **where, **said, most_versions=MOST_VERSIONS)
    now |= {**said, "edited_at": edited_at}
    await tell(app, MessageEdited.of(now), held["roster_rev"])
    for user_id in recounted:
        app[BUS].publish(UnreadMoved(user_id, held["conversation_id"]), user_id)
    return now


async def versions(app: web.Application, caller: Caller, message_id: UUID) -> list[asyncpg.Record]:
    """What a message says and said, newest first; NotFound for who is not in the conversation."""
    found = await SQL.versions.rows(app[POOL], message_id=message_id, user_id=caller.user_id)
    if not found:
        raise NotFound("There is no such message.")
    return found


async def _mention(
    tx: Connection, held: asyncpg.Record, content: str
) -> tuple[Sequence[UUID], set[UUID]]:
    """Who is named in it from now on; and who is so anew, or no more."""
    if held["kind"] != "group":
        return (), set()
    key = held["conversation_id"]
    now = await mentions.mentioned(tx, key, content, sender_id=held["sender_id"])
    before = held["mentions"] or ()
    return now, await mentions.change(tx, key, held["seq"], before=before, now=now)


def _must_be_open(
    app: web.Application, caller: Caller, held: asyncpg.Record, now: dict[str, object]
) -> None:
    """Whether it is the caller's to change, who may still write there, as the journal judges it."""
    if held["sender_id"] != caller.user_id:
        raise NotSender
    if held["deleted_at"] is not None:
        raise Stale(now)
    if held["forwarded"] is not None:
        raise WordsOfOthers
    must_take(app, held)
    if held["who_may_send"] == "admins" and held["role"] != "Admin":
        raise OnlyAdmins
    if is_late(held, app[SETTINGS].edit_hours):
        raise TooLate


def is_late(held: asyncpg.Record, hours: int) -> bool:
    """Whether a message is older than this; -1 is no limit."""
    return hours >= 0 and bool(held["age"] >= timedelta(hours=hours))
