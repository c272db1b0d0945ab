"""What linking tells one's own devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pinge.realtime.events import UserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityUpdated(UserEvent):
    """I can log in by an account elsewhere, or with nulls by none any more."""

    name: ClassVar[str] = "identity_updated"

    issuer: str | None
    email: str | None
    linked_at: datetime | None
