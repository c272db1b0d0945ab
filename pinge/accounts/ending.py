"""Ending sessions of a user, whichever of them are left."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from pinge.accounts import events
from pinge.database.queries import Connection, Queries
from pinge.realtime.bus import BUS, SessionEnded
from pinge.realtime.telling import tell_user

SQL = Queries("accounts")


@dataclass(frozen=True, slots=True)
class Ended:
    """Sessions that ended under one rev of their user."""

    rev: int
    session_ids: list[UUID]


async def end_sessions(
    tx: Connection, user_id: UUID, *, rev: int, but: UUID | None = None
) -> Ended:
    """End a user's sessions, all but one if it is named; `tell_ended` is for after the commit."""
    rows = await SQL.end_sessions.rows(tx, user_id=user_id, rev=rev, but_session_id=but)
    return Ended(rev, [row["session_id"] for row in rows])


async def end_session(tx: Connection, user_id: UUID, session_id: UUID, *, rev: int) -> Ended:
    """End one of them, if it is a user's and goes on."""
    ended = await SQL.end_session.run(tx, session_id=session_id, user_id=user_id, rev=rev)
    return Ended(rev, [session_id] if ended else [])


def tell_ended(app: web.Application, user_id: UUID, ended: Ended) -> None:
    """Their tokens are dead and their sockets close, everywhere; the other devices hear of it."""
    for session_id in ended.session_ids:
        app[BUS].publish(SessionEnded(session_id, user_id), user_id)
    if ended.session_ids:
        told = (
            events.SessionEnded(session_id=one, user_rev=ended.rev) for one in ended.session_ids
        )
        tell_user(app, user_id, *told)
