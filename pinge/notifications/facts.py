"""Reading what `deciding.py` judges by: for many at once, as it is now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from uuid import UUID

import asyncpg

from pinge.database.queries import Database, Queries
from pinge.notifications.deciding import Message, Standing
from pinge.settings.actions import ConversationSettings, of_users

SQL = Queries("notifications")

MOST_JUDGED = 20  # of the messages since the last time; the newest that notifies is wanted


@dataclass(frozen=True, slots=True)
class Question:
    """Of whom, where, and of which messages: after one seq, up to another."""

    user_id: UUID
    conversation_id: UUID
    after_seq: int
    seq: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to a question; no standing for who never was there."""

    standing: Standing | None
    messages: Sequence[Message]  # newest first


async def facts(db: Database, questions: Sequence[Question]) -> list[Facts]:
    """Those of each question, in their order, in three queries."""
    standings = await _standings(db, questions)
    messages = await _messages(db, questions)
    return [
        Facts(standings.get((asked.user_id, asked.conversation_id)), messages[place])
        for place, asked in enumerate(questions, start=1)
    ]


async def _standings(
    db: Database, questions: Sequence[Question]
) -> dict[tuple[UUID, UUID], Standing]:
    pairs = {(asked.user_id, asked.conversation_id) for asked in questions}
    rows = await SQL.standings.rows(
        db,
        user_ids=[user_id for user_id, _ in pairs],
        conversation_ids=[conversation_id for _, conversation_id in pairs],
    )
    settings = await of_users(db, {user_id for user_id, _ in pairs})
    return {
        (row["user_id"], row["conversation_id"]): Standing(
            user_id=row["user_id"],
            is_direct=row["kind"] == "direct",
            is_member=row["is_member"],
            is_request=row["is_request"],
            name=row["name"],
            unread_count=row["unread_count"],
            active_at=row["active_at"],
            conversation=ConversationSettings(row["notifications"], row["muted_until"]),
            settings=settings[row["user_id"]],
        )
        for row in rows
    }


async def _messages(db: Database, questions: Sequence[Question]) -> dict[int, list[Message]]:
    rows = await SQL.messages_between.rows(
        db,
        user_ids=[asked.user_id for asked in questions],
        conversation_ids=[asked.conversation_id for asked in questions],
        after_seqs=[asked.after_seq for asked in questions],
        seqs=[asked.seq for asked in questions],
        limit=MOST_JUDGED,
    )
    messages: defaultdict[int, list[Message]] = defaultdict(list)
    for row in rows:
        messages[row["place"]].append(_message(row))
    return messages


def _message(row: asyncpg.Record) -> Message:
    return Message(**{field.name: row[field.name] for field in fields(Message)})
