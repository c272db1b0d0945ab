"""What other features know of subscriptions."""

from __future__ import annotations

# What is shown of one, here and in its events.
SHOWN = (
    *("subscription_id", "bot_id", "conversation_id", "url", "events", "created_at"),
    *("failing_since", "disabled_at"),
)
