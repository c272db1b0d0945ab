"""What clients of `pinge.v1` may say about messages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from pinge.errors import Invalid, PingeError
from pinge.http.limits import LIMITER, per_user
from pinge.http.scopes import Scope
from pinge.messages import (
    actions,
    deleting,
    editing,
    forwarding,
    forwarding_schemas,
    reading,
    reading_schemas,
    receipts,
    schemas,
)
from pinge.messages.journal import Written
from pinge.realtime.commands import Command, CommandTable

commands = CommandTable()

# HTTP counts into the same windows.
SENDING = per_user("messages")
FORWARDING = per_user("forwards")

# What says where a message goes, and how it gets there.
PLACES: dict[str, Callable[..., Awaitable[asyncio.Future[Written]]]] = {
    "receiver_id": actions.send_direct,
    "group_id": actions.send_to_group,
    "conversation_id": actions.send,
}


@commands.on(
    "send_message", takes=schemas.SendMessage(), gives=schemas.Sent(), scope=Scope.MESSAGES_WRITE
)
async def send_message(command: Command) -> None:
    """Say something: acknowledged once it is durable; the next command does not wait for that."""
    sender = command.caller
    await command.app[LIMITER].spend(SENDING.name, str(sender.user_id))
    said = {**command.payload, "origin": command.socket}
    places = PLACES.keys() & said
    if len(places) != 1:
        raise Invalid(f"Give one of {', '.join(sorted(PLACES))}.")
    queued = await PLACES[places.pop()](command.app, sender, **said)
    queued.add_done_callback(partial(_acknowledge, command))


def _acknowledge(command: Command, outcome: asyncio.Future[Written]) -> None:
    try:
        written = outcome.result()
    except PingeError as error:
        command.refuse(error)
        return
    command.ack(
        {
            "message_id": written.draft.message_id,
            "conversation_id": written.draft.conversation_id,
            "seq": written.seq,
            "rev": written.rev,
            "sent_at": written.sent_at,
        }
    )


@commands.on(
    "forward_messages",
    takes=forwarding_schemas.ForwardOverSocket(),
    gives=forwarding_schemas.ForwardOutcomesOverSocket(),
    scope=Scope.MESSAGES_WRITE,
)
async def forward_messages(command: Command) -> None:
    """Say messages of one conversation again in others; what became of each of these."""
    await command.app[LIMITER].spend(FORWARDING.name, str(command.caller.user_id))
    command.ack(await forwarding.forward(command.app, command.caller, **command.payload))


@commands.on(
    "edit_message",
    takes=schemas.EditOverSocket(),
    gives=schemas.Edited(),
    scope=Scope.MESSAGES_WRITE,
)
async def edit_message(command: Command) -> None:
    """Let a message say something else; refused as `stale` it brings what it says now."""
    await command.app[LIMITER].spend(SENDING.name, str(command.caller.user_id))
    edited = await editing.edit(command.app, command.caller, **command.payload)
    names = ("message_id", "conversation_id", "seq", "rev", "edited_at")
    command.ack({name: edited[name] for name in names})


@commands.on(
    "delete_message",
    takes=schemas.DeletionOverSocket(),
    gives=schemas.DeletedOverSocket(),
    scope=Scope.MESSAGES_WRITE,
)
async def delete_message(command: Command) -> None:
    """Delete a message for everyone, or with `scope` me for oneself."""
    await command.app[LIMITER].spend(SENDING.name, str(command.caller.user_id))
    scope = deleting.SCOPES[command.payload["scope"]]
    message_id = command.payload["message_id"]
    command.ack(await scope(command.app, command.caller, message_id=message_id))


@commands.on("mark_delivered", takes=reading_schemas.MarkDelivered(), scope=Scope.MESSAGES_WRITE)
async def mark_delivered(command: Command) -> None:
    """Acknowledge what this device has got."""
    written = await receipts.mark_delivered(command.app, command.caller, **command.payload)
    written.add_done_callback(lambda _: command.ack({}))


@commands.on(
    "mark_read",
    takes=reading_schemas.MarkReadOverSocket(),
    gives=reading_schemas.MarkedOverSocket(),
    scope=Scope.MESSAGES_WRITE,
)
async def mark_read(command: Command) -> None:
    """Say what was read: up to a place of a conversation, or some messages apart."""
    said = command.payload
    if said.keys() == {"conversation_id", "seq"}:
        marked = await reading.mark_read_up_to(command.app, command.caller, **said)
    elif said.keys() == {"message_ids"}:
        marked = await reading.mark_read(command.app, command.caller, **said)
    else:
        raise Invalid("Give conversation_id and seq, or message_ids.")
    command.ack({"marked_count": marked})
