"""What clients may say about notifications over a socket."""

from __future__ import annotations

from pinge.http.schemas import Input
from pinge.http.scopes import Scope
from pinge.notifications.activity import ACTIVITY
from pinge.realtime.commands import Command, CommandTable

commands = CommandTable()


@commands.on("active", takes=Input(), scope=Scope.EVENTS_READ)
async def active(command: Command) -> None:
    """Say that somebody is at this device: for a minute nothing is pushed to their others."""
    command.app[ACTIVITY].seen([command.caller.user_id])
    command.ack({})
