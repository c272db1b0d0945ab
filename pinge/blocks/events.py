"""What blocks tell one's own devices, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pinge.realtime.events import UserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class UserBlocked(UserEvent):
    """I block somebody from now on; what waited of theirs for my answer is rejected."""

    name: ClassVar[str] = "user_blocked"

    blocked_id: UUID
    username: str
    avatar: str | None
    blocked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUnblocked(UserEvent):
    """I block somebody no more."""

    name: ClassVar[str] = "user_unblocked"

    blocked_id: UUID
