"""What message requests tell one's own devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

from pinge.realtime.events import UserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRequestAnswered(UserEvent):
    """I accepted or declined what a stranger wrote to me, in this conversation.

    That I answered it, or became their contact, accepts it too, without this event.
    """

    name: ClassVar[str] = "message_request_answered"

    conversation_id: UUID
    status: Literal["accepted", "declined"]
