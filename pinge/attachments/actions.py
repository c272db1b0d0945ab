"""What can be done with files, free of HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.attachments.finishing import finish
from pinge.attachments.names import readable
from pinge.attachments.places import place as place  # for those who read files
from pinge.attachments.receiving import arriving, upload
from pinge.config import SETTINGS, Settings
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Database, Queries
from pinge.errors import (
    AttachmentTaken,
    AttachmentUnfinished,
    NotFound,
    QuotaExceeded,
    TooLarge,
    TooManyUploads,
)
from pinge.http.caller import Caller

SQL = Queries("attachments")

MIB = 2**20  # bytes
MOST_UNFINISHED = 20  # uploads of one person
MOST_LISTED = 100


def served(settings: Settings) -> dict[str, float]:
    """What clients are told in `hello`."""
    return {
        "attachment_bytes": settings.largest_file_mib * MIB,
        "attachments_bytes": settings.quota_mib * MIB,
        "uploads_unfinished": MOST_UNFINISHED,
    }


async def start(
    app: web.Application, caller: Caller, *, name: str, size: int, content_type: str | None
) -> asyncpg.Record:
    """A file is about to come; an empty one has come.

    Raises TooLarge, QuotaExceeded or TooManyUploads.
    """
    settings = app[SETTINGS]
    if size > settings.largest_file_mib * MIB:
        raise TooLarge(f"A file may have {settings.largest_file_mib} MiB, not more.")
    attachment_id = uuid7()
    async with transaction(app) as tx:
        await SQL.lock_uploader.row(tx, user_id=caller.user_id)
        usage = await SQL.usage.row(tx, uploader_id=caller.user_id)
        assert usage is not None
        if usage["used"] + size > settings.quota_mib * MIB:
            raise QuotaExceeded(usage["used"], settings.quota_mib * MIB)
        if usage["unfinished"] >= MOST_UNFINISHED:
            raise TooManyUploads
        await SQL.insert_upload.run(
            tx,
            attachment_id=attachment_id,
            uploader_id=caller.user_id,
            name=readable(name),
            declared_type=content_type,
            length=size,
        )
    if size == 0:
        await finish(app, await arriving(app, caller, attachment_id), b"")
    return await upload(app, caller, attachment_id)


async def uploads(app: web.Application, caller: Caller) -> list[asyncpg.Record]:
    """The caller's files that are in no message yet, newest first."""
    return await SQL.uploads.rows(app[POOL], uploader_id=caller.user_id, limit=MOST_LISTED)


async def discard(app: web.Application, caller: Caller, attachment_id: UUID) -> None:
    """Let go of a file that was not sent. Raises NotFound or AttachmentTaken."""
    mine = {"attachment_id": attachment_id, "uploader_id": caller.user_id}
    if not await SQL.discard.run(app[POOL], **mine):
        await upload(app, caller, attachment_id)
        raise AttachmentTaken


async def file(app: web.Application, caller: Caller, attachment_id: UUID) -> asyncpg.Record:
    """A whole file that the caller may have at this moment. Raises NotFound."""
    found = await SQL.readable.row(app[POOL], attachment_id=attachment_id, user_id=caller.user_id)
    if found is None:
        raise NotFound("There is no such file, or you may not have it.")
    return found


async def claim(
    app: web.Application,
    sender: Caller,
    *,
    message_id: UUID,
    conversation_id: UUID,
    attachment_ids: Sequence[UUID],
) -> list[dict[str, object]]:
    """Take files for a message that is about to be sent, and describe them as it will.

    A retry takes the same ones again; of a message that is deleted by now, there are none. Raises
    NotFound, AttachmentUnfinished or AttachmentTaken, and then none is taken.
    """
    taken = await SQL.claim.rows(
        app[POOL],
        uploader_id=sender.user_id,
        message_id=message_id,
        conversation_id=conversation_id,
        attachment_ids=attachment_ids,
    )
    if taken:
        return [dict(row) for row in taken]
    if not await SQL.is_sent.value(app[POOL], message_id=message_id):
        raise await _why_not(app, sender, attachment_ids)
    return []  # whether it is the same message the journal knows


async def hold(
    tx: Connection, sender: Caller, *, attachment_ids: Sequence[UUID], until: datetime
) -> None:
    """Keep files for a message that is sent later.

    Raises NotFound when one of them is not the sender's to send, not whole, or in a message.
    """
    asked = {"uploader_id": sender.user_id, "attachment_ids": list(attachment_ids)}
    if await SQL.hold.run(tx, **asked, until=until) < len(attachment_ids):
        raise NotFound("You have no such files that are whole and in no message.")


async def share(
    app: web.Application,
    sender: Caller,
    *,
    conversation_id: UUID,
    wanted: Sequence[tuple[UUID, UUID]],
) -> None:
    """Let messages that are about to be sent to a conversation show files that others have.

    `wanted` is each file with the message. Whoever calls this has seen that the sender may have it.
    Raises NotFound where one is gone, and then none is shared.
    """
    attachment_ids, message_ids = zip(*wanted, strict=True)
    left = await SQL.share.value(
        app[POOL],
        attachment_ids=attachment_ids,
        message_ids=message_ids,
        conversation_id=conversation_id,
        user_id=sender.user_id,
    )
    if left < len(set(attachment_ids)):
        raise NotFound("Not all of these files are there any more.")


async def release(tx: Connection, message_ids: Sequence[UUID]) -> None:
    """The files of messages that are deleted: nobody gets them any more, and soon they are gone;
    but for those that other messages show, to those who see these."""
    await SQL.release.run(tx, message_ids=message_ids)


async def release_unsent(db: Database, user_id: UUID) -> None:
    """Somebody goes, and what they uploaded and never sent, of a day at most, goes with them."""
    await SQL.release_unsent.run(db, uploader_id=user_id)


async def _why_not(
    app: web.Application, sender: Caller, attachment_ids: Sequence[UUID]
) -> NotFound | AttachmentUnfinished | AttachmentTaken:
    rows = await SQL.standing.rows(
        app[POOL], uploader_id=sender.user_id, attachment_ids=attachment_ids
    )
    if len(rows) < len(attachment_ids):
        return NotFound("You have not uploaded all of these files.")
    if not all(row["is_complete"] for row in rows):
        return AttachmentUnfinished()
    return AttachmentTaken()
