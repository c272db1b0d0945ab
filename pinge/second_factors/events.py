"""What second factors tell one's own devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pinge.realtime.events import UserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorUpdated(UserEvent):
    """My logins take a code now, or none; or I have other recovery codes, or used one."""

    name: ClassVar[str] = "second_factor_updated"

    is_on: bool
    since: datetime | None
    recovery_codes_left: int
