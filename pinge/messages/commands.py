"""What clients of `pinge.v1` may say about messages."""

from __future__ import annotations

import asyncio
from functools import partial

from limits import parse

from pinge.errors import PingeError
from pinge.http.limits import LIMITER
from pinge.messages import actions, schemas
from pinge.messages.journal import Written
from pinge.realtime.commands import Command, CommandTable

commands = CommandTable()

# Five a second in the long run, twenty at once; HTTP counts into the same window.
MESSAGES = "messages"
MESSAGES_RATE = parse("20 per 4 seconds")


@commands.on("send_message", takes=schemas.SendMessage())
async def send_message(command: Command) -> None:
    """Say something; acknowledged once it is durable, and the next command need not wait for that."""
    payload = command.payload
    sender = command.caller
    await command.app[LIMITER].spend(MESSAGES, MESSAGES_RATE, str(sender.user_id))
    said = {"content": payload["content"], "client_id": payload["client_id"]}
    if payload["receiver_id"] is not None:
        queued = actions.send_direct(
            command.app, sender, receiver_id=payload["receiver_id"], origin=command.socket, **said
        )
    elif payload["group_id"] is not None:
        queued = actions.send_to_group(
            command.app, sender, group_id=payload["group_id"], origin=command.socket, **said
        )
    else:
        queued = actions.send(
            command.app,
            sender,
            conversation_id=payload["conversation_id"],
            origin=command.socket,
            **said,
        )
    (await queued).add_done_callback(partial(_acknowledge, command))


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
