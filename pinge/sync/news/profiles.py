"""What people say of themselves: one's own, and of those one is in a conversation with."""

from __future__ import annotations

from collections.abc import Iterator

from pinge.accounts.events import ProfileUpdated
from pinge.conversations.events import MemberUpdated
from pinge.sync.news import News, Rows


def of_own_profiles(rows: Rows) -> Iterator[News]:
    """One's own profile, for one's other devices."""
    for row in rows:
        yield News(row["user_rev"], ProfileUpdated.of(row), to=row["user_id"])


def of_profiles(rows: Rows) -> Iterator[News]:
    """The profiles of members, for everybody in the conversation but those whom they block."""
    for row in rows:
        updated = MemberUpdated.of(row)
        yield News(row["rev"], updated, hidden_from=row["blocked_ids"])
        for blocked_id in row["blocked_ids"] if row["kind"] == "group" else ():
            yield News(row["rev"], updated.for_blocked(), to=blocked_id)
