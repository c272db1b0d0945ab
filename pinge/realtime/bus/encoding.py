"""Hints as bytes: the fewest that say it, because every process reads them all day.

A hint is a byte for its kind and its ids, big-endian, one after another without anything between.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

# A UUID like any other, made in a seventh of the time: this is the bus's busiest line.
from asyncpg.pgproto.pgproto import UUID

from pinge.realtime.bus.hints import (
    ConversationMoved,
    Hint,
    Joined,
    PresenceMoved,
    Reconnected,
    SessionEnded,
    TypingMoved,
    UnreadMoved,
    UserMoved,
)

SESSION_ENDED, CONVERSATION_MOVED, USER_MOVED, UNREAD_MOVED, RECONNECTED, JOINED = range(1, 7)
PRESENCE_MOVED, TYPING_BEGAN, TYPING_ENDED = range(7, 10)

_NOTHING = Struct(">B")
_ID = Struct(">B16s")
_IDS = Struct(">B16s16s")
_REV = Struct(">B16sQ")
_LAYOUTS = {
    SESSION_ENDED: _IDS,
    CONVERSATION_MOVED: _REV,
    USER_MOVED: _REV,
    UNREAD_MOVED: _IDS,
    JOINED: _IDS,
    PRESENCE_MOVED: _ID,
    TYPING_BEGAN: _IDS,
    TYPING_ENDED: _IDS,
    RECONNECTED: _NOTHING,
}


def packed(hint: Hint) -> bytes:
    """A hint as bytes."""
    match hint:
        case ConversationMoved():
            return _REV.pack(CONVERSATION_MOVED, hint.conversation_id.bytes, hint.rev)
        case UnreadMoved():
            return _IDS.pack(UNREAD_MOVED, hint.user_id.bytes, hint.conversation_id.bytes)
        case UserMoved():
            return _REV.pack(USER_MOVED, hint.user_id.bytes, hint.rev)
        case Joined():
            return _IDS.pack(JOINED, hint.conversation_id.bytes, hint.user_id.bytes)
        case SessionEnded():
            return _IDS.pack(SESSION_ENDED, hint.session_id.bytes, hint.user_id.bytes)
        case PresenceMoved():
            return _ID.pack(PRESENCE_MOVED, hint.user_id.bytes)
        case TypingMoved():
            kind = TYPING_BEGAN if hint.is_typing else TYPING_ENDED
            return _IDS.pack(kind, hint.conversation_id.bytes, hint.user_id.bytes)
        case Reconnected():
            return _NOTHING.pack(RECONNECTED)


def length(data: bytes, at: int) -> int:
    """How many bytes the hint that starts here takes; ValueError if it is none, or not whole."""
    layout = _LAYOUTS.get(data[at]) if at < len(data) else None
    if layout is None or at + layout.size > len(data):
        raise ValueError("this is no hint")
    return layout.size


def unpacked(data: bytes, at: int = 0) -> Hint:
    """The hint that starts here, which `length` has found to be one."""
    kind = data[at]
    if kind == RECONNECTED:
        return Reconnected()
    if kind == PRESENCE_MOVED:
        _, only = _ID.unpack_from(data, at)
        return PresenceMoved(UUID(only))
    _, first, second = _LAYOUTS[kind].unpack_from(data, at)
    if kind == CONVERSATION_MOVED:
        return ConversationMoved(UUID(first), second)
    if kind == UNREAD_MOVED:
        return UnreadMoved(UUID(first), UUID(second))
    if kind == USER_MOVED:
        return UserMoved(UUID(first), second)
    if kind == JOINED:
        return Joined(UUID(first), UUID(second))
    if kind in (TYPING_BEGAN, TYPING_ENDED):
        return TypingMoved(UUID(first), UUID(second), is_typing=kind == TYPING_BEGAN)
    return SessionEnded(UUID(first), UUID(second))


def hints(data: bytes) -> Iterator[Hint]:
    """The hints that a message consists of; ValueError where it goes on otherwise."""
    at = 0
    while at < len(data):
        size = length(data, at)
        yield unpacked(data, at)
        at += size
