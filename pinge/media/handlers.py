"""HTTP face of avatars: anybody who knows its name may see one, for ever the same."""

from __future__ import annotations

import re

from aiohttp import ETag, hdrs, web

from pinge.errors import NotFound
from pinge.http.endpoint import endpoint
from pinge.media import avatars
from pinge.media.images import MADE, SQUARES

routes = web.RouteTableDef()

NAME = r"[0-9a-f]{64}"
SIZES = [str(size) for size in SQUARES]
IMMUTABLE = "public, max-age=31536000, immutable"  # seconds: a year, as caches take for ever


@routes.get("/avatars/{avatar}/{size}")
@endpoint(
    gives=MADE,
    path={
        "avatar": {"type": "string", "pattern": f"^{NAME}$"},
        "size": {"type": "string", "enum": SIZES},
    },
    public=True,
    errors=(404,),
)
async def avatar(request: web.Request) -> web.Response:
    """Somebody's picture, or a group's: a square of WebP."""
    name, size = request.match_info["avatar"], request.match_info["size"]
    if not re.fullmatch(NAME, name) or size not in SIZES:
        raise NotFound
    version = f"{name}-{size}"
    if ETag(version) in (request.if_none_match or ()):
        response = web.Response(status=304)
    else:
        content = await avatars.file(request.app, name, int(size))
        response = web.Response(body=content, content_type=MADE)
    response.etag = version
    response.headers[hdrs.CACHE_CONTROL] = IMMUTABLE
    return response
