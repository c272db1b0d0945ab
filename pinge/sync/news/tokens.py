"""Tokens that act for somebody."""

from __future__ import annotations

from collections.abc import Iterator

from pinge.accounts.events import TokenMade, TokenRevoked
from pinge.sync.news import News, Rows

SHOWN = ("token_id", "bot_id", "name", "scopes", "created_at", "expires_at", "last_used_at")


def of_tokens(rows: Rows) -> Iterator[News]:
    """Tokens that are new, or good for nothing any more."""
    for row in rows:
        owner_id, rev = row["user_id"], row["user_rev"]
        if row["is_over"]:
            yield News(rev, TokenRevoked(token_id=row["token_id"], user_rev=rev), to=owner_id)
        else:
            token = {name: row[name] for name in SHOWN}
            yield News(rev, TokenMade(token=token, user_rev=rev), to=owner_id)
