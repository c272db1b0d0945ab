"""What people choose, and what holds for who chose nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal, Self, TypeAlias, TypedDict

import asyncpg

Audience: TypeAlias = Literal["everyone", "contacts", "nobody"]
Level: TypeAlias = Literal["all", "mentions", "none"]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# From `from` until `until` ("HH:MM"; of the next day where that is not later), beginning on each of
# `days`, by the clocks of the IANA `time_zone`.
DoNotDisturb = TypedDict(
    "DoNotDisturb", {"from": str, "until": str, "days": list[str], "time_zone": str}
)


@dataclass(frozen=True, slots=True)
class _Chosen:
    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        """From a row that has them among its columns."""
        return cls(**{field.name: row[field.name] for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class UserSettings(_Chosen):
    """The settings of one user; each default is that of its column."""

    direct_notifications: Level = "all"
    group_notifications: Level = "all"
    shows_previews: bool = True
    do_not_disturb: DoNotDisturb | None = None
    snoozed_until: datetime | None = None
    who_may_write: Audience = "everyone"
    who_may_add: Audience = "everyone"
    who_sees_last_seen: Audience = "everyone"
    sends_receipts: bool = True
    shows_typing: bool = True
    findable: bool = True


@dataclass(frozen=True, slots=True)
class ConversationSettings(_Chosen):
    """What one member has set for one conversation; without `notifications` the default holds.

    What is archived is put away until others say something beyond `archived_seq`, or for as long as
    it is muted.
    """

    notifications: Level | None = None
    muted_until: datetime | None = None
    is_archived: bool = False
    archived_seq: int | None = None
    is_marked_unread: bool = False
