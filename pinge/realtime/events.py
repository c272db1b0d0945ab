"""What an event is, and how it looks in each dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar, Self
from uuid import UUID

import asyncpg

from pinge import wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, told to the sockets of the people it concerns."""

    name: ClassVar[str]
    # The fields that the contract gives plain sockets; None: they are not told at all.
    contract: ClassVar[tuple[str, ...] | None] = None

    @classmethod
    def of(cls, row: Mapping[str, Any] | asyncpg.Record, **more: object) -> Self:
        """The event that a row tells: its columns, or `more`, have the names of its fields."""
        names = _field_names(cls)  # type: ignore[arg-type]  # mypy: frozen, so unhashable
        return cls(**{name: more[name] if name in more else row[name] for name in names})

    def data(self) -> dict[str, object]:
        """Everything there is to say, for `pinge.v1`."""
        names = _field_names(type(self))  # type: ignore[arg-type]
        return {name: getattr(self, name) for name in names}

    def plain_data(self) -> dict[str, object] | None:
        """What plain sockets are told, if anything."""
        if self.contract is None:
            return None
        return {name: getattr(self, name) for name in self.contract}

    def at(self, user_id: UUID) -> tuple[UUID, int] | None:
        """Which position of this user it moves, and to which rev, if any."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEvent(Event):
    """A change in a conversation; `rev` is its place among all changes there."""

    conversation_id: UUID
    rev: int

    def at(self, user_id: UUID) -> tuple[UUID, int] | None:
        """The conversation and its rev."""
        return self.conversation_id, self.rev


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEvent(Event):
    """A change of what is one user's own; `user_rev` is its place among all of theirs."""

    user_rev: int

    def at(self, user_id: UUID) -> tuple[UUID, int] | None:
        """The user and their rev."""
        return user_id, self.user_rev


@dataclass(frozen=True, slots=True, kw_only=True)
class PassingEvent(Event):
    """Something of the moment: neither stored nor resumed, and no harm if it is missed."""


@cache
def _field_names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


class Frame:
    """An event on its way: encoded once a dialect, whatever the number of sockets."""

    __slots__ = ("_event", "_plain", "_v1")

    def __init__(self, event: Event) -> None:
        self._event = event
        self._v1: bytes | None = None
        self._plain: bytes | None = None

    def encoded(self, *, v1: bool) -> bytes | None:
        """The bytes for a dialect; None when it is not told."""
        if v1:
            if self._v1 is None:
                self._v1 = frame(self._event.name, self._event.data())
            return self._v1
        if self._plain is None:
            data = self._event.plain_data()
            self._plain = None if data is None else frame(self._event.name, data)
        return self._plain


def frame(event: str, data: object) -> bytes:
    """A server frame of an event, ready for the wire."""
    return framed(wire.encode({"event": event, "data": data}))


def framed(payload: bytes) -> bytes:
    """The payload as one unmasked text frame (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2) + payload
    return b"\x81\x7f" + size.to_bytes(8) + payload
