"""How far messages have reached: noted for each member, told to the others once a second at most.

A position is written at once and only marked as due; it gets its rev when it is told. So a busy
reader costs one change a second, and what a process that died has not told, another finds due.
Of who hides how far messages reached them nothing is told, and they hear it of nobody; their own
rows are written like all others, so that what they have not read stays right.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from itertools import groupby
from operator import itemgetter
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.conversations import actions as conversations
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Database, Queries
from pinge.errors import Invalid, NotMember
from pinge.http.background import repeated
from pinge.http.caller import Caller
from pinge.http.pacing import Paced
from pinge.messages.events import MessageDelivered, MessageRead
from pinge.realtime.events import ConversationEvent
from pinge.realtime.feed import FEED
from pinge.realtime.following import LARGE
from pinge.realtime.hub import HUB
from pinge.settings.actions import Retelling

SQL = Queries("receipts")

LEFT_OVER_EVERY = 10.0  # seconds between looks for what a process that is gone has not told

Member = tuple[UUID, UUID]  # the conversation, and who is in it


class Receipts:
    """What devices acknowledged and is not written yet, and where the others are to be told."""

    def __init__(self) -> None:
        self._seqs: dict[Member, int] = {}
        self._written: dict[Member, asyncio.Future[None]] = {}
        self.writing: Paced[Member] = Paced(self._write)
        self.telling: Paced[UUID] = Paced(_tell)

    def delivered(self, member: Member, seq: int) -> asyncio.Future[None]:
        """Note it, and say when it is written."""
        self._seqs[member] = max(seq, self._seqs.get(member, 0))
        if member not in self._written:
            self._written[member] = asyncio.get_running_loop().create_future()
        self.writing.touch(member)
        return self._written[member]

    async def _write(self, app: web.Application, due: list[Member]) -> None:
        # Asked for again while it was being written, and by now there is nothing more to write.
        members = [member for member in due if member in self._seqs]
        if not members:
            return
        conversation_ids = [conversation_id for conversation_id, _ in members]
        seqs = [self._seqs[member] for member in members]
        async with transaction(app) as tx:
            await lock(tx, conversation_ids)
            await SQL.mark_delivered.run(
                tx,
                conversation_ids=conversation_ids,
                user_ids=[user_id for _, user_id in members],
                seqs=seqs,
                large=LARGE,
            )
        for member, seq in zip(members, seqs, strict=True):
            if self._seqs[member] == seq:
                del self._seqs[member]
                self._written.pop(member).set_result(None)
        self.telling.touch(*conversation_ids)


RECEIPTS = web.AppKey("RECEIPTS", Receipts)


async def receipts(app: web.Application) -> AsyncIterator[None]:
    """Write and tell for as long as the service runs."""
    app[RECEIPTS] = Receipts()
    async for _ in app[RECEIPTS].writing.running(app):
        async for _ in app[RECEIPTS].telling.running(app):
            async for _ in repeated(app, tell_left_over, every=LEFT_OVER_EVERY):
                yield


async def lock(tx: Connection, conversation_ids: list[UUID]) -> None:
    """Nobody else moves positions in these conversations, or writes there, until the end."""
    await SQL.lock_conversations.rows(tx, conversation_ids=conversation_ids)


async def mark_delivered(
    app: web.Application, caller: Caller, *, conversation_id: UUID, seq: int
) -> asyncio.Future[None]:
    """Note that all up to this seq has reached a device of the caller's; done when it is written.

    Raises NotMember, or Invalid when there is no such message yet.
    """
    await must_be_there(app[POOL], caller, conversation_id, seq)
    return app[RECEIPTS].delivered((conversation_id, caller.user_id), seq)


async def must_be_there(db: Database, caller: Caller, conversation_id: UUID, seq: int) -> None:
    """NotMember unless the caller is in it, Invalid if no message has this seq yet."""
    last_seq = await SQL.last_seq.value(db, conversation_id=conversation_id, user_id=caller.user_id)
    if last_seq is None:
        raise NotMember("You are not in this conversation.")
    if seq > last_seq:
        raise Invalid(f"The last message is {last_seq}.", fields={"seq": ["Not there yet."]})


async def positions(
    app: web.Application, caller: Caller, conversation_id: UUID
) -> list[asyncpg.Record]:
    """How far the messages have reached each member."""
    rows = await SQL.positions.rows(
        app[POOL], conversation_id=conversation_id, viewer_id=caller.user_id
    )
    if not rows:
        raise NotMember("You are not in this conversation.")
    return rows


async def tell_left_over(app: web.Application) -> None:
    """Tell what is due where nobody else does."""
    rows = await SQL.due_conversations.rows(app[POOL])
    app[RECEIPTS].telling.touch(*(row["conversation_id"] for row in rows))


async def turned(tx: Connection, user_ids: list[UUID], conversation_ids: list[UUID]) -> Retelling:
    """These people hide their positions from now on, or no longer: what these conversations, which
    are locked, are told of it once that is committed."""
    rows = await SQL.take_receipts.rows(tx, conversation_ids=conversation_ids, turned_ids=user_ids)
    return partial(_tell_taken, rows)


async def _tell(app: web.Application, conversation_ids: list[UUID]) -> None:
    async with transaction(app) as tx:
        await lock(tx, conversation_ids)
        rows = await SQL.take_receipts.rows(tx, conversation_ids=conversation_ids, turned_ids=[])
    await _tell_taken(rows, app)


async def _tell_taken(rows: list[asyncpg.Record], app: web.Application) -> None:
    wanted = {row["conversation_id"]: row["roster_rev"] for row in rows}
    rosters = await conversations.rosters(app, wanted)
    for conversation_id, moved in groupby(rows, itemgetter("conversation_id")):
        roster = rosters.get(conversation_id)
        told = list(moved)
        rev = told[0]["told_rev"]
        present = roster.user_ids if roster is not None else ()
        telling = partial(_deliver, app, told, present)
        app[FEED].tell(conversation_id, rev, present, telling)


def _deliver(app: web.Application, moved: list[asyncpg.Record], present: tuple[UUID, ...]) -> None:
    for row in moved:
        unhearing = {row["user_id"], *row["hidden_from"]}
        others = tuple(user_id for user_id in present if user_id not in unhearing)
        for event in _events(row):
            app[HUB].deliver(event, others)


def _events(row: asyncpg.Record) -> list[ConversationEvent]:
    rev = row["told_rev"]
    where = {"conversation_id": row["conversation_id"], "rev": rev, "user_id": row["user_id"]}
    found: list[ConversationEvent] = []
    if row["tells_delivered"]:
        found.append(MessageDelivered(**where, seq=row["delivered_seq"]))
    if row["tells_read"]:
        read = MessageRead(**where, seq=row["read_seq"], message_ids=row["message_ids"])
        found.append(read)
    return found
