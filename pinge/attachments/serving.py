"""Files as they leave: whole or in part, and never as anything that a browser would run."""

from __future__ import annotations

from urllib.parse import quote

import asyncpg
from aiohttp import hdrs, web

from pinge.attachments.kinds import TEXT, may_be_shown
from pinge.attachments.places import place, preview_place
from pinge.attachments.ranges import wanted
from pinge.errors import NotFound
from pinge.http.streaming import stream
from pinge.media.images import MADE
from pinge.media.storage import STORAGE

OFFSET, LENGTH = "Upload-Offset", "Upload-Length"
# Kept by the browser of whoever may have it now, and asked for again before it is shown again.
CACHING = "private, no-cache"
CAGE = "sandbox; default-src 'none'; frame-ancestors 'none'"


async def send_file(request: web.Request, file: asyncpg.Record) -> web.StreamResponse:
    """The file, or the part asked for. Raises RangeRefused; Unavailable while it cannot be had."""
    etag = f'"{file["sha256"].hex()}"'
    if _is_known(request, etag):
        return _guarded(web.Response(status=304), etag)
    part = wanted(request, etag, file["size"])
    start, end = part or (0, file["size"])
    response = web.StreamResponse(status=206 if part else 200)
    _guarded(response, etag).headers.update(described(file))
    response.headers[hdrs.ACCEPT_RANGES] = "bytes"
    if file["is_own"]:  # whoever did not hear that the last piece arrived asks for this
        response.headers[OFFSET] = response.headers[LENGTH] = str(file["length"])
    if part:
        response.headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{end - 1}/{file['size']}"
    response.content_length = end - start
    key = place(file["attachment_id"], file["stored_as"])
    if request.method == hdrs.METH_HEAD:
        await response.prepare(request)
        return response
    return await stream(request, response, request.app[STORAGE].stream(key, start, end))


async def send_preview(request: web.Request, file: asyncpg.Record, size: int) -> web.StreamResponse:
    """A smaller picture of a picture. Raises NotFound for what is none."""
    if not file["is_picture"]:
        raise NotFound("There is no thumbnail of this file.")
    etag = f'"{file["sha256"].hex()}-{size}"'
    if _is_known(request, etag):
        return _guarded(web.Response(status=304), etag)
    key = preview_place(file["attachment_id"], file["stored_as"], size)
    content = await request.app[STORAGE].read(key)
    return _guarded(web.Response(body=content, content_type=MADE), etag)


def described(file: asyncpg.Record) -> dict[str, str]:
    """What it is, and what is to be done with it."""
    content_type, name = file["content_type"], file["name"]
    shown = may_be_shown(content_type, is_picture=file["is_picture"])
    plain = name.encode("ascii", "replace").decode().replace("\\", "_").replace('"', "_")
    called = f"filename=\"{plain.replace('?', '_')}\"; filename*=UTF-8''{quote(name, safe='')}"
    return {
        hdrs.CONTENT_TYPE: f"{TEXT}; charset=utf-8" if content_type == TEXT else content_type,
        hdrs.CONTENT_DISPOSITION: f"{'inline' if shown else 'attachment'}; {called}",
    }


def _guarded(response: web.StreamResponse, etag: str) -> web.StreamResponse:
    response.headers[hdrs.ETAG] = etag
    response.headers[hdrs.CACHE_CONTROL] = CACHING
    response.headers["Content-Security-Policy"] = CAGE
    return response


def _is_known(request: web.Request, etag: str) -> bool:
    """Whether the client has it already."""
    known = request.headers.get(hdrs.IF_NONE_MATCH, "")
    return known == "*" or etag in (one.strip().removeprefix("W/") for one in known.split(","))
