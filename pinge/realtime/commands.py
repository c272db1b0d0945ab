"""What clients may say over a socket of `pinge.v1`, and how they are answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import structlog
from aiohttp import web
from marshmallow import Schema

from pinge import wire
from pinge.database.pool import UNAVAILABLE
from pinge.errors import Invalid, PingeError, Unavailable
from pinge.http.caller import Caller
from pinge.http.loading import loaded
from pinge.http.reader import checked, parsed
from pinge.http.schemas import Input, Output
from pinge.http.scopes import Scope
from pinge.realtime.events import frame, framed
from pinge.realtime.schemas import Acknowledged
from pinge.realtime.socket import Socket

logger = structlog.get_logger("pinge.realtime")

RESUME = "resume"  # the one command that events of a new socket wait for
LONGEST_ID = 100  # characters
DONE = Acknowledged()


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a client, to be answered with `ack` or `refuse`, now or later."""

    app: web.Application
    socket: Socket
    id: str | int | None
    payload: dict[str, Any]

    @property
    def caller(self) -> Caller:
        """Who gave it."""
        return self.socket.caller

    def ack(self, data: dict[str, object]) -> None:
        """It is done, durably; plain sockets know no acks."""
        if self.socket.v1:
            self.socket.push(_reply("ack", self.id, data))

    def refuse(self, error: PingeError) -> None:
        """It is not done, and why."""
        refuse(self.socket, error, self.id)


Handle = Callable[[Command], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Declared:
    """A type of command: what it takes, who handles it, and what may answer it."""

    handle: Handle
    takes: Schema
    gives: Schema  # the data of its ack
    tells: Mapping[str, Schema]  # frames that come before the ack
    plain: bool  # whether sockets without a subprotocol may give it too
    scope: Scope | None  # what a token needs to give it; None: no token may

    @property
    def summary(self) -> str:
        """The first line of its handler's docstring."""
        return (self.handle.__doc__ or "").strip().partition("\n")[0]


class CommandTable:
    """Commands by type; each feature brings its own."""

    def __init__(self) -> None:
        self._known: dict[str, Declared] = {}

    def __iter__(self) -> Iterator[tuple[str, Declared]]:
        return iter(sorted(self._known.items()))

    def on(
        self,
        kind: str,
        takes: Schema,
        gives: Schema = DONE,
        tells: Mapping[str, Schema] = MappingProxyType({}),
        *,
        plain: bool = False,
        scope: Scope | None = None,
    ) -> Callable[[Handle], Handle]:
        """Declare the handler of a type of command; without a scope no token may give it."""

        def declare(handle: Handle) -> Handle:
            self._known[kind] = Declared(handle, takes, gives, tells, plain, scope)
            return handle

        return declare

    def add(self, other: CommandTable) -> None:
        """Take in the commands of a feature."""
        self._known.update(other._known)

    async def obey(self, app: web.Application, socket: Socket, text: str) -> None:
        """Read one frame and do what it says; whatever is wrong with it becomes an error event."""
        command_id: str | int | None = None
        try:
            said = parsed(text)
            if not isinstance(said, dict):
                raise Invalid("A frame is an object with a type and a payload.")
            command_id = _id(said)
            checked(said)
            declared = self._find(socket, said.get("type"))
            if socket.gate is not None and said["type"] != RESUME:
                socket.gate.open_at_last()  # it had its chance
            payload = loaded(declared.takes, said.get("payload") or {})
            await declared.handle(Command(app, socket, command_id, payload))
        except PingeError as error:
            refuse(socket, error, command_id)
        except UNAVAILABLE:
            refuse(socket, Unavailable(), command_id)
        except Exception:
            logger.exception("command failed")
            refuse(socket, PingeError(), command_id)

    def _find(self, socket: Socket, kind: object) -> Declared:
        if not isinstance(kind, str) or kind not in self._known:
            raise Invalid("This type of frame is not known here.")
        declared = self._known[kind]
        if not (socket.v1 or declared.plain):
            raise Invalid("This command needs the subprotocol pinge.v1.")
        socket.caller.must_have(declared.scope)
        return declared


COMMANDS = web.AppKey("COMMANDS", CommandTable)
commands = CommandTable()


@commands.on("ping", takes=Input(), tells={"pong": Output()}, scope=Scope.EVENTS_READ)
async def ping(command: Command) -> None:
    """Whether anybody is there, for clients that cannot send WebSocket pings."""
    command.socket.push(frame("pong", {}))
    if command.id is not None:
        command.ack({})


def refuse(socket: Socket, error: PingeError, command_id: str | int | None = None) -> None:
    """Tell a client what was wrong."""
    socket.push(_reply("error", command_id, error.body()))


def _reply(event: str, command_id: str | int | None, data: dict[str, object]) -> bytes:
    if command_id is None:
        return frame(event, data)
    # The id stands beside the event, to route by, and in the data, for those who pass only that on.
    reply = {"event": event, "id": command_id, "data": {"id": command_id, **data}}
    return framed(wire.encode(reply))


def _id(said: dict[str, Any]) -> str | int | None:
    given = said.get("id")
    if given is None or (isinstance(given, int) and not isinstance(given, bool)):
        return given
    if isinstance(given, str) and len(given) <= LONGEST_ID:
        return given
    raise Invalid(f"The id of a command is a number or a text of {LONGEST_ID} characters at most.")
