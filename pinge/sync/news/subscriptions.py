"""URLs that are told, for whoever made them."""

from __future__ import annotations

from collections.abc import Iterator

from pinge.sync.news import News, Rows
from pinge.webhooks.actions import SHOWN
from pinge.webhooks.events import SubscriptionDeleted, SubscriptionUpdated


def of_subscriptions(rows: Rows) -> Iterator[News]:
    """Subscriptions as they are, or that they are no more."""
    for row in rows:
        owner_id, rev = row["user_id"], row["user_rev"]
        if row["is_gone"]:
            gone = SubscriptionDeleted(subscription_id=row["subscription_id"], user_rev=rev)
            yield News(rev, gone, to=owner_id)
        else:
            subscription = {name: row[name] for name in SHOWN}
            told = SubscriptionUpdated(subscription=subscription, user_rev=rev)
            yield News(rev, told, to=owner_id)
