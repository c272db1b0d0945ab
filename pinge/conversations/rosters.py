"""Who hears of what happens in a conversation, remembered as long as nobody comes or goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web
from cachetools import LRUCache

from pinge.database.pool import POOL
from pinge.database.queries import Queries

SQL = Queries("conversations")

KNOWN_AT_ONCE = 500_000  # members of all rosters together, about 80 bytes each


@dataclass(frozen=True, slots=True)
class Roster:
    """The members of a conversation as of a rev of it."""

    kind: str
    roster_rev: int
    user_ids: tuple[UUID, ...]


class Rosters:
    """A cache that is checked against the rev which the writing statement saw.

    So it is never wrong about a message: somebody removed a moment ago hears nothing of it.
    """

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._known: LRUCache[UUID, Roster] = LRUCache(KNOWN_AT_ONCE, getsizeof=_weight)

    async def one(self, conversation_id: UUID) -> Roster | None:
        """A roster of any age; None when there is no such conversation."""
        known = self._known.get(conversation_id)
        return known or (await self.at_least({conversation_id: 0})).get(conversation_id)

    async def at_least(self, wanted: Mapping[UUID, int]) -> dict[UUID, Roster]:
        """Their rosters, each as of that rev or later; deleted conversations have none."""
        found: dict[UUID, Roster] = {}
        missing: list[UUID] = []
        for conversation_id, roster_rev in wanted.items():
            known = self._known.get(conversation_id)
            if known is not None and known.roster_rev >= roster_rev:
                found[conversation_id] = known
            else:
                missing.append(conversation_id)
        if missing:
            for row in await SQL.rosters.rows(self._app[POOL], conversation_ids=missing):
                roster = Roster(row["kind"], row["roster_rev"], tuple(row["user_ids"]))
                found[row["conversation_id"]] = self.learn(row["conversation_id"], roster)
        return found

    def learn(self, conversation_id: UUID, roster: Roster) -> Roster:
        """Remember a roster unless a later one is known; the later of the two."""
        known = self._known.get(conversation_id)
        if known is None or known.roster_rev < roster.roster_rev:
            known = self._known[conversation_id] = roster
        return known


ROSTERS = web.AppKey("ROSTERS", Rosters)


def _weight(roster: Roster) -> int:
    return 1 + len(roster.user_ids)
