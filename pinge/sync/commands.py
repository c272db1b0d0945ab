"""What a device that comes back says first."""

from __future__ import annotations

from uuid import UUID

from pinge.database.pool import UNAVAILABLE
from pinge.errors import PingeError, Unavailable
from pinge.http.limits import LIMITER, per_user
from pinge.http.scopes import Scope
from pinge.realtime.commands import RESUME, Command, CommandTable
from pinge.realtime.events import frame
from pinge.realtime.feed import FEED
from pinge.realtime.gate import Gate
from pinge.realtime.socket import Close
from pinge.sync import resuming, schemas
from pinge.sync.resuming import Known, Resync

commands = CommandTable()

SYNCING = per_user("syncs")  # HTTP counts into the same window


@commands.on(
    RESUME, takes=schemas.Known(), tells={"resumed": schemas.Resumed()}, scope=Scope.EVENTS_READ
)
async def resume(command: Command) -> None:
    """Tell what was missed, and then what comes, without a gap or a double between the two."""
    await command.app[LIMITER].spend(SYNCING.name, str(command.caller.user_id))
    socket = command.socket
    gate = socket.gate = socket.gate or Gate(socket)
    gate.deafen()
    positions: dict[UUID, int] = {}
    try:
        resumed = await resuming.missed(
            command.app, command.caller, Known(**command.payload), gate.hold
        )
    except Resync as resync:
        socket.push(frame(resync.event.name, resync.event.data()))
    except Exception as error:
        # It has been deaf: to go on as if nothing were missing would be a silent hole.
        command.refuse(Unavailable() if isinstance(error, UNAVAILABLE) else PingeError())
        socket.end(Close.TRY_AGAIN, "You could not be told what you missed: come back and resume.")
        if not isinstance(error, UNAVAILABLE):
            raise
        return
    else:
        socket.push(frame("resumed", resumed.body))
        positions = resumed.positions
    if command.id is not None:
        command.ack({})
    gate.open(positions, command.app[FEED].ahead(command.caller.user_id, positions))
