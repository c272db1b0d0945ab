"""A page of hits: the stretches that may hold what is wanted, merged newest first.

However common or rare the words are, one page reads a bounded number of texts. What that leaves is
for the next page: so a page may be short, or empty, and still have a next one.
"""

from __future__ import annotations

import asyncio
import heapq
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, Self
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.http.cursors import MICROSECOND
from pinge.search.matching import Matcher

SQL = Queries("search")

MOST_STRETCHES = 512  # looked at for one page; more begin where these end
FEW = 64  # stretches that are read whole, at once
AT_ONCE = 128  # of many, these are read a bit further
WHOLE, BIT = 32, 8  # messages of a stretch
MOST_READ = 4096  # messages for one page: 20 ms of the database's time, and as much of ours
LONG = 256  # characters that count as one more
BREATHER = 32_768  # characters between turns of the loop

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


class Place(NamedTuple):
    """Where a message stands among all: by time, and at the same moment by its address."""

    sent_at: datetime
    conversation_id: UUID = UUID(int=0)
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose messages, where, by whom and when."""

    user_id: UUID
    conversation_ids: list[UUID] | None  # None: all
    sender_ids: list[UUID] | None
    marks: list[int]
    since: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages that follow each other in a conversation and are not read yet."""

    conversation_id: UUID
    first_seq: int
    last_seq: int
    newest_at: datetime  # none of them is newer

    def __lt__(self, other: Self) -> bool:
        return self.newest_at > other.newest_at  # a heap has the newest first


@dataclass(frozen=True, slots=True)
class Page:
    """Places of hits, newest first, and where the next page begins, if there is more to look at."""

    places: list[Place]
    next_place: Place | None


class Search:
    """Reads stretches, newest first, until enough is found or enough was read."""

    def __init__(
        self, app: web.Application, scope: Scope, matcher: Matcher, *, start: Place
    ) -> None:
        self._app = app
        self._scope = scope
        self._matcher = matcher
        self._start = start  # all hits are older
        self._left: list[Stretch] = []
        self._floor = EARLIEST  # what is not among those left is older
        self._found: set[Place] = set()
        self._read = 0

    async def page(self, limit: int) -> Page:
        """The newest hits."""
        await self._look()
        while True:
            horizon = self._left[0].newest_at if self._left else self._floor
            sure = [place for place in self._found if place.sent_at > horizon]
            is_enough = self._read >= MOST_READ and self._is_further(horizon)
            if not self._left or is_enough or len(sure) > limit:
                break
            await self._read_on()
        places = heapq.nlargest(limit, sure)
        if len(sure) > limit:
            return Page(places, places[-1])
        if horizon == EARLIEST:
            return Page(places, None)
        return Page(places, Place(horizon + MICROSECOND))

    def _is_further(self, horizon: datetime) -> bool:
        """Whether a next page that begins below this horizon would not be this one again."""
        return horizon + MICROSECOND < self._start.sent_at

    async def _look(self) -> None:
        """Find the stretches; some have to end before the start, or the next page is this one."""
        scope, most = self._scope, MOST_STRETCHES
        while True:
            rows = await SQL.candidates.rows(
                self._app[POOL],
                user_id=scope.user_id,
                conversation_ids=scope.conversation_ids,
                marks=scope.marks,
                since=scope.since,
                before=self._start.sent_at,
                limit=most,
            )
            if len(rows) < most or self._is_further(rows[-1]["newest_at"]):
                break
            most *= 4
        self._left = [Stretch(*row) for row in rows]  # newest first, so it is a heap
        if len(rows) >= most:
            self._floor = self._left[-1].newest_at

    async def _read_on(self) -> None:
        most = WHOLE if len(self._left) <= FEW else BIT
        stretches = [heapq.heappop(self._left) for _ in range(min(len(self._left), AT_ONCE))]
        rows = await self._texts(stretches, most)
        self._read += most * len(stretches)
        carried = 0
        for n, found in groupby(rows, itemgetter("n")):
            texts = list(found)
            self._take(stretches[n - 1], texts, most)
            characters = sum(len(text["content"]) for text in texts)
            self._read += characters // LONG
            carried += characters
            if carried > BREATHER:
                carried = 0
                await asyncio.sleep(0)

    async def _texts(self, stretches: list[Stretch], most: int) -> list[asyncpg.Record]:
        scope = self._scope
        return await SQL.texts.rows(
            self._app[POOL],
            user_id=scope.user_id,
            conversation_ids=[stretch.conversation_id for stretch in stretches],
            first_seqs=[stretch.first_seq for stretch in stretches],
            last_seqs=[stretch.last_seq for stretch in stretches],
            sender_ids=scope.sender_ids,
            since=scope.since,
            before=self._start.sent_at,
            limit=most,
        )

    def _take(self, stretch: Stretch, texts: list[asyncpg.Record], most: int) -> None:
        """Keep what is wanted; put back what of the stretch was not read."""
        for _, seq, sent_at, content, attachments in texts:
            place = Place(sent_at, stretch.conversation_id, seq)
            if place < self._start and self._matcher.accepts(content, attachments):
                self._found.add(place)
        oldest = texts[-1]
        if len(texts) == most and oldest["seq"] > stretch.first_seq:
            rest = replace(stretch, last_seq=oldest["seq"] - 1, newest_at=oldest["sent_at"])
            heapq.heappush(self._left, rest)
