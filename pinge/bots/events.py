"""What bots tell their owner's devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from pinge.bots.schemas import Bot
from pinge.realtime.events import UserEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class BotUpdated(UserEvent):
    """I have a new bot, or one of mine is another than before."""

    name: ClassVar[str] = "bot_updated"

    bot: Annotated[dict[str, object], Bot]


@dataclass(frozen=True, slots=True, kw_only=True)
class BotDeleted(UserEvent):
    """A bot of mine is no more."""

    name: ClassVar[str] = "bot_deleted"

    bot_id: UUID
