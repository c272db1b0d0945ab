"""HTTP face of what is kept at hand: stars and pins."""

from __future__ import annotations

from aiohttp import web

from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import QUERY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.scopes import Scope
from pinge.messages import marks_schemas, pinning, starring

routes = web.RouteTableDef()

MARKING = per_user("reactions")


@routes.put("/messages/{message_id}/star")
@endpoint(
    gives=marks_schemas.Starred(), scope=Scope.MESSAGES_WRITE, limit=MARKING, errors=(400, 404)
)
async def star(request: web.Request) -> web.Response:
    """Keep a message at hand, for myself."""
    return await _star(request, is_on=True)


@routes.delete("/messages/{message_id}/star")
@endpoint(
    gives=marks_schemas.Starred(), scope=Scope.MESSAGES_WRITE, limit=MARKING, errors=(400, 404)
)
async def unstar(request: web.Request) -> web.Response:
    """Do so no longer."""
    return await _star(request, is_on=False)


@routes.get("/messages/starred")
@endpoint(
    query=marks_schemas.StarredPage(),
    gives=marks_schemas.StarredMessages(),
    scope=Scope.MESSAGES_READ,
)
async def starred(request: web.Request) -> web.Response:
    """What I keep at hand and may still read, the latest star first."""
    return answer(await starring.starred(request.app, request[CALLER], **request[QUERY]))


@routes.put("/messages/{message_id}/pin")
@endpoint(
    gives=marks_schemas.Pinned(),
    scope=Scope.MESSAGES_WRITE,
    limit=MARKING,
    errors=(400, 403, 404, 409),
)
async def pin(request: web.Request) -> web.Response:
    """Put a message at the top of its conversation, for all in it."""
    return await _pin(request, is_on=True)


@routes.delete("/messages/{message_id}/pin")
@endpoint(
    gives=marks_schemas.Pinned(), scope=Scope.MESSAGES_WRITE, limit=MARKING, errors=(400, 403, 404)
)
async def unpin(request: web.Request) -> web.Response:
    """Take a message off the top of its conversation."""
    return await _pin(request, is_on=False)


@routes.get("/conversations/{conversation_id}/pins")
@endpoint(
    gives=marks_schemas.PinnedMessage(), many=True, scope=Scope.MESSAGES_READ, errors=(400, 403)
)
async def pins(request: web.Request) -> web.Response:
    """What is at the top of a conversation, the latest pin first."""
    conversation_id = path_id(request, "conversation_id")
    return answer(await pinning.pins(request.app, request[CALLER], conversation_id))


async def _star(request: web.Request, *, is_on: bool) -> web.Response:
    message_id = path_id(request, "message_id")
    return answer(
        await starring.star(request.app, request[CALLER], message_id=message_id, is_on=is_on)
    )


async def _pin(request: web.Request, *, is_on: bool) -> web.Response:
    message_id = path_id(request, "message_id")
    return answer(
        await pinning.pin(request.app, request[CALLER], message_id=message_id, is_on=is_on)
    )
