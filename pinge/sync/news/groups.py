"""Who is in a group, and what it is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

import asyncpg

from pinge.conversations.events import (
    GROUP,
    GroupDeleted,
    GroupJoined,
    GroupUpdated,
    MemberRemoved,
    MemberRoleChanged,
    MembersAdded,
    SystemMessage,
)
from pinge.sync.news import News, Rows


def of_members(group: asyncpg.Record, rows: Rows, since: int) -> Iterator[News]:
    """Who came, went, or has another role; `group` is the conversation as it is now."""
    conversation_id = group["conversation_id"]
    came: defaultdict[int, list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        if row["is_gone"]:
            yield gone(group, row["user_id"], row["rev"])
        elif row["joined_rev"] > since:
            yield joined(group, row)
            came[row["joined_rev"]].append(_member(row))
        else:
            yield News(row["rev"], MemberRoleChanged.of(row))
    for rev, members in came.items():
        if rev > 1:
            added = MembersAdded(conversation_id=conversation_id, rev=rev, members=members)
            yield News(rev, added)


def gone(group: asyncpg.Record, user_id: UUID, rev: int) -> News:
    """That somebody is no longer in a group, told to them too; or that it is no more."""
    conversation_id = group["conversation_id"]
    if group["is_deleted"] and rev == group["last_rev"]:
        return News(rev, GroupDeleted(conversation_id=conversation_id, rev=rev), to=user_id)
    removed = MemberRemoved(conversation_id=conversation_id, rev=rev, user_id=user_id)
    return News(rev, removed)


def joined(group: asyncpg.Record, member: asyncpg.Record) -> News:
    """That somebody is in a group now; `member` says where they came in."""
    event = GroupJoined(
        conversation_id=group["conversation_id"],
        rev=member["joined_rev"],
        group=described(group),
        role=member["role"],
        last_seq=member["joined_seq"],
    )
    return News(event.rev, event, to=member["user_id"])


def of_description(group: asyncpg.Record, since: int) -> Iterator[News]:
    """It is called otherwise, or is set up otherwise."""
    rev = group["described_rev"]
    if since < rev:
        updated = GroupUpdated(
            conversation_id=group["conversation_id"], rev=rev, group=described(group)
        )
        yield News(rev, updated)


def described(group: asyncpg.Record) -> dict[str, object]:
    """A group as the contract shows it."""
    return {name: group[name] for name in GROUP}


def of_system_messages(rows: Rows) -> Iterator[News]:
    """What happened to it."""
    for row in rows:
        yield News(row["rev"], SystemMessage.of(row))


def _member(row: asyncpg.Record) -> dict[str, object]:
    names = ("user_id", "username", "avatar", "is_bot", "role", "joined_at")
    return {name: row[name] for name in names}
