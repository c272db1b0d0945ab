"""What the processes of one Pinge tell each other: ids, and only after their cause is committed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """A session is over: its token is dead and its sockets are to close. Topic: the user."""

    session_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class ConversationMoved:
    """A conversation is at this rev. Topics: its members, or itself when it is large."""

    conversation_id: UUID
    rev: int


@dataclass(frozen=True, slots=True)
class Joined:
    """A user is in a conversation they were not in. Topic: the user."""

    conversation_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class UserMoved:
    """A user's own things (contacts, requests) are at this rev. Topic: the user."""

    user_id: UUID
    rev: int


@dataclass(frozen=True, slots=True)
class UnreadMoved:
    """What a user has not read in a conversation changed. Topic: the user."""

    user_id: UUID
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class PresenceMoved:
    """A user came online or went offline. Topics: who may know and is at other processes."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class TypingMoved:
    """A user types in a conversation, or does no longer. Topics: the members who may know."""

    conversation_id: UUID
    user_id: UUID
    is_typing: bool


@dataclass(frozen=True, slots=True)
class Reconnected:
    """Hints of others may have been lost until now; told in this process only, of no topic."""


Hint = (
    SessionEnded
    | ConversationMoved
    | Joined
    | UserMoved
    | UnreadMoved
    | PresenceMoved
    | TypingMoved
    | Reconnected
)
H = TypeVar("H", bound=Hint)
