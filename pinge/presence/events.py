"""What people hear of each other's being there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pinge.realtime.events import PassingEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class UserOnline(PassingEvent):
    """Somebody has opened their first socket."""

    name: ClassVar[str] = "user_online"
    contract: ClassVar[tuple[str, ...]] = ("user_id",)

    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UserOffline(PassingEvent):
    """Somebody's last socket went some seconds ago, at `last_seen_at`."""

    name: ClassVar[str] = "user_offline"
    contract: ClassVar[tuple[str, ...]] = ("user_id", "last_seen_at")

    user_id: UUID
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTyping(PassingEvent):
    """Somebody types in a conversation, or does no longer."""

    name: ClassVar[str] = "user_typing"
    contract: ClassVar[tuple[str, ...]] = ("conversation_id", "user_id", "username", "is_typing")

    conversation_id: UUID
    user_id: UUID
    username: str
    is_typing: bool
