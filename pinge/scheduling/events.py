"""What messages for later tell one's own devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pinge.realtime.events import UserEvent

Status = Literal["pending", "sent", "failed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledMessageChanged(UserEvent):
    """I scheduled a message, changed or cancelled it, or it was sent, or could not be.

    What was sent has `scheduled_id` for its id. `failure` is the code of what refused it.
    """

    name: ClassVar[str] = "scheduled_message_changed"

    scheduled_id: UUID
    conversation_id: UUID
    content: str
    attachment_ids: list[UUID]
    reply_to: UUID | None
    send_at: datetime
    created_at: datetime
    status: Status
    failure: str | None
