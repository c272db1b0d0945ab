"""What is told to the sockets of this process: each change once, in the order of its revs.

For every user with a socket here, and every conversation of theirs, the feed knows the rev up to
which this process has told everything. The next rev is told at once. A later one waits: what lies
before it was written a moment ago by another request, or by another process whose hint was lost,
and is read from PostgreSQL if it does not come by itself. So a lost hint delays and never loses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from aiohttp import web

from pinge.realtime.bus import BUS, ConversationMoved, Joined, UserMoved
from pinge.realtime.following import LARGE, Following, Place, Telling
from pinge.realtime.hub import HUB

MOST_PARKED = 1000  # changes of one conversation that wait in memory; the rest is read
PATIENCE = 0.02  # seconds a rev that is missing may come by itself before it is read


@dataclass(frozen=True, slots=True)
class Change:
    """What was read under one rev: the seq if it is a message, else 0, and how to tell it."""

    rev: int
    seq: int
    telling: Telling


class Feed:
    """The gate between what was committed and the hub."""

    def __init__(self, app: web.Application) -> None:
        self._hub = app[HUB]
        self._bus = app[BUS]
        self._following = Following(app, self._hear_of_large)
        self._places = self._following.places
        self._behind: set[UUID] = set()
        self._unmet: set[UUID] = set()
        self._hearing: set[asyncio.Task[None]] = set()
        self.someone_is_behind = asyncio.Event()
        self._bus.subscribe(ConversationMoved, self._conversation_moved)
        self._bus.subscribe(Joined, self._joined)
        self._bus.subscribe(UserMoved, self._user_moved)

    async def follow(self, user_id: UUID) -> None:
        """Know the places of a user who opens a socket here; Unavailable when they are unreadable.

        Done before the handshake is answered, so that whatever the client fetches after it is as
        new as the place from which on it is told.
        """
        await self._following.start(user_id)

    def unfollow(self, user_id: UUID) -> None:
        """A socket of theirs is gone."""
        self._following.end(user_id)

    @property
    def followed_users(self) -> list[UUID]:
        """Who has sockets here."""
        return list(self._following)

    def place(self, key: UUID) -> Place | None:
        """How far this conversation, or user, has been told; None when nobody here follows it."""
        return self._places.get(key)

    def revs_of(self, user_id: UUID) -> dict[UUID, int]:
        """How far all that concerns this user has been told."""
        return {key: self._places[key].rev for key in self._following.keys_of(user_id)}

    def large_of(self, user_id: UUID) -> list[UUID]:
        """The large conversations of this user."""
        return [key for key in self._following.keys_of(user_id) if self._places[key].is_large]

    def is_unfollowed(self, conversation_id: UUID, user_id: UUID) -> bool:
        """Whether this user has sockets here, and nobody has told this process they are in it."""
        return self._following.is_unfollowed(conversation_id, user_id)

    def ahead(self, user_id: UUID, positions: dict[UUID, int]) -> list[UUID]:
        """Those of a user's positions that this process has yet to reach, or to hear of at all."""
        told = self.revs_of(user_id)
        return [key for key, rev in positions.items() if told.get(key, 0) < rev]

    def tell(
        self,
        conversation_id: UUID,
        rev: int,
        to: tuple[UUID, ...],
        telling: Callable[..., None],
        *about: Any,
        seq: int = 0,
        is_inside: bool = False,
    ) -> None:
        """Tell a change to those it concerns, by `telling(*about)`, now or when it is its turn.

        By one that `is_inside` nobody comes or goes: a large conversation's own topic is enough.
        """
        self._tell(conversation_id, rev, seq, to, telling, about)
        if self._bus.is_alone:
            return
        topics = to
        if len(to) > LARGE:
            self._following.widen(conversation_id)
            # Of those who come to a large conversation, some do not follow it yet.
            topics = (conversation_id,) if seq or is_inside else (conversation_id, *to)
        self._bus.pass_on(ConversationMoved(conversation_id, rev), *topics)

    def tell_user(self, user_id: UUID, rev: int, telling: Telling) -> None:
        """Tell somebody what became of what is their own."""
        self._tell(user_id, rev, 0, (user_id,), telling, ())
        self._bus.pass_on(UserMoved(user_id, rev), user_id)

    def begin(self, conversation_id: UUID, seq: int, rev: int, user_ids: Iterable[UUID]) -> None:
        """Those of them who have sockets here are in this conversation, and know it up to here."""
        self._following.add(conversation_id, Place(seq, rev), user_ids)

    def seat(self, conversation_id: UUID, seq: int, rev: int, user_ids: tuple[UUID, ...]) -> None:
        """As begin, for those who have just come in; wherever else they are, it is heard too."""
        self.begin(conversation_id, seq, rev, user_ids)
        for user_id in user_ids:
            self._bus.pass_on(Joined(conversation_id, user_id), user_id)

    def forget(self, conversation_id: UUID, user_id: UUID) -> None:
        """This user is no longer in it."""
        self._following.remove(conversation_id, user_id)

    def widen(self, conversation_id: UUID) -> None:
        """This conversation is large."""
        self._following.widen(conversation_id)

    def fall_behind(self, key: UUID) -> None:
        """Have read what was missed of it."""
        self._behind.add(key)
        self.someone_is_behind.set()

    def look_for_newcomers(self, conversation_id: UUID) -> None:
        """Somebody with sockets here may be in it without following it."""
        self._unmet.add(conversation_id)
        self.someone_is_behind.set()

    def take_unmet(self) -> list[UUID]:
        """Where to look for newcomers."""
        taken, self._unmet = list(self._unmet), set()
        return taken

    def take_behind(self, most: int) -> list[UUID]:
        """Some of what is behind, to be read now."""
        taken = [self._behind.pop() for _ in range(min(most, len(self._behind)))]
        if not self._behind and not self._unmet:
            self.someone_is_behind.clear()
        return taken

    def catch_up(self, key: UUID, changes: Iterable[Change], *, seq: int, rev: int) -> None:
        """Tell what was read, which reaches up to this seq and rev, and then what waited for it."""
        place = self._places.get(key)
        if place is None:
            return
        for change in changes:
            if change.rev > place.rev:
                place.rev, place.seq = change.rev, max(place.seq, change.seq)
                _, telling = (place.parked or {}).pop(change.rev, (0, change.telling))
                telling()
        # Not every rev left a row behind: a second change of a thing covers its first.
        place.seq, place.rev = max(place.seq, seq), max(place.rev, rev)
        self._unpark(place)
        if place.parked:
            asyncio.get_running_loop().call_later(PATIENCE, self._stop_waiting, key)

    def _tell(
        self,
        key: UUID,
        rev: int,
        seq: int,
        to: tuple[UUID, ...],
        telling: Callable[..., None],
        about: tuple[Any, ...],
    ) -> None:
        place = self._places.get(key)
        if place is None:
            if self._hub.connected(to):  # it is new, and nobody has begun it here
                self.fall_behind(key)
        elif rev == place.rev + 1:
            place.rev = rev
            place.seq = seq or place.seq
            telling(*about)
            if place.parked:
                self._unpark(place)
        elif rev > place.rev:
            self._park(key, place, rev, seq, partial(telling, *about))

    def _park(self, key: UUID, place: Place, rev: int, seq: int, telling: Telling) -> None:
        if not place.parked:
            place.parked = {}
            asyncio.get_running_loop().call_later(PATIENCE, self._stop_waiting, key)
        if len(place.parked) < MOST_PARKED:
            place.parked[rev] = (seq, telling)

    def _unpark(self, place: Place) -> None:
        parked = place.parked or {}
        for rev in sorted(parked):
            if rev <= place.rev:
                del parked[rev]
            elif rev == place.rev + 1:
                seq, telling = parked.pop(rev)
                place.rev, place.seq = rev, seq or place.seq
                telling()

    def _stop_waiting(self, key: UUID) -> None:
        place = self._places.get(key)
        if place is not None and place.parked:
            self.fall_behind(key)

    def _hear_of_large(self, key: UUID) -> None:
        """What was said before its topic was heard has to be read."""

        async def settle() -> None:
            await self._bus.settled()
            self.fall_behind(key)

        if not self._bus.is_alone:
            settling = asyncio.create_task(settle())
            self._hearing.add(settling)
            settling.add_done_callback(self._hearing.discard)

    def _joined(self, hint: Joined) -> None:
        if self.is_unfollowed(hint.conversation_id, hint.user_id):
            self.look_for_newcomers(hint.conversation_id)
        elif self._following.is_coming(hint.user_id):  # what they are in was read before this
            asyncio.get_running_loop().call_later(PATIENCE, self._joined, hint)

    def _conversation_moved(self, hint: ConversationMoved) -> None:
        self._moved(hint.conversation_id, hint.rev)

    def _user_moved(self, hint: UserMoved) -> None:
        self._moved(hint.user_id, hint.rev)

    def _moved(self, key: UUID, rev: int) -> None:
        """Another process wrote this."""
        place = self._places.get(key)
        if place is None or rev > place.rev:
            self.fall_behind(key)


FEED = web.AppKey("FEED", Feed)
