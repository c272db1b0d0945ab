"""What a sidebar needs, free of HTTP."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.http.caller import Caller
from pinge.http.cursors import cursor_of, place_of
from pinge.overview.schemas import ConversationShown, Preview
from pinge.presence import actions as presence
from pinge.realtime.epoch import EPOCH

SQL = Queries("overview")

STANDING = (
    *("user_rev", "total_unread", "total_group_unread"),
    *("total_muted_unread", "total_mentions", "request_count"),
)
# Columns have the names of the fields, but for those that are put together here.
PREVIEWED = [name for name in Preview().fields if name != "seq"]
SHOWN = [name for name in ConversationShown().fields if name not in ("typing", "last_message")]


async def overview(
    app: web.Application,
    caller: Caller,
    *,
    limit: int,
    cursor: str | None,
    archived: bool | None = None,
    requests: bool = False,
) -> dict[str, object]:
    """A page of the caller's conversations, the latest active first, and where all of it stands.

    `archived` asks for those only, or for the others; `requests` for what strangers wrote first.
    """
    active_at, key, _ = (None, None, 0) if cursor is None else place_of(cursor)
    rows = await SQL.page_of_conversations.rows(
        app[POOL],
        user_id=caller.user_id,
        limit=limit + 1,
        active_at=active_at,
        conversation_id=key,
        archived=archived,
        requests=requests,
    )
    page = [row for row in rows[:limit] if row["conversation_id"] is not None]
    typing = presence.typing_in(app, caller, [row["conversation_id"] for row in page])
    return {
        "epoch": app[EPOCH].epoch_id,
        **{name: rows[0][name] for name in STANDING},
        "conversations": [_shown(row, typing.get(row["conversation_id"], [])) for row in page],
        "next_cursor": _cursor(page[-1]) if len(rows) > limit else None,
    }


def _shown(row: asyncpg.Record, typing: list[UUID]) -> dict[str, object]:
    preview = {name: row[name] for name in PREVIEWED} | {"seq": row["message_seq"]}
    return {
        **{name: row[name] for name in SHOWN},
        "typing": typing,
        "last_message": None if row["message_id"] is None else preview,
    }


def _cursor(row: asyncpg.Record) -> str:
    return cursor_of(row["active_at"], row["conversation_id"])
