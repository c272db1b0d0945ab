"""What sync itself tells; all else is events of the features, made from rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from pinge.realtime.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Resynced(Event):
    """What you know means nothing here: fetch everything anew."""

    name: ClassVar[str] = "resync"
    contract: ClassVar[tuple[str, ...]] = ()

    epoch: UUID
    reason: str
