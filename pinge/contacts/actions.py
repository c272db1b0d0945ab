"""What can be done with contacts, free of HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import actions as accounts
from pinge.contacts.direct import blocks_between as blocks_between  # and those below, for others
from pinge.contacts.direct import direct_with as direct_with
from pinge.contacts.direct import lock_direct as lock_direct
from pinge.contacts.direct import note_blocks as note_blocks
from pinge.contacts.direct import open_direct as open_direct
from pinge.contacts.direct import take_request as take_request
from pinge.contacts.events import (
    ContactAdded,
    ContactRemoved,
    ContactRequestAccepted,
    ContactRequestAnswered,
    ContactRequestSent,
    NewContactRequest,
)
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
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
        both = [caller.user_id, sender_id]
        retelling = await take_request(app, tx, conversation_id, both)
        revs = await accounts.touch(tx, caller.user_id, sender_id)
        await _answer(tx, caller, request_id, "Accepted", revs[caller.user_id])
        pair = await join(tx, caller.user_id, sender_id, conversation_id, revs)
    answered = ContactRequestAnswered(
        request_id=request_id, status="Accepted", user_rev=revs[caller.user_id]
    )
    tell_joined(app, pair, answered)
    if retelling is not None:
        await retelling(app)
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
