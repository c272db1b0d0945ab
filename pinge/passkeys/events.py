"""What passkeys tell one's own devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pinge.realtime.events import UserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyUpdated(UserEvent):
    """I have one more passkey, or one of mine has another name; its uses are not told."""

    name: ClassVar[str] = "passkey_updated"

    passkey_id: UUID
    label: str
    is_synced: bool
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRemoved(UserEvent):
    """One of my passkeys opens nothing any more."""

    name: ClassVar[str] = "passkey_removed"

    passkey_id: UUID
