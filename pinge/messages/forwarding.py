"""Forwarding: messages said again elsewhere, as the server has them and in nobody else's words.

A copy is a message of its own. It says whose words it repeats, unless they do not want to be found
(then nobody is named), and it cannot be edited. Files are not copied: whoever is in either of the
conversations has them. A copy of a copy names who said it first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
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
    """What is on its way to one target, or why nothing is."""

    conversation_id: UUID | None = None
    queued: Sequence[tuple[UUID, asyncio.Future[Written]]] = ()  # by the id of the original
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
    of one conversation. The ids of copies follow from `client_id`, so a retry sends none twice.
    """
    originals = await _originals(app, caller, message_ids)
    batch = client_id or uuid7()
    sendings = [await _begin(app, caller, target, originals, batch) for target in to]
    return {"to": [await _outcome(sending) for sending in sendings]}


async def _originals(
    app: web.Application, caller: Caller, message_ids: list[UUID]
) -> list[asyncpg.Record]:
    found = await SQL.originals.rows(app[POOL], message_ids=message_ids, user_id=caller.user_id)
    if len(found) < len(set(message_ids)):
        raise NotFound("Not all of these messages are there for you.")
    if len({row["conversation_id"] for row in found}) > 1:
        what = "Forward messages of one conversation at a time."
        raise Invalid(f"message_ids: {what}", fields={"message_ids": [what]})
    return found


async def _begin(
    app: web.Application,
    caller: Caller,
    target: Target,
    originals: list[asyncpg.Record],
    batch: UUID,
) -> Sending:
    """Queue the copies for one place; the journal judges who may write there."""
    [(name, target_id)] = target.items()
    try:
        place = await PLACES[name](app, caller, target_id)
        drafts = [_draft(caller, place, original, batch) for original in originals]
        await _share_files(app, caller, drafts)
        queued = [app[JOURNAL].append(draft) for draft in drafts]
    except PingeError as refusal:
        return Sending(refusal=refusal)
    ids = [original["message_id"] for original in originals]
    return Sending(place[0], list(zip(ids, queued, strict=True)))


def _draft(caller: Caller, place: Place, original: asyncpg.Record, batch: UUID) -> Draft:
    """A copy: the same for the same batch, whatever becomes of the original meanwhile."""
    conversation_id, receiver_id = place
    author_id = original["author_id"]
    return Draft(
        conversation_id=conversation_id,
        receiver_id=receiver_id,
        sender=caller,
        message_id=uuid5(batch, f"{conversation_id}/{original['message_id']}"),
        content=original["content"],
        attachments=original["attachments"] or (),
        payload_digest=sha256(f"forwarded {original['message_id']}".encode()).digest(),
        origin=None,  # the answer has places only: this device too hears what stands there
        forwarded={
            "sender_id": None if author_id is None else str(author_id),
            "sent_at": original["first_sent_at"],
        },
    )


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
    copies, refusal = [], sending.refusal
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
    return {
        "conversation_id": sending.conversation_id,
        "messages": copies,
        "refusal": None if refusal is None else refusal.body(),
    }
