"""What can be done with messages, free of HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from typing import NotRequired, TypedDict, Unpack
from uuid import UUID

from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.attachments import actions as attachments
from pinge.config import Settings
from pinge.conversations import actions as conversations
from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.errors import Invalid, NotMember
from pinge.http.caller import Caller
from pinge.messages import changing, reading, references
from pinge.messages.emptying import Emptied as Emptied  # for those who delete what is too old
from pinge.messages.emptying import empty as empty
from pinge.messages.emptying import tell_emptied as tell_emptied
from pinge.messages.events import Attachments
from pinge.messages.journal import JOURNAL, Draft, Written
from pinge.messages.mentions import mentioned
from pinge.messages.pairs import PAIRS
from pinge.messages.references import References as References  # for those who tell what was missed
from pinge.messages.references import shown as shown  # for those who find messages
from pinge.messages.schemas import LONGEST_CONTENT as LONGEST_CONTENT  # for other features
from pinge.messages.schemas import SendGroupMessage as SendGroupMessage
from pinge.realtime.socket import Socket

SQL = Queries("messages")

# For those who do something to a message.
locked, tell = changing.locked, changing.tell
must_still_be_there, must_take = changing.must_still_be_there, changing.must_take
mark_all, tell_read = reading.mark_all, reading.tell_read

Place = tuple[UUID, UUID | None]  # a conversation, and in one of two who receives


def served(settings: Settings) -> dict[str, float]:
    """What clients are told in `hello`: for how many hours a message may be changed; -1 always."""
    return {"edit_hours": settings.edit_hours, "delete_hours": settings.delete_hours}


class Saying(TypedDict):
    """What is said, and what goes with it."""

    content: str
    client_id: NotRequired[UUID | None]
    attachment_ids: NotRequired[Sequence[UUID]]
    reply_to: NotRequired[UUID | None]  # the message that it answers
    origin: NotRequired[Socket | None]


async def send_direct(
    app: web.Application, sender: Caller, *, receiver_id: UUID, **said: Unpack[Saying]
) -> asyncio.Future[Written]:
    """Queue a message to one person; raises BadRequest, NotFound or NotContacts before that.

    Sends of one sender are queued in the order in which they are awaited. With files, these raise
    what attachments.actions.claim does; without any, nothing said is Invalid. An answer to what is
    not in the conversation is NotFound.
    """
    must_say_something(said["content"], said.get("attachment_ids", ()))
    conversation_id = await app[PAIRS].conversation_of(sender.user_id, receiver_id)
    return await _queued(app, sender, (conversation_id, receiver_id), said)


async def send_to_group(
    app: web.Application, sender: Caller, *, group_id: UUID, **said: Unpack[Saying]
) -> asyncio.Future[Written]:
    """Queue a message to a group; the journal judges who is a member."""
    must_say_something(said["content"], said.get("attachment_ids", ()))
    return await _queued(app, sender, await place_in_group(app, sender, group_id), said)


async def send(
    app: web.Application, sender: Caller, *, conversation_id: UUID, **said: Unpack[Saying]
) -> asyncio.Future[Written]:
    """Queue a message to a conversation of either kind."""
    must_say_something(said["content"], said.get("attachment_ids", ()))
    return await _queued(app, sender, await place_in(app, sender, conversation_id), said)


async def place_with(app: web.Application, sender: Caller, receiver_id: UUID) -> Place:
    """Where two people talk; raises BadRequest, NotFound or NotContacts."""
    return await app[PAIRS].conversation_of(sender.user_id, receiver_id), receiver_id


async def place_in_group(app: web.Application, sender: Caller, group_id: UUID) -> Place:
    """A group; NotMember where there is none."""
    roster = await conversations.roster(app, group_id)
    if roster is None or roster.kind != "group":
        raise NotMember
    return group_id, None


async def send_to_oneself(
    app: web.Application, sender: Caller, **said: Unpack[Saying]
) -> asyncio.Future[Written]:
    """Queue a message to the sender's saved ones."""
    must_say_something(said["content"], said.get("attachment_ids", ()))
    return await _queued(app, sender, (await conversations.saved(app, sender), None), said)


async def place_in(app: web.Application, sender: Caller, conversation_id: UUID) -> Place:
    """A conversation of either kind; NotMember where there is none, or one of two others."""
    roster = await conversations.roster(app, conversation_id)
    if roster is None:
        raise NotMember("You are not in this conversation.")
    receiver_id = None
    if roster.kind == "direct":  # of two who stay; who is in a group the journal knows best
        if sender.user_id not in roster.user_ids:
            raise NotMember("You are not in this conversation.")
        receiver_id = next(user for user in roster.user_ids if user != sender.user_id)
    return conversation_id, receiver_id


async def unread_totals(app: web.Application, user_ids: list[UUID]) -> dict[UUID, int]:
    """How many direct messages each of these people has not read."""
    if not user_ids:
        return {}
    rows = await SQL.unread_direct_totals.rows(app[POOL], user_ids=user_ids)
    return {row["user_id"]: row["total_unread"] for row in rows}


async def direct_message(app: web.Application, written: Written) -> dict[str, object]:
    """What the sender of a direct message is answered; a retry gets it as it is by now."""
    draft = written.draft
    is_read = not written.is_new and await SQL.is_read.value(
        app[POOL],
        conversation_id=draft.conversation_id,
        seq=written.seq,
        sender_id=draft.sender.user_id,
        receiver_id=draft.receiver_id,
    )
    message = await _as_it_is(app, written, conversation_id=draft.conversation_id)
    return {**message, "receiver_id": draft.receiver_id, "is_read": is_read}


async def group_message(app: web.Application, written: Written) -> dict[str, object]:
    """What the sender of a message in a group is answered; a retry gets it as it is by now."""
    message = await _as_it_is(app, written, group_id=written.draft.conversation_id)
    return {**message, "sender_name": written.draft.sender.username}


async def saved_message(app: web.Application, written: Written) -> dict[str, object]:
    """What who saved a message is answered; a retry gets it as it is by now."""
    message = await _as_it_is(app, written, conversation_id=written.draft.conversation_id)
    return {**message, "sender_name": written.draft.sender.username}


async def _as_it_is(app: web.Application, written: Written, **where: UUID) -> dict[str, object]:
    """What there is to say of a message of either kind; it may have changed before a retry."""
    draft = written.draft
    now = {
        **where,
        "message_id": draft.message_id,
        "sender_id": draft.sender.user_id,
        "content": draft.content,
        "attachments": draft.attachments,
        "reply_to": draft.reply_to,
        "mentions": draft.mentions,
        "forwarded": draft.forwarded,
        "reactions": (),
        "sent_at": written.sent_at,
        "edited_at": None,
        "deleted_at": None,
        "seq": written.seq,
        "rev": written.rev,
    }
    if not written.is_new:
        now |= await SQL.message.row(app[POOL], message_id=draft.message_id) or {}
    [message] = await references.shown(app[POOL], [now], draft.sender.user_id)
    return message


def must_say_something(content: str, files: Sequence[object]) -> None:
    """Invalid when there is neither a text nor a file."""
    if not files and not content.strip():
        what = "Must have 1 to 8,000 characters, or files."
        raise Invalid(f"content: {what}", fields={"content": [what]})


async def _queued(
    app: web.Application, sender: Caller, place: Place, said: Saying
) -> asyncio.Future[Written]:
    """Queue a message in its conversation, for its receiver if there is one; its files first."""
    conversation_id, receiver_id = place
    message_id = said.get("client_id") or uuid7()
    attachment_ids, reply_to = said.get("attachment_ids", ()), said.get("reply_to")
    files: Attachments = ()
    if attachment_ids:
        files = await attachments.claim(
            app,
            sender,
            message_id=message_id,
            conversation_id=conversation_id,
            attachment_ids=attachment_ids,
        )
    # Most messages answer nothing, and between two there is nobody to name.
    seq: int | None = None
    named: Sequence[UUID] = ()
    if reply_to is not None:
        seq = await references.seq_of(app[POOL], sender, conversation_id, reply_to)
    if receiver_id is None and "@" in said["content"]:
        named = await mentioned(
            app[POOL], conversation_id, said["content"], sender_id=sender.user_id
        )
    draft = Draft(
        conversation_id=conversation_id,
        receiver_id=receiver_id,
        sender=sender,
        message_id=message_id,
        content=said["content"],
        attachments=files,
        payload_digest=_digest(said["content"], attachment_ids, reply_to),
        origin=said.get("origin"),
        reply_to=seq,
        mentions=named,
    )
    return app[JOURNAL].append(draft)


def _digest(content: str, attachment_ids: Sequence[UUID], reply_to: UUID | None) -> bytes:
    """What tells a retry from another message under the same id."""
    said = sha256(content.encode())
    for attachment_id in attachment_ids:
        said.update(f"\0{attachment_id}".encode())
    if reply_to is not None:
        said.update(f"\0answers {reply_to}".encode())
    return said.digest()
