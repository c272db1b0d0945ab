"""What settings tell one's own devices: the whole of them, as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pinge.realtime.events import UserEvent
from pinge.settings.choices import Audience, Level
from pinge.settings.schemas import DoNotDisturb


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsUpdated(UserEvent):
    """I changed some of my settings; where `sends_receipts` is another, positions are to be
    fetched anew, for others' are shown no more, or again."""

    name: ClassVar[str] = "settings_updated"

    direct_notifications: Level
    group_notifications: Level
    shows_previews: bool
    do_not_disturb: Annotated[dict[str, object], DoNotDisturb] | None
    snoozed_until: datetime | None
    who_may_write: Audience
    who_may_add: Audience
    who_sees_last_seen: Audience
    sends_receipts: bool
    shows_typing: bool
    findable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSettingsUpdated(UserEvent):
    """I changed what I set for a conversation, or read what I had marked unread; who comes back
    into one starts anew.

    What is archived comes back with the first message of somebody else beyond `archived_seq`,
    unless it is muted.
    """

    name: ClassVar[str] = "conversation_settings_updated"

    conversation_id: UUID
    notifications: Level | None
    muted_until: datetime | None
    is_archived: bool
    archived_seq: int | None
    is_marked_unread: bool
