"""What drafts tell one's own devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pinge.realtime.events import UserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChanged(UserEvent):
    """I am about to say something else in a conversation; nothing and no answer is no draft."""

    name: ClassVar[str] = "draft_changed"

    conversation_id: UUID
    content: str
    reply_to: UUID | None
    updated_at: datetime
