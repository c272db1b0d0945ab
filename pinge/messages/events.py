"""What messages tell the people in the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, TypeAlias
from uuid import UUID

from pinge.messages.schemas import Attachment, Forwarded, Quote
from pinge.realtime.events import ConversationEvent, Event, UserEvent

# The files of a message, each as the sender described it when it was sent.
Attachments: TypeAlias = Annotated[Sequence[dict[str, object]], Attachment]
Quoted: TypeAlias = Annotated[dict[str, object], Quote]
Repeated: TypeAlias = Annotated[dict[str, object], Forwarded]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage(ConversationEvent):
    """Somebody said something, at this place of the conversation.

    Who was not told at once is told what it says by now; `rev` is still the one it was sent under.
    What it answers changes with later events of that message. Reactions come as events.
    """

    seq: int
    message_id: UUID
    sender_id: UUID
    sender_name: str
    content: str
    attachments: Attachments
    reply_to: Quoted | None = None
    mentions: Sequence[UUID] = ()
    forwarded: Repeated | None = None
    sent_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None

    def plain_data(self) -> dict[str, object] | None:
        """As everywhere; but of what was deleted before they heard of it plain sockets are not."""
        return ConversationEvent.plain_data(self) if self.deleted_at is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDirectMessage(NewMessage):
    """I said it, on another device."""

    name: ClassVar[str] = "new_direct_message"

    receiver_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDirectMessage(OwnDirectMessage):
    """Somebody said it to me; `total_unread` counts my unread direct messages, this one too."""

    contract: ClassVar[tuple[str, ...]] = (
        "message_id",
        "sender_id",
        "sender_name",
        "content",
        "sent_at",
        "total_unread",
    )

    total_unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnGroupMessage(NewMessage):
    """I said it, on another device."""

    name: ClassVar[str] = "new_group_message"

    group_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGroupMessage(OwnGroupMessage):
    """Somebody said it in a group."""

    contract: ClassVar[tuple[str, ...]] = (
        "message_id",
        "group_id",
        "sender_id",
        "sender_name",
        "content",
        "sent_at",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSavedMessage(NewMessage):
    """I saved it, on another device."""

    name: ClassVar[str] = "new_saved_message"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageChanged(ConversationEvent):
    """Something became of a message; told to those who may read it."""

    seq: int
    message_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(MessageChanged):
    """A message says something else now; `rev` is the base of the next edit."""

    name: ClassVar[str] = "message_edited"

    sender_id: UUID
    content: str
    mentions: Sequence[UUID]
    edited_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(MessageChanged):
    """A message was deleted for everyone: its place stays, empty, and nobody has it unread."""

    name: ClassVar[str] = "message_deleted"

    deleted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHidden(UserEvent):
    """I deleted a message for myself; this may come before the message does."""

    name: ClassVar[str] = "message_hidden"

    conversation_id: UUID
    seq: int
    message_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStarred(UserEvent):
    """I want to find a message again; its star goes with the message."""

    name: ClassVar[str] = "message_starred"

    conversation_id: UUID
    seq: int
    message_id: UUID
    starred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageUnstarred(UserEvent):
    """I do not any more."""

    name: ClassVar[str] = "message_unstarred"

    conversation_id: UUID
    seq: int
    message_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePinned(MessageChanged):
    """A message is at the top of the conversation; its pin goes with the message."""

    name: ClassVar[str] = "message_pinned"

    pinned_by: UUID
    pinned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageUnpinned(MessageChanged):
    """A message is no longer at the top of the conversation."""

    name: ClassVar[str] = "message_unpinned"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDelivered(ConversationEvent):
    """All up to this seq has reached a device of somebody's."""

    name: ClassVar[str] = "message_delivered"

    user_id: UUID
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRead(ConversationEvent):
    """Somebody has read all up to this seq, and beyond it these messages."""

    name: ClassVar[str] = "message_read"

    user_id: UUID
    seq: int
    message_ids: list[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadChanged(Event):
    """I read something, on one of my devices; or what I had not read was deleted, or mentions me
    since it was edited, or no more."""

    name: ClassVar[str] = "unread_changed"

    conversation_id: UUID
    unread_count: int
    mention_count: int
    total_unread: int
    total_group_unread: int
    total_mentions: int
