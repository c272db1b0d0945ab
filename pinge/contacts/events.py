"""What contacts tell the two people concerned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pinge.realtime.events import UserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRequestSent(UserEvent):
    """I asked somebody: told to my other devices."""

    name: ClassVar[str] = "contact_request_sent"

    request_id: UUID
    sender_username: str
    sender_email: str
    receiver_username: str
    receiver_email: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContactRequest(ContactRequestSent):
    """Somebody asked me."""

    name: ClassVar[str] = "new_contact_request"
    contract: ClassVar[tuple[str, ...]] = (
        "request_id",
        "sender_username",
        "sender_email",
        "receiver_username",
        "receiver_email",
        "status",
        "created_at",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAdded(UserEvent):
    """I accepted somebody's request: told to my other devices."""

    name: ClassVar[str] = "contact_added"

    contact_id: UUID
    username: str
    email: str
    gender: str
    country: str
    avatar: str | None
    connected_since: datetime
    conversation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRequestAccepted(ContactAdded):
    """Somebody accepted my request: they are my new contact."""

    name: ClassVar[str] = "contact_request_accepted"
    contract: ClassVar[tuple[str, ...]] = (
        "contact_id",
        "username",
        "email",
        "gender",
        "country",
        "connected_since",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRequestAnswered(UserEvent):
    """A request to me waits no longer; whoever sent it does not hear of a rejection."""

    name: ClassVar[str] = "contact_request_answered"

    request_id: UUID
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRemoved(UserEvent):
    """One of us ended it: we are no longer contacts."""

    name: ClassVar[str] = "contact_removed"

    contact_id: UUID
