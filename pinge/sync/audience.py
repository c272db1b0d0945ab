"""Who was in a conversation at a rev of it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import asyncpg


class Audience:
    """Those who are in it now, as far as they were then, and those who have gone since."""

    def __init__(self, user_ids: tuple[UUID, ...], changed: Iterable[asyncpg.Record] = ()) -> None:
        """`changed` are rows of members that came or went since the earliest rev asked about."""
        self._user_ids = user_ids
        self._came: dict[UUID, int] = {}
        self._went: dict[UUID, range] = {}
        for row in changed:
            if row["is_gone"]:
                self._went[row["user_id"]] = range(row["joined_rev"], row["rev"] + 1)
            else:
                self._came[row["user_id"]] = row["joined_rev"]

    def at(self, rev: int) -> tuple[UUID, ...]:
        """Who hears of the change at this rev; of their own going they do."""
        if not self._came and not self._went:
            return self._user_ids
        here = (user_id for user_id in self._user_ids if self._came.get(user_id, 0) <= rev)
        gone = (user_id for user_id, stay in self._went.items() if rev in stay)
        return (*(user_id for user_id in here if user_id not in self._went), *gone)
