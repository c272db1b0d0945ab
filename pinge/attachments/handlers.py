"""HTTP face of files; uploads go as in tus 1.0, a step at a time."""

from __future__ import annotations

import re
from contextlib import suppress

import asyncpg
from aiohttp import web

from pinge.attachments import actions, receiving, schemas
from pinge.attachments.links import LIFETIME, LINKS
from pinge.attachments.serving import LENGTH, OFFSET, send_file, send_preview
from pinge.errors import BadRequest, NotFound, UnsupportedMedia
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, QUERY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.reader import refuse_compressed
from pinge.http.schemas import Done
from pinge.http.scopes import Scope
from pinge.media.images import MADE, PREVIEWS

routes = web.RouteTableDef()

PIECES = "application/offset+octet-stream"
ANY = "*/*"


@routes.post("/attachments")
@endpoint(
    takes=schemas.StartUpload(),
    gives=schemas.Upload(),
    status=201,
    scope=Scope.MESSAGES_WRITE,
    limit=per_user("uploads"),
    errors=(409, 413),
)
async def start(request: web.Request) -> web.Response:
    """Say what file is to come, and get its id."""
    upload = await actions.start(request.app, request[CALLER], **request[BODY])
    return _told(answer(upload, status=201), upload)


@routes.get("/attachments")
@endpoint(gives=schemas.Upload(), many=True, scope=Scope.MESSAGES_READ)
async def uploads(request: web.Request) -> web.Response:
    """My files that are in no message yet, newest first."""
    return answer(await actions.uploads(request.app, request[CALLER]))


@routes.patch("/attachments/{attachment_id}")
@endpoint(takes=PIECES, gives=schemas.Upload(), scope=Scope.MESSAGES_WRITE, errors=(400, 404, 409))
async def receive(request: web.Request) -> web.Response:
    """Send the next bytes of a file, from Upload-Offset on, in as many calls as it takes."""
    attachment_id = path_id(request, "attachment_id")
    await receiving.upload(request.app, request[CALLER], attachment_id)
    refuse_compressed(request)
    if request.content_type != PIECES:
        raise UnsupportedMedia(f"Send pieces of a file as {PIECES}.")
    upload = await receiving.receive(
        request.app,
        request[CALLER],
        attachment_id,
        offset=_offset(request),
        length=request.content_length,
        body=request.content,
    )
    return _told(answer(upload), upload)


@routes.head("/attachments/{attachment_id}")
@endpoint(gives=ANY, scope=Scope.MESSAGES_READ)
async def look(request: web.Request) -> web.StreamResponse:
    """How far an upload is; of a file that is whole, what a GET would say too."""
    attachment_id = path_id(request, "attachment_id")
    with suppress(NotFound):
        upload = await receiving.upload(request.app, request[CALLER], attachment_id)
        if not upload["is_complete"]:
            return _told(web.Response(), upload)
    return await download(request)


@routes.get("/attachments/{attachment_id}", allow_head=False)
@endpoint(gives=ANY, scope=Scope.MESSAGES_READ, errors=(400, 404, 416))
async def download(request: web.Request) -> web.StreamResponse:
    """Get a file, or the part of it that Range asks for."""
    attachment_id = path_id(request, "attachment_id")
    file = await actions.file(request.app, request[CALLER], attachment_id)
    return await send_file(request, file)


@routes.get("/attachments/{attachment_id}/thumbnail")
@endpoint(gives=MADE, query=schemas.Thumbnail(), scope=Scope.MESSAGES_READ, errors=(400, 404))
async def thumbnail(request: web.Request) -> web.StreamResponse:
    """Get a smaller picture of a picture."""
    attachment_id = path_id(request, "attachment_id")
    file = await actions.file(request.app, request[CALLER], attachment_id)
    return await send_preview(request, file, request[QUERY]["size"])


@routes.post("/attachments/{attachment_id}/link")
@endpoint(gives=schemas.Link(), scope=Scope.MESSAGES_READ, errors=(400, 404))
async def link(request: web.Request) -> web.Response:
    """Get links to a file for a browser, good for a minute and as long as I may have it."""
    attachment_id = path_id(request, "attachment_id")
    file = await actions.file(request.app, request[CALLER], attachment_id)
    made = request.app[LINKS].made(request[CALLER], attachment_id)
    url = f"/attachments/{attachment_id}/linked?link={made}"
    return answer(
        {
            "url": url,
            "thumbnail_url": f"{url}&size={PREVIEWS[0]}" if file["is_picture"] else None,
            "expires_in": LIFETIME.seconds,
        }
    )


@routes.get("/attachments/{attachment_id}/linked")
@endpoint(gives=ANY, query=schemas.Linked(), public=True, errors=(400, 404, 416))
async def linked(request: web.Request) -> web.StreamResponse:
    """Get a file, or with a size its thumbnail, by a link."""
    attachment_id, asked = path_id(request, "attachment_id"), request[QUERY]
    caller = await request.app[LINKS].caller(asked["link"], attachment_id)
    file = await actions.file(request.app, caller, attachment_id)
    if asked["size"] is None:
        return await send_file(request, file)
    return await send_preview(request, file, asked["size"])


@routes.delete("/attachments/{attachment_id}")
@endpoint(gives=Done(), scope=Scope.MESSAGES_WRITE, errors=(400, 404, 409))
async def discard(request: web.Request) -> web.Response:
    """Let go of a file that I did not send."""
    attachment_id = path_id(request, "attachment_id")
    await actions.discard(request.app, request[CALLER], attachment_id)
    return answer({"message": "Attachment deleted"})


def _offset(request: web.Request) -> int:
    given = request.headers.get(OFFSET, "")
    if not re.fullmatch(r"[0-9]{1,15}", given):
        raise BadRequest(f"Say in {OFFSET} at which byte this begins.")
    return int(given)


def _told(response: web.Response, upload: asyncpg.Record) -> web.Response:
    """The answer, with how far the upload is in its headers too."""
    response.headers[OFFSET] = str(upload["upload_offset"])
    response.headers[LENGTH] = str(upload["upload_length"])
    return response
