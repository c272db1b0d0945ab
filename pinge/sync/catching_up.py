"""Reading what this process was not told, and telling it: the way of all that others write.

Hints say what moved, the sweep finds what no hint told of, and a change that came before its turn
asks for what lies between. All of it is read here, for many conversations in one statement.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from functools import partial
from itertools import groupby
from operator import attrgetter
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.conversations import actions as conversations
from pinge.conversations.actions import Roster
from pinge.database.pool import POOL, UNAVAILABLE
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.messages import actions as messages
from pinge.messages.events import MessageRead
from pinge.presence import actions as presence
from pinge.realtime.bus import BUS, UnreadMoved
from pinge.realtime.feed import FEED, Change
from pinge.realtime.following import LARGE
from pinge.realtime.hub import HUB
from pinge.sync import changes, own
from pinge.sync.audience import Audience
from pinge.sync.changes import Changed
from pinge.sync.moved import Moved, Position, moved
from pinge.sync.newcomers import welcome
from pinge.sync.news import News
from pinge.sync.news.messages import of_message

SQL = Queries("sync")

MOST_AT_ONCE = 500  # conversations and users read together
RETRY_PAUSE = 0.2  # seconds until a PostgreSQL that is away is asked again


async def catching_up(app: web.Application) -> AsyncIterator[None]:
    """Catch up with whatever falls behind, for as long as the service runs."""
    async for _ in repeated(app, catch_up_once, every=0):
        yield


async def catch_up_once(app: web.Application) -> None:
    """Wait until something is behind, and read it."""
    feed = app[FEED]
    await feed.someone_is_behind.wait()
    unmet, keys = feed.take_unmet(), feed.take_behind(MOST_AT_ONCE)
    try:
        unmet += [key for key in keys if feed.place(key) is None]
        if unmet:
            await welcome(app, unmet)
        await _catch_up(app, keys)
    except UNAVAILABLE:
        for key in unmet:
            feed.look_for_newcomers(key)
        for key in keys:
            feed.fall_behind(key)
        await asyncio.sleep(RETRY_PAUSE)


async def _catch_up(app: web.Application, keys: Iterable[UUID]) -> None:
    feed = app[FEED]
    places = {key: place for key in keys if (place := feed.place(key)) is not None}
    users = {key: place.rev for key, place in places.items() if place.is_user}
    if users:
        await _catch_up_users(app, users)
    positions = {key: (place.seq, place.rev) for key, place in places.items() if not place.is_user}
    if positions:
        await _catch_up_conversations(app, positions)


async def _catch_up_users(app: web.Application, revs: dict[UUID, int]) -> None:
    now = await SQL.user_revs.rows(app[POOL], user_ids=list(revs))
    news = await own.of_users(app[POOL], revs)
    for row in now:
        user_id, rev = row["user_id"], row["user_rev"]
        mine = [piece for piece in news.get(user_id, ()) if piece.rev <= rev]
        app[FEED].catch_up(user_id, _by_rev(app, mine, Audience(())), seq=0, rev=rev)


async def _catch_up_conversations(app: web.Application, positions: dict[UUID, Position]) -> None:
    rosters = await conversations.rosters(app, dict.fromkeys(positions, 0))
    pairs = [roster.user_ids for roster in rosters.values() if roster.kind == "direct"]
    here = app[HUB].connected(user_id for pair in pairs for user_id in pair)
    found = await moved(app[POOL], positions, listeners=here)
    wanted = {one.conversation_id: one.now["roster_rev"] for one in found}
    rosters = await conversations.rosters(app, wanted)
    said = [row for one in found for row in one.said]
    totals = _totals(said, await _sums(app, said))
    revs = {one.conversation_id: one.since[1] for one in found if one.has_other_changes}
    others = await changes.of_conversations(app[POOL], revs) if revs else {}
    for one in found:
        key = one.conversation_id
        _tell(app, one, totals, rosters.get(key), others.get(key) or Changed())


async def _sums(app: web.Application, rows: list[asyncpg.Record]) -> dict[UUID, int]:
    """How much each connected receiver has not read; some connected while the rows were read."""
    sums = {_receiver(row): row["total_unread"] for row in rows if row["kind"] == "direct"}
    late = app[HUB].connected(user_id for user_id, total in sums.items() if total is None)
    return sums | await messages.unread_totals(app, late)


def _totals(rows: list[asyncpg.Record], sums: dict[UUID, int]) -> dict[UUID, int]:
    """By message: how much its receiver has not read, this one included and later ones not."""
    totals: dict[UUID, int] = {}
    later: Counter[UUID] = Counter()
    for row in reversed(rows):
        total = sums.get(receiver_id := _receiver(row)) if row["kind"] == "direct" else None
        if total is not None:
            totals[row["message_id"]] = max(total - later[receiver_id], 0)
            later[receiver_id] += row["deleted_at"] is None
    return totals


def _receiver(row: asyncpg.Record) -> UUID:
    low: UUID = row["low_user_id"]
    high: UUID = row["high_user_id"]
    return high if row["sender_id"] == low else low


def _tell(
    app: web.Application,
    one: Moved,
    totals: dict[UUID, int],
    roster: Roster | None,
    others: Changed,
) -> None:
    """Tell one conversation's changes up to where it was read."""
    feed, key, (seq, rev) = app[FEED], one.conversation_id, one.upto
    member_ids = roster.user_ids if roster is not None else ()
    audience = Audience(member_ids, others.members)
    for row in others.members:
        if not row["is_gone"]:
            feed.begin(key, seq, rev, (row["user_id"],))
    if len(member_ids) > LARGE:
        feed.widen(key)
    news = [piece for piece in others.news if piece.rev <= rev]
    for row in one.said:
        news += of_message(row, totals.get(row["message_id"]), one.pointed)
    presence.have_said(app, ((key, row["sender_id"]) for row in one.said))
    feed.catch_up(key, _by_rev(app, news, audience), seq=seq, rev=rev)
    for piece in news:
        for user_id in _recounted(app, piece, member_ids):
            app[BUS].publish(UnreadMoved(user_id, key))
    for row in others.members:
        if row["is_gone"] and row["rev"] <= rev:
            feed.forget(key, row["user_id"])
    if not one.is_whole:
        feed.fall_behind(key)


def _recounted(app: web.Application, piece: News, present: Iterable[UUID]) -> Iterable[UUID]:
    """Whose devices here have new figures of what is unread, it may be."""
    if isinstance(piece.event, MessageRead):
        return (piece.event.user_id,)
    return app[HUB].connected(present) if piece.recounts else ()


def _by_rev(app: web.Application, news: list[News], audience: Audience) -> Iterable[Change]:
    rev_of = attrgetter("rev")
    for rev, pieces in groupby(sorted(news, key=rev_of), rev_of):
        told = tuple(pieces)
        seq = max(piece.seq for piece in told)
        yield Change(rev, seq, partial(_deliver, app, told, audience.at(rev)))


def _deliver(app: web.Application, news: tuple[News, ...], present: tuple[UUID, ...]) -> None:
    for piece in news:
        if piece.to is not None:
            app[HUB].deliver(piece.event, (piece.to,))
        else:
            hearers = (user_id for user_id in present if piece.concerns(user_id))
            app[HUB].deliver(piece.event, hearers)
