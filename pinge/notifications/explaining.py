"""Why somebody was, or was not, notified: what was noted then, else what would follow now."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.errors import NotFound
from pinge.http.caller import Caller
from pinge.notifications.deciding import Failure, Obstacle, judge
from pinge.notifications.facts import Question, facts

SQL = Queries("notifications")


async def explain(app: web.Application, caller: Caller, message_id: UUID) -> dict[str, object]:
    """Whether the caller was notified of it, why, and what each device was told.

    NotFound for a message that they may not read.
    """
    place = await SQL.place_of.row(app[POOL], message_id=message_id, user_id=caller.user_id)
    if place is None:
        raise NotFound("There is no such message.")
    whose = {"user_id": caller.user_id, **place}
    noted = await SQL.noted_of.rows(app[POOL], **whose)
    devices = [row for row in noted if _concerns(row, place["seq"])]
    waiting = await SQL.waiting_for.rows(app[POOL], **whose)
    is_notified = any(device["is_told"] for device in devices)
    concerning = [device for device in devices if device["is_told"] is is_notified]
    reason = concerning[0]["reason"] if concerning else await _reason(app, caller, place)
    return {
        "message_id": message_id,
        **place,
        "is_notified": is_notified,
        "is_waiting": bool(waiting),
        "reason": reason,
        "devices": devices,
    }


async def _reason(app: web.Application, caller: Caller, place: asyncpg.Record) -> str:
    """By what is so now, as if the message had just come."""
    conversation_id, seq = place["conversation_id"], place["seq"]
    [known] = await facts(
        app[POOL], [Question(caller.user_id, conversation_id, after_seq=seq - 1, seq=seq)]
    )
    if known.standing is None or not known.messages:
        return Obstacle.NOT_MEMBER
    [message] = known.messages
    verdict = judge(known.standing, message, min(message.sent_at, datetime.now(UTC)))
    if verdict.notifies and not await SQL.live_subscriptions.rows(
        app[POOL], user_id=caller.user_id
    ):
        return Obstacle.NO_DEVICE
    return verdict.reason


def _concerns(row: asyncpg.Record, seq: int) -> bool:
    """Whether a note is of this message: one that was told, or to be told, stands for others."""
    judged_seq = row["judged_seq"]
    if row["is_told"] or row["reason"] in [*Failure]:
        return bool(judged_seq >= seq)
    return judged_seq is None or judged_seq == seq
