"""What accounts tell one's own devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pinge.accounts.token_schemas import AccessToken
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted(UserEvent):
    """I logged in on one more device, or somebody with my password did."""

    name: ClassVar[str] = "session_started"

    session_id: UUID
    ip_address: str | None
    user_agent: str | None
    location: str | None
    device_info: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(UserEvent):
    """One of my devices is logged out; one whose time has run out is not told of."""

    name: ClassVar[str] = "session_ended"

    session_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMade(UserEvent):
    """There is a token that acts for me, or for a bot of mine."""

    name: ClassVar[str] = "token_made"

    token: Annotated[dict[str, object], AccessToken]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(UserEvent):
    """A token is good for nothing any more; one whose time has run out is not told of."""

    name: ClassVar[str] = "token_revoked"

    token_id: UUID
