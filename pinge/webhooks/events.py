"""What subscriptions tell the devices of whoever made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from pinge.realtime.events import UserEvent
from pinge.webhooks.schemas import WebhookSubscription


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionUpdated(UserEvent):
    """A subscription of mine is new, another than before, or was given up for not answering."""

    name: ClassVar[str] = "subscription_updated"

    subscription: Annotated[dict[str, object], WebhookSubscription]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDeleted(UserEvent):
    """A subscription of mine is told nothing any more."""

    name: ClassVar[str] = "subscription_deleted"

    subscription_id: UUID
