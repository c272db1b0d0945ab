"""Answering what somebody missed since the positions they know, from one snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.database.pool import connection
from pinge.database.queries import Connection, Queries
from pinge.http.caller import Caller
from pinge.messages.events import MessageEdited, NewMessage
from pinge.realtime import epoch as epochs
from pinge.sync import changes, own
from pinge.sync.events import Resynced
from pinge.sync.moved import Position, moved
from pinge.sync.news import News
from pinge.sync.news.groups import gone
from pinge.sync.news.messages import of_message

SQL = Queries("sync")

MOST_CHANGES = 100  # of one conversation; beyond that its history is quicker fetched anew
MOST_MESSAGES = 1000  # of all conversations together
MOST_BYTES = 200_000  # of all their texts: an outbox holds 256 KiB
MOST_OWN = 500  # changes of contacts and requests
AT_ONCE = 4  # snapshots in one process, so that a storm of them leaves connections to others

TURNS = web.AppKey("TURNS", asyncio.Semaphore)


@dataclass(frozen=True, slots=True)
class Known:
    """What a client knows: whose history it is, and how far it has it."""

    epoch: UUID
    user_rev: int
    conversations: dict[UUID, Position]


class Resync(Exception):
    """What the client knows means nothing here: it fetches everything anew."""

    def __init__(self, epoch: UUID, reason: str) -> None:
        super().__init__(reason)
        self.event = Resynced(epoch=epoch, reason=reason)


@dataclass(slots=True)
class Missed:
    """What happened in one conversation since a position; or only that it is too much."""

    row: asyncpg.Record
    since: Position
    is_limited: bool = False
    news: list[News] = field(default_factory=list)

    @property
    def messages(self) -> int:
        """How many messages are new; seqs are dense."""
        return int(self.row["last_seq"] - self.since[0])

    @property
    def revs(self) -> int:
        """How many changes there were, new messages among them; revs are dense."""
        return int(self.row["last_rev"] - self.since[1])

    @property
    def upto(self) -> Position:
        """Where it stands now; for who has left, where they went."""
        if self.row["is_gone"]:
            return self.since[0], self.row["member_rev"]
        return self.row["last_seq"], self.row["last_rev"]

    def body(self) -> dict[str, object]:
        """What the client is told."""
        row, (seq, rev) = self.row, self.upto
        return {
            "conversation_id": row["conversation_id"],
            "kind": row["kind"],
            "contact_id": row["contact_id"],
            "is_request": row["is_request"],
            "seq": seq,
            "rev": rev,
            "unread_count": 0 if row["is_gone"] else row["unread_count"],
            "mention_count": 0 if row["is_gone"] else row["mention_count"],
            "limited": self.is_limited,
            "gone": row["is_gone"],
            "changes": _told(self.news),
        }


@dataclass(frozen=True, slots=True)
class Resumed:
    """Everything somebody missed, and the revs up to which they have it now."""

    body: dict[str, object]
    positions: dict[UUID, int]


async def missed(
    app: web.Application, caller: Caller, known: Known, begun: Callable[[], None] = lambda: None
) -> Resumed:
    """Read it; `begun` is called when the snapshot begins. Raises Resync, or Unavailable."""
    async with app[TURNS], _snapshot(app) as tx:
        begun()
        standing = await _standing(tx, caller, known)
        conversations = await _conversations(tx, caller, known)
        figures = await SQL.unread_figures.rows(tx, user_id=caller.user_id)
        totals = {
            f"total_{name}": sum(row["unread_count"] for row in figures if row["kind"] == kind)
            for name, kind in (("unread", "direct"), ("group_unread", "group"))
        }
        await _read_news(tx, caller, conversations, totals["total_unread"])
        user_rev = standing["user_rev"]
        revs = {caller.user_id: known.user_rev} if user_rev > known.user_rev else {}
        mine = (await own.of_users(tx, revs)).get(caller.user_id, []) if revs else []
    body = {
        "epoch": known.epoch,
        "user_rev": user_rev,
        **totals,
        **_counts(figures),
        "limited": len(mine) > MOST_OWN,
        "changes": _told(mine) if len(mine) <= MOST_OWN else [],
        "conversations": [one.body() for one in conversations],
    }
    positions = {key: rev for key, (_, rev) in known.conversations.items()}
    positions |= {one.row["conversation_id"]: one.upto[1] for one in conversations}
    return Resumed(body, positions | {caller.user_id: user_rev})


@asynccontextmanager
async def _snapshot(app: web.Application) -> AsyncIterator[Connection]:
    async with (
        connection(app) as conn,
        conn.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield conn


async def _standing(tx: Connection, caller: Caller, known: Known) -> asyncpg.Record:
    epoch = await epochs.current(tx)
    if known.epoch != epoch:
        raise Resync(epoch, "epoch")
    standing = await SQL.standing.row(
        tx, user_id=caller.user_id, conversation_ids=list(known.conversations)
    )
    assert standing is not None  # the caller has a session, so they have an account
    if known.user_rev > standing["user_rev"] or standing["is_elsewhere"]:
        raise Resync(epoch, "ahead")
    return standing


async def _conversations(tx: Connection, caller: Caller, known: Known) -> list[Missed]:
    """What moved, and from where it has to be read; what is too much is marked."""
    positions = known.conversations.values()
    rows = await SQL.moved_conversations.rows(
        tx,
        user_id=caller.user_id,
        conversation_ids=list(known.conversations),
        seqs=[seq for seq, _ in positions],
        revs=[rev for _, rev in positions],
    )
    found: list[Missed] = []
    room = MOST_MESSAGES
    for row in rows:
        one = Missed(row, _since(row))
        if not row["is_gone"]:
            if row["last_rev"] < one.since[1] or row["last_seq"] < one.since[0]:
                raise Resync(known.epoch, "ahead")
            too_much = max(one.revs, one.messages) > MOST_CHANGES
            one.is_limited = too_much or one.messages > room
            room -= 0 if one.is_limited else one.messages
        found.append(one)
    return found


def _since(row: asyncpg.Record) -> Position:
    """Where to read from; who is new in it, or came back, reads from where they came in.

    A position is the client's word: it leads nobody to what they may not read.
    """
    if row["known_rev"] is None or (row["known_rev"] < row["joined_rev"] and not row["is_gone"]):
        return row["joined_seq"], row["joined_rev"] - 1
    return max(row["known_seq"], row["hidden_up_to"]), row["known_rev"]


async def _read_news(
    tx: Connection, caller: Caller, conversations: list[Missed], total_unread: int
) -> None:
    by_id = {one.row["conversation_id"]: one for one in conversations if not one.is_limited}
    for one in by_id.values():
        if one.row["is_gone"]:
            one.news.append(gone(one.row, caller.user_id, one.upto[1]))
    here = {key: one for key, one in by_id.items() if not one.row["is_gone"]}
    positions = {key: one.since for key, one in here.items()}
    found = await moved(tx, positions, viewer_id=caller.user_id, limit=MOST_CHANGES)
    room = MOST_BYTES
    for its in found:
        for row in its.visible:
            told = of_message(row, total_unread, its.pointed)
            room = _add(by_id[its.conversation_id], caller, told, room)
    revs = {its.conversation_id: its.since[1] for its in found if its.has_other_changes}
    if revs:
        for key, changed in (await changes.of_conversations(tx, revs)).items():
            room = _add(by_id[key], caller, changed.news, room)


def _add(one: Missed, caller: Caller, news: Iterable[News], room: int) -> int:
    """Add what concerns the caller, as long as there is room for its texts; what is left of it."""
    for piece in news:
        if one.is_limited:
            break
        if piece.concerns(caller.user_id):
            one.news.append(piece)
            if isinstance(piece.event, NewMessage | MessageEdited):
                room -= len(piece.event.content.encode())
            if room < 0:
                one.is_limited = True
                one.news.clear()
    return room


def _counts(figures: list[asyncpg.Record]) -> dict[str, object]:
    """What is unread where anything is, and how many messages of it mention who reads this."""
    mentions = {str(row["conversation_id"]): row["mention_count"] for row in figures}
    return {
        "total_mentions": sum(mentions.values()),
        "unread": {str(row["conversation_id"]): row["unread_count"] for row in figures},
        "mentions": {key: count for key, count in mentions.items() if count},
    }


def _told(news: Iterable[News]) -> list[dict[str, Any]]:
    """As frames of a socket, in order."""
    return [
        {"event": piece.event.name, "data": piece.event.data()}
        for piece in sorted(news, key=attrgetter("rev"))
    ]
