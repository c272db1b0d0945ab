"""Who is somebody's contact, and who asked to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pinge.contacts.events import (
    ContactAdded,
    ContactRemoved,
    ContactRequestAccepted,
    ContactRequestAnswered,
    ContactRequestSent,
    NewContactRequest,
)
from pinge.sync.news import News, Rows

REQUEST = NewContactRequest.contract
CONTACT = (*ContactRequestAccepted.contract, "avatar", "conversation_id", "user_rev")


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
