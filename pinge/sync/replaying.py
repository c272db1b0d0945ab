"""What plain sockets missed, told again as ordinary events: `?since=<message_id>`."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.database.pool import POOL, UNAVAILABLE
from pinge.database.queries import Queries
from pinge.errors import TooMany
from pinge.http.caller import Caller
from pinge.http.limits import LIMITER
from pinge.messages.actions import References
from pinge.realtime.events import Frame, frame
from pinge.realtime.gate import Gate
from pinge.realtime.socket import Socket
from pinge.sync.commands import SYNCING
from pinge.sync.news.messages import of_message

SQL = Queries("sync")

MARGIN = 10  # seconds before the message that is named: what was written beside it may be later
MOST = 500  # messages told again; beyond that the client fetches anew


async def replay(app: web.Application, socket: Socket, since: str) -> None:
    """Tell what others said since a message, some of it perhaps again; or that it is too much."""
    gate = socket.gate = Gate(socket)
    try:
        await app[LIMITER].spend(SYNCING.name, str(socket.caller.user_id))
        rows = await _received_since(app, socket.caller, since)
        total = await _total(app, socket.caller)
    except (*UNAVAILABLE, TooMany):
        rows, total = None, 0
    if rows is None:
        socket.push(frame("resync", {}))
    else:
        for row in rows:
            _push(socket, row, total)
    gate.open()


async def _received_since(
    app: web.Application, caller: Caller, since: str
) -> list[asyncpg.Record] | None:
    """None when the message is not known to the caller, or too long ago."""
    try:
        message_id = UUID(since)
    except ValueError:
        return None
    moment = await SQL.sent_around.value(
        app[POOL], user_id=caller.user_id, message_id=message_id, seconds=MARGIN
    )
    if moment is None:
        return None
    rows = await SQL.received_since.rows(
        app[POOL], user_id=caller.user_id, moment=moment, limit=MOST + 1
    )
    return rows if len(rows) <= MOST else None


async def _total(app: web.Application, caller: Caller) -> int:
    figures = await SQL.unread_figures.rows(app[POOL], user_id=caller.user_id)
    return sum(row["unread_count"] for row in figures if row["kind"] == "direct")


def _push(socket: Socket, row: asyncpg.Record, total_unread: int) -> None:
    for piece in of_message(row, total_unread, References()):
        if piece.concerns(socket.caller.user_id):
            told = Frame(piece.event).encoded(v1=False)
            if told is not None:
                socket.push(told)
