"""Making one file of what arrived, and pictures of it if it is one.

Nothing is whole in memory; a few files are made at a time, the others wait their turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.attachments.cleaning import OddPicture, cleaned
from pinge.attachments.kinds import HEAD, PICTURES, kind
from pinge.attachments.places import new_name, place, preview_place
from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.errors import NotFound, Unavailable
from pinge.media.images import (
    IMAGES,
    PREVIEWS,
    BrokenPicture,
    NoPicture,
    Pictures,
    TooManyPixels,
)
from pinge.media.storage import STORAGE

if TYPE_CHECKING:
    from hashlib import _Hash

SQL = Queries("attachments")

AT_ONCE = 4  # files that are made, with some 10 MiB of each on its way to the store
OFF_THE_LOOP = 64 * 1024  # bytes: hashing less takes no longer than handing it to a thread

TURNS: web.AppKey[asyncio.Semaphore] = web.AppKey("TURNS", asyncio.Semaphore)


@dataclass(slots=True)
class Passing:
    """What is known of a file once it has passed."""

    digest: _Hash = field(default_factory=sha256)
    size: int = 0
    is_odd: bool = False

    async def watch(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The pieces; they end where they turn out to be odd."""
        with suppress(OddPicture):
            async for piece in pieces:
                if len(piece) > OFF_THE_LOOP:
                    await asyncio.to_thread(self.digest.update, piece)
                else:
                    self.digest.update(piece)
                self.size += len(piece)
                yield piece
            return
        self.is_odd = True


async def finish(app: web.Application, row: asyncpg.Record, last: bytes) -> bool:
    """Make the file of its parts and the last piece; whether nobody else was quicker."""
    attachment_id, name = row["attachment_id"], new_name()
    here = {"attachment_id": attachment_id, "received": row["received"]}
    async with app[TURNS]:
        if not await SQL.is_awaited.value(app[POOL], **here):  # while this one waited
            return False
        try:
            made = await _made(app, row, last, name)
        except BaseException as error:
            await _drop(app, attachment_id, name)
            # The parts are not there any more, perhaps because another made the file of them.
            gone = isinstance(error, NotFound | Unavailable)
            if gone and not await SQL.is_awaited.value(app[POOL], **here):
                return False
            raise
    is_first = await SQL.complete.run(app[POOL], **here, stored_as=name, **made)
    if is_first:  # what is left over of others goes with the file, or a day later
        await app[STORAGE].delete(*(place(attachment_id, part) for part in row["parts"]))
    else:
        await _drop(app, attachment_id, name)
    return bool(is_first)


async def _made(
    app: web.Application, row: asyncpg.Record, last: bytes, name: str
) -> dict[str, object]:
    """Put the file and its pictures under this name; what there is to say of it."""
    attachment_id = row["attachment_id"]
    head = await _head(_joined(app, row, last))
    content_type = kind(head, row["declared_type"])
    passed = await _keep(app, row, last, place(attachment_id, name), content_type)
    pictures = None
    if content_type in PICTURES and not passed.is_odd:
        pictures = await _pictures(app, attachment_id, name, passed.size)
    return {
        "size": passed.size,
        "content_type": content_type,
        "sha256": passed.digest.digest(),
        "width": pictures and pictures.width,
        "height": pictures and pictures.height,
        "placeholder": pictures and pictures.placeholder,
    }


async def _drop(app: web.Application, attachment_id: UUID, name: str) -> None:
    """Delete what nobody is to have: it lies in no quota, and a retry makes it again."""
    previews = (preview_place(attachment_id, name, side) for side in PREVIEWS)
    await app[STORAGE].delete(place(attachment_id, name), *previews)


async def _keep(
    app: web.Application, row: asyncpg.Record, last: bytes, key: str, content_type: str
) -> Passing:
    """Put the file where it stays, clean; one that is odd as it came."""
    passing = Passing()
    pieces = cleaned(content_type, _joined(app, row, last))
    await app[STORAGE].put(key, passing.watch(pieces))
    if not passing.is_odd:
        return passing
    as_it_came = Passing()
    await app[STORAGE].put(key, as_it_came.watch(_joined(app, row, last)))
    as_it_came.is_odd = True
    return as_it_came


async def _pictures(
    app: web.Application, attachment_id: UUID, name: str, size: int
) -> Pictures | None:
    """Smaller pictures of a picture, put beside it; None when it cannot be opened."""
    storage = app[STORAGE]
    try:
        content = storage.stream(place(attachment_id, name), 0, size)
        pictures = await app[IMAGES].previews(content)
    except (NoPicture, BrokenPicture, TooManyPixels):
        return None
    for side, picture in pictures.by_size.items():
        await storage.put(preview_place(attachment_id, name, side), picture)
    return pictures


async def _joined(app: web.Application, row: asyncpg.Record, last: bytes) -> AsyncIterator[bytes]:
    for part in row["parts"]:
        yield await app[STORAGE].read(place(row["attachment_id"], part))
    yield last


async def _head(pieces: AsyncIterator[bytes]) -> bytes:
    """The first bytes."""
    head = b""
    async for piece in pieces:
        head += piece[:HEAD]
        if len(head) >= HEAD:
            break
    return head[:HEAD]
