"""What clients of `pinge.v1` may say about reactions."""

from __future__ import annotations

from pinge.http.limits import LIMITER, per_user
from pinge.http.scopes import Scope
from pinge.reactions import actions, schemas
from pinge.realtime.commands import Command, CommandTable

commands = CommandTable()

REACTING = per_user("reactions")  # HTTP counts into the same window


@commands.on(
    "react",
    takes=schemas.React(),
    gives=schemas.ReactedOverSocket(),
    scope=Scope.MESSAGES_WRITE,
)
async def react(command: Command) -> None:
    """Put an emoji on a message, or take one's own back."""
    await command.app[LIMITER].spend(REACTING.name, str(command.caller.user_id))
    command.ack(await actions.react(command.app, command.caller, **command.payload))
