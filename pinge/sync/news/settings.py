"""What somebody set, for themselves and for one conversation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import asyncpg

from pinge.settings.events import ConversationSettingsUpdated, SettingsUpdated
from pinge.sync.news import News, Rows


def of_settings(rows: Rows) -> Iterator[News]:
    """The settings of users, each as a whole."""
    for row in rows:
        owner_id, rev, values = _apart(row)
        yield News(rev, SettingsUpdated(user_rev=rev, **values), to=owner_id)


def of_conversation_settings(rows: Rows) -> Iterator[News]:
    """What users set for conversations."""
    for row in rows:
        owner_id, rev, values = _apart(row)
        yield News(rev, ConversationSettingsUpdated(user_rev=rev, **values), to=owner_id)


def _apart(row: asyncpg.Record) -> tuple[UUID, int, dict[str, Any]]:
    """Whose they are, as of which rev, and the settings."""
    values = dict(row)
    return values.pop("user_id"), values.pop("user_rev"), values
