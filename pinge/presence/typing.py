"""Who is typing where, as far as this process knows: never stored, and over by itself.

Clients say every few seconds that somebody still types. The first time is told to those concerned;
later ones only put off the end, and let in who has come since. Other processes are given the same
by a hint, and find out for themselves who of their people is concerned: a hint that is lost leaves
nothing behind, as each process lets go in its own time.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.config import SETTINGS
from pinge.database.gathering import Gathered
from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.errors import Blocked, NotContacts, NotMember, PingeError
from pinge.presence.events import UserTyping
from pinge.realtime.bus import BUS, TypingMoved
from pinge.realtime.feed import FEED
from pinge.realtime.following import LARGE
from pinge.realtime.hub import HUB

SQL = Queries("presence")

TTL = 8.0  # seconds after which somebody who says nothing more types no longer
REPEAT = 5.0  # seconds after which a client is to say again that somebody types
AT_LEAST = 3.0  # seconds in which saying it again changes nothing

Key = tuple[UUID, UUID]  # the conversation, and who types in it

# What clients are told in `hello`.
SERVED = {
    "typing_seconds": TTL,
    "typing_repeat_seconds": REPEAT,
    "typing_members": LARGE,
}


@dataclass(frozen=True, slots=True)
class Typer:
    """Somebody typing somewhere: what was told of it to whom, and when it ends."""

    event: UserTyping
    hearer_ids: frozenset[UUID]
    said_at: float
    is_ours: bool  # said by a client at this process
    expiry: asyncio.TimerHandle


class Typing:
    """Typers by user and conversation."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._typers: dict[UUID, dict[UUID, Typer]] = {}
        self._starting: set[Key] = set()
        self._found: Gathered[Key, asyncpg.Record] = Gathered(self._find)
        self._hearing: set[asyncio.Task[None]] = set()
        app[BUS].subscribe(TypingMoved, self._hear)
        app[HUB].when_gone(self._part)

    async def start(self, conversation_id: UUID, user_id: UUID, *, is_ours: bool = True) -> None:
        """Somebody types; NotMember, Blocked or NotContacts where they may not say anything."""
        key = conversation_id, user_id
        if self._is_fresh(key):
            return
        self._starting.add(key)
        try:
            found = await self._found.get(key)
            if found is None:
                raise NotMember("You are not in this conversation.")
            if found["blocks"]:
                raise Blocked
            if not found["may_write"]:
                raise NotContacts
            if key in self._starting:  # else they said something, or stopped, meanwhile
                self._begin(found, is_ours=is_ours)
        finally:
            self._starting.discard(key)

    def stop(self, conversation_id: UUID, user_id: UUID) -> Collection[UUID]:
        """Somebody types no longer; who had been told that they do."""
        self._starting.discard((conversation_id, user_id))
        typers = self._typers.get(user_id, {})
        typer = typers.pop(conversation_id, None)
        if typer is None:
            return ()
        if not typers:
            del self._typers[user_id]
        typer.expiry.cancel()
        feed = self._app[FEED]
        staying = (
            hearer_id
            for hearer_id in typer.hearer_ids
            if not feed.is_unfollowed(conversation_id, hearer_id)
        )
        self._app[HUB].deliver(replace(typer.event, is_typing=False), staying)
        return typer.hearer_ids

    @property
    def is_anyone(self) -> bool:
        """Whether anybody types anywhere, or is about to, as far as this process knows."""
        return bool(self._typers or self._starting)

    def end(self, conversation_id: UUID, user_id: UUID) -> None:
        """As stop, and other processes are told."""
        hearer_ids = self.stop(conversation_id, user_id)
        if hearer_ids:
            hint = TypingMoved(conversation_id, user_id, is_typing=False)
            self._app[BUS].pass_on(hint, *hearer_ids)

    def heard_by(self, hearer_id: UUID, among: Collection[UUID]) -> Iterable[Key]:
        """Those typing in one of these conversations of whom this user may know."""
        for user_id, typers in self._typers.items():
            for conversation_id in typers.keys() & among:
                if hearer_id in typers[conversation_id].hearer_ids:
                    yield conversation_id, user_id

    def _is_fresh(self, key: Key) -> bool:
        """Whether it was said so lately that saying it again changes nothing."""
        conversation_id, user_id = key
        known = self._typers.get(user_id, {}).get(conversation_id)
        now = asyncio.get_running_loop().time()
        return known is not None and now - known.said_at < AT_LEAST

    def _begin(self, found: asyncpg.Record, *, is_ours: bool) -> None:
        conversation_id, user_id = key = found["conversation_id"], found["user_id"]
        hearer_ids = frozenset(found["hearer_ids"])
        if not hearer_ids:
            self.stop(*key)
            return
        typers = self._typers.setdefault(user_id, {})
        known = typers.get(conversation_id)
        event = UserTyping(
            conversation_id=conversation_id,
            user_id=user_id,
            username=found["username"],
            is_typing=True,
        )
        told: frozenset[UUID] = frozenset()
        if known is not None:
            known.expiry.cancel()
            told = known.hearer_ids
        self._app[HUB].deliver(event, hearer_ids - told)
        loop = asyncio.get_running_loop()
        expiry = loop.call_later(TTL, self.stop, *key)
        said_here = is_ours or (known is not None and known.is_ours)
        typers[conversation_id] = Typer(event, hearer_ids, loop.time(), said_here, expiry)
        if is_ours:
            self._app[BUS].pass_on(TypingMoved(*key, is_typing=True), *hearer_ids)

    def _part(self, user_id: UUID) -> None:
        """Whoever has no socket here any more types nothing here."""
        for conversation_id, typer in list(self._typers.get(user_id, {}).items()):
            if typer.is_ours:
                self.end(conversation_id, user_id)

    def _hear(self, hint: TypingMoved) -> None:
        if not hint.is_typing:
            self.stop(hint.conversation_id, hint.user_id)
            return
        key = hint.conversation_id, hint.user_id
        if key not in self._starting and not self._is_fresh(key):  # it comes once for each member
            hearing = asyncio.create_task(self._hear_start(hint))
            self._hearing.add(hearing)
            hearing.add_done_callback(self._hearing.discard)

    async def _hear_start(self, hint: TypingMoved) -> None:
        with contextlib.suppress(PingeError):  # it is no news by now
            await self.start(hint.conversation_id, hint.user_id, is_ours=False)

    async def _find(self, keys: list[Key]) -> dict[Key, asyncpg.Record]:
        rows = await SQL.hearers.rows(
            self._app[POOL],
            conversation_ids=[conversation_id for conversation_id, _ in keys],
            user_ids=[user_id for _, user_id in keys],
            only_contacts=self._app[SETTINGS].direct_messages == "contacts",
            large=LARGE,
        )
        return {(row["conversation_id"], row["user_id"]): row for row in rows}


TYPING = web.AppKey("TYPING", Typing)
