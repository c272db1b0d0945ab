"""Who is somebody's contact, and who asked to be."""

from __future__ import annotations

from collections.abc import Iterator

from pinge.contacts.events import (
    ContactAdded,
    ContactRemoved,
    ContactRequestAccepted,
    ContactRequestAnswered,
    ContactRequestSent,
    NewContactRequest,
)
from pinge.sync.news import News, Rows


def of_requests(rows: Rows) -> Iterator[News]:
    """Contact requests; whoever asked does not hear of a rejection."""
    for row in rows:
        owner_id, rev, is_waiting = row["user_id"], row["user_rev"], row["status"] == "Pending"
        if row["is_mine"]:
            if is_waiting:
                yield News(rev, ContactRequestSent.of(row), to=owner_id)
        elif is_waiting:
            yield News(rev, NewContactRequest.of(row), to=owner_id)
        else:
            yield News(rev, ContactRequestAnswered.of(row), to=owner_id)


def of_contacts(rows: Rows) -> Iterator[News]:
    """New contacts, by my asking or by my accepting."""
    for row in rows:
        kind = ContactRequestAccepted if row["asked"] else ContactAdded
        yield News(row["user_rev"], kind.of(row), to=row["user_id"])


def of_partings(rows: Rows) -> Iterator[News]:
    """Contacts that are none any more."""
    for row in rows:
        yield News(row["user_rev"], ContactRemoved.of(row), to=row["user_id"])
