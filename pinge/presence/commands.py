"""What clients may say about themselves over a socket, of either dialect."""

from __future__ import annotations

from functools import partial

from pinge.errors import Invalid
from pinge.http.limits import LIMITER, per_user
from pinge.http.scopes import Scope
from pinge.presence import actions, schemas
from pinge.realtime.commands import Command, CommandTable

commands = CommandTable()

TYPING = per_user("typing")  # HTTP counts into the same window

PLACES = {"conversation_id", "group_id", "receiver_id"}


@commands.on("typing", takes=schemas.TypingSomewhere(), plain=True, scope=Scope.MESSAGES_WRITE)
async def typing(command: Command) -> None:
    """Say that one types, again every few seconds, or that one does no longer."""
    app, caller, said = command.app, command.caller, command.payload
    await app[LIMITER].spend(TYPING.name, str(caller.user_id))
    places = PLACES & said.keys()
    if len(places) != 1:
        raise Invalid(f"Give one of {', '.join(sorted(PLACES))}.")
    place = places.pop()
    if place == "receiver_id":
        await actions.say_typing_to(app, caller, **said)
    else:
        say = partial(actions.say_typing, app, caller, is_typing=said["is_typing"])
        await say(conversation_id=said[place])
    command.ack({})
