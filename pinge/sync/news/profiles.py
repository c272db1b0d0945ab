"""What people say of themselves: one's own, and of those one is in a conversation with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from pinge.accounts.events import ProfileUpdated
from pinge.conversations.events import MemberUpdated
from pinge.sync.news import News, Rows

OWN = tuple(field.name for field in fields(ProfileUpdated))
SHOWN = tuple(field.name for field in fields(MemberUpdated))


def of_own_profiles(rows: Rows) -> Iterator[News]:
    """One's own profile, for one's other devices."""
    for row in rows:
        own: dict[str, Any] = {name: row[name] for name in OWN}
        yield News(row["user_rev"], ProfileUpdated(**own), to=row["user_id"])


def of_profiles(rows: Rows) -> Iterator[News]:
    """The profiles of members, for everybody in the conversation."""
    for row in rows:
        shown: dict[str, Any] = {name: row[name] for name in SHOWN}
        yield News(row["rev"], MemberUpdated(**shown))
