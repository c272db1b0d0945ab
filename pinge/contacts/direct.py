"""The direct conversation of two people: where it is, its making, and what it lets each see.

Whoever changes any of it holds the conversation's lock, and then those of its two people.
"""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.accounts import actions as accounts
from pinge.database.pool import POOL
from pinge.database.queries import Connection, Database, Queries
from pinge.errors import BadRequest, NotFound
from pinge.settings.actions import TURNED, Retelling

SQL = Queries("contacts")


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
    await SQL.note_blocks.run(tx, conversation_id=conversation_id)
    return conversation_id


async def lock_direct(tx: Connection, user_id: UUID, contact_id: UUID) -> UUID | None:
    """Take the lock of the direct conversation of two people, if they have one."""
    conversation_id: UUID | None = await SQL.lock_direct_conversation.value(
        tx, user_id=user_id, contact_id=contact_id
    )
    return conversation_id


async def blocks_between(db: Database, user_id: UUID, other_id: UUID) -> dict[str, bool]:
    """Whether the one `blocks` the other, and `is_blocked` by them."""
    row = await SQL.blocks_between.row(db, user_id=user_id, other_id=other_id)
    assert row is not None
    return dict(row)


async def note_blocks(
    app: web.Application, tx: Connection, conversation_id: UUID, user_ids: list[UUID]
) -> Retelling | None:
    """Have the conversation of these two judge by their blocks; what to tell them of it."""
    showed = await _shows_receipts(tx, conversation_id)
    await SQL.note_blocks.run(tx, conversation_id=conversation_id)
    return await _retelling(app, tx, conversation_id, user_ids, showed=showed)


async def take_request(
    app: web.Application, tx: Connection, conversation_id: UUID, user_ids: list[UUID]
) -> Retelling | None:
    """What a stranger wrote, if one did, is taken from now on; what to tell these two of it."""
    showed = await _shows_receipts(tx, conversation_id)
    await SQL.take_request.run(tx, conversation_id=conversation_id)
    return await _retelling(app, tx, conversation_id, user_ids, showed=showed)


async def _shows_receipts(tx: Connection, conversation_id: UUID) -> bool:
    return bool(await SQL.shows_receipts.value(tx, conversation_id=conversation_id))


async def _retelling(
    app: web.Application,
    tx: Connection,
    conversation_id: UUID,
    user_ids: list[UUID],
    *,
    showed: bool,
) -> Retelling | None:
    """How far messages reached the other, or that it is not shown, where that is news: to each it
    is as if the other had turned their receipts."""
    if await _shows_receipts(tx, conversation_id) == showed:
        return None
    return await app[TURNED](tx, user_ids, [conversation_id])
