"""Forwarding: messages said again elsewhere, as the server has them and in nobody else's words.

A copy is a message of its own. It says whose words it repeats, unless they do not want to be found
(then nobody is named), and it cannot be edited. Files are not copied: whoever is in either of the
conversations has them. A copy of a copy names who said it first.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID, uuid5

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.attachments import actions as attachments
from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.errors import Invalid, NotFound, PingeError
from pinge.http.caller import Caller
from pinge.messages.actions import Place, place_in, place_in_group, place_with
from pinge.messages.journal import JOURNAL, Draft, Written

SQL = Queries("references")

PLACES = {"conversation_id": place_in, "group_id": place_in_group, "receiver_id": place_with}

Target: TypeAlias = dict[str, UUID]  # the name of one of PLACES, and its id


@dataclass(slots=True)
class Sending:
    """What is on its way to one target, and why the rest is not."""

    conversation_id: UUID | None = None
    queued: list[tuple[UUID, asyncio.Future[Written]]] = field(default_factory=list)
    refusal: PingeError | None = None


async def forward(
    app: web.Application,
    caller: Caller,
    *,
    message_ids: list[UUID],
    to: list[Target],
    client_id: UUID | None,
) -> dict[str, object]:
    """Say these messages again in each of these places, in their order; what became of each place.

    Raises NotFound unless the caller may read all of them at this moment, Invalid unless they are
    of one conversation. The ids of copies follow from `client_id`: a retry sends none twice, and is
    answered alike even when the originals are gone by then.
    """
    batch = client_id or uuid7()
    found = await SQL.originals.rows(app[POOL], message_ids=message_ids, user_id=caller.user_id)
    if len(found) < len(set(message_ids)):
        try:
            return await _sent_before(app, caller, message_ids, to, batch)
        except PingeError:  # where somebody may not write, nothing was sent before
            raise NotFound("Not all of these messages are there for you.") from None
    if len({row["conversation_id"] for row in found}) > 1:
        what = "Forward messages of one conversation at a time."
        raise Invalid(f"message_ids: {what}", fields={"message_ids": [what]})
    sendings = [await _begin(app, caller, target, found, batch) for target in to]
    return {"to": [await _outcome(sending) for sending in sendings]}


async def _sent_before(
    app: web.Application, caller: Caller, message_ids: list[UUID], to: list[Target], batch: UUID
) -> dict[str, object]:
    """The same answer again, where all was sent everywhere; else NotFound."""
    outcomes = []
    for target in to:
        [(name, target_id)] = target.items()
        conversation_id, _ = await PLACES[name](app, caller, target_id)
        ids = {_copy_id(batch, conversation_id, one): one for one in message_ids}
        rows = await SQL.copies.rows(app[POOL], message_ids=list(ids), sender_id=caller.user_id)
        if len(rows) < len(ids):
            raise NotFound
        copies = [{"original_id": ids[row["message_id"]], **row} for row in rows]
        outcomes.append(_told(conversation_id, copies, None))
    return {"to": outcomes}


async def _begin(
    app: web.Application,
    caller: Caller,
    target: Target,
    originals: list[asyncpg.Record],
    batch: UUID,
) -> Sending:
    """Queue the copies for one place; the journal judges who may write there."""
    [(name, target_id)] = target.items()
    sending = Sending()
    try:
        place = await PLACES[name](app, caller, target_id)
        sending.conversation_id, _ = place
        drafts = [_draft(caller, place, original, batch) for original in originals]
        await _share_files(app, caller, drafts)
        for original, draft in zip(originals, drafts, strict=True):
            sending.queued.append((original["message_id"], app[JOURNAL].append(draft)))
    except PingeError as refusal:
        sending.refusal = refusal
    return sending


def _draft(caller: Caller, place: Place, original: asyncpg.Record, batch: UUID) -> Draft:
    """A copy: the same for the same batch, whatever becomes of the original meanwhile."""
    conversation_id, receiver_id = place
    author_id = original["author_id"]
    return Draft(
        conversation_id=conversation_id,
        receiver_id=receiver_id,
        sender=caller,
        message_id=_copy_id(batch, conversation_id, original["message_id"]),
        content=original["content"],
        attachments=original["attachments"] or (),
        payload_digest=sha256(f"forwarded {original['message_id']}".encode()).digest(),
        origin=None,  # the answer has places only: this device too hears what stands there
        forwarded={
            "sender_id": None if author_id is None else str(author_id),
            "sent_at": original["first_sent_at"],
        },
    )


def _copy_id(batch: UUID, conversation_id: UUID, original_id: UUID) -> UUID:
    return uuid5(batch, f"{conversation_id}/{original_id}")


async def _share_files(app: web.Application, caller: Caller, drafts: list[Draft]) -> None:
    wanted = [
        (UUID(str(file["attachment_id"])), draft.message_id)
        for draft in drafts
        for file in draft.attachments
    ]
    if wanted:
        where = drafts[0].conversation_id
        await attachments.share(app, caller, conversation_id=where, wanted=wanted)


async def _outcome(sending: Sending) -> dict[str, object]:
    """Once all of it is written or refused."""
    copies: list[dict[str, object]] = []
    refusal = sending.refusal
    for original_id, queued in sending.queued:
        try:
            written = await queued
        except PingeError as error:
            refusal = refusal or error
        else:
            copies.append(
                {
                    "original_id": original_id,
                    "message_id": written.draft.message_id,
                    "seq": written.seq,
                    "rev": written.rev,
                    "sent_at": written.sent_at,
                }
            )
    return _told(sending.conversation_id, copies, refusal)


def _told(
    conversation_id: UUID | None, copies: list[dict[str, object]], refusal: PingeError | None
) -> dict[str, object]:
    return {
        "conversation_id": conversation_id,
        "messages": copies,
        "refusal": None if refusal is None else refusal.body(),
    }
