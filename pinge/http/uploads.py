"""Reading one file that a client sends: as the whole body, or as the one file of a form."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import BodyPartReader, web

from pinge.errors import Invalid, TooLarge
from pinge.http.reader import BROKEN_FORM, in_time, refuse_compressed

FRAME = 16 * 1024  # bytes of a form that are not its file
PIECE = 64 * 1024  # bytes


async def file_body(request: web.Request, *, most: int, within: float) -> bytes:
    """The file, of so many bytes at most and come within so many seconds.

    Raises TooLarge as soon as it is, Stalled, or Invalid for a form without one file.
    """
    refuse_compressed(request)
    if (request.content_length or 0) > most + FRAME:
        raise TooLarge
    return await in_time(request, _gathered(_pieces(request, most), most), within)


async def _gathered(pieces: AsyncIterator[bytes], most: int) -> bytes:
    content = bytearray()
    async for piece in pieces:
        content += piece
        if len(content) > most:
            raise TooLarge
    return bytes(content)


async def _pieces(request: web.Request, most: int) -> AsyncIterator[bytes]:
    if request.content_type != "multipart/form-data":
        async for piece in request.content.iter_chunked(PIECE):
            yield piece
        return
    try:
        part = await _only_file(request, most)
        while piece := await part.read_chunk(PIECE):
            yield piece
    except BROKEN_FORM:
        raise Invalid("The form is malformed.") from None


async def _only_file(request: web.Request, most: int) -> BodyPartReader:
    """The first part that is a file; what stands before it is skipped."""
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.filename is not None:
            return part
        if request.content.total_bytes > most + FRAME:
            raise TooLarge
    raise Invalid("The form has no file.")
