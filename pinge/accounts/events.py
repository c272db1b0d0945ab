"""What accounts tell one's own devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pinge.realtime.events import UserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileUpdated(UserEvent):
    """Something of my profile is new: here is all of it."""

    name: ClassVar[str] = "profile_updated"

    user_id: UUID
    username: str
    email: str
    gender: str
    country: str
    about: str | None
    status_text: str | None
    status_expires_at: datetime | None
    avatar: str | None
