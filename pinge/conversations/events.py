"""What groups tell their members; `rev` is the place of the change among all of the group's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Literal, Self, TypeAlias
from uuid import UUID

from pinge.conversations.schemas import Group, Named
from pinge.realtime.events import ConversationEvent

GROUP = tuple(Group().fields)
GroupShown: TypeAlias = Annotated[dict[str, object], Group]

# What happens to a group, as it is noted between its messages.
Kind: TypeAlias = Literal[
    "created",  # with these people in it
    "added",  # these were, by somebody
    "joined",  # by an invitation
    "left",
    "removed",
    "promoted",
    "demoted",
    "renamed",  # details: the name
    "described",
    "pictured",
    "set",  # details: the settings that are others now
    "owner_changed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupJoined(ConversationEvent):
    """I am in a group now: I made it, or somebody let me in."""

    name: ClassVar[str] = "group_joined"

    group: GroupShown
    role: str
    last_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupUpdated(ConversationEvent):
    """Its name, description, picture or owner is another, or what its members may do."""

    name: ClassVar[str] = "group_updated"

    group: GroupShown


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

    def for_blocked(self) -> Self:
        """What somebody they block hears of it: no more than the members of a group have to."""
        return replace(self, about=None, status_text=None, status_expires_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemMessage(ConversationEvent):
    """What happened to a group, for its place between the messages: after this seq.

    It is told beside the event of the same `rev`; of one `rev` there is one of each kind at most.
    """

    name: ClassVar[str] = "system_message"

    kind: Kind
    after_seq: int
    actor_id: UUID | None
    actor_name: str | None
    users: Annotated[list[dict[str, object]], Named]
    details: dict[str, object]
    happened_at: datetime
