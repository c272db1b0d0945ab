"""Rows as the events that would have been told, each with its rev and its audience."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from pinge.contacts.events import (
    ContactAdded,
    ContactRemoved,
    ContactRequestAccepted,
    ContactRequestAnswered,
    ContactRequestSent,
    NewContactRequest,
)
from pinge.conversations.events import (
    GroupDeleted,
    GroupJoined,
    GroupUpdated,
    MemberRemoved,
    MemberRoleChanged,
    MembersAdded,
)
from pinge.messages.events import (
    MessageDelivered,
    MessageRead,
    NewDirectMessage,
    NewGroupMessage,
    OwnDirectMessage,
    OwnGroupMessage,
)
from pinge.realtime.events import Event

Rows = Iterable[asyncpg.Record]

SAID = ("conversation_id", "seq", "rev", "message_id", "sender_id", "content", "sent_at")
REQUEST = NewContactRequest.contract
CONTACT = (*ContactRequestAccepted.contract, "conversation_id", "user_rev")


@dataclass(frozen=True, slots=True)
class News:
    """One event of a change, and who hears it: `to` alone, or all members at its rev `but` one."""

    rev: int
    event: Event
    to: UUID | None = None
    but: UUID | None = None
    seq: int = 0  # of a message

    def concerns(self, user_id: UUID) -> bool:
        """Whether this member hears it."""
        return self.to in (None, user_id) and self.but != user_id


def of_message(row: asyncpg.Record, total_unread: int | None) -> Iterator[News]:
    """What others and the sender's own devices hear of a message.

    A direct one is news to its receiver only with the sum of what they have not read.
    """
    said: dict[str, Any] = {name: row[name] for name in SAID}
    said["sender_name"] = row["sender_name"]
    rev, seq, sender_id = row["rev"], row["seq"], row["sender_id"]
    if row["kind"] == "direct":
        low, high = row["low_user_id"], row["high_user_id"]
        said["receiver_id"] = receiver_id = high if sender_id == low else low
        if total_unread is not None:
            new = NewDirectMessage(**said, total_unread=total_unread)
            yield News(rev, new, to=receiver_id, seq=seq)
        yield News(rev, OwnDirectMessage(**said), to=sender_id, seq=seq)
    else:
        said["group_id"] = row["conversation_id"]
        yield News(rev, NewGroupMessage(**said), but=sender_id, seq=seq)
        yield News(rev, OwnGroupMessage(**said), to=sender_id, seq=seq)


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
            changed = MemberRoleChanged(
                conversation_id=conversation_id,
                rev=row["rev"],
                user_id=row["user_id"],
                role=row["role"],
            )
            yield News(row["rev"], changed)
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
    """Its name or description is another."""
    rev = group["described_rev"]
    if since < rev:
        updated = GroupUpdated(
            conversation_id=group["conversation_id"], rev=rev, group=described(group)
        )
        yield News(rev, updated)


def of_receipts(row: asyncpg.Record) -> Iterator[News]:
    """How far the messages have reached somebody, told to the others."""
    conversation_id, user_id = row["conversation_id"], row["user_id"]
    if row["delivered_rev"] > row["since"]:
        delivered = MessageDelivered(
            conversation_id=conversation_id,
            rev=row["delivered_rev"],
            user_id=user_id,
            seq=row["delivered_seq"],
        )
        yield News(delivered.rev, delivered, but=user_id)
    if row["read_rev"] > row["since"]:
        read = MessageRead(
            conversation_id=conversation_id,
            rev=row["read_rev"],
            user_id=user_id,
            seq=row["read_seq"],
            message_ids=row["message_ids"],
        )
        yield News(read.rev, read, but=user_id)


def of_requests(rows: Rows) -> Iterator[News]:
    """Contact requests; whoever asked does not hear of a rejection."""
    for row in rows:
        request: dict[str, Any] = {name: row[name] for name in REQUEST}
        owner_id, rev, status = row["user_id"], row["user_rev"], row["status"]
        if row["is_mine"]:
            if status == "Pending":
                yield News(rev, ContactRequestSent(**request, user_rev=rev), to=owner_id)
        elif status == "Pending":
            yield News(rev, NewContactRequest(**request, user_rev=rev), to=owner_id)
        else:
            answered = ContactRequestAnswered(
                request_id=row["request_id"], status=status, user_rev=rev
            )
            yield News(rev, answered, to=owner_id)


def of_contacts(rows: Rows) -> Iterator[News]:
    """New contacts, by my asking or by my accepting."""
    for row in rows:
        contact: dict[str, Any] = {name: row[name] for name in CONTACT}
        kind = ContactRequestAccepted if row["asked"] else ContactAdded
        yield News(row["user_rev"], kind(**contact), to=row["user_id"])


def of_partings(rows: Rows) -> Iterator[News]:
    """Contacts that are none any more."""
    for row in rows:
        removed = ContactRemoved(contact_id=row["contact_id"], user_rev=row["user_rev"])
        yield News(row["user_rev"], removed, to=row["user_id"])


def described(group: asyncpg.Record) -> dict[str, object]:
    """A group as the contract shows it."""
    names = ("name", "description", "created_by", "created_at")
    return {"group_id": group["conversation_id"]} | {name: group[name] for name in names}


def _member(row: asyncpg.Record) -> dict[str, object]:
    return {name: row[name] for name in ("user_id", "username", "role", "joined_at")}
