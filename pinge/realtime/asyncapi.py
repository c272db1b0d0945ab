"""The AsyncAPI document of the socket, made from what tells and what is obeyed.

Events are described by their dataclasses, commands and their answers by the schemas that validate
them, so the document and the wire cannot disagree.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from aiohttp import web
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

import pinge
from pinge.http.answers import plain
from pinge.http.openapi import for_tokens, named
from pinge.realtime import schemas
from pinge.realtime.commands import COMMANDS, CommandTable, Declared
from pinge.realtime.events import Event
from pinge.realtime.shapes import of_event

VERSION = "3.0.0"
V1, PLAIN = "pinge.v1", "plain"
Tree = dict[str, Any]

CHANNELS = {
    V1: "With the subprotocol `pinge.v1`: every event with its place, and commands.",
    PLAIN: "Without a subprotocol: what clients of the original Pinge know.",
}


class Document:
    """The document while it is made; shapes and messages are named once and referred to."""

    def __init__(self) -> None:
        plugin = MarshmallowPlugin(schema_name_resolver=named)
        self._spec = APISpec("Pinge", pinge.__version__, "3.1.0", plugins=[plugin])
        assert plugin.converter is not None
        self._converter = plugin.converter
        self._events: Tree = {}
        self._messages: Tree = {}
        self._channels: dict[str, list[str]] = {V1: [], PLAIN: []}
        self._operations: Tree = {}

    def shape(self, schema: type[Schema] | Schema) -> Tree:
        """A reference to the shape that a schema describes."""
        reference: Tree = self._converter.resolve_nested_schema(schema)  # type: ignore[no-untyped-call]
        return reference

    def event(self, name: str, kinds: Iterable[type[Event]]) -> None:
        """Events of one name; what each dialect is told of them."""
        told: dict[str, list[str]] = {V1: [], PLAIN: []}
        for kind in kinds:
            told[V1].append(self._described(kind, f"{kind.__name__}Event"))
            if kind.contract is not None:
                plainly = f"Plain{kind.__name__}Event"
                told[PLAIN].append(self._described(kind, plainly, kind.contract))
        for channel, shapes in told.items():
            if shapes:
                self._put(channel, name, _frame(name, _any(shapes)))

    def reply(self, channel: str, name: str, schema: Schema, event: str | None = None) -> str:
        """A frame that a schema describes; the name of its message."""
        return self._put(channel, name, _frame(event or name, self.shape(schema), replies=True))

    def command(self, kind: str, declared: Declared) -> None:
        """A command, and what may answer it."""
        answers = ["error", self.reply(V1, f"ack_{kind}", declared.gives, "ack")]
        answers += [self.reply(V1, name, schema) for name, schema in declared.tells.items()]
        for channel in (V1, PLAIN) if declared.plain else (V1,):
            message = self._put(channel, kind, _command(kind, self.shape(declared.takes)))
            heard = answers if channel == V1 else [f"{PLAIN}_error"]
            self._operations[_apart(channel, kind)] = {
                "action": "receive",
                "summary": declared.summary,
                **for_tokens(declared.scope),
                **_of(channel, [message]),
                "reply": _of(channel, heard),
            }

    def made(self, host: str) -> Tree:
        """The whole, for a server that is reached at this host."""
        said = self._operations.values()
        heard = {_last(message) for operation in said for message in operation["messages"]}
        tells = {
            _apart(channel, "tell"): {
                "action": "send",
                "summary": "What the server tells.",
                **_of(channel, [name for name in names if name not in heard]),
            }
            for channel, names in self._channels.items()
        }
        return {
            "asyncapi": VERSION,
            "info": {"title": "Pinge: the socket", "version": pinge.__version__},
            "defaultContentType": "application/json",
            "servers": {"here": {"host": host, "protocol": "ws"}},
            "channels": {name: self._channel(name) for name in CHANNELS},
            "operations": tells | self._operations,
            "components": {
                "messages": self._messages,
                "schemas": self._spec.to_dict()["components"]["schemas"] | self._events,
            },
        }

    def _channel(self, name: str) -> Tree:
        return {
            "address": "/ws",
            "description": CHANNELS[name],
            "messages": {
                message: {"$ref": f"#/components/messages/{message}"}
                for message in self._channels[name]
            },
        }

    def _described(
        self, kind: type[Event], name: str, fields: tuple[str, ...] | None = None
    ) -> str:
        self._events[name] = of_event(kind, self.shape, fields)
        return name

    def _put(self, channel: str, name: str, payload: Tree) -> str:
        message = _apart(channel, name)
        self._messages[message] = {"name": name, "payload": payload}
        if message not in self._channels[channel]:
            self._channels[channel].append(message)
        return message


def document(table: CommandTable, host: str = "localhost") -> Tree:
    """All events and commands there are, as AsyncAPI."""
    made = Document()
    made.reply(V1, "hello", schemas.Hello())
    for channel in CHANNELS:
        made.reply(channel, "error", schemas.Refusal())
    by_name: dict[str, list[type[Event]]] = {}
    for kind in _kinds(Event):
        by_name.setdefault(kind.name, []).append(kind)
    for name, kinds in sorted(by_name.items()):
        made.event(name, kinds)
    for name, declared in table:
        made.command(name, declared)
    return made.made(host)


async def latest(request: web.Request) -> web.Response:
    """The AsyncAPI document."""
    return plain(document(request.app[COMMANDS], request.host))


def _kinds(kind: type[Event]) -> Iterator[type[Event]]:
    """The events that are told, in the order of their making; bases of others have no name."""
    for heir in kind.__subclasses__():
        # A dataclass with slots is made twice, and only the second stays in its module.
        if getattr(sys.modules[heir.__module__], heir.__name__, None) is heir:
            if hasattr(heir, "name"):
                yield heir
            yield from _kinds(heir)


def _frame(event: str, data: Tree, *, replies: bool = False) -> Tree:
    shape: Tree = {
        "type": "object",
        "properties": {"event": {"const": event}, "data": data},
        "required": ["event", "data"],
        "additionalProperties": False,
    }
    if replies:
        shape["properties"]["id"] = {"type": ["string", "integer"]}
    return shape


def _command(kind: str, payload: Tree) -> Tree:
    return {
        "type": "object",
        "properties": {
            "type": {"const": kind},
            "id": {"type": ["string", "integer", "null"]},
            "payload": payload,
        },
        "required": ["type"],
    }


def _any(names: list[str]) -> Tree:
    found = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    return found[0] if len(found) == 1 else {"anyOf": found}


def _of(channel: str, messages: list[str]) -> Tree:
    where = f"#/channels/{channel}"
    return {
        "channel": {"$ref": where},
        "messages": [{"$ref": f"{where}/messages/{name}"} for name in messages],
    }


def _apart(channel: str, name: str) -> str:
    return name if channel == V1 else f"{PLAIN}_{name}"


def _last(reference: Tree) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
