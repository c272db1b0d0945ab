"""A copy of all that is somebody's own, as a ZIP that is made while it is sent.

Everything is read in slices by key, and no connection is held in between. So a copy of any size,
for a reader of any speed, takes the memory of a slice: 200 rows or messages, or 1 MiB of a file.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge import wire
from pinge.attachments import actions as attachments
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.database.pool import POOL
from pinge.database.queries import Queries, Query
from pinge.errors import NotFound
from pinge.media import avatars
from pinge.media.images import SQUARES
from pinge.media.storage import STORAGE
from pinge.personal.zipping import ZipStream

SQL = Queries("exporting")

SLICE = 200  # rows, or messages, in one statement
BEFORE_ALL = UUID(int=0)
LISTS: dict[str, tuple[Query, str]] = {  # by the file they make: what to read, and by which key
    "sessions": (SQL.sessions_after, "session_id"),
    "tokens": (SQL.tokens_after, "token_id"),
    "bots": (SQL.bots_after, "bot_id"),
    "push_subscriptions": (SQL.push_subscriptions_after, "subscription_id"),
    "webhook_subscriptions": (SQL.webhook_subscriptions_after, "subscription_id"),
    "passkeys": (SQL.passkeys_after, "passkey_id"),
    "contacts": (SQL.contacts_after, "contact_id"),
    "blocks": (SQL.blocks_after, "blocked_id"),
    "reports": (SQL.reports_after, "report_id"),
    "former_contacts": (SQL.former_contacts_after, "contact_id"),
    "contact_requests": (SQL.requests_after, "request_id"),
    "conversations": (SQL.conversations_after, "conversation_id"),
    "invites": (SQL.invites_after, "invite_id"),
    "files": (SQL.files_after, "attachment_id"),
}
README = """\
This is a copy of what Pinge keeps of you and for you.

account.json            your account          settings.json   what you have set
sessions.json           where you logged in   passkeys.json   what opens your account
tokens.json, bots.json  what acts for you     webhook_subscriptions.json
                                              where it is told what happens
push_subscriptions.json the browsers that are told of messages
blocks.json             whom you block        reports.json    what you reported
contacts.json, former_contacts.json,
contact_requests.json   who asked whom        conversations.json, files.json
invites.json            your links into groups
messages/<id>.json      what was said in a conversation, the oldest first; of one that you have
                        left, only what you said yourself
files/<id>-<name>       the files that you uploaded
avatar.webp             your picture, if you have one
"""

Slices = AsyncIterator[list[asyncpg.Record]]
Pieces = AsyncIterator[bytes]


async def export(app: web.Application, user_id: UUID) -> Pieces:
    """The ZIP, piece by piece."""
    await audit.record(app[POOL], Kind.EXPORTED, user_id=user_id)
    stream = ZipStream()
    async for name, pieces, is_text in _files(app, user_id):
        async for piece in stream.file(name, pieces, is_text=is_text):
            yield piece
    yield stream.end()


async def _files(app: web.Application, user_id: UUID) -> AsyncIterator[tuple[str, Pieces, bool]]:
    """Each file of the copy: its name, its content, and whether that is text."""
    account = await SQL.account.row(app[POOL], user_id=user_id)
    assert account is not None  # who has a session has an account
    chosen = await SQL.settings.value(app[POOL], user_id=user_id)
    yield "README.txt", _whole(README.encode()), True
    yield "account.json", _whole(wire.encode(account)), True
    yield "settings.json", _whole(wire.encode(chosen or {})), True
    for name in LISTS:
        yield f"{name}.json", _as_list(_slices(app, name, user_id)), True
    async for rows in _slices(app, "conversations", user_id):
        for row in rows:
            said = _as_list(_messages(app, user_id, row))
            yield f"messages/{row['conversation_id']}.json", said, True
    if account["avatar"] is not None:
        yield "avatar.webp", _if_there(_picture(app, account["avatar"])), False
    async for rows in _slices(app, "files", user_id):
        for row in rows:
            key = attachments.place(row["attachment_id"], row["stored_as"])
            content = _if_there(app[STORAGE].stream(key, 0, row["size"]))
            yield f"files/{row['attachment_id']}-{row['name']}", content, False


async def _picture(app: web.Application, avatar: str) -> Pieces:
    yield await avatars.file(app, avatar, max(SQUARES))


async def _slices(app: web.Application, name: str, user_id: UUID) -> Slices:
    """All rows of a list, by their key."""
    query, key = LISTS[name]
    after = BEFORE_ALL
    while rows := await query.rows(app[POOL], user_id=user_id, after=after, limit=SLICE):
        yield rows
        after = rows[-1][key]


async def _messages(app: web.Application, user_id: UUID, conversation: asyncpg.Record) -> Slices:
    """What was said in a conversation, as far as it is theirs: seqs are dense, so slices are."""
    for low in range(1, conversation["last_seq"] + 1, SLICE):
        yield await SQL.messages_between.rows(
            app[POOL],
            user_id=user_id,
            conversation_id=conversation["conversation_id"],
            low=low,
            high=low + SLICE - 1,
            hidden_up_to=conversation["hidden_up_to"],
        )


async def _as_list(slices: Slices) -> Pieces:
    """Rows as JSON, one a line."""
    before = b"[\n"
    async for rows in slices:
        if rows:
            yield before + b",\n".join(map(wire.encode, rows))
            before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


async def _if_there(pieces: Pieces) -> Pieces:
    """A file that was deleted while the copy was made is an empty one."""
    with suppress(NotFound):
        async for piece in pieces:
            yield piece


async def _whole(content: bytes) -> Pieces:
    yield content
