"""What happens to a group is noted between its messages, by who did it and to whom.

A note is no message: it has no seq, is never unread, and goes under the rev of the change it tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from pinge.conversations.events import Kind, SystemMessage
from pinge.database.queries import Connection, Database, Queries

SQL = Queries("system_messages")

MOST_SHOWN = 100  # of one page of history, the latest


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that happened: to whom, and what there is to say besides."""

    kind: Kind
    user_ids: Iterable[UUID] = ()
    details: dict[str, object] = field(default_factory=dict)


async def note(
    tx: Connection, group_id: UUID, rev: int, actor_id: UUID | None, *notes: Note
) -> list[SystemMessage]:
    """Note what happened under this rev of a locked group; what is to be told of it."""
    for one in notes:
        await SQL.note.run(
            tx,
            conversation_id=group_id,
            rev=rev,
            kind=one.kind,
            actor_id=actor_id,
            user_ids=list(one.user_ids),
            details=one.details,
        )
    rows = await SQL.noted_at.rows(tx, conversation_id=group_id, rev=rev)
    return [SystemMessage.of(row) for row in rows]


async def noted(
    db: Database, conversation_id: UUID, user_id: UUID, low: int, high: int
) -> list[asyncpg.Record]:
    """What happened after these messages, as a member may know it, the latest first."""
    return await SQL.noted_between.rows(
        db,
        conversation_id=conversation_id,
        user_id=user_id,
        low=low,
        high=high,
        limit=MOST_SHOWN,
    )
