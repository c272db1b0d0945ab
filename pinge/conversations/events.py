"""What groups tell their members; `rev` is the place of the change among all of the group's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pinge.realtime.events import ConversationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupJoined(ConversationEvent):
    """I am in a group now: I made it, or somebody let me in."""

    name: ClassVar[str] = "group_joined"

    group: dict[str, object]
    role: str
    last_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupUpdated(ConversationEvent):
    """Its name, description or picture is another."""

    name: ClassVar[str] = "group_updated"

    group: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDeleted(ConversationEvent):
    """It is no more."""

    name: ClassVar[str] = "group_deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersAdded(ConversationEvent):
    """Others are in it now."""

    name: ClassVar[str] = "members_added"

    members: list[dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved(ConversationEvent):
    """Somebody left or was removed; told to them too."""

    name: ClassVar[str] = "member_removed"

    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRoleChanged(ConversationEvent):
    """Somebody became an admin, or is none any more."""

    name: ClassVar[str] = "member_role_changed"

    user_id: UUID
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberUpdated(ConversationEvent):
    """Somebody in it has a new profile; `email` is null except between contacts, in private."""

    name: ClassVar[str] = "member_updated"

    user_id: UUID
    username: str
    email: str | None
    gender: str
    country: str
    about: str | None
    status_text: str | None
    status_expires_at: datetime | None
    avatar: str | None
