"""What somebody set, for themselves and for one conversation."""

from __future__ import annotations

from collections.abc import Iterator

from pinge.settings.events import ConversationSettingsUpdated, SettingsUpdated
from pinge.sync.news import News, Rows


def of_settings(rows: Rows) -> Iterator[News]:
    """The settings of users, each as a whole."""
    for row in rows:
        yield News(row["user_rev"], SettingsUpdated.of(row), to=row["user_id"])


def of_conversation_settings(rows: Rows) -> Iterator[News]:
    """What users set for conversations."""
    for row in rows:
        yield News(row["user_rev"], ConversationSettingsUpdated.of(row), to=row["user_id"])
