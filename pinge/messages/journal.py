"""The journal: group commit of messages.

Sends that arrive while a commit is under way are written together by the next one. There is no
timer: alone, a message is written at once; under load, batches grow by themselves. One connection
writes, because the batches of two would only be smaller (measured in performance.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from aiohttp import web

from pinge import wire
from pinge.config import SETTINGS
from pinge.database.pool import UNAVAILABLE, connection
from pinge.database.queries import Queries
from pinge.errors import (
    Blocked,
    Conflict,
    NotContacts,
    NotMember,
    NotTaken,
    OnlyAdmins,
    PingeError,
    TooSoon,
    Unavailable,
)
from pinge.http.background import repeated
from pinge.http.caller import Caller
from pinge.messages import meters
from pinge.messages.events import Attachments
from pinge.realtime.hub import HUB
from pinge.realtime.socket import Socket

SQL = Queries("messages")

logger = structlog.get_logger("pinge.messages")

LARGEST_BATCH = 400
LONGEST_QUEUE = 10_000  # sends waiting; at the slowest measured rate the last waits two seconds
PATIENCE = 4.0  # seconds a send may wait for its conversation or for PostgreSQL
WATCH = 0.25  # seconds between looks for those that waited longer
PAUSE = 0.005  # seconds until a conversation that somebody else holds is tried again
RETRY_PAUSE = 0.2  # seconds until a PostgreSQL that is away is tried again
GOODBYE = 3.0  # seconds that sends still waiting at shutdown get

EXTRAS = ("attachments", "reply_to", "mentions", "forwarded")  # of a draft, as of its row

REFUSALS: dict[str, type[PingeError]] = {
    "conflict": Conflict,
    "not_member": NotMember,
    "not_contacts": NotContacts,
    "not_taken": NotTaken,
    "blocked": Blocked,
    "only_admins": OnlyAdmins,
}


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A message on its way into the journal."""

    conversation_id: UUID
    receiver_id: UUID | None  # of a direct message
    sender: Caller
    message_id: UUID
    content: str
    attachments: Attachments
    payload_digest: bytes  # tells a retry from another message under the same id
    origin: Socket | None  # the socket that gets the ack, and so not the event
    reply_to: int | None = None  # the seq of what it answers
    mentions: Sequence[UUID] = ()
    forwarded: Mapping[str, object] | None = None  # whose words it repeats


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it stands in the database, durably."""

    draft: Draft
    is_new: bool  # or a retry of one that was written before
    seq: int
    rev: int
    sent_at: datetime
    roster_rev: int
    total_unread: int | None  # of a connected receiver, this one included


@dataclass(slots=True, eq=False)
class Waiting:
    """A draft in the queue, and whom to tell what became of it."""

    draft: Draft
    outcome: asyncio.Future[Written]
    deadline: float
    is_unsure: bool = False  # whether an attempt was made that nobody knows the outcome of


Deliver = Callable[[list[Written]], Awaitable[None]]


class Journal:
    """One queue, one writer; what is committed is acknowledged, then delivered, in order."""

    def __init__(self, app: web.Application, deliver: Deliver) -> None:
        self._app = app
        self._loop = asyncio.get_running_loop()
        self._deliver = deliver
        self._only_contacts = app[SETTINGS].direct_messages == "contacts"
        self._queue: deque[Waiting] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._attempt: list[Waiting] = []  # the batch under way
        self._held: set[UUID] = set()  # conversations that the last batch did not get
        self._apart = 0  # how many of the next sends are written each by itself

    def append(self, draft: Draft) -> asyncio.Future[Written]:
        """Queue a message: becomes a Written, or one of REFUSALS, or Unavailable."""
        if len(self._queue) >= LONGEST_QUEUE:
            raise Unavailable("Too many messages are waiting to be written.")
        outcome: asyncio.Future[Written] = self._loop.create_future()
        self._queue.append(Waiting(draft, outcome, time.monotonic() + PATIENCE))
        self._arrived.set()
        return outcome

    async def run(self) -> None:
        """Write what arrives until closed, and then what is left."""
        while True:
            while not self._queue:
                if self._closing:
                    return
                self._arrived.clear()
                await self._arrived.wait()
            await self._gather()
            batch = self._attempt = self._next_batch()
            try:
                if batch:
                    await self._write(batch)
            except Exception:  # a fault of ours must not silence everybody for good
                logger.exception("a batch failed")
                _fail([waiting for waiting in batch if waiting not in self._queue], PingeError())

    def close(self) -> None:
        """Let `run` end once everything is written."""
        self._closing = True
        self._arrived.set()

    def give_up_the_late(self) -> None:
        """Tell those that waited too long, even while a server that froze holds the writer.

        Who is in the batch under way learns that nobody knows; the others are not written any more.
        """
        _in_time(self._attempt)
        while self._queue and not _in_time([self._queue[0]]):
            self._queue.popleft()

    async def _gather(self) -> None:
        """Let the loop turn for as long as each turn brings more: a commit costs as much for one.

        Those who answer an acknowledgement come one after the other, and the first of them would
        be written alone (half of all batches were nearly empty at window 1).
        """
        found = 0
        while found < len(self._queue) < LARGEST_BATCH:
            found = len(self._queue)
            await asyncio.sleep(0)

    def _next_batch(self) -> list[Waiting]:
        """The next sends; some wait, in their order, for what comes of one before them.

        A copy waits for the first of its id, the sends of a conversation that was held for one of
        them: however many they are, there is room for those of others.
        """
        self.give_up_the_late()
        batch: dict[UUID, Waiting] = {}
        held_back: list[Waiting] = []
        tried: set[UUID] = set()
        largest = 1 if self._apart else LARGEST_BATCH
        self._apart = max(self._apart - 1, 0)
        while self._queue and len(batch) < largest:
            waiting = self._queue.popleft()
            draft = waiting.draft
            if draft.message_id in batch or draft.conversation_id in tried:
                held_back.append(waiting)
                continue
            batch[draft.message_id] = waiting
            if draft.conversation_id in self._held:
                tried.add(draft.conversation_id)
        self._put_back(held_back)
        return list(batch.values())

    async def _write(self, batch: list[Waiting]) -> None:
        rows: list[asyncpg.Record] | None = None
        try:
            async with connection(self._app) as conn:
                batch = _in_time(batch)  # the connection may have come late
                if not batch:
                    return
                began = time.perf_counter()
                rows = await SQL.append_messages.rows(conn, **self._columns(batch))
                meters.committed(len(rows), time.perf_counter() - began)
        except (asyncpg.UniqueViolationError, asyncpg.DataError, ValueError) as error:
            self._write_apart(batch, error)
            return
        except UNAVAILABLE:
            if rows is None:  # else only giving the connection back went wrong
                await self._try_again(batch)
                return
        new = self._answer(batch, rows or [])
        if new:
            await self._deliver(new)
        if len(self._held) and not new:
            await asyncio.sleep(PAUSE)

    def _columns(self, batch: list[Waiting]) -> dict[str, object]:
        drafts = [waiting.draft for waiting in batch]
        return {
            "conversation_ids": [draft.conversation_id for draft in drafts],
            "sender_ids": [draft.sender.user_id for draft in drafts],
            "message_ids": [draft.message_id for draft in drafts],
            "contents": [draft.content for draft in drafts],
            "payload_digests": [draft.payload_digest for draft in drafts],
            "extras": [_extras(draft) for draft in drafts],
            "only_contacts": self._only_contacts,
            "listeners": self._app[HUB].connected(draft.receiver_id for draft in drafts),
        }

    def _answer(self, batch: list[Waiting], rows: list[asyncpg.Record]) -> list[Written]:
        """Tell every sender; what is new, and so is to be delivered, comes back, in order."""
        new: list[Written] = []
        busy: list[Waiting] = []
        for ord_, status, *rest in sorted(rows, key=_by_ord):
            waiting = batch[ord_ - 1]
            if status in ("created", "duplicate"):
                # A duplicate of our own attempt was written by it, and nobody has heard of it yet.
                is_new = status == "created" or waiting.is_unsure
                written = Written(waiting.draft, is_new, *rest)
                if is_new:
                    new.append(written)
                if not waiting.outcome.done():
                    waiting.outcome.set_result(written)
            elif status == "busy":
                busy.append(waiting)
            else:
                _fail([waiting], _refusal(status, rest))
        self._held = {waiting.draft.conversation_id for waiting in busy}
        self._put_back(busy)
        return new

    def _put_back(self, batch: list[Waiting]) -> None:
        """To the front of the queue, in their order; who has waited too long is told so."""
        self._queue.extendleft(reversed(_in_time(batch)))

    def _write_apart(self, batch: list[Waiting], error: Exception) -> None:
        """One bad message fails alone: write each by itself, still in order, to find it."""
        if len(batch) > 1:
            self._apart = len(batch)
            self._put_back(batch)
        elif isinstance(error, asyncpg.UniqueViolationError):
            # The id was used elsewhere at the same instant; now it is known, and judged as such.
            self._put_back(batch)
        else:
            logger.warning("a message was refused by the database", why=type(error).__name__)
            _fail(batch, PingeError())

    async def _try_again(self, batch: list[Waiting]) -> None:
        """Nobody knows whether it was written; its id makes it safe to ask once more."""
        for waiting in batch:
            waiting.is_unsure = True
        self._put_back(batch)
        await asyncio.sleep(RETRY_PAUSE)


JOURNAL = web.AppKey("JOURNAL", Journal)


async def journal(app: web.Application, deliver: Deliver) -> AsyncIterator[None]:
    """The writer, for as long as the service runs; what waits at the end is still written."""
    app[JOURNAL] = Journal(app, deliver)
    writer = asyncio.create_task(app[JOURNAL].run())
    async for _ in repeated(app, _give_up_the_late, every=WATCH):
        yield
    app[JOURNAL].close()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(writer, GOODBYE)


async def _give_up_the_late(app: web.Application) -> None:
    app[JOURNAL].give_up_the_late()


def _by_ord(row: asyncpg.Record) -> int:
    ord_: int = row["ord"]
    return ord_


def _refusal(status: str, rest: list[Any]) -> PingeError:
    if status == "too_soon":
        *_, next_at, _, _ = rest
        wait = next_at and (next_at - datetime.now(UTC)).total_seconds()
        return TooSoon(retry_after=max(wait or 1.0, 1.0))
    return REFUSALS[status]()


def _extras(draft: Draft) -> str | None:
    """What a message has besides its text, as JSON; most have nothing."""
    if not (draft.attachments or draft.reply_to or draft.mentions or draft.forwarded):
        return None
    given = {name: getattr(draft, name) for name in EXTRAS if getattr(draft, name)}
    return wire.encode(given).decode()


def _in_time(batch: list[Waiting]) -> list[Waiting]:
    """Those that may still be written; who has waited too long is told so."""
    now = time.monotonic()
    _fail([waiting for waiting in batch if waiting.deadline < now], Unavailable())
    return [waiting for waiting in batch if waiting.deadline >= now]


def _fail(batch: list[Waiting], error: PingeError) -> None:
    for waiting in batch:
        if not waiting.outcome.done():
            waiting.outcome.set_exception(error)
