"""Files as they arrive: in pieces, over as many requests and processes as it takes.

A piece is put into the store under a name of its own, and counts once the row says so: of two that
come to the same place one is refused, and what was counted is never lost. The last one is not put
there; it makes the file (finishing.py).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from uuid import UUID

import asyncpg
from aiohttp import StreamReader, web

from pinge.attachments.finishing import finish
from pinge.attachments.places import new_name, place
from pinge.database.pool import POOL
from pinge.database.queries import Queries, Query
from pinge.errors import BadRequest, NotFound, Stalled, TooLarge, TooMany, WrongOffset
from pinge.http.caller import Caller
from pinge.media.storage import STORAGE

SQL = Queries("attachments")

PIECE = 2 * 2**20  # bytes an upload has in memory, and loses at most when this process dies
STALLED = 15.0  # seconds without a byte
MOST_PARTS = 1000  # of a file, so that nobody sends it byte by byte
MOST_AT_ONCE = 20  # requests of one person at this process, each of which may hold a PIECE for long

RECEIVING: web.AppKey[Counter[UUID]] = web.AppKey("RECEIVING", Counter)


async def arriving(app: web.Application, caller: Caller, attachment_id: UUID) -> asyncpg.Record:
    """A file of the caller's, as far as it has come. Raises NotFound."""
    return await _own(SQL.arriving, app, caller, attachment_id)


async def upload(app: web.Application, caller: Caller, attachment_id: UUID) -> asyncpg.Record:
    """The same, as its uploader is told of it."""
    return await _own(SQL.upload, app, caller, attachment_id)


async def receive(
    app: web.Application,
    caller: Caller,
    attachment_id: UUID,
    *,
    offset: int,
    length: int | None,
    body: StreamReader,
) -> asyncpg.Record:
    """Add what arrives, and say how far the file is; with its last byte it is made.

    What came before a request broke off is kept. Raises WrongOffset, TooLarge for more than was
    said when it began, and TooMany when the caller sends more at once than anybody needs.
    """
    with _one_more(app, caller):
        await _receive(app, caller, attachment_id, offset=offset, length=length, body=body)
    return await upload(app, caller, attachment_id)


async def _receive(
    app: web.Application,
    caller: Caller,
    attachment_id: UUID,
    *,
    offset: int,
    length: int | None,
    body: StreamReader,
) -> None:
    row = await arriving(app, caller, attachment_id)
    if row["is_complete"] or row["received"] != offset:
        raise WrongOffset(row["received"])
    left = row["length"] - offset
    if (length or 0) > left:
        raise TooLarge
    async for piece in _pieces(body, left):
        is_last = row["received"] + len(piece) == row["length"]
        is_next = await (finish if is_last else _add)(app, row, piece)
        row = await arriving(app, caller, attachment_id)
        if not is_next:
            raise WrongOffset(row["received"])


@contextmanager
def _one_more(app: web.Application, caller: Caller) -> Iterator[None]:
    receiving = app[RECEIVING]
    if receiving[caller.user_id] >= MOST_AT_ONCE:
        raise TooMany("Too many pieces of files at once.")
    receiving[caller.user_id] += 1
    try:
        yield
    finally:
        receiving[caller.user_id] -= 1
        if not receiving[caller.user_id]:
            del receiving[caller.user_id]


async def _own(
    query: Query, app: web.Application, caller: Caller, attachment_id: UUID
) -> asyncpg.Record:
    mine = {"attachment_id": attachment_id, "uploader_id": caller.user_id}
    found = await query.row(app[POOL], **mine)
    if found is None:
        raise NotFound("You are not uploading such a file.")
    return found


async def _add(app: web.Application, row: asyncpg.Record, piece: bytes) -> bool:
    """Keep a part of it; whether nobody else was quicker."""
    if len(row["parts"]) >= MOST_PARTS:
        raise BadRequest("This file came in too many pieces: begin anew, with larger ones.")
    part, offset = new_name(), row["received"]
    key = place(row["attachment_id"], part)
    await app[STORAGE].put(key, piece)
    is_next = await SQL.advance.run(
        app[POOL],
        attachment_id=row["attachment_id"],
        received=offset,
        part=part,
        received_now=offset + len(piece),
    )
    if not is_next:
        await app[STORAGE].delete(key)
    return bool(is_next)


async def _pieces(body: StreamReader, left: int) -> AsyncIterator[bytes]:
    """What arrives, in pieces; Stalled after the last of them when it broke off."""
    gathered, broke_off = bytearray(), False
    while not (broke_off or body.at_eof()):
        try:
            async with asyncio.timeout(STALLED):
                gathered += await body.readany()
        except (TimeoutError, ConnectionError):
            broke_off = True
        if len(gathered) > left:
            raise TooLarge
        if len(gathered) >= PIECE:
            yield bytes(gathered)
            left -= len(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)
    if broke_off:
        raise Stalled
