"""What can be done with contacts, free of HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import actions as accounts
from pinge.contacts.events import (
    ContactAdded,
    ContactRemoved,
    ContactRequestAccepted,
    ContactRequestAnswered,
    ContactRequestSent,
    NewContactRequest,
)
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Database, Queries
from pinge.errors import (
    AlreadyContacts,
    AlreadyRequested,
    BadRequest,
    Blocked,
    NotFound,
    RequestWaiting,
)
from pinge.http.caller import Caller
from pinge.realtime.events import UserEvent
from pinge.realtime.feed import FEED
from pinge.realtime.telling import tell_user

SQL = Queries("contacts")

C = TypeVar("C", bound=ContactAdded)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who have just become contacts, and what each of them is told of the other."""

    conversation_id: UUID
    added: ContactAdded  # for who agreed
    accepted: ContactRequestAccepted  # for who asked


async def send_request(app: web.Application, caller: Caller, *, receiver_email: str) -> UUID:
    """Ask; of two requests that cross, one is made.

    Whoever is blocked asks as ever, and nobody is shown it; Blocked is who blocks the other.
    """
    receiver_id = await accounts.user_id_at(app, receiver_email)
    if receiver_id is None:
        raise NotFound("There is no such user.")
    if receiver_id == caller.user_id:
        raise BadRequest("You cannot ask yourself.")
    request_id = uuid7()
    try:
        async with transaction(app) as tx:
            await accounts.lock(tx, caller.user_id, receiver_id)
            between = await blocks_between(tx, caller.user_id, receiver_id)
            if between["blocks"]:
                raise Blocked
            hearing = [] if between["is_blocked"] else [receiver_id]
            revs = await accounts.touch(tx, caller.user_id, *hearing)
            request = await SQL.insert_request.row(
                tx,
                request_id=request_id,
                sender_id=caller.user_id,
                receiver_id=receiver_id,
                sender_rev=revs[caller.user_id],
                receiver_rev=revs.get(receiver_id, 0),
            )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "contact_requests_pending_pair_key":
            raise
        raise await _why_not(app, caller, receiver_id) from None
    if request is None:
        raise AlreadyContacts
    for user_id in hearing:
        tell_user(app, user_id, NewContactRequest(**request, user_rev=revs[user_id]))
    tell_user(app, caller.user_id, ContactRequestSent(**request, user_rev=revs[caller.user_id]))
    return request_id


async def waiting_requests(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """Requests to the caller that wait for an answer, newest first."""
    return await SQL.waiting_requests.rows(app[POOL], receiver_id=caller.user_id)


async def accept(app: web.Application, caller: Caller, *, request_id: UUID) -> UUID:
    """Become contacts with whoever asked, who is returned."""
    async with transaction(app) as tx:
        sender_id = await _waiting_sender(tx, caller, request_id)
        conversation_id = await open_direct(tx, caller.user_id, sender_id)
        await take_request(tx, conversation_id)
        revs = await accounts.touch(tx, caller.user_id, sender_id)
        await _answer(tx, caller, request_id, "Accepted", revs[caller.user_id])
        pair = await join(tx, caller.user_id, sender_id, conversation_id, revs)
    answered = ContactRequestAnswered(
        request_id=request_id, status="Accepted", user_rev=revs[caller.user_id]
    )
    tell_joined(app, pair, answered)
    return sender_id


async def join(
    tx: Connection, user_id: UUID, asker_id: UUID, conversation_id: UUID, revs: dict[UUID, int]
) -> Pair:
    """Make two people contacts, who are locked as is where they talk; then `tell_joined`."""
    rows = await SQL.insert_contacts.rows(
        tx, user_id=user_id, user_rev=revs[user_id], asker_id=asker_id, asker_rev=revs[asker_id]
    )
    seen = {row["user_id"]: dict(row) for row in rows}
    return Pair(
        conversation_id,
        _contact(ContactAdded, seen[user_id], conversation_id, revs),
        _contact(ContactRequestAccepted, seen[asker_id], conversation_id, revs),
    )


def tell_joined(app: web.Application, pair: Pair, *more: UserEvent) -> None:
    """Tell both, who agreed with what else became of their own under this rev."""
    user_id, asker_id = pair.accepted.contact_id, pair.added.contact_id
    app[FEED].seat(pair.conversation_id, 0, 1, (user_id, asker_id))
    tell_user(app, user_id, pair.added, *more)
    tell_user(app, asker_id, pair.accepted)


async def reject(app: web.Application, caller: Caller, *, request_id: UUID) -> None:
    """Decline; whoever asked may ask again, and is not told."""
    async with transaction(app) as tx:
        await _waiting_sender(tx, caller, request_id)
        revs = await accounts.touch(tx, caller.user_id)
        await _answer(tx, caller, request_id, "Rejected", revs[caller.user_id])
    answered = ContactRequestAnswered(
        request_id=request_id, status="Rejected", user_rev=revs[caller.user_id]
    )
    tell_user(app, caller.user_id, answered)


async def contacts(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """The caller's contacts, by name."""
    return await SQL.contacts.rows(app[POOL], user_id=caller.user_id)


async def remove(app: web.Application, caller: Caller, *, contact_id: UUID) -> None:
    """Part, on both sides; what was said stays readable."""
    await part(app, caller.user_id, contact_id)


async def part(app: web.Application, user_id: UUID, contact_id: UUID) -> None:
    """The same, for whoever does it in their stead; NotFound when they are no contacts."""
    async with transaction(app) as tx:
        await lock_direct(tx, user_id, contact_id)
        revs = await accounts.touch(tx, user_id, contact_id)
        parted = await SQL.delete_contacts.run(
            tx,
            user_id=user_id,
            contact_id=contact_id,
            user_rev=revs[user_id],
            contact_rev=revs.get(contact_id),
        )
        if not parted:
            raise NotFound("This is no contact of yours.")
    for owner_id, other_id in ((user_id, contact_id), (contact_id, user_id)):
        tell_user(app, owner_id, ContactRemoved(contact_id=other_id, user_rev=revs[owner_id]))


async def withdraw(app: web.Application, request_id: UUID) -> None:
    """End a request that waits, because one of the two goes, as if it were rejected."""
    async with transaction(app) as tx:
        receiver_id: UUID | None = await SQL.receiver_of.value(tx, request_id=request_id)
        if receiver_id is None:
            return
        rev = (await accounts.touch(tx, receiver_id))[receiver_id]
        answer = {"status": "Rejected", "receiver_id": receiver_id, "receiver_rev": rev}
        if not await SQL.answer_request.run(tx, request_id=request_id, **answer):
            return
    answered = ContactRequestAnswered(request_id=request_id, status="Rejected", user_rev=rev)
    tell_user(app, receiver_id, answered)


async def direct_with(app: web.Application, user_id: UUID, receiver_id: UUID) -> UUID | None:
    """Where the one writes to the other, None while nobody did; NotFound when there is no other."""
    if receiver_id == user_id:
        raise BadRequest("You cannot write to yourself.")
    found = await SQL.direct_conversation.row(app[POOL], user_id=user_id, receiver_id=receiver_id)
    if found is None:
        raise NotFound("There is no such user.")
    conversation_id: UUID | None = found["conversation_id"]
    return conversation_id


async def open_direct(
    tx: Connection, user_id: UUID, contact_id: UUID, *, is_request: bool = False
) -> UUID:
    """The direct conversation of two people, made if need be; takes its lock, then theirs.

    A new one may be the `is_request` of the first to the second.
    """
    pair = {"user_id": user_id, "contact_id": contact_id}
    conversation_id: UUID = await SQL.open_direct_conversation.value(
        tx, conversation_id=uuid7(), **pair
    )
    await SQL.seat_pair.run(tx, conversation_id=conversation_id, is_request=is_request, **pair)
    await accounts.lock(tx, user_id, contact_id)
    await note_blocks(tx, conversation_id)
    return conversation_id


async def note_blocks(tx: Connection, conversation_id: UUID) -> None:
    """Let a direct conversation, which is locked as its two people are, say who blocks whom."""
    await SQL.note_blocks.run(tx, conversation_id=conversation_id)


async def take_request(tx: Connection, conversation_id: UUID) -> None:
    """What a stranger wrote, if one did, is taken from now on; the conversation is locked."""
    await SQL.take_request.run(tx, conversation_id=conversation_id)


async def blocks_between(db: Database, user_id: UUID, other_id: UUID) -> dict[str, bool]:
    """Whether the one `blocks` the other, and `is_blocked` by them."""
    row = await SQL.blocks_between.row(db, user_id=user_id, other_id=other_id)
    assert row is not None
    return dict(row)


async def reject_all(
    tx: Connection, receiver_id: UUID, sender_id: UUID, *, rev: int | None
) -> list[ContactRequestAnswered]:
    """Reject what the one asked the other; what to tell the latter of it, under this rev if any."""
    rows = await SQL.reject_requests.rows(
        tx, sender_id=sender_id, receiver_id=receiver_id, receiver_rev=rev
    )
    return [
        ContactRequestAnswered(request_id=row["request_id"], status="Rejected", user_rev=rev)
        for row in rows
        if rev is not None
    ]


async def lock_direct(tx: Connection, user_id: UUID, contact_id: UUID) -> UUID | None:
    """Take the lock of the direct conversation of two people, if they have one."""
    conversation_id: UUID | None = await SQL.lock_direct_conversation.value(
        tx, user_id=user_id, contact_id=contact_id
    )
    return conversation_id


def _contact(
    kind: type[C], contact: dict[str, Any], conversation_id: UUID, revs: dict[UUID, int]
) -> C:
    """What one of two who are contacts now is told of the other."""
    owner_id = contact.pop("user_id")
    return kind(**contact, conversation_id=conversation_id, user_rev=revs[owner_id])


async def _waiting_sender(tx: Connection, caller: Caller, request_id: UUID) -> UUID:
    sender_id: UUID | None = await SQL.waiting_sender.value(
        tx, request_id=request_id, receiver_id=caller.user_id
    )
    if sender_id is None:
        raise NotFound("No such request waits for you.")
    return sender_id


async def _answer(
    tx: Connection, caller: Caller, request_id: UUID, status: str, receiver_rev: int
) -> None:
    answered = await SQL.answer_request.run(
        tx,
        request_id=request_id,
        receiver_id=caller.user_id,
        status=status,
        receiver_rev=receiver_rev,
    )
    if not answered:  # by another device, while this one waited for the lock
        raise NotFound("No such request waits for you.")


async def _why_not(app: web.Application, caller: Caller, receiver_id: UUID) -> BadRequest:
    """Which of the two had asked already."""
    mine = await SQL.has_asked.value(app[POOL], sender_id=caller.user_id, receiver_id=receiver_id)
    return AlreadyRequested() if mine else RequestWaiting()
