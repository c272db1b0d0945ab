"""What reactions tell the people in the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from pinge.messages.events import MessageChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionChanged(MessageChanged):
    """Somebody put an emoji on a message, or took theirs back; `count` people have it there now.

    Of a message that was deleted no reactions are left, and nothing is told of them.
    """

    name: ClassVar[str] = "reaction_changed"

    user_id: UUID
    emoji: str
    is_on: bool
    count: int
