"""Ending sessions of a user, those of logins and those of tokens, whichever of them are left."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from aiohttp import web

from pinge.accounts import events
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.database.queries import Connection, Queries
from pinge.realtime.bus import BUS, SessionEnded
from pinge.realtime.telling import tell_user

SQL = Queries("accounts")


@dataclass(frozen=True, slots=True)
class Ended:
    """Sessions that ended under one rev of their user."""

    rev: int
    session_ids: list[UUID] = field(default_factory=list)  # of logins
    token_ids: list[UUID] = field(default_factory=list)


async def end_sessions(
    tx: Connection, user_id: UUID, *, rev: int, but: UUID | None = None, tokens_too: bool = True
) -> Ended:
    """End a user's sessions, all but one if it is named; `tell_ended` is for after the commit."""
    rows = await SQL.end_sessions.rows(
        tx, user_id=user_id, rev=rev, but_session_id=but, tokens_too=tokens_too
    )
    ended = Ended(rev)
    for row in rows:
        (ended.token_ids if row["is_token"] else ended.session_ids).append(row["session_id"])
    return await _recorded(tx, user_id, ended)


async def end_session(tx: Connection, user_id: UUID, session_id: UUID, *, rev: int) -> Ended:
    """End one of them, if it is a user's and goes on."""
    ended = await SQL.end_session.run(tx, session_id=session_id, user_id=user_id, rev=rev)
    return await _recorded(tx, user_id, Ended(rev, [session_id] if ended else []))


async def _recorded(tx: Connection, user_id: UUID, ended: Ended) -> Ended:
    if ended.session_ids:
        count = len(ended.session_ids)
        await audit.record(tx, Kind.SESSIONS_ENDED, user_id=user_id, count=count)
    return ended


def tell_ended(app: web.Application, user_id: UUID, ended: Ended) -> None:
    """Their tokens are dead and their sockets close, everywhere; the other devices hear of it."""
    for session_id in (*ended.session_ids, *ended.token_ids):
        app[BUS].publish(SessionEnded(session_id, user_id), user_id)
    told = [
        *(events.SessionEnded(session_id=one, user_rev=ended.rev) for one in ended.session_ids),
        *(events.TokenRevoked(token_id=one, user_rev=ended.rev) for one in ended.token_ids),
    ]
    if told:
        tell_user(app, user_id, *told)
