"""Who has sockets in this process, and how far what concerns them has been told here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.database.gathering import Gathered
from pinge.database.pool import POOL, UNAVAILABLE
from pinge.database.queries import Queries
from pinge.realtime.bus import BUS

SQL = Queries("realtime")

LARGE = 100  # members; hints about a larger conversation go by its own topic, not by each member's

Telling = Callable[[], None]


@dataclass(slots=True, eq=False)
class Place:
    """How far one conversation, or what is one user's own, has been told here."""

    seq: int
    rev: int
    is_user: bool = False
    is_large: bool = False
    followers: int = 0
    parked: dict[int, tuple[int, Telling]] | None = None  # mostly: there are many places


@dataclass(slots=True, eq=False)
class _Followed:
    sockets: int = 0
    keys: set[UUID] = field(default_factory=set)


class Following:
    """Users with sockets here, and the places of all they are in.

    Where a user's first socket opens, the places are read; those of many who come at once are read
    together.
    """

    def __init__(self, app: web.Application, on_large: Callable[[UUID], None]) -> None:
        self._app = app
        self._bus = app[BUS]
        self._on_large = on_large
        self._users: dict[UUID, _Followed] = {}
        self._rows: Gathered[UUID, asyncpg.Record] = Gathered(self._read)
        # What users came into while their places were read, and from where on.
        self._coming: dict[UUID, dict[UUID, Place]] = {}
        self.places: dict[UUID, Place] = {}

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._users)

    async def start(self, user_id: UUID) -> None:
        """One more socket of this user; Unavailable when the places cannot be read."""
        if user_id not in self._users:
            self._coming.setdefault(user_id, {})
            row = await self._rows.get(user_id)
            if user_id not in self._users and row is not None:
                self._begin(row)
        self._users[user_id].sockets += 1

    def end(self, user_id: UUID) -> None:
        """One socket less; with the last, all that was known for this user is forgotten."""
        followed = self._users[user_id]
        followed.sockets -= 1
        if followed.sockets:
            return
        del self._users[user_id]
        self._bus.unfollow(user_id)
        for key in followed.keys:
            self._leave(key)

    def add(self, key: UUID, place: Place, user_ids: Iterable[UUID]) -> None:
        """These users follow this too; a place that is known already stays as it is."""
        for user_id in user_ids:
            followed = self._users.get(user_id)
            if followed is None:
                if user_id in self._coming:
                    self._coming[user_id].setdefault(key, place)
            elif key not in followed.keys:
                followed.keys.add(key)
                self.places.setdefault(key, place).followers += 1

    def remove(self, key: UUID, user_id: UUID) -> None:
        """This user follows it no longer."""
        followed = self._users.get(user_id)
        if followed is not None and key in followed.keys:
            followed.keys.remove(key)
            self._leave(key)

    def widen(self, key: UUID) -> None:
        """Hear of a conversation that is large by its own topic."""
        place = self.places.get(key)
        if place is not None and not place.is_large:
            place.is_large = True
            self._bus.follow(key)
            self._on_large(key)

    def keys_of(self, user_id: UUID) -> frozenset[UUID]:
        """All that this user follows."""
        followed = self._users.get(user_id)
        return frozenset() if followed is None else frozenset(followed.keys)

    def is_coming(self, user_id: UUID) -> bool:
        """Whether a first socket of this user is about to open."""
        return user_id in self._coming

    def is_unfollowed(self, key: UUID, user_id: UUID) -> bool:
        """Whether this user has sockets here and does not follow it."""
        followed = self._users.get(user_id)
        return followed is not None and key not in followed.keys

    async def _read(self, user_ids: list[UUID]) -> dict[UUID, asyncpg.Record]:
        for user_id in user_ids:  # first, so that no hint falls between reading and following
            self._bus.follow(user_id)
        try:
            await self._bus.settled()
            rows = await SQL.places_of.rows(self._app[POOL], user_ids=user_ids, large=LARGE)
        except UNAVAILABLE:
            for user_id in user_ids:
                if user_id not in self._users:
                    self._bus.unfollow(user_id)
                    self._coming.pop(user_id, None)
            raise
        return {row["user_id"]: row for row in rows}

    def _begin(self, row: asyncpg.Record) -> None:
        user_id: UUID = row["user_id"]
        self._users[user_id] = _Followed()
        self._bus.follow(user_id)  # again: another socket of theirs may have gone since
        self.add(user_id, Place(0, row["user_rev"], is_user=True), (user_id,))
        for key, seq, rev in zip(row["conversation_ids"], row["seqs"], row["revs"], strict=True):
            self.add(key, Place(seq, rev), (user_id,))
        for key, place in self._coming.pop(user_id, {}).items():
            self.add(key, place, (user_id,))
        for key in row["large_ids"]:
            self.widen(key)

    def _leave(self, key: UUID) -> None:
        place = self.places[key]
        place.followers -= 1
        if not place.followers:
            del self.places[key]
            if place.is_large:
                self._bus.unfollow(key)
