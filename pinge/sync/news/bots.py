"""Bots, for their owners."""

from __future__ import annotations

from collections.abc import Iterator

from pinge.bots.actions import SHOWN
from pinge.bots.events import BotDeleted, BotUpdated
from pinge.sync.news import News, Rows


def of_bots(rows: Rows) -> Iterator[News]:
    """Bots as they are, or that they are no more."""
    for row in rows:
        owner_id, rev = row["user_id"], row["user_rev"]
        if row["is_gone"]:
            yield News(rev, BotDeleted(bot_id=row["bot_id"], user_rev=rev), to=owner_id)
        else:
            bot = {name: row[name] for name in SHOWN}
            yield News(rev, BotUpdated(bot=bot, user_rev=rev), to=owner_id)
