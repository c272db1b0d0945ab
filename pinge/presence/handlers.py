"""HTTP face of presence."""

from __future__ import annotations

from aiohttp import web

from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, QUERY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.schemas import Done
from pinge.http.scopes import Scope
from pinge.presence import actions, schemas
from pinge.presence.commands import TYPING

routes = web.RouteTableDef()


@routes.get("/presence")
@endpoint(
    query=schemas.Asked(),
    gives=schemas.Presence(),
    many=True,
    scope=Scope.PROFILE_READ,
    limit=per_user("presence"),
)
async def presence(request: web.Request) -> web.Response:
    """Who of these is online, and when the others were last seen; who may not be seen is absent."""
    return answer(await actions.online_among(request.app, request[CALLER], **request[QUERY]))


@routes.post("/conversations/{conversation_id}/typing")
@endpoint(
    takes=schemas.Typing(),
    gives=Done(),
    scope=Scope.MESSAGES_WRITE,
    limit=TYPING,
    errors=(400, 403),
)
async def typing(request: web.Request) -> web.Response:
    """Say that I type, again every few seconds, or that I do no longer."""
    conversation_id = path_id(request, "conversation_id")
    await actions.say_typing(
        request.app, request[CALLER], conversation_id=conversation_id, **request[BODY]
    )
    return answer({"message": "The others know"})
